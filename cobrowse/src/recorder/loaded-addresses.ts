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

  /** `handleNew`: something was loaded that was not before. */
  constructor(handleNew: () => void) {
    this.#handleNew = handleNew;
    for (const { name } of performance.getEntriesByType('resource')) this.#known.add(name);
    this.#observer = new PerformanceObserver((list) => {
      for (const { name } of list.getEntries()) this.#known.add(name);
      this.#handleNew();
    });
    this.#observer.observe({ type: 'resource' });
  }

  has(url: string): boolean {
    return !/^https?:/.test(url) || this.#known.has(url) || performance.getEntriesByType('resource').length >= browsersMemory;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
