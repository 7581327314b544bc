/**
 * Watches every document and shadow root that is shared for what rrweb does not report: that a part is opened, closed or blocked from now
 * on, which has to be told anew as a whole, and that a frame has become another page.
 */
import { blockAttribute, frameTag, maskAttribute, readonlyAttribute, unmaskAttribute } from '../policy/markers.ts';
import { sharedDocumentOf } from './notes.ts';
import type { RulesInPage } from './rules-in-page.ts';

export interface RootWatchPort {
  /** What may be seen has changed. */
  handleStale(): void;
  /** An image has got its picture, or another one. */
  handleImage(image: HTMLImageElement): void;
  handlePopover(element: Element): void;
  readonly rules: Pick<RulesInPage, 'isFrameShared'>;
}

const firstLook = 100;

export class RootWatch {
  readonly #port: RootWatchPort;
  readonly #markers: MutationObserver;
  readonly #roots = new Set<Document | ShadowRoot>();
  /** At how many roots it is looked which of them are gone. */
  #nextLook = firstLook;
  /** Whether a frame's page could be shared when it last loaded. */
  readonly #readable = new WeakMap<HTMLIFrameElement, boolean>();

  constructor(port: RootWatchPort) {
    this.#port = port;
    this.#markers = new MutationObserver(() => port.handleStale());
  }

  add(root: Document | ShadowRoot): void {
    if (this.#roots.has(root)) return;
    if (this.#roots.size >= this.#nextLook) this.#forgetGone();
    this.#roots.add(root);
    this.#markers.observe(root, { subtree: true, attributes: true, attributeFilter: [maskAttribute, unmaskAttribute, blockAttribute, readonlyAttribute] });
    // Loads do not bubble, and do not leave a shadow root.
    root.addEventListener('load', this.#handleLoad, true);
    root.addEventListener('toggle', this.#handleToggle, true);
    for (const frame of root.querySelectorAll<HTMLIFrameElement>(frameTag)) this.#readable.set(frame, sharedDocumentOf(frame, this.#port.rules) !== null);
  }

  /** All that are watched. */
  get all(): Iterable<Document | ShadowRoot> {
    return this.#roots;
  }

  stop(): void {
    this.#markers.disconnect();
    for (const root of this.#roots) this.#leave(root);
    this.#roots.clear();
  }

  /** Components come and go, and frames load one page after another: what is out of the page is not held. */
  #forgetGone(): void {
    for (const root of this.#roots) {
      if ('host' in root ? root.host.isConnected : root.defaultView !== null) continue;
      this.#leave(root);
      this.#roots.delete(root);
    }
    this.#nextLook = Math.max(firstLook, 2 * this.#roots.size);
  }

  #leave(root: Document | ShadowRoot): void {
    root.removeEventListener('load', this.#handleLoad, true);
    root.removeEventListener('toggle', this.#handleToggle, true);
  }

  readonly #handleToggle = ({ target }: Event): void => {
    if ((target as Element | null)?.hasAttribute('popover') === true) this.#port.handlePopover(target as Element);
  };

  readonly #handleLoad = ({ target }: Event): void => {
    const element = target as Element | null;
    if (element?.localName === 'img') this.#port.handleImage(element as HTMLImageElement);
    if (element?.localName === frameTag) this.#handleFrame(element as HTMLIFrameElement);
  };

  /** rrweb tells the new document of a frame that it can read; that it can no longer read it, it does not tell. */
  #handleFrame(frame: HTMLIFrameElement): void {
    const isReadable = sharedDocumentOf(frame, this.#port.rules) !== null;
    // A frame not seen before was told as it was when it was added: empty, and readable.
    if ((this.#readable.get(frame) ?? true) !== isReadable) this.#port.handleStale();
    this.#readable.set(frame, isReadable);
  }
}
