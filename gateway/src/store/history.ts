/** Queries about contacts that are over, as agents read them. */
import { sql } from 'kysely';
import type { PastContact } from '#shared/agent-protocol.ts';
import { pageRecorded } from './cobrowse-recordings.ts';
import type { Queries } from './database.ts';

/** How many earlier contacts the screen pop shows. */
const historyLength = 10;

/** An agent's own, newest first. */
export async function pastContactsOfAgent(db: Queries, agentId: string, limit: number): Promise<PastContact[]> {
  return (await pastContacts(db).where('contact.agent_id', '=', agentId).limit(limit).execute()).map(pastContact);
}

/** Of each contact's customer the earlier ones, by that contact, newest first. */
export async function earlierContacts(db: Queries, of: ReadonlyArray<{ readonly contactId: string; readonly customerId: string }>): Promise<ReadonlyMap<string, readonly PastContact[]>> {
  if (of.length === 0) return new Map();
  const asked = sql<{ of_id: string; customer_id: string }>`unnest(${of.map(({ contactId }) => contactId)}::uuid[], ${of.map(({ customerId }) => customerId)}::text[])`;
  const rows = await db.selectFrom(asked.as<'asked'>(sql`asked (of_id, customer_id)`))
    .innerJoinLateral(() => pastContacts(db).where('contact.customer_id', '=', sql.ref<string>('asked.customer_id')).where('contact.id', '<>', sql.ref<string>('asked.of_id')).limit(historyLength).as('past'), (join) => join.onTrue())
    .selectAll('past').select('asked.of_id').orderBy('past.created_at', 'desc').execute();
  return new Map([...Map.groupBy(rows, (row) => row.of_id)].map(([contactId, past]) => [contactId, past.map(pastContact)]));
}

function pastContacts(db: Queries) {
  return db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('agent', 'agent.id', 'contact.agent_id')
    .select(['contact.id', 'contact.created_at', 'contact.queue_id', 'contact.disposition', 'contact.notes', 'contact.end_party', 'contact.end_reason',
      'contact.channel', 'contact.messages', 'session.request', 'agent.name as agent_name', pageRecorded('contact.id')])
    .where('contact.ended_at', 'is not', null).orderBy('contact.created_at', 'desc');
}

function pastContact(row: Awaited<ReturnType<ReturnType<typeof pastContacts>['execute']>>[number]): PastContact {
  return {
    contactId: row.id, at: row.created_at.toISOString(), queue: row.queue_id, agent: row.agent_name, pageUrl: row.request.inquiry.pageUrl,
    disposition: row.disposition, notes: row.notes, end: row.end_party === null || row.end_reason === null ? null : { party: row.end_party, reason: row.end_reason },
    channel: row.channel, messages: row.messages, pageRecorded: row.pageRecorded,
  };
}
