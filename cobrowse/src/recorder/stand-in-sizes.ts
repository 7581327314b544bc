/**
 * Follows the size of what a labelled box stands for: a picture that loads, a panel that is opened, a column that becomes wider. rrweb measures
 * once, when it tells an element, and then it may have had no size at all.
 */

export interface StandInSizesPort {
  handleAttributes(element: Element, attributes: Record<string, string>): void;
}

export class StandInSizes {
  readonly #port: StandInSizesPort;
  readonly #observer = new ResizeObserver((entries) => this.#handleSizes(entries.map(({ target }) => target)));
  /** As it was told. */
  readonly #told = new WeakMap<Element, string>();

  constructor(port: StandInSizesPort) {
    this.#port = port;
  }

  /** An element is told as a box of the size that it has now. */
  watch(element: Element): void {
    this.#told.set(element, nameOf(sizeOf(element)));
    this.#observer.observe(element);
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #handleSizes(elements: readonly Element[]): void {
    for (const element of elements) {
      if (!element.isConnected) {
        this.#observer.unobserve(element);
        continue;
      }
      const size = sizeOf(element);
      if (this.#told.get(element) === nameOf(size)) continue;
      this.#told.set(element, nameOf(size));
      this.#port.handleAttributes(element, size);
    }
  }
}

/** By the names that rrweb gives to it. */
function sizeOf(element: Element): { rr_width: string; rr_height: string } {
  const { width, height } = element.getBoundingClientRect();
  return { rr_width: `${width}px`, rr_height: `${height}px` };
}

function nameOf({ rr_width, rr_height }: { readonly rr_width: string; readonly rr_height: string }): string {
  return `${rr_width} ${rr_height}`;
}
