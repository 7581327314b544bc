/** The tickets that a list has so far, page by page and newest first. Pure. */
import type { Ticket } from '#shared/agent-protocol.ts';

/** What one request brings. */
export const ticketsPerPage = 50;

export interface TicketPages {
  readonly tickets: readonly Ticket[];
  /** The number to go on below; null when all are here. */
  readonly olderThan: number | null;
}

export function firstPage(page: readonly Ticket[]): TicketPages {
  return { tickets: page, olderThan: next(page) };
}

export function withOlder({ tickets }: TicketPages, page: readonly Ticket[]): TicketPages {
  const last = tickets.at(-1)?.ticket ?? Infinity;
  // Pressed twice, a page may come twice.
  return { tickets: [...tickets, ...page.filter(({ ticket }) => ticket < last)], olderThan: next(page) };
}

/** A page that is not full is the last. */
function next(page: readonly Ticket[]): number | null {
  return page.length < ticketsPerPage ? null : page.at(-1)?.ticket ?? null;
}
