/**
 * Writes down what happens outside a contact's own transactions: at the relay, in a replay, by retention. In the order in which it is told, a
 * batch at a time; an outage of the store is waited out. What happens to grants is written by the contact's runner, within its transaction.
 */
import type { Logger } from 'pino';
import type { AuditEntry } from '#shared/cobrowse-audit.ts';
import type { Db } from '../store/database.ts';
import { appendAudit, auditHead } from '../store/cobrowse-audit.ts';
import { throughOutage } from '../store/outage.ts';

const maxBatch = 200;
/** While the store is away more than this is not kept in memory; what is lost is counted and said. */
const maxWaiting = 20_000;

export interface AuditTrailOptions {
  readonly db: Db;
  readonly now: () => number;
  readonly log: Logger;
}

export class AuditTrail {
  readonly #options: AuditTrailOptions;
  #waiting: Array<AuditEntry & { readonly at: number }> = [];
  #writing: Promise<void> | null = null;
  #stopped = false;
  #lost = 0;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  /** Never throws and never waits: whoever tells it goes on. */
  append(entry: AuditEntry): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push({ ...entry, at: this.#options.now() });
    this.#writing ??= this.#write().finally(() => { this.#writing = null; });
  }

  /** Resolves when all that was told so far is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Writes what is left, and says in the log with what the chain ends: the log keeps what the store could be made to forget. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
    await this.logHead();
  }

  async logHead(): Promise<void> {
    const head = await auditHead(this.#options.db);
    if (head !== undefined) this.#options.log.info(head, 'co-browse audit: head of the chain');
  }

  async #write(): Promise<void> {
    // A tick later, so that what is told together is written together.
    await Promise.resolve();
    const { db, log } = this.#options;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, maxBatch);
      try {
        await throughOutage(() => db.transaction().execute((tx) => appendAudit(tx, batch)), () => this.#stopped);
      } catch (error) {
        this.#lost += batch.length;
        log.error({ err: error, entries: batch.length }, 'co-browse audit: entries could not be written');
      }
      this.#waiting = this.#waiting.slice(batch.length);
    }
    if (this.#lost > 0) log.error({ entries: this.#lost }, 'co-browse audit: entries were lost');
    this.#lost = 0;
  }
}
