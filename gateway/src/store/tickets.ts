/** Queries about tickets: one number for each hop of a contact, that is its time with one agent or number. */
import { sql } from 'kysely';
import type { Ticket } from '#shared/agent-protocol.ts';
import { pageShared } from './cobrowse-audit.ts';
import { pageRecorded } from './cobrowse-recordings.ts';
import type { Queries } from './database.ts';

/** Under which number a contact's customer can be called: where they are, or will be, called, else what the portal told. */
export const callerNumber = sql<string | null>`coalesce(contact.state->'telephone'->>'number', contact.state->'callback'->>'number', contact.phone)`;

export interface NewTicket {
  readonly hopId: string;
  readonly contact: { readonly id: string; readonly from: string; readonly queueId: string };
  readonly agentId: string | null;
  /** The agent's address, or the number. */
  readonly called: string;
  /** For advice, while the customer stays with whoever asks. */
  readonly consulted?: boolean;
}

export async function openTickets(tx: Queries, tickets: readonly NewTicket[], now: number): Promise<void> {
  await tx.insertInto('ticket').values(tickets.map(({ hopId, contact, agentId, called, consulted = false }) => ({
    hop_id: hopId, contact_id: contact.id, queue_id: contact.queueId, agent_id: agentId, caller: contact.from, called, from_at: new Date(now), to_at: null, outcome: null, consulted,
    caller_number: sql<string | null>`(select ${callerNumber} from contact where contact.id = ${contact.id})`,
    called_number: agentId === null ? called : sql<string | null>`(select extension from agent where id = ${agentId})`,
  }))).execute();
}

export async function noteHop(tx: Queries, hopId: string, outcome: NonNullable<Ticket['outcome']>): Promise<void> {
  // Whoever answered has the customer, also where they were only asked before.
  await tx.updateTable('ticket').set({ outcome, ...(outcome === 'answered' ? { consulted: false } : {}) }).where('hop_id', '=', hopId).execute();
}

/** The first end counts. */
export async function endHop(tx: Queries, hopId: string, at: number): Promise<void> {
  await tx.updateTable('ticket').set((row) => ({ to_at: row.fn.coalesce('to_at', row.val(new Date(at))) })).where('hop_id', '=', hopId).execute();
}

export interface MarkedHop {
  readonly ticket: number;
  /** Null: a number outside. */
  readonly agentId: string | null;
}

/**
 * Marks the hop with which a contact ended, the only one of it: what it had ended with before a call back no longer is. Null: the customer left the
 * queue, and the last is whoever had them, or was rung, before that. Undefined where there was nobody.
 */
export async function markLastHop(tx: Queries, contactId: string, hopId: string | null): Promise<MarkedHop | undefined> {
  const row = await tx.selectFrom('ticket').select(['number', 'agent_id']).where('contact_id', '=', contactId)
    .$call((query) => hopId === null ? query.where('consulted', '=', false) : query.where('hop_id', '=', hopId)).orderBy('number', 'desc').limit(1).executeTakeFirst();
  if (row === undefined) return undefined;
  await tx.updateTable('ticket').set({ is_end: sql<boolean>`number = ${row.number}` }).where('contact_id', '=', contactId)
    .where((where) => where.or([where('is_end', '=', true), where('number', '=', row.number)])).execute();
  return { ticket: Number(row.number), agentId: row.agent_id };
}

/** What an agent says of a contact. */
export interface Said {
  readonly disposition?: string | null;
  readonly notes: string;
}

/** They say it of their own hop: their latest. */
export async function describeHop(tx: Queries, hop: { readonly contactId: string; readonly agentId: string }, said: Said): Promise<void> {
  const latest = tx.selectFrom('ticket').select('number').where('contact_id', '=', hop.contactId).where('agent_id', '=', hop.agentId).orderBy('number', 'desc').limit(1);
  await tx.updateTable('ticket').set(said).where('number', '=', latest).execute();
}

export async function ticketOf(db: Queries, hopId: string): Promise<number | null> {
  const row = await db.selectFrom('ticket').select('number').where('hop_id', '=', hopId).executeTakeFirst();
  return row === undefined ? null : Number(row.number);
}

/** Whether the agent had, or was asked about, this contact in a hop that came about. */
export async function hadHop(db: Queries, contactId: string, agentId: string): Promise<boolean> {
  const row = await db.selectFrom('ticket').select('number').where('contact_id', '=', contactId).where('agent_id', '=', agentId).where('outcome', 'in', ['answered', 'consulted']).executeTakeFirst();
  return row !== undefined;
}

/** The queue for which the agent last had this contact. */
export async function hopQueue(db: Queries, contactId: string, agentId: string): Promise<string | undefined> {
  const row = await db.selectFrom('ticket').select('queue_id').where('contact_id', '=', contactId).where('agent_id', '=', agentId).orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row?.queue_id;
}

export interface TicketFilter {
  /** Null: everybody's. */
  readonly agentId: string | null;
  readonly contactId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Continue after this number, downward. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. `from` and `to` bound when the hop began. */
export async function listTickets(db: Queries, filter: TicketFilter): Promise<Ticket[]> {
  const rows = await db.selectFrom('ticket').leftJoin('agent', 'agent.id', 'ticket.agent_id')
    .select(['ticket.number', 'ticket.contact_id', 'ticket.from_at', 'ticket.to_at', 'ticket.caller', 'ticket.called', 'ticket.agent_id', 'agent.name', 'ticket.outcome', 'ticket.is_end', 'ticket.disposition', 'ticket.notes', pageRecorded('ticket.contact_id'), pageShared('ticket.contact_id')])
    .$if(filter.agentId !== null, (query) => query.where('ticket.agent_id', '=', filter.agentId))
    .$if(filter.contactId !== undefined, (query) => query.where('ticket.contact_id', '=', filter.contactId ?? ''))
    .$if(filter.from !== undefined, (query) => query.where('ticket.from_at', '>=', new Date(filter.from ?? 0)))
    .$if(filter.to !== undefined, (query) => query.where('ticket.from_at', '<', new Date(filter.to ?? 0)))
    .$if(filter.before !== undefined, (query) => query.where('ticket.number', '<', String(filter.before)))
    .orderBy('ticket.number', 'desc').limit(filter.limit).execute();
  return rows.map((row) => ({
    ticket: Number(row.number), contactId: row.contact_id, from: row.from_at.toISOString(), to: row.to_at?.toISOString() ?? null, caller: row.caller, called: row.called,
    agentId: row.agent_id, agent: row.name, outcome: row.outcome, end: row.is_end, disposition: row.disposition, notes: row.notes, pageRecorded: row.pageRecorded, pageShared: row.pageShared,
  }));
}

/** Numbers begin where the configuration says, and never go back: a start that is behind the numbers given already changes nothing. */
export async function startTicketsAt(db: Queries, start: number): Promise<void> {
  await sql`select setval('ticket_number', ${start}::bigint, false) where ${start}::bigint > (select case when is_called then last_value else 0 end from ticket_number)`.execute(db);
}
