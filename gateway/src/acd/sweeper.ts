/** Wakes contacts and agents at their deadlines. The deadlines are in the store, so that none is lost with a process. */
import type { Logger } from 'pino';
import type { ContactRunner } from '../contact/runner.ts';
import { dueContacts, nextDeadline } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import type { Agents } from './agents.ts';

/** How late a deadline may be noticed that another node, or a wrap-up's end, brought into the store. */
const longestSleep = 1000;

export class Sweeper {
  readonly #options: { readonly db: Db; readonly runner: ContactRunner; readonly agents: Agents; readonly now: () => number; readonly log: Logger };
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: { readonly db: Db; readonly runner: ContactRunner; readonly agents: Agents; readonly now: () => number; readonly log: Logger }) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => { this.#running = this.#sweep(); }, milliseconds);
  }

  async #sweep(): Promise<void> {
    const { db, runner, agents, now, log } = this.#options;
    let next: number | null = null;
    try {
      const failed = await runner.dispatchAll(await dueContacts(db, now()), { type: 'tick' });
      await agents.sweep();
      // A contact that cannot be woken stays due: it must not make this a loop without a pause.
      if (failed === 0) next = await nextDeadline(db);
    } catch (error) {
      log.error({ err: error }, 'sweep failed');
    }
    const sleep = next === null ? longestSleep : Math.min(longestSleep, Math.max(5, next - now()));
    this.#schedule(sleep);
  }
}
