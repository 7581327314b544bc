/**
 * The pages of one session: of several tabs and page loads the one that the customer came to last is live; the others are acknowledged and
 * ignored, and the last of them that is still there takes over when the live one goes.
 */
import type { Envelope } from '#shared/cobrowse-protocol.ts';
import type { RelaySocket } from './viewer-link.ts';

const maxKnownPages = 32;

/** One load of one document in one tab. */
export interface SharedPage {
  readonly tab: string;
  readonly pageEpoch: string;
  socket: RelaySocket | null;
  /** As it was shown last: scrubbed. Empty until it has been shown once. */
  address: string;
  /** Since when the customer looks at another one; null: they look at this one. */
  leftAt: string | null;
}

export class SharedPages {
  /** In the order in which the customer came to them; the last is the newest. */
  #known: SharedPage[] = [];
  #live: SharedPage | null = null;
  /** What the customer looks at; the agent may look at another one of their tabs. */
  #front: SharedPage | null = null;
  readonly #handleLive: () => void;
  #version = 0;

  /** `handleLive`: another page is live from now on, and nothing of the one before is to be shown. */
  constructor(handleLive: () => void) {
    this.#handleLive = handleLive;
  }

  get known(): readonly SharedPage[] {
    return this.#known;
  }

  get live(): SharedPage | null {
    return this.#live;
  }

  /** Rises with everything that a frame may change about them. */
  get version(): number {
    return this.#version;
  }

  /** The live page says what its address is, scrubbed. */
  nameLive(address: string): void {
    if (this.#live === null || this.#live.address === address) return;
    this.#live.address = address;
    this.#version += 1;
  }

  /** The page a frame belongs to; a page not seen before is the newest and goes live. Null: it is forged. */
  pageOf(socket: RelaySocket, envelope: Envelope): SharedPage | null {
    const { tab, pageEpoch } = envelope;
    const known = this.#known.find((page) => page.pageEpoch === pageEpoch && page.tab === tab);
    if (known) {
      if (known.socket === null) this.#handleReturn(known, socket);
      // A socket carries one page: another one under its name is forged.
      if (known.socket !== socket) return null;
      if (this.#live === null || this.#live.socket === null) this.goLive(known);
      return known;
    }
    if (this.#known.some((page) => page.socket === socket)) return null;
    const page: SharedPage = { tab, pageEpoch, socket, address: '', leftAt: null };
    this.#known = [...this.#known.filter((old) => old.socket !== null || old === this.#live), page].slice(-maxKnownPages);
    this.#setFront(page);
    this.goLive(page);
    return page;
  }

  /** The customer has come to this one. Answers whether that is news. */
  bringToFront(socket: RelaySocket): boolean {
    const page = this.#known.find((known) => known.socket === socket);
    if (page === undefined || (page === this.#live && page === this.#front)) return false;
    // It falls back to this one, should a later one close.
    this.#known = [...this.#known.filter((other) => other !== page), page];
    this.#setFront(page);
    this.goLive(page);
    return true;
  }

  goLive(page: SharedPage): void {
    if (this.#live === page) return;
    this.#live = page;
    this.#version += 1;
    this.#handleLive();
    for (const { socket } of this.#known) socket?.emit('shown', socket === page.socket);
  }

  /** Its socket is gone. `isDeliberate`: the page ended the sharing itself, and does not come back. Answers whether it was the live one. */
  handleGone(socket: RelaySocket, isDeliberate: boolean): boolean {
    const page = this.#known.find((known) => known.socket === socket);
    if (page === undefined) return false;
    page.socket = null;
    if (isDeliberate) this.#known = this.#known.filter((known) => known !== page);
    return page === this.#live;
  }

  /** The newest that is still there takes over. Answers whether there is one. */
  fallBack(): boolean {
    const successor = this.#known.findLast((page) => page.socket !== null);
    if (successor !== undefined) this.goLive(successor);
    return successor !== undefined;
  }

  /** Nothing is live until a page speaks, or the customer comes to one. */
  endLive(): void {
    this.#live = null;
  }

  clear(): void {
    this.#known = [];
    this.#live = null;
    this.#front = null;
  }

  /** Its connection is back. Of several that come back at once the one in front is shown, not the one that was first. */
  #handleReturn(page: SharedPage, socket: RelaySocket): void {
    page.socket = socket;
    this.#version += 1;
    if (page === this.#front) this.goLive(page);
    socket.emit('shown', page === this.#live);
  }

  #setFront(page: SharedPage): void {
    if (this.#front !== null && this.#front !== page) this.#front.leftAt = new Date().toISOString();
    page.leftAt = null;
    this.#front = page;
  }
}
