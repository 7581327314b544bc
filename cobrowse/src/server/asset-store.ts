/**
 * Pictures and fonts that customers' pages have given, by the hash of their content. The same content is held once for all sessions that
 * gave it, but a session gets only what its own page gave: nobody learns from the store what others have.
 */
import { createHash, type Hash } from 'node:crypto';
import { sniff, type AssetType } from '../policy/assets.ts';
import { maxAssetBytes, maxSessionAssetBytes, maxSessionAssets, maxTotalAssetBytes } from '../policy/limits.ts';

export interface Asset {
  readonly type: AssetType;
  readonly bytes: Buffer;
}

export interface AssetOffer {
  readonly hash: string;
  readonly type: AssetType;
  readonly size: number;
}

/** All sessions' content. */
export class AssetStore {
  readonly #held = new Map<string, { readonly asset: Asset; holders: number }>();
  #bytes = 0;
  /** In bytes, of all sessions together. */
  readonly #limit: number;

  constructor(limit = maxTotalAssetBytes) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limit;
  }

  hold(hash: string, asset: Asset): Asset {
    const known = this.#held.get(hash);
    if (known) {
      known.holders += 1;
      return known.asset;
    }
    this.#held.set(hash, { asset, holders: 1 });
    this.#bytes += asset.bytes.length;
    return asset;
  }

  release(hash: string): void {
    const known = this.#held.get(hash);
    if (!known) return;
    known.holders -= 1;
    if (known.holders > 0) return;
    this.#held.delete(hash);
    this.#bytes -= known.asset.bytes.length;
  }
}

/** What became of a piece: more are needed, it is all there and true, or it is not what was offered. */
export type Arrival = 'more' | 'complete' | 'bad';

/** One session's. */
export class SessionAssets {
  readonly #store: AssetStore;
  /** What was offered or asked for least lately comes first, and goes first: pictures of pages that the customer has left. */
  readonly #own = new Map<string, Asset>();
  #bytes = 0;
  /** Told every asset that comes, for whoever records the page. */
  handleAdded: ((hash: string, asset: Asset) => void) | null = null;

  constructor(store: AssetStore) {
    this.#store = store;
  }

  entries(): Iterable<[hash: string, asset: Asset]> {
    return this.#own.entries();
  }

  get(hash: string): Asset | null {
    const asset = this.#own.get(hash) ?? null;
    if (asset !== null) this.#touch(hash, asset);
    return asset;
  }

  /** `full`: too large, or all sessions together have no room; what is not taken is shown as a labelled box. */
  judge(offer: AssetOffer): 'wanted' | 'known' | 'full' {
    const known = this.#own.get(offer.hash);
    if (known !== undefined) {
      this.#touch(offer.hash, known);
      return 'known';
    }
    return offer.size > maxAssetBytes || !this.#store.hasRoom(offer.size) ? 'full' : 'wanted';
  }

  add(hash: string, asset: Asset): void {
    if (this.#own.has(hash)) return;
    this.#own.set(hash, this.#store.hold(hash, asset));
    this.#bytes += asset.bytes.length;
    for (const oldest of this.#own.keys()) {
      if (this.#own.size <= maxSessionAssets && this.#bytes <= maxSessionAssetBytes) break;
      this.drop(oldest);
    }
    this.handleAdded?.(hash, asset);
  }

  #touch(hash: string, asset: Asset): void {
    this.#own.delete(hash);
    this.#own.set(hash, asset);
  }

  /** The page shows it no longer, and will not again. */
  drop(hash: string): void {
    const asset = this.#own.get(hash);
    if (asset === undefined) return;
    this.#own.delete(hash);
    this.#bytes -= asset.bytes.length;
    this.#store.release(hash);
  }

  clear(): void {
    for (const hash of this.#own.keys()) this.drop(hash);
  }
}

/** One asset on its way from a page, in pieces, in order. */
export class AssetUpload {
  readonly offer: AssetOffer;
  readonly #digest: Hash = createHash('sha256');
  readonly #pieces: Buffer[] = [];
  #received = 0;

  constructor(offer: AssetOffer) {
    this.offer = offer;
  }

  take(offset: number, piece: Buffer): Arrival {
    if (offset !== this.#received || piece.length === 0 || this.#received + piece.length > this.offer.size) return 'bad';
    this.#digest.update(piece);
    this.#pieces.push(piece);
    this.#received += piece.length;
    if (this.#received < this.offer.size) return 'more';
    return this.#digest.digest('hex') === this.offer.hash && sniff(this.#pieces[0] ?? piece) === this.offer.type ? 'complete' : 'bad';
  }

  /** The whole of it, once complete. */
  asset(): Asset {
    return { type: this.offer.type, bytes: Buffer.concat(this.#pieces) };
  }
}
