/**
 * One phone that registered: its binding, the peer through which it is called, and whether it can be reached right now. A phone on TCP or
 * TLS can while its connection stands (or one to it can be made); over UDP it has to answer OPTIONS, which also keeps its NAT open.
 */
import { isIP } from 'node:net';
import { Grammar } from 'sip.js';
import type { Logger } from 'pino';
import { withAutoAnswer } from '../auto-answer.ts';
import type { Connection } from '../connection.ts';
import { placeCall } from '../dialog/outgoing.ts';
import type { Dialog, DialogListener, IncomingCall, OutgoingCall } from '../dialog/dialog.ts';
import type { TextMessage } from '../endpoint.ts';
import { probe } from '../options-probe.ts';
import { Peer } from '../peer.ts';
import type { PeerIndex } from '../peer-index.ts';
import { sendText } from '../text-message.ts';
import { plainAddress } from '../via.ts';
import type { Connect } from '../trunks/target.ts';
import type { Binding } from './bindings.ts';

export interface PhoneLimits {
  /** Milliseconds between two OPTIONS to a phone on UDP; NATs forget a silent flow after 30 s at the earliest. */
  readonly keepAlive: number;
  /** Milliseconds for its answer: five transmissions over UDP. */
  readonly answer: number;
  /** Unanswered ones after which a phone is not called any more. */
  readonly failures: number;
}

export const phoneLimits: PhoneLimits = { keepAlive: 25_000, answer: 8_000, failures: 2 };

export interface PhoneOptions {
  readonly binding: Binding;
  readonly connection: Connection | null;
  readonly domain: string;
  readonly index: PeerIndex;
  readonly connect: Connect;
  readonly limits: PhoneLimits;
  /** It came within reach, or went out of it. */
  readonly onReachable: (phone: Phone) => void;
  readonly onInvite: (phone: Phone, call: IncomingCall) => void;
  /** Whether a proxy of ours stands at this address: only there a Path may lead. */
  readonly isEdge: (address: string, port: number) => boolean;
  readonly log: Logger;
}

export class Phone {
  readonly peer: Peer;
  private current: Binding;
  private readonly options: PhoneOptions;
  private missed = 0;
  private timer: NodeJS.Timeout | null = null;
  private reported: boolean;
  private closed = false;

  constructor(options: PhoneOptions) {
    this.options = options;
    this.current = options.binding;
    this.peer = new Peer({
      name: `phone ${options.binding.username}`, index: options.index, domain: options.domain, connection: options.connection, moves: true,
      onInvite: (call) => options.onInvite(this, call), reach: (why) => why === 'lost' ? this.reconnect() : Promise.resolve(null), log: options.log,
    });
    this.reported = this.reachable;
    // One of a run before this one may be gone meanwhile.
    this.keepAlive(options.connection === null ? 0 : options.limits.keepAlive);
  }

  get binding(): Binding {
    return this.current;
  }

  /** For people: what the phone says it is, in short. */
  get label(): string {
    return this.current.userAgent?.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 40) ?? 'Phone';
  }

  get reachable(): boolean {
    if (this.closed || this.missed >= this.options.limits.failures) return false;
    return this.current.transport === 'UDP' || this.peer.connection !== null || this.callback !== null;
  }

  /** The phone refreshed its registration: it is alive, and may be elsewhere. */
  refresh(binding: Binding, connection: Connection): void {
    this.current = binding;
    this.missed = 0;
    this.peer.use(connection);
    this.keepAlive();
    this.report();
  }

  /** A connection from its address closed; perhaps its own. */
  connectionClosed(): void {
    this.report();
  }

  call(call: OutgoingCall, listener: DialogListener): Dialog | null {
    const target = Grammar.URIParse(this.current.uri);
    if (!target || !this.reachable) return null;
    return placeCall({ core: this.peer.core, target, route: [...this.current.path], call: withAutoAnswer(call), listener, log: this.options.log });
  }

  /** Answers its final status. */
  async message(message: TextMessage): Promise<number> {
    const target = Grammar.URIParse(this.current.uri);
    if (!target) return 404;
    const { domain, binding: { username } } = this.options;
    return sendText({ core: this.peer.core, target, route: this.current.path, to: `sip:${username}@${domain}`, message });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.peer.close();
  }

  private report(): void {
    const { reachable } = this;
    if (reachable === this.reported || this.closed) return;
    this.reported = reachable;
    this.options.onReachable(this);
  }

  private keepAlive(delay = this.options.limits.keepAlive): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.current.transport !== 'UDP' || this.closed) return;
    this.timer = setTimeout(() => { void this.ask(); }, delay);
    this.timer.unref();
  }

  private async ask(): Promise<void> {
    const { limits, domain } = this.options;
    const target = Grammar.URIParse(this.current.uri);
    const asked = this.current;
    if (target) {
      const { alive } = await probe({ core: this.peer.core, target, route: this.current.path, from: `sip:${domain}`, limit: limits.answer });
      // A REGISTER in the meantime says more than the answer that did not come.
      if (this.closed || this.current !== asked) return;
      this.missed = alive ? 0 : this.missed + 1;
    }
    this.report();
    this.keepAlive();
  }

  /** Where a lost connection can be made anew from our side: over UDP always, else where the phone or its proxy can be connected to. */
  private get callback(): { readonly host: string; readonly port: number } | null {
    const { transport, address, port, path, uri } = this.current;
    if (transport === 'UDP') return { host: address, port };
    const [next] = path;
    const named = hostAndPort(next === undefined ? uri : /<([^>]*)>/.exec(next)?.[1] ?? next, transport === 'TLS' ? 5061 : 5060);
    if (!named || isIP(named.host) === 0) return null;
    // Nowhere but where the REGISTER came from or where a proxy of ours stands: a Contact could name anybody.
    const ours = next === undefined ? plainAddress(named.host) === plainAddress(address) : this.options.isEdge(named.host, named.port);
    return ours ? named : null;
  }

  private async reconnect(): Promise<Connection | null> {
    const { callback } = this;
    return callback === null ? null : this.options.connect({ transport: this.current.transport, ...callback });
  }
}

function hostAndPort(uri: string, defaultPort: number): { readonly host: string; readonly port: number } | null {
  const parsed = Grammar.URIParse(uri);
  return parsed ? { host: parsed.host.replace(/^\[|\]$/g, ''), port: parsed.port ?? defaultPort } : null;
}
