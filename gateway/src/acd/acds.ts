/**
 * Who gives the contacts of which queue to agents. What another ACD has to be told is found by comparing what it was told with how its contacts stand now,
 * in one transaction with what is put into the outbox: nothing is lost with a process, and whoever changes a contact need not know of it.
 * Of a contact of which that ACD says nothing for too long it is taken to be away: the contact is given to an agent here, or goes to another queue.
 */
import type { Logger } from 'pino';
import type { AcdAnswer } from '#shared/acd-api.ts';
import { foreignQueues, type AcdConfig } from '../config/acd.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { Db, Queries } from '../store/database.ts';
import { closeKnown, foreignContacts, hearAnew, noteHeard, noteTold, setGivenBack, takeOutcomes, type ForeignContact } from '../store/foreign-acd.ts';
import type { AcdPort } from './acd-port.ts';
import { acdContact, toTell } from './foreign-news.ts';
import { acdLine } from './http-acd.ts';
import type { QueueFigures } from './waits.ts';

interface Options {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly builtIn: AcdPort;
  readonly foreign: AcdPort;
  readonly outbox: { soon(): void; hurry(start: string): void };
  readonly changes: Changes;
  readonly now: () => number;
  readonly log: Logger;
}

/** A look that failed (the store was away) is made again after this; and how often the silence of an ACD is looked at. Milliseconds. */
const retryAfter = 500;
const [shortestSleep, longestSleep] = [200, 5000];

export class Acds {
  readonly #options: Options;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  /** Another ACD may know of contacts though no queue is one's any more. */
  #mayKnow = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
    for (const change of ['contact', 'waiting', 'ended'] as const) options.changes.on(change, () => this.soon());
  }

  async start(): Promise<void> {
    await hearAnew(this.#options.db, this.#options.now());
    this.soon();
  }

  /** The queues may be other ACDs' than before. */
  configured(): void {
    this.#mayKnow = true;
    this.soon();
  }

  /** What a queue says to somebody who waits in it. */
  expectedWait(queueId: string): Promise<QueueFigures> {
    const { config, builtIn, foreign } = this.#options;
    return (foreignQueues(config.queues).includes(queueId) ? foreign : builtIn).expectedWait(queueId);
  }

  /** Something may be to be told. Returns at once. */
  soon(): void {
    if (this.#closed || !this.#mayKnow) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      this.soon();
    });
  }

  async stop(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** It answered. */
  async heard(queueId: string, contactId: string, { position, ewt }: AcdAnswer): Promise<void> {
    const { db, changes, outbox, now } = this.#options;
    const differs = await noteHeard(db, { queueId, contactId, position: position ?? null, ewt: ewt ?? null, now: now() });
    // Back again: what it has not taken of others is sent now, and not when its turn would come.
    const isTheirsAgain = await setGivenBack(db, contactId, false);
    if (isTheirsAgain) outbox.hurry(acdLine(queueId, ''));
    if (differs || isTheirsAgain) changes.emit('queue', queueId);
  }

  async #run(): Promise<void> {
    const { db, config, log, outbox } = this.#options;
    let sleep = retryAfter;
    try {
      const foreign = foreignQueues(config.queues);
      const { tellings, silent } = await db.transaction().execute((tx) => this.#tell(tx, foreign));
      if (tellings > 0) outbox.soon();
      for (const one of silent) await this.#giveBack(one.contact, one.acd);
      // Nobody is to be told anything, until the configuration names somebody.
      this.#mayKnow = foreign.length > 0;
      sleep = foreign.length === 0 ? Infinity : Math.min(longestSleep, ...config.queues.flatMap(({ acd }) => acd === undefined ? [] : [Math.max(shortestSleep, acd.fallbackAfter * 250)]));
    } catch (error) {
      log.error({ err: error }, 'another ACD could not be told');
    }
    if (!this.#closed && sleep !== Infinity) this.#timer = setTimeout(() => this.soon(), sleep);
  }

  async #tell(tx: Queries, foreignIds: readonly string[]): Promise<{ readonly tellings: number; readonly silent: ReadonlyArray<{ readonly contact: ForeignContact; readonly acd: AcdConfig }> }> {
    const { config, foreign, now } = this.#options;
    const silent: Array<{ contact: ForeignContact; acd: AcdConfig }> = [];
    let tellings = 0;
    const outcomes = await takeOutcomes(tx, now());
    for (const contact of await foreignContacts(tx, foreignIds)) {
      const { id, queueId, known } = contact;
      const seen = acdContact(contact);
      const told = JSON.stringify(seen);
      const { news, stage } = toTell(contact, outcomes.get(id) ?? [], { isForeign: foreignIds.includes(queueId), told });
      for (const one of news) {
        switch (one.type) {
          case 'submit': await foreign.submit(tx, queueId, seen); break;
          case 'update': await foreign.update(tx, known?.queueId ?? queueId, seen, one); break;
          case 'cancel': await foreign.cancel(tx, one.queueId, id, one.reason); break;
        }
      }
      tellings += news.length;
      if (stage === null) {
        if (known !== null) await closeKnown(tx, id, now());
        continue;
      }
      if (news.length > 0) await noteTold(tx, id, { queueId, stage, told, now: now() });
      const acd = config.queues.find((queue) => queue.id === queueId)?.acd;
      if (known === null || acd === undefined || stage !== 'waiting' || known.stage !== 'waiting') continue;
      const silence = now() - known.heardAt;
      if (silence > acd.fallbackAfter * 1000 && !contact.givenBack) silent.push({ contact, acd });
      // Asked before it counts as away; what is still on its way asks as well.
      if (silence > acd.fallbackAfter * 500 && !contact.underWay && news.length === 0) {
        await foreign.update(tx, queueId, seen, { event: 'waiting', agent: null, assignment: null });
        tellings += 1;
      }
    }
    return { tellings, silent };
  }

  async #giveBack(contact: ForeignContact, { whenAway }: AcdConfig): Promise<void> {
    const { db, config, runner, builtIn, changes, log } = this.#options;
    log.warn({ contactId: contact.id, queue: contact.queueId, whenAway }, 'another ACD says nothing of a contact');
    if (whenAway !== 'builtin') {
      await runner.dispatch(contact.id, { type: 'acdAway', to: { queueId: whenAway, priority: queueOf(config, whenAway).priority } });
      return;
    }
    await setGivenBack(db, contact.id, true);
    await builtIn.submit(db, contact.queueId, acdContact(contact));
    changes.emit('queue', contact.queueId);
  }
}
