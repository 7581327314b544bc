/** Makes reservations: each with its slot and its ticket, in the caller's transaction. The store itself refuses an agent without a place, and a contact that is taken. */
import { sql } from 'kysely';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { callerNumber } from '../store/tickets.ts';
import { freeFromWrapUp } from './records.ts';

export interface NewReservation {
  readonly id: string;
  readonly contact: StoredContact;
  readonly agentId: string;
  readonly username: string;
  readonly part: 'own' | 'consulted';
  /** `accepted`: by an agent who took the contact of their own accord. */
  readonly state: 'offered' | 'accepted';
  readonly expiresAt: number;
  readonly byAgentId: string | null;
}

/** One statement, however many they are. */
export async function insertReservations(tx: Queries, reservations: readonly NewReservation[], { sipDomain, now }: { readonly sipDomain: string; readonly now: number }): Promise<void> {
  const at = new Date(now);
  await endEarlierWrapUps(tx, reservations, now);
  const rows = reservations.map(({ id, contact, agentId, username, part, state, expiresAt, byAgentId }) => ({
    id, contact_id: contact.id, agent_id: agentId, state, channel: contact.state.channel, part, by_agent_id: byAgentId, expires_at: new Date(expiresAt),
    slot: state === 'offered' ? 'reserved' : 'engaged', queue_id: contact.queueId, caller: contact.from, called: `sip:${username}@${sipDomain}`,
  }));
  await sql`
    with made as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as made (
        id uuid, contact_id uuid, agent_id uuid, state text, channel text, part text, by_agent_id uuid, expires_at timestamptz, slot text, queue_id text, caller text, called text)
    ), reserved as (
      insert into reservation (id, contact_id, agent_id, state, channel, part, by_agent_id, offered_at, expires_at, closed_at)
      select id, contact_id, agent_id, state, channel, part, by_agent_id, ${at}::timestamptz, expires_at, case when state = 'offered' then null else ${at}::timestamptz end from made
    ), taken as (
      insert into slot (id, contact_id, agent_id, channel, part, state, since) select id, contact_id, agent_id, channel, part, slot, ${at}::timestamptz from made
    )
    insert into ticket (hop_id, contact_id, queue_id, agent_id, caller, called, from_at, consulted, caller_number, called_number)
    select made.id, made.contact_id, made.queue_id, made.agent_id, made.caller, made.called, ${at}::timestamptz, made.part = 'consulted', ${callerNumber}, agent.extension
    from made join contact on contact.id = made.contact_id join agent on agent.id = made.agent_id`.execute(tx);
}

/** Whoever has the same contact again is done with their wrap-up of it: another follows. Nobody can be in one of a contact that never was with anybody. */
async function endEarlierWrapUps(tx: Queries, reservations: readonly NewReservation[], now: number): Promise<void> {
  for (const { contact, agentId } of reservations) {
    const { phase, returnedAt } = contact.state;
    if (phase.name === 'waiting' && returnedAt === null) continue;
    await freeFromWrapUp(tx, { contactId: contact.id, agentId }, now);
  }
}
