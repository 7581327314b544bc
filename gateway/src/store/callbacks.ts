/** Queries about callbacks: who is to be called back, when, and how full the slots are. */
import { sql } from 'kysely';
import type { ContactState } from '../contact/state.ts';
import type { Queries } from './database.ts';

/** Any fixed number: whoever agrees on a callback looks at the others first, and two must not do so at once. Taken before contacts are locked. */
const callbackLock = 7_302_115;
/** More than anybody reads; the soonest first. */
const mostListed = 500;

export async function oneAgreementAtATime(tx: Queries): Promise<void> {
  await sql`select pg_advisory_xact_lock(${callbackLock})`.execute(tx);
}

export interface CallbackRow {
  readonly contactId: string;
  readonly sessionId: string;
  readonly queueId: string;
  readonly customerName: string | null;
  readonly dueAt: number;
  readonly state: ContactState;
  readonly agentName: string | null;
}

/** All that are open, or those that are an agent's own; the soonest first. */
export async function openCallbacks(db: Queries, of: { readonly agentId: string } | { readonly contactId: string } | 'all'): Promise<CallbackRow[]> {
  const rows = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id')
    .leftJoin('agent', (join) => join.on((on) => on(on.cast('agent.id', 'text'), '=', on.ref('contact.state', '->>').key('callback').key('agentId'))))
    .select(['contact.id', 'contact.session_id', 'contact.queue_id', 'contact.callback_at', 'contact.state', 'session.request', 'agent.name as agent_name'])
    .where('contact.callback_at', 'is not', null)
    .$call((query) => {
      if (of === 'all') return query;
      return 'contactId' in of ? query.where('contact.id', '=', of.contactId) : query.where(sql<boolean>`contact.state->'callback'->>'agentId' = ${of.agentId}`);
    })
    .orderBy('contact.callback_at').orderBy('contact.id').limit(mostListed).execute();
  return rows.map((row) => ({
    contactId: row.id, sessionId: row.session_id, queueId: row.queue_id, customerName: row.request.customer?.name ?? null, dueAt: row.callback_at?.getTime() ?? 0, state: row.state,
    agentName: row.agent_name,
  }));
}

/** The times that were agreed on with customers, within a stretch. */
export async function agreedTimes(tx: Queries, queueId: string, { from, until, except }: { readonly from: number; readonly until: number; readonly except?: string }): Promise<number[]> {
  const rows = await tx.selectFrom('contact').select('callback_at').where('queue_id', '=', queueId).where('phase', '=', 'scheduled')
    .where('callback_at', '>=', new Date(from)).where('callback_at', '<', new Date(until)).$if(except !== undefined, (query) => query.where('id', '<>', except ?? '')).execute();
  return rows.flatMap(({ callback_at }) => callback_at?.getTime() ?? []);
}

/** Whether somebody else is to be called back at this number already. */
export async function isAwaited(tx: Queries, number: string, except: string | null): Promise<boolean> {
  const row = await tx.selectFrom('contact').select('id').where('callback_at', 'is not', null)
    .where(sql<boolean>`state->'callback'->>'number' = ${number}`).$if(except !== null, (query) => query.where('id', '<>', except ?? '')).executeTakeFirst();
  return row !== undefined;
}

/** How many of a queue's are to be called back, at their place and at a time. */
export async function callbackCounts(db: Queries): Promise<Map<string, { readonly waiting: number; readonly scheduled: number }>> {
  const rows = await db.selectFrom('contact').select((table) => [
    'queue_id', table.fn.countAll<string>().filterWhere('phase', '<>', 'scheduled').as('waiting'), table.fn.countAll<string>().filterWhere('phase', '=', 'scheduled').as('scheduled'),
  ]).where('callback_at', 'is not', null).groupBy('queue_id').execute();
  return new Map(rows.map((row) => [row.queue_id, { waiting: Number(row.waiting), scheduled: Number(row.scheduled) }]));
}
