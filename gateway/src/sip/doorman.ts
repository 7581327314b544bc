/**
 * Who is let in from the network: asked by the switchboard about everything that belongs to no dialog or transaction of ours. Whatever it
 * refuses leaves nothing behind, so that a sender who has not proven anything costs an answer and no memory.
 */
import type { Core } from 'sip.js';
import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';

/** A refusal in the words of SIP; the switchboard writes the response. Header lines such as a WWW-Authenticate are given whole. */
export interface Refused {
  readonly type: 'refused';
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly string[];
}

/** Answered to somebody known: kept for a while, so that a repeated request gets the same response and is not performed twice. */
export interface Answered {
  readonly type: 'answered';
  readonly status: number;
  readonly headers: readonly string[];
}

export interface Doorman {
  /** A TCP or TLS connection is gone: whoever was reachable on it alone is not any more. */
  connectionClosed(connection: Connection): void;
  /** A REGISTER (RFC 3261, 10.3). */
  register(message: Core.IncomingRequestMessage, connection: Connection): Promise<Answered | Refused>;
  /** An initial INVITE: whose peer it belongs to. The peer then receives it, and its `onInvite` hears of the call. */
  admit(message: Core.IncomingRequestMessage, connection: Connection): Promise<{ readonly type: 'admitted'; readonly peer: Peer } | Refused>;
  /**
   * A request in a dialog of `peer` that comes from an address which is none of the peer's. Null: the sender has proven to be the same
   * (by digest, or because it is a proxy of ours), and the request is believed.
   */
  authenticate(message: Core.IncomingRequestMessage, connection: Connection, peer: Peer): Promise<Refused | null>;
}
