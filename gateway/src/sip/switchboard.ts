/**
 * Where each message from the network goes. Told in order: judged, then matched to what is known (a transaction, a dialog), and only what is
 * left is a stranger's, for whom the doorman decides. Until the doorman has let somebody in, nothing of them is kept.
 */
import type { Core } from 'sip.js';
import type { Logger } from 'pino';
import type { Connection } from './connection.ts';
import { acceptHeader, allowHeader, supportedOptions } from './dialog/capabilities.ts';
import type { Doorman, Refused } from './doorman.ts';
import { judge, refusal } from './message-filter.ts';
import type { PeerIndex } from './peer-index.ts';
import type { Peer } from './peer.ts';
import type { Receiver } from './transport/receiver.ts';
import { sourceOf, TokenBuckets, type BucketLimits } from './transport/token-buckets.ts';

type Request = Core.IncomingRequestMessage;

export type MessageVerdict = 'keepAlive' | 'dropped' | 'refused' | 'response' | 'repeated' | 'limited' | 'dialog' | 'initial' | 'unmatched';

export interface SwitchboardLimits {
  /** Messages of one source, of whatever kind, that are read at all: reading one costs most of a millisecond. An office of phones is one source. */
  readonly messages: BucketLimits;
  /** Requests of one source that belong to no dialog, and malformed ones. A phone registers and calls; an office of them does so behind one address. */
  readonly strangers: BucketLimits;
  /** Requests that the doorman is thinking about. */
  readonly inWork: number;
  /** Calls of one peer that nobody answered yet. */
  readonly ringing: number;
}

export const defaultSwitchboardLimits: SwitchboardLimits = { messages: { burst: 1000, perSecond: 400 }, strangers: { burst: 200, perSecond: 50 }, inWork: 1000, ringing: 100 };

export interface SwitchboardOptions {
  readonly doorman: Doorman;
  readonly index: PeerIndex;
  /** Whether a Request-URI with this host means us: our domain, our addresses. */
  readonly isOurs: (host: string) => boolean;
  /** No limit on what they ask: configured trunks and proxies, behind which everybody has the one address. */
  readonly isKnown?: (address: string) => boolean;
  readonly limits?: SwitchboardLimits;
  readonly onVerdict?: (verdict: MessageVerdict, connection: Connection) => void;
  readonly now?: () => number;
  readonly log: Logger;
}

export class Switchboard implements Receiver {
  private readonly options: SwitchboardOptions;
  private readonly limits: SwitchboardLimits;
  private readonly messages: TokenBuckets;
  private readonly strangers: TokenBuckets;
  private readonly now: () => number;
  private inWork = 0;

  constructor(options: SwitchboardOptions) {
    this.options = options;
    this.limits = options.limits ?? defaultSwitchboardLimits;
    this.messages = new TokenBuckets(this.limits.messages);
    this.strangers = new TokenBuckets(this.limits.strangers);
    this.now = options.now ?? Date.now;
  }

  receive(text: string, connection: Connection): void {
    try {
      // Handled in any case: the argument of a call that does not happen would not be.
      const verdict = this.handle(text, connection);
      this.options.onVerdict?.(verdict, connection);
    } catch (error) {
      this.options.log.warn({ err: error, remote: connection.remote }, 'SIP message not handled');
    }
  }

  closed(connection: Connection): void {
    this.options.doorman.connectionClosed(connection);
  }

  private handle(text: string, connection: Connection): MessageVerdict {
    if (!this.mayTake(this.messages, connection)) return 'limited';
    const verdict = judge(text, connection.remote);
    switch (verdict.type) {
      case 'keepAlive':
        // RFC 5626, 4.4.1: answered on a stream. Over UDP nothing is: the source of a datagram can be forged.
        if (connection.transport !== 'UDP') connection.send('\r\n');
        return 'keepAlive';
      case 'drop':
        return 'dropped';
      case 'refuse':
        if (!this.mayAsk(connection)) return 'limited';
        connection.send(verdict.response);
        return 'refused';
      case 'response': {
        if (connection.transactions?.received(verdict.message.data) === true) return 'repeated';
        const peer = this.options.index.ofResponse(verdict.message);
        peer?.receive(verdict.message, connection);
        return peer ? 'response' : 'unmatched';
      }
      case 'request':
        return this.request(verdict.message, connection);
    }
  }

