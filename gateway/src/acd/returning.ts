/**
 * Contacts that are somebody's before they are anybody's, should that agent be free: whose transfer to a number failed goes back to the agent who
 * transferred it, also out of its wrap-up; and whose flow says so is rung at the agent who dealt with the customer before.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { foreignQueues } from '../config/acd.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import { findColleague } from '../store/agents.ts';
import { lockContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { isOurs } from '../store/waiting.ts';
import { isFree } from './parties.ts';
import { insertReservations } from './reserve.ts';

/** An agent whose desktop rings for less has not been asked. Milliseconds. */
const leastRing = 5000;

interface Options {
  readonly runner: ContactRunner;
  readonly config: Config;
  readonly sipDomain: string;
  readonly now: number;
}

/** Under the matcher's lock. An agent who cannot take theirs now loses the claim to nobody: the contact is matched as any other. */
export async function reserveReturning(tx: Queries, { runner, config, sipDomain, now }: Options): Promise<Applied[]> {
  // Those whose agent cannot have them now are not looked at one by one: in a rush there may be many.
  const rows = await tx.selectFrom('contact').innerJoin('agent', (join) => join.on(sql<boolean>`agent.id = contact.theirs::uuid`)).select('contact.id')
    .where('contact.theirs', 'is not', null).where('contact.present', '=', true).where(isOurs(foreignQueues(config.queues))).where('agent.status', '=', 'available')
    .where(sql<boolean>`(contact.state->'phase'->>'returnTo' is not null or not exists (select from slot where slot.agent_id = agent.id and slot.shut))`)
    .orderBy('contact.queued_at').execute();
  const applied: Applied[] = [];
  for (const { id } of rows) {
    const contact = await lockContact(tx, id);
    if (contact === undefined || !isOfferable(contact.state)) continue;
    const { phase } = contact.state;
    if (phase.name !== 'waiting') continue;
    const first = phase.first !== null && now < phase.first.until ? phase.first : null;
    const theirs = phase.returnTo ?? first?.agentId ?? null;
    if (theirs === null) continue;
    const agent = await findColleague(tx, theirs, now);
    if (agent === undefined || agent.status !== 'available' || !agent.reachableFor.includes(contact.state.channel) || !isFree(agent, contact)) continue;
    const reservationId = randomUUID();
    // Rung alone for as long as was promised to those who might answer sooner, counted from now on.
    const expiresAt = phase.returnTo === null && first !== null ? Math.max(first.until, now + leastRing) : now + queueOf(config, contact.queueId).offerSeconds * 1000;
    const { agentId, username, by, answerWith } = agent;
    await insertReservations(tx, [{ id: reservationId, contact, agentId, username, part: 'own', state: 'offered', expiresAt, byAgentId: null }], { sipDomain, now });
    applied.push(await runner.apply(tx, contact, { type: 'reserved', reservationId, agentId, expiresAt, by: contact.state.channel === 'voice' ? by : 'desktop', answerWith }));
  }
  return applied;
}
