/** Summaries that wait for their agent to have read them. */
import type { ContactSummary } from '#shared/agent-protocol.ts';
import { callerOf } from '../journal/hop.ts';
import { anyOf } from './any-of.ts';
import type { Queries } from './database.ts';

/** Older ones are in the list of tickets. */
const mostShown = 20;

export async function insertSummary(tx: Queries, summary: { readonly id: string; readonly agentId: string; readonly contactId: string; readonly ticket: number; readonly at: number }): Promise<void> {
  // One that was told before a call back is no news beside the one after it.
  await tx.updateTable('summary').set({ dismissed_at: new Date(summary.at) }).where('contact_id', '=', summary.contactId).where('dismissed_at', 'is', null).execute();
  await tx.insertInto('summary').values({ id: summary.id, agent_id: summary.agentId, contact_id: summary.contactId, ticket: String(summary.ticket), at: new Date(summary.at) }).execute();
}

/** Whom this contact's summary was told. */
export async function summarized(db: Queries, contactId: string): Promise<string[]> {
  const rows = await db.selectFrom('summary').select('agent_id').where('contact_id', '=', contactId).execute();
  return [...new Set(rows.map(({ agent_id }) => agent_id))];
}

/** By agent, newest first. */
export async function openSummaries(db: Queries, agentIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlyArray<Omit<ContactSummary, 'queue'> & { readonly queueId: string }>>> {
  if (agentIds.length === 0) return new Map();
  const rows = await db.selectFrom('agent')
    .innerJoinLateral((query) => query.selectFrom('summary').innerJoin('ticket', 'ticket.number', 'summary.ticket').innerJoin('contact', 'contact.id', 'summary.contact_id').innerJoin('session', 'session.id', 'contact.session_id')
      .select(['summary.id', 'summary.at', 'summary.contact_id', 'summary.ticket', 'ticket.queue_id', 'ticket.caller', 'ticket.caller_number', 'ticket.outcome', 'session.request'])
      .whereRef('summary.agent_id', '=', 'agent.id').where('summary.dismissed_at', 'is', null).orderBy('summary.at', 'desc').limit(mostShown).as('open'), (join) => join.onTrue())
    .where('agent.id', '=', anyOf(agentIds)).selectAll('open').select('agent.id as agent_id').orderBy('open.at', 'desc').execute();
  return new Map([...Map.groupBy(rows, (row) => row.agent_id)].map(([agentId, open]) => [agentId, open.map((row) => ({
    id: row.id, at: row.at.toISOString(), contactId: row.contact_id, ticket: Number(row.ticket), queueId: row.queue_id, customer: row.request.customer?.name ?? null,
    caller: callerOf({ caller: row.caller, callerNumber: row.caller_number }), answered: row.outcome === 'answered',
  }))]));
}

/** False when the agent has no such summary. */
export async function dismissSummary(db: Queries, { id, agentId, at }: { readonly id: string; readonly agentId: string; readonly at: number }): Promise<boolean> {
  const row = await db.updateTable('summary').set({ dismissed_at: new Date(at) }).where('id', '=', id).where('agent_id', '=', agentId).returning('id').executeTakeFirst();
  return row !== undefined;
}
