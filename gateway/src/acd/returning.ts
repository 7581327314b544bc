/** A contact whose transfer to a number failed goes back to the agent who transferred it, before anybody else, should they be free or still in its wrap-up. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import { findColleague } from '../store/agents.ts';
import { lockContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { isFree } from './parties.ts';
import { insertReservations } from './reserve.ts';

interface Options {
  readonly runner: ContactRunner;
  readonly config: Config;
  readonly sipDomain: string;
  readonly now: number;
}

/** Under the matcher's lock. An agent who cannot take theirs now loses the claim to nobody: the contact is matched as any other. */
export async function reserveReturning(tx: Queries, { runner, config, sipDomain, now }: Options): Promise<Applied[]> {
  const rows = await tx.selectFrom('contact').select('id').where('phase', '=', 'waiting').where('present', '=', true)
    .where(sql<boolean>`state->'phase'->>'returnTo' is not null`).orderBy('queued_at').execute();
  const applied: Applied[] = [];
  for (const { id } of rows) {
    const contact = await lockContact(tx, id);
    if (contact === undefined || !isOfferable(contact.state)) continue;
    const { phase } = contact.state;
    if (phase.name !== 'waiting' || phase.returnTo === null) continue;
    const agent = await findColleague(tx, phase.returnTo, now);
    if (agent === undefined || agent.status !== 'available' || !agent.reachableFor.includes(contact.state.channel) || !isFree(agent, contact)) continue;
    const reservationId = randomUUID();
    const expiresAt = now + queueOf(config, contact.queueId).offerSeconds * 1000;
    const { agentId, username, by, answerWith } = agent;
    await insertReservations(tx, [{ id: reservationId, contact, agentId, username, part: 'own', state: 'offered', expiresAt, byAgentId: null }], { sipDomain, now });
    applied.push(await runner.apply(tx, contact, { type: 'reserved', reservationId, agentId, expiresAt, by, answerWith }));
  }
  return applied;
}
