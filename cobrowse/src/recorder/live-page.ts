/** The page as the sanitizer may ask it (policy/sight.ts), and what in it has to be told anew when it changes. */
import type { ColorScheme, PageSight } from '../policy/sight.ts';

export class LivePage implements PageSight {
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #handleStale: () => void;

  /** `handleStale`: what has been told no longer holds, and only a snapshot helps. */
  constructor(handleStale: () => void) {
    this.#handleStale = handleStale;
    this.#dark.addEventListener('change', this.#handleStale);
  }

  get scheme(): ColorScheme {
    return this.#dark.matches ? 'dark' : 'light';
  }

  stop(): void {
    this.#dark.removeEventListener('change', this.#handleStale);
  }
}
