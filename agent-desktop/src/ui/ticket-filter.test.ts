import { expect, it } from 'vitest';
import type { Ticket } from '#shared/agent-protocol.ts';
import { filterTickets, spanSince } from './ticket-filter.ts';

const ticket = (number: number, patch: Partial<Ticket> = {}): Ticket => ({
  ticket: number, contactId: 'c', from: '2026-11-21T09:00:00Z', to: null, caller: 'sip:7f3a@help.test', called: 'sip:anna@help.test', agentId: 'a', agent: 'Anna Berg', outcome: 'answered', end: true, disposition: null, notes: '', pageRecorded: false, pageShared: false, ...patch,
});

it('AD33 finds tickets by number, party and outcome', () => {
  const tickets = [ticket(1041), ticket(1042, { agent: 'Ben Falk', called: 'sip:ben@help.test', outcome: 'consulted' }), ticket(1043, { outcome: 'missed' })];
  const numbers = (query: string, outcome: Ticket['outcome'] | 'all' = 'all') => filterTickets(tickets, { query, outcome: outcome ?? 'all' }).map((found) => found.ticket);
  expect(numbers('')).toEqual([1041, 1042, 1043]);
  expect(numbers('#1042')).toEqual([1042]);
  expect(numbers('anna 7F3A')).toEqual([1041, 1043]);
  expect(numbers('', 'missed')).toEqual([1043]);
  expect(numbers('ben', 'answered')).toEqual([]);
  expect(spanSince('day', Date.parse('2026-11-21T09:00:00Z'))).toBe('2026-11-20T09:00:00.000Z');
  expect(spanSince('all', 0)).toBeNull();
});
