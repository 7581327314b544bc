/**
 * Pictures and fonts in the viewer's hands: fetched from the relay by hash when an event names them, kept for as long as the session is
 * watched. The page is shown with addresses of this document's own making, so nothing that the customer's page names is ever asked for.
 */
import { fontTypes, pictureTypes } from '../policy/assets.ts';

export type ShelvedAsset =
  | { readonly kind: 'picture'; readonly url: string }
  | { readonly kind: 'font'; readonly bytes: ArrayBuffer };

export interface AssetAnswer {
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

/** More than any page shows at a time; what was fetched first goes first. */
const maxShelved = 600;

export class AssetShelf {
  readonly #fetch: (hash: string) => Promise<AssetAnswer | null>;
  readonly #known = new Map<string, Promise<ShelvedAsset | null>>();
  readonly #urls = new Map<string, string>();

  constructor(fetch: (hash: string) => Promise<AssetAnswer | null>) {
    this.#fetch = fetch;
  }

  /** Null where the relay has it no longer, or the connection went. */
  get(hash: string): Promise<ShelvedAsset | null> {
    const known = this.#known.get(hash);
    if (known) return known;
    const asked = this.#fetch(hash).then((answer) => answer && this.#shelve(hash, answer), () => null);
    this.#known.set(hash, asked);
    if (this.#known.size > maxShelved) this.drop(this.#known.keys().next().value ?? hash);
    void asked.then((asset) => {
      // To be asked for again when it is named again.
      if (asset === null) this.#known.delete(hash);
    });
    return asked;
  }

  drop(hash: string): void {
    const url = this.#urls.get(hash);
    if (url !== undefined) URL.revokeObjectURL(url);
    this.#urls.delete(hash);
    this.#known.delete(hash);
  }

  /** What the customer no longer shares is not kept. */
  clear(): void {
    for (const hash of this.#known.keys()) this.drop(hash);
  }

  #shelve(hash: string, { type, bytes }: AssetAnswer): ShelvedAsset | null {
    if (fontTypes.some((known) => known === type)) return { kind: 'font', bytes };
    if (!pictureTypes.some((known) => known === type)) return null;
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    this.#urls.set(hash, url);
    return { kind: 'picture', url };
  }
}
