/**
 * One SIP peer: a page of a desktop, a registered phone, a target of a trunk. It has SIP.js' core to itself, so that no other peer can hit
 * its transactions, and a connection that can be exchanged, because a dialog outlives the connection it began on.
 */
import { randomBytes } from 'node:crypto';
import { Core, Grammar, URI } from 'sip.js';
import type { Logger } from 'pino';
import type { Connection } from './connection.ts';
import { allowHeader, supportedOptions } from './dialog/capabilities.ts';
import type { IncomingCall } from './dialog/dialog.ts';
import { receiveRequest } from './dialog/requests.ts';
import type { PeerIndex } from './peer-index.ts';
import { hostText, innerBranch, withOwnVia } from './via.ts';

/** RFC 3261, 18.1.1: a request longer than this goes over TCP where the target has it. */
const longestDatagram = 1300;
/** Addresses beside the connection's own at which the peer has proven to be: proxies, networks it moved to. */
const rememberedAddresses = 16;
/** Transactions whose messages have to go a certain way. Far above what a phone has at a time; the oldest is forgotten. */
const rememberedRequests = 256;

export interface PeerOptions {
  /** For the log: whose it is. */
  readonly name: string;
  readonly index: PeerIndex;
  /** The domain that this gateway answers for. */
  readonly domain: string;
  /** Null: made by `reach` when there is something to send. */
  readonly connection: Connection | null;
  readonly onInvite: (call: IncomingCall) => void;
  /** Answers challenges to our own requests. */
  readonly authenticationFactory?: () => Core.DigestAuthentication | undefined;
  /** Its in-dialog requests move it: a page with a new socket, a phone with a new NAT port. Not a trunk, which is where it is configured to be. */
  readonly moves: boolean;
  /** Another connection to the same peer: the one before is gone, or the message is too long for UDP. Null: there is none. */
  readonly reach?: (why: 'lost' | 'long') => Promise<Connection | null>;
  /**
   * For a peer without a NAT before it: where a request in a dialog goes, by its route or else its remote target (RFC 3261, 8.1.2 and
   * 12.2.1.1). Null: on the peer's own connection.
   */
  readonly onward?: (uri: string) => Promise<Connection | null>;
  readonly log: Logger;
}

export class Peer {
  readonly name: string;
  /** Marks the branches of this peer's requests. */
  readonly token = randomBytes(8).toString('hex');
  readonly core: Core.UserAgentCore;
  private readonly options: PeerOptions;
  private current: Connection | null;
  /** By topmost Via: requests whose response we owe. */
  private readonly origins = new Map<string, Connection>();
  /** By branch: transactions whose request was too long for the peer's own connection. */
  private readonly detours = new Map<string, Connection>();
  private readonly addresses = new Set<string>();
  private readonly movers = new Set<() => void>();
  private closed = false;

  constructor(options: PeerOptions) {
    this.options = options;
    this.name = options.name;
    this.current = options.connection;
    // Without it SIP.js says yes to a MESSAGE that nobody reads.
    this.core = new Core.UserAgentCore(this.configuration(), { onMessage: (request) => request.reject({ statusCode: 405, extraHeaders: [allowHeader] }) });
    options.index.add(this);
  }

  get connection(): Connection | null {
    return this.current?.open === true ? this.current : null;
  }

  /** A dialog stands, or one of our requests has no final answer yet. */
  get busy(): boolean {
    return this.core.dialogs.size > 0 || this.core.userAgentClients.size > 0;
  }

  /** INVITEs of the peer that nobody answered or refused yet. */
  get ringing(): number {
    let count = 0;
    for (const { transaction } of this.core.userAgentServers.values()) if (transaction.request.method === 'INVITE' && transaction.state === Core.TransactionState.Proceeding) count += 1;
    return count;
  }

  /** The network path changed under standing dialogs: their media may have to find a new one too (SIP.js#1095). */
  onMoved(listener: () => void): { remove(): void } {
    this.movers.add(listener);
    return { remove: () => this.movers.delete(listener) };
  }

  /** From now on the peer is reached here. The connection before it is left to whoever owns it. */
  use(connection: Connection): void {
    const before = this.current;
    if (this.closed || before === connection) return;
    this.current = connection;
    if (before && !samePath(before, connection)) for (const listener of Array.from(this.movers)) listener();
  }

