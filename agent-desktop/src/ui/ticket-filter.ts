/** Which tickets a list shows. Pure. */
import type { Ticket } from '#shared/agent-protocol.ts';

export const ticketSpans = ['day', 'week', 'month', 'all'] as const;
export type TicketSpanName = (typeof ticketSpans)[number];

const days: Readonly<Record<TicketSpanName, number | null>> = { day: 1, week: 7, month: 31, all: null };

/** ISO time from which tickets are asked for; null is from the beginning. */
export function spanSince(span: TicketSpanName, now: number): string | null {
  const count = days[span];
  return count === null ? null : new Date(now - count * 86_400_000).toISOString();
}

/** Every word must be found somewhere in the line; a number finds its ticket with or without the #. */
export function filterTickets(tickets: readonly Ticket[], { query, outcome }: { readonly query: string; readonly outcome: NonNullable<Ticket['outcome']> | 'all' }): readonly Ticket[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  return tickets.filter((ticket) => {
    if (outcome !== 'all' && ticket.outcome !== outcome) return false;
    const line = `#${ticket.ticket} ${ticket.caller} ${ticket.called} ${ticket.agent ?? ''}`.toLocaleLowerCase();
    return words.every((word) => line.includes(word));
  });
}
