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
  #latest: readonly QueueView[] | null = null;
  #reading: Promise<readonly QueueView[]> | null = null;
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

  /** As they were read last; nobody waits for the next reading. */
  async latest(): Promise<readonly QueueView[]> {
    return this.#latest ?? this.#reading ?? this.#read();
  }

  /** As they are now. */
  async current(): Promise<readonly QueueView[]> {
    return this.#outdated ? this.#read() : this.#reading ?? this.latest();
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

  async #read(): Promise<readonly QueueView[]> {
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
