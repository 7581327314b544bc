/**
 * What many desktops show the same: the queues' figures, and the floor for supervisors. Read once for all, and anew when something moved, but not more
 * often than people look.
 */
import type { Logger } from 'pino';
import type { Changes } from '../contact/changes.ts';

/** Milliseconds from one telling to the next: a thousand desktops are told a thousand times each. */
const atMostEvery = 1000;

interface BoardOptions<Picture> {
  readonly changes: Changes;
  readonly read: () => Promise<Picture>;
  /** Called with every new reading. */
  readonly show: (picture: Picture) => void;
  /** Milliseconds instead of the usual ones, by what was read last: a large picture is not sent that often. */
  readonly pause?: (latest: Picture) => number;
  /** Whether anybody looks: nothing is read for nobody. */
  readonly isWatched?: () => boolean;
  readonly log: Logger;
}

export class Board<Picture> {
  readonly #options: BoardOptions<Picture>;
  #latest: Picture | null = null;
  #reading: Promise<Picture> | null = null;
  #outdated = false;
  #shownAt = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: BoardOptions<Picture>) {
    this.#options = options;
    const soon = (): void => this.#soon();
    options.changes.on('queue', soon);
    options.changes.on('agent', soon);
  }

  /** As they were read last; nobody waits for the next reading. */
  async latest(): Promise<Picture> {
    return this.#latest ?? this.#reading ?? this.#read();
  }

  /** As they are now. */
  async current(): Promise<Picture> {
    return this.#outdated ? this.#read() : this.#reading ?? this.latest();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#outdated = true;
    const { isWatched, pause, show, log } = this.#options;
    if (this.#timer !== null || this.#stopped || isWatched?.() === false) return;
    const every = this.#latest === null ? atMostEvery : pause?.(this.#latest) ?? atMostEvery;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#shownAt = performance.now();
      this.#read().then(show).catch((error: unknown) => log.error({ err: error }, 'figures could not be read'));
    }, Math.max(0, this.#shownAt + every - performance.now()));
  }

  async #read(): Promise<Picture> {
    this.#outdated = false;
    const reading = this.#options.read();
    this.#reading = reading;
    try {
      this.#latest = await reading;
      return this.#latest;
    } finally {
      if (this.#reading === reading) this.#reading = null;
    }
  }
}
