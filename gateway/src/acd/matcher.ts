/**
 * Brings waiting contacts and idle agents together: one transaction reads both, decides (match.ts) and makes the reservations. Runs when
 * something changed, never by polling; several requests while it runs become one more run.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import { idleAgents } from '../store/agents.ts';
import type { Db, Queries } from '../store/database.ts';
import { lockWaiting } from '../store/contacts.ts';
import { match } from './match.ts';

/** Any fixed number: only one matcher decides at a time, also among several nodes on one database. */
const matcherLock = 7_302_114;
/** Bounds one transaction; those behind are reached in the next run. */
const batch = 200;

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
    await this.#running;
  }

  async #run(): Promise<void> {
    const { db, runner, log } = this.#options;
    try {
      const applied = await db.transaction().execute((tx) => this.#reserve(tx));
      for (const one of applied) runner.follow(one).catch((error: unknown) => log.error({ err: error }, 'reservation could not be followed'));
    } catch (error) {
      log.error({ err: error }, 'matching failed');
    }
  }

  async #reserve(tx: Queries): Promise<Applied[]> {
    const { config, runner, now } = this.#options;
    await sql`select pg_advisory_xact_lock(${matcherLock})`.execute(tx);
    const agents = await idleAgents(tx, now());
    if (agents.length === 0) return [];
    const waiting = await lockWaiting(tx, batch);
    const candidates = waiting.map(({ contact, priority }) => ({
      contactId: contact.id, priority, queuedAt: contact.state.queuedAt, skills: queueOf(config, contact.queueId).skills,
      notTo: contact.state.notTo.filter(({ until }) => until > now()).map(({ agentId }) => agentId),
    }));
    const applied: Applied[] = [];
    for (const { contactId, agentId } of match(candidates, agents)) {
      const contact = waiting.find((one) => one.contact.id === contactId)?.contact;
      if (contact === undefined) continue;
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
