/** Contacts are kept for as long as the contact-center file says, and deleted a few at a time, so that nobody waits for it. */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Db } from '../store/database.ts';
import { forgetSessions } from '../store/retention.ts';

/** Milliseconds from the start to the first look, from one to the next, and between two batches. */
const firstLook = 60_000;
const everyHour = 3600_000;
const breath = 200;
const batch = 200;
const day = 24 * 3600_000;

interface RetentionOptions {
  readonly db: Db;
  readonly config: Config;
  readonly now: () => number;
  readonly log: Logger;
}

export class Retention {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#lookIn(firstLook);
  }

  async stop(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One batch. Answers whether there may be more. */
  async forget(): Promise<boolean> {
    const { db, config, now, log } = this.#options;
    const { days } = config.retention;
    if (days === undefined) return false;
    const deleted = await forgetSessions(db, now() - days * day, batch);
    if (deleted > 0) log.info({ deleted, days }, 'contacts deleted whose time was over');
    return deleted === batch;
  }

  #lookIn(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.forget().catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'contacts whose time is over could not be deleted');
        return false;
      }).then((more) => this.#lookIn(more ? breath : everyHour));
    }, milliseconds);
    this.#timer.unref();
  }
}
