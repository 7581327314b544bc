/**
 * Sends what stands in the outbox: the first of each line at a time, again with growing pauses until it is taken or its time is over. What was taken
 * is never sent again; what was sent in the moment of a crash may be, because nobody knows whether it was taken.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../store/database.ts';
import { closeOutgoing, hurryLines, nextOutgoing, postponeOutgoing, takeFromOutbox, takeOverOutbox, type Outgoing, type OutboxMessage } from '../store/outbox.ts';

/** `again`: it may be taken later. `never`: whoever it is for does not want such things. */
export type Delivery = { readonly outcome: 'taken' } | { readonly outcome: 'again' | 'never'; readonly why: string };

export type Senders = { readonly [Kind in OutboxMessage['kind']]: (message: Extract<OutboxMessage, { kind: Kind }>) => Promise<Delivery> };

interface OutboxOptions {
  readonly db: Db;
  readonly senders: Senders;
  readonly now: () => number;
  readonly log: Logger;
}

const atOnce = 8;
/** Longer than any sender takes; then whatever took it is dead. Milliseconds. */
const lease = 60_000;
const firstPause = 2_000;
const longestPause = 5 * 60_000;
const stopLimit = 1_000;
/** How late something is noticed that another node brought, or that was due while the store was away. */
const longestSleep = 30_000;

export class Outbox {
  readonly #options: OutboxOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #restored = false;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Takes over what the gateway before this one left; before it nothing is sent, whoever asks. */
  async restore(): Promise<void> {
    await takeOverOutbox(this.#options.db, this.#options.now());
    this.#restored = true;
    this.soon();
  }

  /** Something was put in. Returns at once. */
  soon(): void {
    if (this.#closed || !this.#restored) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        this.soon();
      }
    });
  }

  /** Whoever the lines lead to that begin so is back. */
  hurry(start: string): void {
    hurryLines(this.#options.db, start, this.#options.now()).then(() => this.soon(), (error: unknown) => this.#options.log.error({ err: error }, 'outbox failed'));
  }

  async stop(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    // What is on its way to somebody who does not answer is sent again after the next start.
    await Promise.race([this.#running, pause(stopLimit, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    const { db, now, log } = this.#options;
    let next: number | null = null;
    try {
      for (;;) {
        const due = this.#closed ? [] : await takeFromOutbox(db, { now: now(), leaseUntil: now() + lease, most: atOnce });
        if (due.length === 0) break;
        await Promise.all(due.map((one) => this.#send(one)));
      }
      next = await nextOutgoing(db);
    } catch (error) {
      log.error({ err: error }, 'outbox failed');
    }
    if (!this.#closed) this.#timer = setTimeout(() => this.soon(), Math.min(longestSleep, Math.max(50, (next ?? Infinity) - now())));
  }

  async #send({ id, message, attempts, expiresAt }: Outgoing): Promise<void> {
    const { db, now, log } = this.#options;
    const delivery = await this.#deliver(message);
    if (delivery.outcome === 'taken') {
      await closeOutgoing(db, id, { outcome: 'sent', error: null, at: now() });
      return;
    }
    const nextAt = now() + Math.min(longestPause, firstPause * 2 ** (attempts - 1));
    if (delivery.outcome === 'never' || nextAt >= expiresAt) {
      log.warn({ outgoing: id, kind: message.kind, attempts, why: delivery.why }, 'outgoing given up');
      await closeOutgoing(db, id, { outcome: 'givenUp', error: delivery.why, at: now() });
    } else {
      await postponeOutgoing(db, id, { error: delivery.why, nextAt });
    }
  }

  async #deliver(message: OutboxMessage): Promise<Delivery> {
    try {
      const { senders } = this.#options;
      switch (message.kind) {
        case 'phoneMessage': return await senders.phoneMessage(message);
        case 'reply': return await senders.reply(message);
        case 'acd': return await senders.acd(message);
      }
    } catch (error) {
      this.#options.log.error({ err: error, kind: message.kind }, 'sending failed');
      return { outcome: 'again', why: error instanceof Error ? error.message : String(error) };
    }
  }
}
