/** Who dealt with a customer before. */
import type { Queries } from './database.ts';

export interface EarlierAgents {
  readonly customerId: string;
  readonly mode: 'last' | 'first';
  /** Only what ended after this counts; null: at any time. */
  readonly since: number | null;
  /** Only contacts that were wrapped up so count; null: all. */
  readonly dispositions: readonly string[] | null;
}

/**
 * The agent of the last (or first) hop in which somebody talked to this customer. Who was only consulted is none of theirs. Undefined: there
 * is none, or they work here no longer.
 */
export async function earlierAgent(db: Queries, { customerId, mode, since, dispositions }: EarlierAgents): Promise<string | undefined> {
  const row = await db.selectFrom('contact').innerJoin('ticket', 'ticket.contact_id', 'contact.id').innerJoin('agent', 'agent.id', 'ticket.agent_id')
    .select('agent.id').where('contact.customer_id', '=', customerId).where('ticket.outcome', '=', 'answered').where('ticket.to_at', 'is not', null).where('agent.active', '=', true)
    .$if(since !== null, (query) => query.where('ticket.to_at', '>=', new Date(since ?? 0)))
    .$if(dispositions !== null, (query) => query.where('ticket.disposition', 'in', dispositions ?? []))
    .orderBy('ticket.to_at', mode === 'last' ? 'desc' : 'asc').limit(1).executeTakeFirst();
  return row?.id;
}
