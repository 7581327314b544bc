/**
 * The registrar for phones: REGISTERs whose sender is known become bindings, bindings become phones that can be called, and both survive a
 * restart in the store. A binding ends when it runs out, when its owner ends it, or when the owner is no agent with a phone any more.
 */
import { randomUUID } from 'node:crypto';
import type { Core } from 'sip.js';
import type { Logger } from 'pino';
import type { Connection } from '../connection.ts';
import type { Answered, Refused } from '../doorman.ts';
import type { Peer } from '../peer.ts';
import { plainAddress } from '../via.ts';
import { register, type Binding } from './bindings.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import { phoneExpiry, readPhoneRegister, type ExpiryLimits, type RegisterRequest } from './register-request.ts';

/** Where bindings are kept over a restart. Rejections are logged; a phone registers anew soon enough. */
export interface BindingStore {
  store(bindings: readonly Binding[]): Promise<void>;
  forget(ids: readonly string[]): Promise<void>;
  standing(now: number): Promise<readonly Binding[]>;
}

export interface RegistrarOptions extends Pick<PhoneOptions, 'domain' | 'index' | 'connect' | 'limits' | 'isEdge' | 'onInvite'> {
  readonly store: BindingStore;
  /** Something changed of what this agent's phones are or whether they can be called. */
  readonly onChange: (username: string) => void;
  /** Its SRTP keys travel in SDP, so its signalling has to be encrypted. */
  readonly needsTls: (username: string) => boolean;
  readonly now: () => number;
  readonly expiry?: ExpiryLimits;
  readonly log: Logger;
}

/** Milliseconds between two looks for what has run out. */
const sweepInterval = 5_000;

export class Registrar {
  private readonly options: RegistrarOptions;
  /** By user name, the phone that registered last at the end. */
  private readonly byUser = new Map<string, readonly Phone[]>();
  private readonly byPeer = new Map<Peer, Phone>();
  /** No binding leads to them any more, but a call of theirs goes on. */
  private readonly leaving = new Set<Phone>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(options: RegistrarOptions) {
    this.options = options;
    this.sweeper = setInterval(() => { this.sweep(); }, sweepInterval);
    this.sweeper.unref();
  }

  /** Best first: by q, then the one that registered last. */
  phones(username: string): readonly Phone[] {
    return (this.byUser.get(username) ?? []).toReversed().toSorted((one, other) => other.binding.q - one.binding.q);
  }

  phoneOf(peer: Peer): Phone | null {
    return this.byPeer.get(peer) ?? null;
  }

  /** Which phone of this user sends on this connection, or names this Contact. */
  sender(username: string, connection: Connection, contact: string | undefined): Phone | null {
    const phones = this.phones(username);
    const named = contact?.match(/sips?:[^>;]*/i)?.[0];
    const byName = phones.filter(({ binding }) => named !== undefined && binding.uri.startsWith(named));
    const bySource = phones.filter(({ binding }) => sentFrom(binding, connection));
    // Behind a proxy all of a user's phones send from one source; and a phone may write a Contact that differs from the registered one.
    return byName.find((phone) => bySource.includes(phone)) ?? bySource[0] ?? byName[0] ?? null;
  }

  /** The phone that registered on this very connection; over UDP, from this very address and port. */
  on(connection: Connection): Phone | null {
    for (const phones of this.byUser.values()) {
      for (const phone of phones) if (sentFrom(phone.binding, connection)) return phone;
    }
    return null;
  }

  get registered(): number {
    return this.byPeer.size - this.leaving.size;
  }

  /** Bindings of the run before this one. Phones on TCP or TLS that nobody can connect to register anew when they notice. */
  async restore(isPhone: (username: string) => boolean): Promise<void> {
    const standing = await this.options.store.standing(this.options.now());
    this.keep(this.options.store.forget(standing.filter(({ username }) => !isPhone(username)).map(({ id }) => id)));
    for (const binding of standing) {
      if (!isPhone(binding.username)) continue;
      this.put(binding.username, [...this.byUser.get(binding.username) ?? [], this.phone(binding, null)]);
      this.options.onChange(binding.username);
    }
  }

