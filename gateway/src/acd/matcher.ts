/**
 * Brings waiting contacts and idle agents together: one transaction reads both, decides (match.ts) and makes the reservations. Runs when
 * something changed, never by polling; several requests while it runs become one more run. A run that failed is tried again.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import { idleAgents } from '../store/agents.ts';
import type { Db, Queries } from '../store/database.ts';
import { lockContact, waitingContacts } from '../store/contacts.ts';
import { match } from './match.ts';

/** Any fixed number: only one matcher decides at a time, also among several nodes on one database. */
const matcherLock = 7_302_114;
/** How many contacts of each queue one run looks at, from the front: far more than an agent can have refused in a minute. */
const perQueue = 200;
/** Milliseconds after which a run that failed (the store was away) is tried again. */
const retryAfter = 500;

/** Waits for a run that is deciding now, so that its reservations can be seen; the next one sees what was stored before. */
export async function afterMatching(tx: Queries): Promise<void> {
  await sql`select pg_advisory_xact_lock(${matcherLock})`.execute(tx);
}

interface MatcherOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly now: () => number;
  readonly log: Logger;
}

export class Matcher {
  readonly #options: MatcherOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  /** Asks for a run; returns at once. */
  soon(): void {
    if (this.#closed) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        this.soon();
      }
    });
  }

  async stop(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { db, runner, log } = this.#options;
    try {
      const applied = await db.transaction().execute((tx) => this.#reserve(tx));
      for (const one of applied) runner.follow(one).catch((error: unknown) => log.error({ err: error }, 'reservation could not be followed'));
    } catch (error) {
      log.error({ err: error }, 'matching failed');
      if (this.#retry !== null) clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.soon(), retryAfter);
    }
  }

  async #reserve(tx: Queries): Promise<Applied[]> {
    const { config, runner, now } = this.#options;
    await afterMatching(tx);
    const agents = await idleAgents(tx);
    if (agents.length === 0) return [];
    const candidates = (await waitingContacts(tx, perQueue)).map(({ id, priority, queueId, state }) => ({
      contactId: id, priority, queuedAt: state.queuedAt, skills: queueOf(config, queueId).skills,
      notTo: state.notTo.filter(({ until }) => until > now()).map(({ agentId }) => agentId),
    }));
    const applied: Applied[] = [];
    for (const { contactId, agentId } of match(candidates, agents)) {
      // Waits for a change under way, and never skips: not every writer (the page that a customer is on) asks for another run.
      const contact = await lockContact(tx, contactId);
      // Left or lost meanwhile; that change has asked for another run.
      if (contact?.state.phase.name !== 'waiting' || contact.state.absentUntil !== null) continue;
      const reservationId = randomUUID();
      const expiresAt = now() + queueOf(config, contact.queueId).offerSeconds * 1000;
      await tx.insertInto('reservation').values({
        id: reservationId, contact_id: contactId, agent_id: agentId, state: 'offered', offered_at: new Date(now()), expires_at: new Date(expiresAt), closed_at: null,
      }).execute();
      await tx.insertInto('slot').values({
        id: reservationId, contact_id: contactId, agent_id: agentId, state: 'reserved', since: new Date(now()), wrap_up_ends_at: null,
      }).execute();
      applied.push(await runner.apply(tx, contact, { type: 'reserved', reservationId, agentId, expiresAt }));
    }
    return applied;
  }
}