  private request(message: Request, connection: Connection): MessageVerdict {
    const peer = this.options.index.ofRequest(message, connection);
    // Nothing is remembered of somebody who has had their share.
    if (!peer && !this.mayAsk(connection)) return 'limited';
    if (connection.transactions?.received(message.data) === true) return 'repeated';
    if (peer) return this.known(message, connection, peer);
    if (message.method === 'ACK') return this.unanswered(message, connection);
    // RFC 3261, 9.2 and 12.2.2: nothing to cancel, or no such dialog (any more).
    if (message.method === 'CANCEL' || message.toTag) return this.refuse(message, connection, { type: 'refused', status: 481 });
    return this.stranger(message, connection);
  }

  private known(message: Request, connection: Connection, peer: Peer): MessageVerdict {
    if (peer.isAt(connection)) {
      peer.take(message, connection);
      return 'dialog';
    }
    // RFC 3261, 22.1: nor can an ACK; that it names the dialog's tags has to do.
    if (message.method === 'ACK') {
      peer.receive(message, connection);
      return 'dialog';
    }
    this.ask(message, connection, async () => {
      const refused = await this.options.doorman.authenticate(message, connection, peer);
      if (refused) { this.refuse(message, connection, refused); return; }
      peer.believe(connection);
      peer.take(message, connection);
    });
    return 'dialog';
  }

  private stranger(message: Request, connection: Connection): MessageVerdict {
    const { doorman, isOurs, index } = this.options;
    // RFC 3261, 8.2.2.1: for somebody else. We forward nothing.
    if (!isOurs(message.ruri?.host ?? '')) return this.refuse(message, connection, { type: 'refused', status: 404, reason: 'Not served here' });
    switch (message.method) {
      case 'OPTIONS':
        return this.refuse(message, connection, { type: 'refused', status: 200, headers: [allowHeader, acceptHeader, `Supported: ${supportedOptions.join(', ')}`, 'Accept-Encoding: identity', 'Accept-Language: en'] });
      case 'REGISTER':
        this.ask(message, connection, async () => {
          const result = await doorman.register(message, connection);
          if (result.type === 'refused') this.refuse(message, connection, result);
          else answer(message, connection, result);
        });
        return 'initial';
      case 'INVITE':
        // RFC 3261, 8.2.2.2: the same request by two ways. The first way is being answered.
        if (index.merges(message)) return this.refuse(message, connection, { type: 'refused', status: 482 });
        this.ask(message, connection, async () => {
          const result = await doorman.admit(message, connection);
          if (result.type === 'refused') { this.refuse(message, connection, result); return; }
          if (result.peer.ringing >= this.limits.ringing) { this.refuse(message, connection, { type: 'refused', status: 503, headers: ['Retry-After: 5'] }); return; }
          result.peer.believe(connection);
          result.peer.receive(message, connection);
        });
        return 'initial';
      default:
        return this.refuse(message, connection, { type: 'refused', status: 405, headers: [allowHeader] });
    }
  }

  /** The doorman may have to look somewhere; what it throws is our fault, not the sender's. */
  private ask(message: Request, connection: Connection, work: () => Promise<void>): void {
    if (this.inWork >= this.limits.inWork) {
      this.refuse(message, connection, { type: 'refused', status: 503, headers: ['Retry-After: 5'] });
      return;
    }
    this.inWork += 1;
    work()
      .catch((error: unknown) => {
        this.options.log.error({ err: error, method: message.method }, 'SIP request failed');
        this.refuse(message, connection, { type: 'refused', status: 500 });
      })
      .finally(() => { this.inWork -= 1; });
  }

  private refuse(message: Request, connection: Connection, { status, reason, headers = [] }: Refused): MessageVerdict {
    // Forgotten first: a refusal is sent once, so that a forged source gets no more than it sent.
    connection.transactions?.forget(message.data);
    answer(message, connection, { status, ...(reason === undefined ? {} : { reason }), headers });
    return 'refused';
  }

  private unanswered(message: Request, connection: Connection): MessageVerdict {
    connection.transactions?.forget(message.data);
    return 'unmatched';
  }

  private mayAsk(connection: Connection): boolean {
    return this.mayTake(this.strangers, connection);
  }

  private mayTake(buckets: TokenBuckets, { remote }: Connection): boolean {
    return this.options.isKnown?.(remote.address) === true || buckets.take(sourceOf(remote.address), this.now());
  }
}

function answer(message: Request, connection: Connection, { status, reason, headers }: { readonly status: number; readonly reason?: string; readonly headers: readonly string[] }): void {
  const verdict = refusal(message, status, reason, headers);
  if (verdict.type === 'refuse') connection.send(verdict.response);
}