  /** A REGISTER of a sender who has proven to be this user. */
  register(message: Core.IncomingRequestMessage, connection: Connection, username: string): Answered | Refused {
    const { now, domain, isEdge, expiry = phoneExpiry, log } = this.options;
    const request = readPhoneRegister(message, { username, domain }, expiry);
    if ('refused' in request) return { type: 'refused', status: request.refused, ...request.reason === undefined ? {} : { reason: request.reason }, ...request.headers === undefined ? {} : { headers: request.headers } };
    const { transport, remote } = connection;
    if (transport === 'WS' || transport === 'WSS') return { type: 'refused', status: 403, reason: 'Desktops register at their own socket' };
    const address = plainAddress(remote.address);
    if (request.path.length > 0 && !isEdge(address, remote.port)) {
      log.warn({ username, address }, 'REGISTER with a Path from an address that is none of `edges`');
      return { type: 'refused', status: 403, reason: 'Path from an unknown proxy' };
    }
    // A proxy of ours in front ends TLS itself.
    if (transport !== 'TLS' && request.path.length === 0 && this.options.needsTls(username)) return { type: 'refused', status: 403, reason: 'TLS is needed' };
    const phones = this.byUser.get(username) ?? [];
    const outcome = register(phones.map(({ binding }) => binding), request, { username, transport, address, port: remote.port, now: now(), newId: randomUUID });
    if (outcome.type === 'refused') return { type: 'refused', status: outcome.status, reason: outcome.reason };
    const { bindings, changed, removed } = outcome;
    const before = new Map(phones.map((phone) => [phone.binding.id, phone]));
    this.put(username, bindings.map((binding) => {
      const phone = before.get(binding.id) ?? this.phone(binding, connection);
      if (changed.includes(binding) && before.has(binding.id)) phone.refresh(binding, connection);
      return phone;
    }));
    this.drop(phones.filter(({ binding }) => !bindings.some(({ id }) => id === binding.id)));
    this.keep(this.options.store.store(changed));
    this.keep(this.options.store.forget(removed.map(({ id }) => id)));
    if (changed.some(({ id }) => !before.has(id)) || removed.length > 0) {
      log.info({ username, phones: bindings.length, transport, address }, 'phone registered');
      this.options.onChange(username);
    }
    return { type: 'answered', status: 200, headers: answerHeaders(bindings, request, connection, now()) };
  }

  /** Ends the bindings of those who have no account any more; a call of theirs goes on. */
  forgetAllBut(isPhone: (username: string) => boolean): void {
    for (const [username, phones] of this.byUser) {
      if (isPhone(username)) continue;
      this.put(username, []);
      this.drop(phones);
      this.keep(this.options.store.forget(phones.map(({ binding }) => binding.id)));
      this.options.onChange(username);
    }
  }

  connectionClosed(connection: Connection): void {
    const address = plainAddress(connection.remote.address);
    for (const [, phones] of this.byUser) {
      for (const phone of phones) if (phone.binding.address === address && phone.binding.transport === connection.transport) phone.connectionClosed();
    }
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const phone of this.byPeer.values()) phone.close();
    this.byPeer.clear();
    this.byUser.clear();
  }

  private phone(binding: Binding, connection: Connection | null): Phone {
    const { onChange, ...options } = this.options;
    const phone = new Phone({ ...options, binding, connection, onReachable: ({ reachable }) => {
      this.options.log.info({ username: binding.username, reachable }, 'phone');
      onChange(binding.username);
    } });
    this.byPeer.set(phone.peer, phone);
    return phone;
  }

  private sweep(): void {
    const now = this.options.now();
    for (const phone of this.leaving) if (!phone.peer.busy) this.end(phone);
    for (const [username, phones] of this.byUser) {
      const over = phones.filter(({ binding }) => binding.expiresAt <= now);
      if (over.length === 0) continue;
      this.put(username, phones.filter((phone) => !over.includes(phone)));
      this.drop(over);
      this.keep(this.options.store.forget(over.map(({ binding }) => binding.id)));
      this.options.onChange(username);
    }
  }

  private put(username: string, phones: readonly Phone[]): void {
    if (phones.length > 0) this.byUser.set(username, phones);
    else this.byUser.delete(username);
  }

  /** A call does not end because a registration does. */
  private drop(phones: readonly Phone[]): void {
    for (const phone of phones) {
      if (phone.peer.busy) this.leaving.add(phone);
      else this.end(phone);
    }
  }

  private end(phone: Phone): void {
    this.leaving.delete(phone);
    this.byPeer.delete(phone.peer);
    phone.close();
  }

  private keep(stored: Promise<void>): void {
    stored.catch((error: unknown) => { this.options.log.warn({ err: error }, 'bindings not stored'); });
  }
}

function sentFrom({ transport, address, port }: Binding, connection: Connection): boolean {
  return transport === connection.transport && port === connection.remote.port && address === plainAddress(connection.remote.address);
}

/** RFC 3261, 10.3, step 8: all bindings that stand, each with what is left of it. */
function answerHeaders(bindings: readonly Binding[], { path, supportsPath, supportsOutbound, asks }: RegisterRequest, connection: Connection, now: number): string[] {
  const flows = asks.type === 'contacts' && asks.contacts.some(({ regId }) => regId !== null);
  // RFC 5626, 6: outbound where we keep the flow. Over UDP that asks for STUN on the SIP port, which we do not speak.
  const outbound = flows && supportsOutbound && path.length === 0 && connection.transport !== 'UDP';
  return [
    ...bindings.map(({ contact, expiresAt }) => `Contact: ${contact};expires=${Math.max(1, Math.round((expiresAt - now) / 1000))}`),
    // RFC 3327, 5.3.
    ...(supportsPath ? path.map((value) => `Path: ${value}`) : []),
    ...(outbound ? ['Require: outbound'] : []),
    'Supported: path, outbound',
    `Date: ${new Date(now).toUTCString()}`,
  ];
}
