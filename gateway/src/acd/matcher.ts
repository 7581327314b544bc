/**
 * Brings waiting contacts and idle agents together: one transaction reads both, decides (match.ts) and makes the reservations. Runs when
 * something changed (but for its own offers, which make nobody free) or a waiting contact reaches a step, never by polling; several requests while it runs
 * become one more run. A run that failed is tried again.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { foreignQueues } from '../config/acd.ts';
import type { Config } from '../config/schema.ts';
import { offerTime, queueOf } from '../contact/limits.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import type { ContactEvent } from '../contact/state.ts';
import { idleAgents } from '../store/agents.ts';
import type { Db, Queries } from '../store/database.ts';
import { lockContacts, type StoredContact } from '../store/contacts.ts';
import { nextToReach } from '../store/waiting.ts';
import { matchWaiting, type WaitingKind } from './candidates.ts';
import { openTo } from './capacity.ts';
import { queueHunts, turnEvent } from './hunts.ts';
import type { IdleAgent } from './match.ts';
import { insertReservations } from './reserve.ts';
import { reserveReturning } from './returning.ts';
import { opensTo, routings } from './routing.ts';

/** Any fixed number: only one matcher decides at a time, also among several nodes on one database. */
const matcherLock = 7_302_114;
/** How many reservations one transaction makes: the next ones wait for its commit, and the first ones are not to wait for a thousand. */
const most = 50;
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
  readonly sipDomain: string;
  readonly now: () => number;
  readonly log: Logger;
}

export class Matcher {
  readonly #options: MatcherOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;
  /** Runs when the first of those who wait reaches a step that opens it to somebody idle. */
  #step: NodeJS.Timeout | undefined;

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
    clearTimeout(this.#step);
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
    const { config, runner, sipDomain, now } = this.#options;
    await afterMatching(tx);
    const applied = await reserveReturning(tx, { runner, config, sipDomain, now: now() });
    // One version of the queues for the whole decision, whatever is put in force meanwhile.
    const { queues } = config;
    const agents = await idleAgents(tx, now(), { lastOffers: queues.some(({ strategy }) => strategy === 'roundRobin') });
    const hunts = await queueHunts(tx, queues);
    if (agents.length === 0 && hunts.size === 0) return applied;
    const { matches, turns, kinds } = await matchWaiting(tx, {
      agents, hunts, most, now: now(), routing: routings(queues), ruledBy: (queueId) => queueOf({ queues }, queueId).id, pointWorth: config.priorityPointSeconds * 1000, foreign: foreignQueues(queues),
    });
    const matched = new Set(matches.map(({ agentId }) => agentId));
    // The run that follows at once looks at those who are left.
    if (matches.length === most) this.#again = true;
    else await this.#wakeForSteps(tx, agents.filter(({ agentId }) => !matched.has(agentId)), kinds);
    if (matches.length === 0 && turns.length === 0) return applied;
    // Waits for changes under way, and never skips: not every writer (the page that a customer is on) asks for another run.
    const contacts = await lockContacts(tx, [...matches, ...turns].map(({ contactId }) => contactId));
    // Left or lost meanwhile; that change has asked for another run.
    const stillThere = (contactId: string): StoredContact[] => {
      const contact = contacts.get(contactId);
      return contact?.state.phase.name === 'waiting' && isOfferable(contact.state) ? [contact] : [];
    };
    const byId = new Map(agents.map((agent) => [agent.agentId, agent]));
    const reserved = matches.flatMap(({ contactId, agentId, hunt }) => stillThere(contactId).flatMap((contact) => {
      const agent = byId.get(agentId);
      if (agent === undefined) return [];
      return [{ contact, agent, hunt, id: randomUUID(), expiresAt: now() + offerTime(queueOf(config, contact.queueId)) }];
    }));
    // Of several places only one is filled at a time.
    if (reserved.some(({ contact, agent: { workload, held } }) => openTo(workload, [...held, contact.state.channel]).length > 0)) this.#again = true;
    if (reserved.length > 0) await insertReservations(tx, reserved.map(({ contact, agent, id, expiresAt }) => (
      { id, contact, agentId: agent.agentId, username: agent.username, part: 'own', state: 'offered', expiresAt, byAgentId: null }
    )), { sipDomain, now: now() });
    const events: Array<{ contact: StoredContact; event: ContactEvent }> = reserved.map(({ contact, agent: { agentId, by, answerWith }, id, expiresAt, hunt }) => ({
      contact, event: { type: 'reserved', reservationId: id, agentId, expiresAt, by, answerWith, ...(hunt === undefined ? {} : { hunt }) },
    }));
    for (const { contactId, step } of turns) {
      for (const contact of stillThere(contactId)) {
        const event = await turnEvent(tx, config, contact, step, now());
        if (event !== null) events.push({ contact, event });
      }
    }
    return [...applied, ...await runner.applyAll(tx, events)];
  }

  /**
   * Whoever stays idle may become right for somebody by waiting alone: by a step of a queue. No event tells of that moment, so a timer does, for
   * the first such contact. Every run sets it anew, and the first run after a start as well, so it need not be stored.
   */
  async #wakeForSteps(tx: Queries, idle: readonly IdleAgent[], kinds: readonly WaitingKind[]): Promise<void> {
    clearTimeout(this.#step);
    const { queues } = this.#options.config;
    const routing = routings(queues);
    const openings = kinds.flatMap(({ queueId, kind }) => {
      const needs = routing.get(queueOf({ queues }, queueId).id)?.[kind] ?? [];
      return needs.filter((need) => opensTo(needs, need, idle)).map(({ from }) => ({ queueId, kind, age: from }));
    });
    if (openings.length === 0) return;
    const at = await nextToReach(tx, openings, this.#options.now());
    if (at !== null && !this.#closed) this.#step = setTimeout(() => this.soon(), Math.max(0, at - this.#options.now()));
  }
}
