import { expect, it } from 'vitest';
import { ownSpan } from './own-span.ts';

const berlin = (span: Parameters<typeof ownSpan>[0], now: string): string[] => {
  const { from, to } = ownSpan(span, Date.parse(now), 'Europe/Berlin');
  return [from, to].map((at) => new Date(at).toISOString());
};

it('FG12 takes today, yesterday and the week since Monday as the zone\'s clocks show them', () => {
  expect(berlin('today', '2026-11-27T08:00:00Z')).toEqual(['2026-11-26T23:00:00.000Z', '2026-11-27T08:00:00.000Z']);
  // It is Saturday there already, and still Friday in UTC.
  expect(berlin('today', '2026-11-27T23:30:00Z')).toEqual(['2026-11-27T23:00:00.000Z', '2026-11-27T23:30:00.000Z']);
  expect(berlin('yesterday', '2026-11-27T08:00:00Z')).toEqual(['2026-11-25T23:00:00.000Z', '2026-11-26T23:00:00.000Z']);
  // 25 hours, because the clocks were put back.
  expect(berlin('yesterday', '2026-10-26T08:00:00Z')).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
  expect(berlin('week', '2026-11-27T08:00:00Z')[0]).toBe('2026-11-22T23:00:00.000Z');
  // A Monday's and a Sunday's week begin on a Monday, also across the change of the clocks.
  expect(berlin('week', '2026-11-23T08:00:00Z')[0]).toBe('2026-11-22T23:00:00.000Z');
  expect(berlin('week', '2026-10-25T20:00:00Z')[0]).toBe('2026-10-18T22:00:00.000Z');
  // The very moment in which the day begins is a time, if an empty one.
  expect(ownSpan('today', Date.parse('2026-11-26T23:00:00Z'), 'Europe/Berlin')).toMatchObject({ to: Date.parse('2026-11-26T23:00:00Z') + 1 });
});
