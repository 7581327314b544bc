/**
 * One target of a trunk, as configured: the addresses it leads to, a peer for each that was used, and how it fares. Calls and probes tell
 * its health; while it is down it is passed over, unless all are.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { URI, type Core } from 'sip.js';
import type { Logger } from 'pino';
import type { Connection } from '../connection.ts';
import type { IncomingCall } from '../dialog/dialog.ts';
import { probe } from '../options-probe.ts';
import { Peer } from '../peer.ts';
import type { PeerIndex } from '../peer-index.ts';
import type { SipTarget } from '../transport/transports.ts';
import { hostText, plainAddress } from '../via.ts';
import { targetUri, type Location, type Locator, type NetworkTransport, type TargetUri } from './locate.ts';
import { neighbours } from './neighbours.ts';

/** A connection from our side; UDP: the flow from our socket. */
export type Connect = (to: SipTarget) => Promise<Connection | null>;

export interface Health {
  /** unknown: nobody called or asked yet. */
  readonly state: 'up' | 'down' | 'unknown';
  /** Epoch milliseconds of the last change. */
  readonly since: number;
  /** Why it is down, for people. */
  readonly error: string | null;
}

export interface TargetOptions {
  readonly trunkId: string;
  readonly uri: string;
  readonly domain: string;
  readonly index: PeerIndex;
  readonly locator: Locator;
  readonly connect: Connect;
  readonly authenticationFactory: (() => Core.DigestAuthentication) | undefined;
  /** @param source the address that it comes from */
  readonly onInvite: (call: IncomingCall, source: string) => void;
  readonly onHealth: () => void;
  readonly now: () => number;
  readonly log: Logger;
}

/** Milliseconds for a probe's answer. */
const probeLimit = 5_000;
/** A target that took no TCP is not asked for it with every long message. */
const tcpMemory = 10 * 60_000;
/** Milliseconds that an ACK may wait for a name: half of the time after which the answer it acknowledges is repeated for the second time. */
const onwardLimit = 750;

export class Target {
  readonly uri: string;
  private readonly options: TargetOptions;
  private readonly parsed: TargetUri;
  private readonly peers = new Map<string, Peer>();
  private current: Health;
  private noTcpUntil = 0;
  private located: readonly Location[] = [];

  constructor(options: TargetOptions) {
    this.options = options;
    this.uri = options.uri;
    const parsed = targetUri(options.uri);
    if (!parsed) throw new Error(`not a target: ${options.uri}`);
    this.parsed = parsed;
    this.current = { state: 'unknown', since: options.now(), error: null };
  }

  get health(): Health {
    return this.current;
  }

  get transport(): NetworkTransport | null {
    return this.parsed.transport;
  }

  async locations(): Promise<readonly Location[]> {
    this.located = await this.options.locator.locate(this.parsed);
    return this.located;
  }

  /** By what was found when it was last looked for. */
  isAt(address: string): boolean {
    return this.located.some((location) => plainAddress(location.address) === plainAddress(address));
  }

  /** The Request-URI for a user, or for the target itself: as configured, so that a proxy there finds its own name. */
  requestUri(user: string | undefined): URI {
    const { host, port, transport } = this.parsed;
    return new URI('sip', user ?? '', hostText(host), port ?? undefined, transport === null || transport === 'UDP' ? {} : { transport: transport.toLowerCase() });
  }

  /** @param connection the one that the target itself opened, where it did */
  peer(location: Location, connection: Connection | null = null): Peer {
    const { trunkId, domain, index, connect, authenticationFactory, onInvite, log } = this.options;
    const key = placeText(location);
    let peer = this.peers.get(key);
    if (!peer) {
      peer = new Peer({
        name: `trunk ${trunkId} ${key}`, index, domain, connection, onInvite: (call) => onInvite(call, location.address), moves: false, log, ...authenticationFactory === undefined ? {} : { authenticationFactory },
        reach: (why) => why === 'long' ? this.longWay(location) : connect(reaching(location)), onward: (uri) => this.onward(uri, location),
      });
      this.peers.set(key, peer);
    }
    return peer;
  }

  /** Whether in-dialog requests from there are believed to be its cluster's. */
  async neighbours(address: string): Promise<boolean> {
    return (await this.locations()).some((location) => neighbours(location.address, address));
  }

  owns(peer: Peer): boolean {
    return Array.from(this.peers.values()).includes(peer);
  }

  /** Told by calls and probes. */
  fared(error: string | null): void {
    const state = error === null ? 'up' : 'down';
    if (this.current.state === state) return;
    this.current = { state, since: this.options.now(), error };
    this.options.log.info({ trunk: this.options.trunkId, target: this.uri, state, error }, 'trunk target');
    this.options.onHealth();
  }

  /** One answer of one of its addresses suffices. */
  async probe(): Promise<void> {
    let error = 'the name leads nowhere';
    for (const location of await this.locations()) {
      const asked = await probe({ core: this.peer(location).core, target: this.requestUri(undefined), from: `sip:${this.options.domain}`, limit: probeLimit });
      // A proxy that says 503 has nobody behind it.
      if (asked.alive && asked.status !== 503) { this.fared(null); return; }
      error = asked.alive ? '503 to OPTIONS' : asked.error;
    }
    this.fared(error);
  }

  close(): void {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }

  /**
   * What answers a call may be another machine than the one that was called, and names itself in Contact or Record-Route. It is followed to
   * neighbours alone: a PBX behind a NAT names an address that leads nowhere from here, and nobody may aim us at strangers.
   */
  private async onward(text: string, location: Location): Promise<Connection | null> {
    const uri = targetUri(text);
    // Nor to where others can read along.
    if (!uri || (location.transport === 'TLS' && uri.transport !== null && uri.transport !== 'TLS')) return null;
    const found = this.options.locator.locate({ ...uri, transport: uri.transport ?? location.transport });
    const places = await Promise.race([found, delay(onwardLimit, [], { ref: false })]);
    const next = places.find(({ address, port }) => port > 0 && neighbours(location.address, address));
    if (!next || places.some((one) => placeText(one) === placeText(location))) return null;
    return this.options.connect(reaching(next));
  }

  /** RFC 3261, 18.1.1, where the target may have TCP: whoever configured UDP by name meant it. */
  private async longWay(location: Location): Promise<Connection | null> {
    const { connect, now } = this.options;
    if (this.parsed.transport !== null || location.transport !== 'UDP' || now() < this.noTcpUntil) return null;
    const connection = await connect({ ...reaching(location), transport: 'TCP' });
    if (!connection) this.noTcpUntil = now() + tcpMemory;
    return connection;
  }
}

export function samePlace(location: Location, connection: Connection): boolean {
  const { transport, remote } = connection;
  if (plainAddress(remote.address) !== plainAddress(location.address) || transport !== location.transport) return false;
  // A connection of theirs comes from any port; a datagram from the port they listen on.
  return transport !== 'UDP' || remote.port === location.port;
}

function placeText({ transport, address, port }: Location): string {
  return `${transport} ${plainAddress(address)} ${port}`;
}

function reaching({ transport, address, port, host }: Location): SipTarget {
  return { transport, host: address, port, ...transport === 'TLS' ? { serverName: host } : {} };
}
