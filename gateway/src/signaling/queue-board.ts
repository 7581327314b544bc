/** The queues' figures as every desktop shows them: read once for all, and anew when something moved, but not more often than people look. */
import type { Logger } from 'pino';
import type { QueueView } from '#shared/agent-protocol.ts';
import type { Changes } from '../contact/changes.ts';

/** Milliseconds from one telling to the next: a thousand desktops are told a thousand times each. */
const atMostEvery = 1000;

interface BoardOptions {
  readonly changes: Changes;
  readonly read: () => Promise<QueueView[]>;
  /** Called with every new reading. */
  readonly show: (queues: readonly QueueView[]) => void;
  readonly log: Logger;
}

export class QueueBoard {
  readonly #options: BoardOptions;
  #latest: Promise<readonly QueueView[]> | null = null;
  #outdated = false;
  #shownAt = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(options: BoardOptions) {
    this.#options = options;
    const soon = (): void => this.#soon();
    options.changes.on('queue', soon);
    options.changes.on('agent', soon);
  }

  /** As they were shown last; read where they never were. */
  latest(): Promise<readonly QueueView[]> {
    return this.#latest ?? this.#read();
  }

  /** As they are now. */
  current(): Promise<readonly QueueView[]> {
    return this.#outdated ? this.#read() : this.latest();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#outdated = true;
    if (this.#timer !== null || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#shownAt = performance.now();
      this.#read().then(this.#options.show).catch((error: unknown) => this.#options.log.error({ err: error }, 'queue figures could not be read'));
    }, Math.max(0, this.#shownAt + atMostEvery - performance.now()));
  }

  #read(): Promise<readonly QueueView[]> {
    this.#outdated = false;
    const reading = this.#options.read();
    this.#latest = reading;
    // A reading that failed is not kept.
    reading.catch(() => { if (this.#latest === reading) this.#latest = null; });
    return reading;
  }
}
