/** Who may read a contact: whoever has or had it, whoever is to take it, and supervisors. */
import { agentOf } from '../contact/runner.ts';
import type { LoggedInAgent } from '../session/logins.ts';
import type { Db } from '../store/database.ts';
import { hadHop } from '../store/tickets.ts';

export async function mayReadContact(db: Db, contactId: string, { agentId, agent }: LoggedInAgent): Promise<boolean> {
  const contact = await db.selectFrom('contact').select(['agent_id', 'state']).where('id', '=', contactId).executeTakeFirst();
  if (contact === undefined) return false;
  return contact.agent_id === agentId || agentOf(contact.state) === agentId || agent.role !== 'agent' || await hadHop(db, contactId, agentId);
}
