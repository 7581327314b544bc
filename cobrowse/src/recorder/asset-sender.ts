/** Hands pictures and fonts to the relay: one at a time, in pieces, and only while nothing of the page itself waits for the network. */
import type { AssetOffer } from '#shared/cobrowse-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { assetChunkBytes } from '../policy/limits.ts';

export interface AssetSenderPort {
  offer(offer: AssetOffer): Promise<Reply<{ readonly wanted: boolean }>>;
  sendPiece(piece: { readonly hash: string; readonly offset: number; readonly bytes: ArrayBuffer }): Promise<Reply<null>>;
  /** Resolves when what happens on the page has been sent; rejects when there is no connection. */
  quiet(): Promise<void>;
}

export class AssetSender {
  readonly #port: AssetSenderPort;
  #last: Promise<unknown> = Promise.resolve();

  constructor(port: AssetSenderPort) {
    this.#port = port;
  }

  /** Answers whether the relay has it now. */
  send(offer: AssetOffer, bytes: ArrayBuffer): Promise<boolean> {
    const sent = this.#last.then(() => this.#send(offer, bytes)).catch(() => false);
    this.#last = sent;
    return sent;
  }

  async #send(offer: AssetOffer, bytes: ArrayBuffer): Promise<boolean> {
    await this.#port.quiet();
    const reply = await this.#port.offer(offer);
    if (!reply.ok) return false;
    if (!reply.value.wanted) return true;
    for (let offset = 0; offset < bytes.byteLength; offset += assetChunkBytes) {
      await this.#port.quiet();
      const taken = await this.#port.sendPiece({ hash: offer.hash, offset, bytes: bytes.slice(offset, offset + assetChunkBytes) });
      if (!taken.ok) return false;
    }
    return true;
  }
}
