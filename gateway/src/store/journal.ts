/** The journal of hops, read in the order of their numbers, a page at a time. */
import type { JournalHop } from '../journal/hop.ts';
import type { Queries } from './database.ts';

export interface JournalFilter {
  /** Null: everybody's. */
  readonly agentId: string | null;
  readonly queue?: string | undefined;
  /** Bound when the hop began; ISO 8601. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The hops above the ticket number `after`, in their order. */
export async function journalPage(db: Queries, { agentId, queue, from, to }: JournalFilter, { after, limit }: { readonly after: number; readonly limit: number }): Promise<JournalHop[]> {
  const rows = await db.selectFrom('ticket').leftJoin('agent', 'agent.id', 'ticket.agent_id')
    .select(['ticket.number', 'ticket.contact_id', 'ticket.queue_id', 'ticket.from_at', 'ticket.to_at', 'ticket.caller', 'ticket.called', 'ticket.caller_number', 'ticket.called_number', 'ticket.agent_id',
      'agent.name', 'ticket.outcome', 'ticket.is_end', 'ticket.disposition', 'ticket.notes'])
    .where('ticket.number', '>', String(after))
    .$if(agentId !== null, (query) => query.where('ticket.agent_id', '=', agentId))
    .$if(queue !== undefined, (query) => query.where('ticket.queue_id', '=', queue ?? ''))
    .$if(from !== undefined, (query) => query.where('ticket.from_at', '>=', new Date(from ?? 0)))
    .$if(to !== undefined, (query) => query.where('ticket.from_at', '<', new Date(to ?? 0)))
    .orderBy('ticket.number').limit(limit).execute();
  return rows.map((row) => ({
    ticket: Number(row.number), contactId: row.contact_id, queue: row.queue_id, from: row.from_at.toISOString(), to: row.to_at?.toISOString() ?? null, caller: row.caller, called: row.called,
    callerNumber: row.caller_number, calledNumber: row.called_number, agentId: row.agent_id, agent: row.name, outcome: row.outcome, end: row.is_end, disposition: row.disposition, notes: row.notes,
  }));
}

/** All of them, page by page: as many as whoever reads takes. */
export async function* journalPages(db: Queries, filter: JournalFilter, { after, perPage }: { readonly after: number; readonly perPage: number }): AsyncGenerator<readonly JournalHop[]> {
  for (let from = after; ;) {
    const page = await journalPage(db, filter, { after: from, limit: perPage });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < perPage) return;
    from = last.ticket;
  }
}
