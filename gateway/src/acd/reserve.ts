/** Makes reservations: each with its slot and its ticket, in the caller's transaction. The store itself refuses an agent without a place, and a contact that is taken. */
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { openTickets } from '../store/tickets.ts';
import { freeSlot } from './records.ts';

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

export async function insertReservations(tx: Queries, reservations: readonly NewReservation[], { sipDomain, now }: { readonly sipDomain: string; readonly now: number }): Promise<void> {
  const at = new Date(now);
  await endEarlierWrapUps(tx, reservations, now);
  await tx.insertInto('reservation').values(reservations.map(({ id, contact, agentId, part, state, expiresAt, byAgentId }) => ({
    id, contact_id: contact.id, agent_id: agentId, state, channel: contact.state.channel, part, by_agent_id: byAgentId, offered_at: at, expires_at: new Date(expiresAt), closed_at: state === 'offered' ? null : at,
  }))).execute();
  await tx.insertInto('slot').values(reservations.map(({ id, contact, agentId, part, state }) => (
    { id, contact_id: contact.id, agent_id: agentId, channel: contact.state.channel, part, state: state === 'offered' ? 'reserved' as const : 'engaged' as const, since: at, wrap_up_ends_at: null }
  ))).execute();
  await openTickets(tx, reservations.map(({ id, contact, agentId, username }) => ({ hopId: id, contact, agentId, called: `sip:${username}@${sipDomain}` })), now);
}

/** Whoever has the same contact again is done with their wrap-up of it: another follows. Nobody can be in one of a contact that never was with anybody. */
async function endEarlierWrapUps(tx: Queries, reservations: readonly NewReservation[], now: number): Promise<void> {
  for (const { contact, agentId } of reservations) {
    const { phase, returnedAt } = contact.state;
    if (phase.name === 'waiting' && returnedAt === null) continue;
    const slot = await tx.selectFrom('slot').select('id').where('contact_id', '=', contact.id).where('agent_id', '=', agentId).where('state', '=', 'wrapUp').executeTakeFirst();
    if (slot !== undefined) await freeSlot(tx, slot.id, now);
  }
}
