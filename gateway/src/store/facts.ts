/**
 * Writes what the figures are made of, in the transactions of what they tell about: stays in queues, and each agent's handling of a contact.
 * The tables name contacts and hold nothing of theirs, so that figures outlive the contacts.
 */
import { sql } from 'kysely';
import type { Fact } from '../figures/facts.ts';
import type { Queries } from './database.ts';

export interface FactsOf {
  readonly contactId: string;
  /** The one that the contact is in now. */
  readonly queueId: string;
  readonly facts: readonly Fact[];
}

export async function recordFacts(tx: Queries, { contactId, queueId, facts }: FactsOf, now: number): Promise<void> {
  const at = new Date(now);
  for (const fact of facts) {
    switch (fact.type) {
      case 'entered':
        await tx.insertInto('queue_stay').values({ contact_id: contactId, queue_id: queueId, entered_at: at, entered_by: fact.how, left_at: null, outcome: null, agent_id: null })
          .onConflict((conflict) => conflict.column('contact_id').where('left_at', 'is', null).doNothing()).execute();
        break;
      case 'left':
        await tx.updateTable('queue_stay').set({ left_at: at, outcome: fact.outcome, agent_id: fact.agentId }).where('contact_id', '=', contactId).where('left_at', 'is', null).execute();
        break;
      case 'talkBegan':
        await openHandling(tx, fact.reservationId);
        await tx.updateTable('handling').set({ talk_from: at, ...(fact.part === 'own' ? { own_from: at } : {}) }).where('id', '=', fact.reservationId).where('talk_from', 'is', null).execute();
        break;
      case 'becameOwn':
        await tx.updateTable('handling').set({ own_from: at }).where('id', '=', fact.reservationId).execute();
        break;
      case 'hold':
        if (fact.onHold) await tx.updateTable('handling').set({ held_since: at }).where('id', '=', fact.reservationId).where('held_since', 'is', null).execute();
        else await tx.updateTable('handling').set({ held: heldUntil(at), held_since: null }).where('id', '=', fact.reservationId).execute();
        break;
      case 'passedOn':
        await tx.updateTable('handling').set({ passed_on: true }).where('id', '=', fact.reservationId).execute();
        break;
    }
  }
}

/** The offer is over, one way or another: from here on it is part of the agent's figures. */
export async function openHandling(tx: Queries, reservationId: string): Promise<void> {
  await sql`
    insert into handling (id, contact_id, agent_id, queue_id, channel, part, by_agent_id, offered_at, closed_at, outcome)
    select reservation.id, reservation.contact_id, reservation.agent_id, ticket.queue_id, reservation.channel, reservation.part, reservation.by_agent_id, reservation.offered_at, reservation.closed_at, reservation.state
    from reservation join ticket on ticket.hop_id = reservation.id where reservation.id = ${reservationId}
    on conflict (id) do nothing`.execute(tx);
}

/** The agent talks no more: what follows is their wrap-up. */
export async function endHandling(tx: Queries, reservationId: string, now: number): Promise<void> {
  const at = new Date(now);
  await tx.updateTable('handling').set({ ended_at: at, held: heldUntil(at), held_since: null }).where('id', '=', reservationId).where('ended_at', 'is', null).execute();
}

function heldUntil(at: Date) {
  return sql<string>`held + coalesce(${at}::timestamptz - held_since, interval '0')`;
}
