/** The page as the sanitizer may ask it (policy/sight.ts), and what in it has to be told anew when it changes. */
import type { ColorScheme, PageSight } from '../policy/sight.ts';
import { StyledAttributes } from '../policy/styled-attributes.ts';
import { StyleSheetMemory } from '../policy/style-sheet-memory.ts';
import type { Pictures } from './pictures.ts';

export interface LivePagePort {
  /** What has been told no longer holds, and only a snapshot helps. */
  handleStale(): void;
  readonly pictures: Pick<Pictures, 'refOfAddress'>;
}

export class LivePage implements PageSight {
  readonly styleSheets = new StyleSheetMemory();
  readonly styled = new StyledAttributes();
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #port: LivePagePort;
  /** What style sheets ask of the device, by the question. */
  readonly #asked = new Map<string, MediaQueryList>();

  constructor(port: LivePagePort) {
    this.#port = port;
    this.#dark.addEventListener('change', this.#handleChange);
  }

  get scheme(): ColorScheme {
    return this.#dark.matches ? 'dark' : 'light';
  }

  pictureRef(url: string): number | null {
    return this.#port.pictures.refOfAddress(url);
  }

  matches(query: string): boolean {
    const known = this.#asked.get(query);
    if (known !== undefined) return known.matches;
    const asked = matchMedia(query);
    asked.addEventListener('change', this.#handleChange);
    this.#asked.set(query, asked);
    return asked.matches;
  }

  stop(): void {
    for (const media of [this.#dark, ...this.#asked.values()]) media.removeEventListener('change', this.#handleChange);
  }

  readonly #handleChange = (): void => this.#port.handleStale();
}
