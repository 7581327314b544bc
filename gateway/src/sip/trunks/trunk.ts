/** One trunk: its targets with their health, what it may dial, and whom it may call us for. */
import { Grammar } from 'sip.js';
import type { Logger } from 'pino';
import type { TrunkConfig } from '../../config/telephony.ts';
import { withAutoAnswer } from '../auto-answer.ts';
import type { Connection } from '../connection.ts';
import type { Dialog, DialogListener, IncomingCall, OutgoingCall } from '../dialog/dialog.ts';
import { authenticationFactory } from '../digest/credentials.ts';
import { mediaProfiles, type MediaProfile } from '../endpoint.ts';
import type { Peer } from '../peer.ts';
import { asTrunkWants } from './caller-identity.ts';
import { targetUri, type NetworkTransport } from './locate.ts';
import { dialled, mayDial, normalizedNumber, undialled } from './numbers.ts';
import { samePlace, Target, type Health, type TargetOptions } from './target.ts';
import { TrunkCall } from './trunk-call.ts';

export interface TrunkOptions extends Omit<TargetOptions, 'trunkId' | 'uri' | 'authenticationFactory' | 'onInvite'> {
  readonly onInvite: (trunk: Trunk, call: IncomingCall, source: string) => void;
  readonly config: TrunkConfig;
}

export interface TrunkStatus {
  readonly id: string;
  readonly label: string;
  readonly targets: ReadonlyArray<{ readonly uri: string; readonly state: Health['state']; readonly since: string; readonly error: string | null }>;
}

/** Of a probe interval: so many trunks of many gateways do not ask at the same moment. */
const probeJitter = 0.1;

export class Trunk {
  readonly config: TrunkConfig;
  private readonly targets: readonly Target[];
  private readonly now: () => number;
  private readonly domain: string;
  private readonly log: Logger;
  private timer: NodeJS.Timeout | null = null;

  constructor({ config, ...options }: TrunkOptions) {
    this.config = config;
    this.now = options.now;
    this.domain = options.domain;
    this.log = options.log;
    const factory = config.credentials && authenticationFactory(config.credentials);
    this.targets = config.targets.map((uri) => new Target({
      ...options, trunkId: config.id, uri, authenticationFactory: factory, onInvite: (call, source) => options.onInvite(this, call, source),
    }));
    if (config.probeSeconds > 0) this.probeSoon(0);
  }

  get id(): string {
    return this.config.id;
  }

  get label(): string {
    return this.config.label ?? this.config.id;
  }

  get media(): MediaProfile {
    return mediaProfiles[this.config.srtp];
  }

  get reachable(): boolean {
    return this.targets.some(({ health }) => health.state !== 'down');
  }

  get status(): TrunkStatus {
    return {
      id: this.id, label: this.label,
      targets: this.targets.map(({ uri, health: { state, since, error } }) => ({ uri, state, since: new Date(since).toISOString(), error })),
    };
  }

  /** What its targets are spoken to over, where they say so. */
  get transports(): readonly NetworkTransport[] {
    return this.targets.flatMap(({ transport }) => transport ?? []);
  }

  get hosts(): readonly string[] {
    return this.config.targets.flatMap((target) => targetUri(target)?.host ?? []);
  }

  allows(number: string): boolean {
    return mayDial(this.config, number);
  }

  /** @param number as people know it; that it may be dialled was asked before. */
  call(number: string, call: OutgoingCall, listener: DialogListener): Dialog {
    const downLast = this.targets.toSorted((one, other) => Number(one.health.state === 'down') - Number(other.health.state === 'down'));
    return new TrunkCall({
      targets: downLast, user: dialled(this.config, number), call: asTrunkWants(withAutoAnswer(call), this.config), listener,
      redirected: (contact) => this.redirected(contact), now: this.now, log: this.log,
    });
  }

  /** The peer behind a connection from one of this trunk's addresses; null: it is not from this trunk. */
  async peerAt(connection: Connection): Promise<Peer | null> {
    for (const target of this.targets) {
      const location = (await target.locations()).find((one) => samePlace(one, connection));
      if (!location) continue;
      const peer = target.peer(location, connection);
      if (!peer.connection) peer.use(connection);
      return peer;
    }
    return null;
  }

  /** Whether what comes on a connection and names a dialog of this trunk is believed: the machine that answered may be a neighbour of the one called. */
  async knows({ remote }: Connection): Promise<boolean> {
    for (const target of this.targets) if (await target.neighbours(remote.address)) return true;
    return false;
  }

  isAt(address: string): boolean {
    return this.targets.some((target) => target.isAt(address));
  }

  owns(peer: Peer): boolean {
    return this.targets.some((target) => target.owns(peer));
  }

  /** The number that a caller of this trunk shows, as people know it. */
  callerNumber(from: string): string | null {
    const user = Grammar.URIParse(from)?.user;
    return user === undefined ? null : normalizedNumber(undialled(this.config, user));
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    for (const target of this.targets) target.close();
  }

  /** A 3xx of a PBX may send us on to another of its numbers, and nowhere else. */
  private redirected(contact: string): string | null {
    const uri = Grammar.URIParse(contact);
    const number = uri?.user === undefined ? null : normalizedNumber(undialled(this.config, uri.user));
    const host = uri?.host.replace(/^\[|\]$/g, '').toLowerCase();
    if (host === undefined || number === null || (host !== this.domain && !this.hosts.includes(host)) || !this.allows(number)) return null;
    return dialled(this.config, number);
  }

  private probeSoon(delay: number): void {
    this.timer = setTimeout(() => {
      Promise.all(this.targets.map((target) => target.probe()))
        .catch((error: unknown) => { this.log.error({ err: error, trunk: this.id }, 'trunk not probed'); })
        .finally(() => { if (this.timer) this.probeSoon(this.config.probeSeconds * 1000 * (1 + (Math.random() - 0.5) * probeJitter)); });
    }, delay);
    this.timer.unref();
  }
}
