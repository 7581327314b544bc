import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hoursLabel, openingAt } from './hours.ts';

const office = {
  id: 'office', timeZone: 'Europe/Berlin', holidays: ['2026-12-25'],
  weekly: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'] as Array<'mon' | 'tue' | 'wed' | 'thu' | 'fri'>, from: '08:00', to: '18:00' }],
} as unknown as Parameters<typeof openingAt>[0] & object;

describe('opening hours', () => {
  it('RT1 is open from the first minute to before the last, in the calendar\'s own zone', () => {
    expect(openingAt(office, Date.parse('2026-11-23T07:00:00Z')).open).toBe(true);
    expect(openingAt(office, Date.parse('2026-11-23T06:59:59Z')).open).toBe(false);
    expect(openingAt(office, Date.parse('2026-11-23T17:00:00Z')).open).toBe(false);
    expect(openingAt(office, Date.parse('2026-07-20T06:00:00Z')).open).toBe(true);
  });

  it('RT1 names the next opening over a weekend, a holiday and a change of the clocks', () => {
    expect(openingAt(office, Date.parse('2026-11-21T12:00:00Z')).opensAt).toBe('2026-11-23T07:00:00.000Z');
    expect(openingAt(office, Date.parse('2026-12-24T20:00:00Z')).opensAt).toBe('2026-12-28T07:00:00.000Z');
    expect(openingAt(office, Date.parse('2026-10-24T12:00:00Z')).opensAt).toBe('2026-10-26T07:00:00.000Z');
    expect(openingAt(office, Date.parse('2027-03-27T12:00:00Z')).opensAt).toBe('2027-03-29T06:00:00.000Z');
  });

  it('RT1 is open at the opening that it named', () => {
    fc.assert(fc.property(fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') }), (now) => {
      const { open, opensAt } = openingAt(office, now);
      if (open) return opensAt === null;
      const at = Date.parse(opensAt ?? '');
      return at > now && openingAt(office, at).open && !openingAt(office, at - 60_000).open;
    }));
  });

  it('RT1 reads as a person would write it', () => {
    expect(hoursLabel(office)).toBe('Mon–Fri 08:00–18:00 (Europe/Berlin)');
    expect(hoursLabel(null)).toBe('24/7');
  });
});