  /** Whether what comes here is believed to be the peer's. */
  isAt(connection: Connection): boolean {
    const { address } = connection.remote;
    return this.current === connection || this.current?.remote.address === address || this.addresses.has(address);
  }

  /** The peer has proven to be here. */
  believe(connection: Connection): void {
    const { address } = connection.remote;
    if (this.current?.remote.address === address) return;
    this.addresses.delete(address);
    this.addresses.add(address);
    if (this.addresses.size <= rememberedAddresses) return;
    const [oldest] = this.addresses;
    if (oldest !== undefined) this.addresses.delete(oldest);
  }

  /** A request in a dialog or transaction of the peer, from where it is believed to be. */
  take(message: Core.IncomingRequestMessage, connection: Connection): void {
    const later = this.connection === null || connection.serial > (this.current?.serial ?? 0);
    if (this.options.moves && later && message.toTag) this.use(connection);
    this.receive(message, connection);
  }

  merges(message: Core.IncomingRequestMessage): boolean {
    for (const { message: other } of this.core.userAgentServers.values()) {
      if (other.callId === message.callId && other.fromTag === message.fromTag && other.cseq === message.cseq && other.viaBranch !== message.viaBranch && other.method === message.method) return true;
    }
    return false;
  }

  /** A dialog is found by its tags, wherever the request comes from. */
  hasDialog({ callId, toTag, fromTag }: Core.IncomingRequestMessage): boolean {
    return toTag !== '' && this.core.dialogs.has(`${callId}${toTag}${fromTag}`);
  }

  /** A transaction only where it began: SIP.js goes by the branch alone, which anybody could have seen or guessed (RFC 3261, 17.2.3). */
  hasTransaction(message: Core.IncomingRequestMessage, connection: Connection): boolean {
    const known = this.core.userAgentServers.get(message.viaBranch)?.message;
    return known !== undefined && this.isAt(connection) && known.callId === message.callId && sentBy(known) === sentBy(message);
  }

  /** Whether a dialog or transaction with this Call-ID stands. */
  holds(callId: string): boolean {
    for (const dialog of this.core.dialogs.values()) if (dialog.callId === callId) return true;
    for (const client of this.core.userAgentClients.values()) if (client.message.callId === callId) return true;
    for (const server of this.core.userAgentServers.values()) if (server.message.callId === callId) return true;
    return false;
  }

  /** A judged message of this peer. Whatever SIP.js throws at it ends here. */
  receive(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage, connection: Connection): void {
    if (this.closed) return;
    try {
      if (message instanceof Core.IncomingResponseMessage) {
        message.viaBranch = innerBranch(message.viaBranch);
        this.core.receiveIncomingResponseFromTransport(message);
        return;
      }
      if (message.method !== 'ACK') keep(this.origins, message.getHeader('via') ?? '', connection);
      if (message.method === 'INVITE') this.options.index.note(message.callId, this);
      receiveRequest({ core: this.core, message, onInvite: this.options.onInvite, log: this.options.log });
    } catch (error) {
      this.options.log.warn({ err: error, peer: this.name }, 'SIP message not handled');
    }
  }

  /** Ends what SIP.js still has in work. Dialogs have to be ended before it, while their BYEs can leave. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.options.index.remove(this);
    this.core.dispose();
    this.origins.clear();
    this.detours.clear();
    this.movers.clear();
  }

  private async send(text: string): Promise<void> {
    if (text.startsWith('SIP/2.0 ')) {
      const origin = this.origins.get(/^via: ([^\r\n]*)/im.exec(text)?.[1] ?? '');
      // RFC 3261, 18.2.2: back on the connection the request came on; if that is gone, to where the peer is now.
      const connection = origin?.open === true ? origin : this.connection ?? await this.another('lost');
      if (!connection) throw new Error('the peer has no connection');
      connection.send(this.withContact(text, connection));
      return;
    }
    if (text.startsWith('INVITE ')) this.options.index.note(/^call-id: ([^\r\n]*)/im.exec(text)?.[1] ?? '', this);
    const branch = /^via:[^\r\n]*;branch=([^;\r\n]+)/im.exec(text)?.[1] ?? '';
    // RFC 3261, 9.1 and 17.1.1.3: a CANCEL, and the ACK of a refusal, go where their INVITE went.
    const before = this.detours.get(branch);
    let connection = before?.open === true ? before : await this.onward(text) ?? this.connection ?? await this.another('lost');
    if (connection?.transport === 'UDP' && Buffer.byteLength(this.onTheWire(text, connection)) > longestDatagram) {
      const detour = await this.another('long');
      if (detour) keep(this.detours, branch, detour);
      connection = detour ?? connection;
    }
    if (!connection) throw new Error('the peer has no connection');
    connection.send(this.onTheWire(text, connection));
  }

  /** Of a request in a dialog, or of an ACK: one of a refusal names what its INVITE named, and goes there. */
  private async onward(text: string): Promise<Connection | null> {
    if (!this.options.onward || !/^to:[^\r\n]*;tag=/im.test(text)) return null;
    const uri = /^route:[^\r\n<]*<([^>\r\n]*)>/im.exec(text)?.[1] ?? text.split(' ', 2)[1] ?? '';
    const connection = await this.options.onward(uri);
    // Who is asked there answers from there, and may ask as well.
    if (connection) this.believe(connection);
    return connection;
  }

