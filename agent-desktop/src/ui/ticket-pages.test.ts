import { expect, it } from 'vitest';
import type { Ticket } from '#shared/agent-protocol.ts';
import { firstPage, ticketsPerPage, withOlder } from './ticket-pages.ts';

const page = (newest: number, count: number): Ticket[] => Array.from({ length: count }, (_, index) => ({ ticket: newest - index }) as Ticket);

it('AD33 goes on below the last ticket of a full page until one is not full', () => {
  expect(firstPage([])).toEqual({ tickets: [], olderThan: null });
  expect(firstPage(page(7, 7)).olderThan).toBeNull();
  const first = firstPage(page(173, ticketsPerPage));
  expect(first.olderThan).toBe(124);
  const second = withOlder(first, page(123, ticketsPerPage));
  expect(second.tickets.map(({ ticket }) => ticket)).toEqual(page(173, 100).map(({ ticket }) => ticket));
  expect(second.olderThan).toBe(74);
  expect(withOlder(second, page(123, ticketsPerPage))).toEqual(second);
  expect(withOlder(second, page(73, 3))).toMatchObject({ olderThan: null, tickets: { length: 103 } });
  expect(withOlder(second, [])).toEqual({ tickets: second.tickets, olderThan: null });
});
