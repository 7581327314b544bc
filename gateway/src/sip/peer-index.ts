/**
 * Which peer a message belongs to. Transactions are a peer's own: a response is found by the token that the peer put into its branches,
 * which nobody can guess. Dialogs are not bound to a connection (RFC 3261, 12): they are found by Call-ID and tags, wherever from.
 */
import type { Core } from 'sip.js';
import type { Connection } from './connection.ts';
import type { Peer } from './peer.ts';
import { branchToken } from './via.ts';

/** Call-IDs remembered beyond which those that stand for nothing any more are looked for. */
const sweepAbove = 256;

export class PeerIndex {
  private readonly byToken = new Map<string, Peer>();
  private readonly byCallId = new Map<string, Set<Peer>>();
  private sweepAt = sweepAbove;

  add(peer: Peer): void {
    this.byToken.set(peer.token, peer);
  }

  remove(peer: Peer): void {
    this.byToken.delete(peer.token);
    for (const [callId, peers] of this.byCallId) if (peers.delete(peer) && peers.size === 0) this.byCallId.delete(callId);
  }

  get size(): number {
    return this.byToken.size;
  }

  /** Told by the peer of each request that may begin a dialog. */
  note(callId: string, peer: Peer): void {
    const peers = this.byCallId.get(callId);
    if (peers) { peers.add(peer); return; }
    // Before it is added: what the request begins does not stand yet, and would be swept away with the rest.
    if (this.byCallId.size >= this.sweepAt) this.sweep();
    this.byCallId.set(callId, new Set([peer]));
  }

  ofResponse(message: Core.IncomingResponseMessage): Peer | null {
    return this.byToken.get(branchToken(message.viaBranch) ?? '') ?? null;
  }

  /** By dialog; else by the transaction that a CANCEL, the ACK of a refusal or a repeated request is part of. */
  ofRequest(message: Core.IncomingRequestMessage, connection: Connection): Peer | null {
    for (const peer of this.byCallId.get(message.callId) ?? []) if (peer.hasDialog(message) || peer.hasTransaction(message, connection)) return peer;
    return null;
  }

  /** RFC 3261, 8.2.2.2: a request that came before by another way, and is in work. */
  merges(message: Core.IncomingRequestMessage): boolean {
    for (const peer of this.byCallId.get(message.callId) ?? []) if (peer.merges(message)) return true;
    return false;
  }

  private sweep(): void {
    for (const [callId, peers] of this.byCallId) {
      for (const peer of peers) if (!peer.holds(callId)) peers.delete(peer);
      if (peers.size === 0) this.byCallId.delete(callId);
    }
    // Doubled, so that a sweep costs each call a constant at most.
    this.sweepAt = Math.max(sweepAbove, this.byCallId.size * 2);
  }
}