  private onTheWire(text: string, connection: Connection): string {
    return this.withContact(withOwnVia(text, connection, this.token), connection);
  }

  /** What was written before there was a connection to name. */
  private withContact(text: string, connection: Connection): string {
    const unknown = this.contactOn(null).toString();
    return text.includes(unknown) ? text.replace(unknown, this.contactOn(connection).toString()) : text;
  }

  private async another(why: 'lost' | 'long'): Promise<Connection | null> {
    const connection = await this.options.reach?.(why) ?? null;
    // A long message changes nothing about where the peer is; a lost connection does.
    if (connection && why === 'lost') this.use(connection);
    return connection;
  }

  /** Where requests of the peer's reach us. */
  private contactOn(connection: Connection | null): URI {
    if (!connection) return new URI('sip', this.token, 'unreached.invalid');
    const { local, transport } = connection;
    // RFC 7118, 5: a WebSocket cannot be reached at an address; its requests come on the connection that stands.
    if (transport === 'WS' || transport === 'WSS') return new URI('sip', this.token, this.options.domain, undefined, { transport: 'ws' });
    return new URI('sip', this.token, hostText(local.address), local.port, transport === 'UDP' ? {} : { transport: transport.toLowerCase() });
  }

  private configuration(): Core.UserAgentCoreConfiguration {
    const { domain, authenticationFactory, log } = this.options;
    // Read at every message, so that Contact and Via name the connection that the peer has then.
    const contactUri = (): URI => this.contactOn(this.current);
    const protocol = (): string => this.current?.transport ?? 'TCP';
    const transport = { get protocol() { return protocol(); }, send: (text: string) => this.send(text) };
    const loggerFactory = new Core.LoggerFactory();
    loggerFactory.builtinEnabled = false;
    loggerFactory.level = 'warn' as unknown as Core.Levels;
    loggerFactory.connector = (level, category, _label, content) => { if (level === 'error' || level === 'warn') log.debug({ category, peer: this.name }, content); };
    const aor = Grammar.URIParse(`sip:${domain}`);
    if (!aor) throw new Error(`not a SIP domain: ${domain}`);
    return {
      aor, displayName: '', routeSet: [], hackViaTcp: false, viaForceRport: false, viaHost: domain, sipjsId: this.token.slice(0, 5),
      contact: { get uri() { return contactUri(); }, pubGruu: undefined, tempGruu: undefined, toString: () => `<${contactUri().toString()}>` },
      supportedOptionTags: [...supportedOptions], supportedOptionTagsResponse: [...supportedOptions], userAgentHeaderFieldValue: 'GetHelp', loggerFactory,
      authenticationFactory: authenticationFactory ?? (() => undefined), transportAccessor: () => transport,
    };
  }
}

function keep(connections: Map<string, Connection>, key: string, connection: Connection): void {
  connections.delete(key);
  connections.set(key, connection);
  if (connections.size <= rememberedRequests) return;
  const [oldest] = connections.keys();
  if (oldest !== undefined) connections.delete(oldest);
}

function sentBy(message: Core.IncomingRequestMessage): string {
  return (message.getHeader('via') ?? '').split(';', 1)[0]?.toLowerCase() ?? '';
}

function samePath(one: Connection, other: Connection): boolean {
  return one.transport === other.transport && one.remote.address === other.remote.address && one.remote.port === other.remote.port
    && one.local.port === other.local.port && (one.transport === 'UDP' || one.serial === other.serial);
}
