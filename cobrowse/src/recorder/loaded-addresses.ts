/**
 * Which addresses the page has loaded. A style sheet names more pictures and fonts than a page uses, and sharing must not make the
 * customer's browser load what it did not need.
 */

/** Browsers forget what was loaded beyond this many; then nothing is held back. */
const browsersMemory = 250;

export class LoadedAddresses {
  readonly #known = new Set<string>();
  readonly #observer: PerformanceObserver;
  readonly #handleNew: () => void;

  /** `handleNew`: a style sheet has made the browser load something. */
  constructor(handleNew: () => void) {
    this.#handleNew = handleNew;
    for (const { name } of performance.getEntriesByType('resource')) this.#known.add(name);
    this.#observer = new PerformanceObserver((list) => {
      const entries = list.getEntries() as PerformanceResourceTiming[];
      for (const { name } of entries) this.#known.add(name);
      // What the page's scripts ask for are no pictures and fonts of style sheets.
      if (entries.some(({ initiatorType }) => initiatorType === 'css' || initiatorType === 'link')) this.#handleNew();
    });
    this.#observer.observe({ type: 'resource' });
  }

  has(url: string): boolean {
    // A page may have made the browser forget.
    return !/^https?:/.test(url) || this.#known.size === 0 || this.#known.has(url) || performance.getEntriesByType('resource').length >= browsersMemory;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
