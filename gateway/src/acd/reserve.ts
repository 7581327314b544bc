/** Makes reservations: each with its slot and its ticket, in the caller's transaction. The store itself refuses an agent or a contact that is taken. */
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { openTickets } from '../store/tickets.ts';

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
  await tx.insertInto('reservation').values(reservations.map(({ id, contact, agentId, part, state, expiresAt, byAgentId }) => ({
    id, contact_id: contact.id, agent_id: agentId, state, part, by_agent_id: byAgentId, offered_at: at, expires_at: new Date(expiresAt), closed_at: state === 'offered' ? null : at,
  }))).execute();
  await tx.insertInto('slot').values(reservations.map(({ id, contact, agentId, part, state }) => (
    { id, contact_id: contact.id, agent_id: agentId, part, state: state === 'offered' ? 'reserved' as const : 'engaged' as const, since: at, wrap_up_ends_at: null }
  ))).execute();
  await openTickets(tx, reservations.map(({ id, contact, agentId, username }) => ({ hopId: id, contact, agentId, called: `sip:${username}@${sipDomain}` })), now);
}
