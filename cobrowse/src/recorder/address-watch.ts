/** Notices that a single-page app has gone to another address. Where the browser has no event for it, every recorded event and a slow look do. */

const lookInterval = 400;

/** The part of the Navigation API (HTML, section 7.2.7) that is used where there is one. */
interface Navigation extends EventTarget {
  readonly currentEntry: unknown;
}

export class AddressWatch {
  readonly #handleMove: (href: string) => void;
  readonly #listening = new AbortController();
  readonly #timer: ReturnType<typeof setInterval> | null;
  #href = location.href;

  constructor(handleMove: (href: string) => void) {
    this.#handleMove = handleMove;
    const look = (): void => this.look();
    const { signal } = this.#listening;
    const navigation = (window as { navigation?: Navigation }).navigation;
    navigation?.addEventListener('currententrychange', look, { signal });
    addEventListener('popstate', look, { signal });
    addEventListener('hashchange', look, { signal });
    this.#timer = navigation === undefined ? setInterval(look, lookInterval) : null;
  }

  look(): void {
    if (location.href === this.#href) return;
    this.#href = location.href;
    this.#handleMove(this.#href);
  }

  close(): void {
    this.#listening.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
