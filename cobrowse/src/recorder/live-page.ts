/** The page as the sanitizer may ask it (policy/sight.ts), and what in it has to be told anew when it changes. */
import type { ColorScheme, PageSight } from '../policy/sight.ts';
import { StyleSheetMemory } from '../policy/style-sheet-memory.ts';
import type { Pictures } from './pictures.ts';

export interface LivePagePort {
  /** What has been told no longer holds, and only a snapshot helps. */
  handleStale(): void;
  readonly pictures: Pick<Pictures, 'refOfAddress'>;
}

export class LivePage implements PageSight {
  readonly styleSheets = new StyleSheetMemory();
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #port: LivePagePort;

  constructor(port: LivePagePort) {
    this.#port = port;
    this.#dark.addEventListener('change', this.#handleScheme);
  }

  get scheme(): ColorScheme {
    return this.#dark.matches ? 'dark' : 'light';
  }

  pictureRef(url: string): number | null {
    return this.#port.pictures.refOfAddress(url);
  }

  stop(): void {
    this.#dark.removeEventListener('change', this.#handleScheme);
  }

  readonly #handleScheme = (): void => this.#port.handleStale();
}
