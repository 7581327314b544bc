import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, intervals, startOfDay, timeGrid } from './time-grid.ts';

const hour = 3600_000;
const lengths = (edges: readonly number[]): number[] => edges.slice(1).map((edge, at) => (edge - (edges[at] ?? 0)) / hour);
const day = (date: string, timeZone: string): number => startOfDay(date, timeZone);

describe('intervals of a place', () => {
  it('FG7 days are as long as the clocks make them', () => {
    const days = (from: string, to: string, timeZone: string) => lengths(timeGrid({ from: day(from, timeZone), to: day(to, timeZone), interval: '1d', timeZone }));
    expect(days('2026-03-28', '2026-03-31', 'Europe/Berlin')).toEqual([24, 23, 24]);
    expect(days('2026-10-24', '2026-10-27', 'Europe/Berlin')).toEqual([24, 25, 24]);
    // Its clocks move by half an hour.
    expect(days('2026-04-04', '2026-04-07', 'Australia/Lord_Howe')).toEqual([24, 24.5, 24]);
    // The clocks are put forward at midnight: that day begins at one.
    expect(days('2026-04-23', '2026-04-26', 'Africa/Cairo')).toEqual([24, 23, 24]);
    expect(new Date(day('2026-04-24', 'Africa/Cairo')).toISOString()).toBe('2026-04-23T22:00:00.000Z');
    expect(new Date(day('2026-11-27', 'Asia/Kathmandu')).toISOString()).toBe('2026-11-26T18:15:00.000Z');
  });

  it('FG7 an hour that comes twice is two intervals, and one that is left out is none', () => {
    const hours = (date: string, next: string) => timeGrid({ from: day(date, 'Europe/Berlin'), to: day(next, 'Europe/Berlin'), interval: '1h', timeZone: 'Europe/Berlin' });
    expect(hours('2026-10-25', '2026-10-26')).toHaveLength(26);
    expect(hours('2026-03-29', '2026-03-30')).toHaveLength(24);
  });

  it('FG7 begins and ends with what was asked, in between with the clock', () => {
    const from = Date.parse('2026-11-27T08:50:00Z');
    const edges = timeGrid({ from, to: from + 2 * hour, interval: '1h', timeZone: 'Europe/Berlin' });
    expect(edges.map((edge) => new Date(edge).toISOString().slice(11, 16))).toEqual(['08:50', '09:00', '10:00', '10:50']);
    expect(timeGrid({ from, to: from + 1, interval: null, timeZone: 'UTC' })).toEqual([from, from + 1]);
  });

  it('FG7 leaves no gap and no overlap, in any zone at any time', () => {
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Apia', 'America/St_Johns'];
    fc.assert(fc.property(
      fc.constantFrom(...zones), fc.constantFrom(...intervals), fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2028-01-01') }), fc.integer({ min: 1, max: 5 * 24 * hour }),
      (timeZone, interval, from, length) => {
        const edges = timeGrid({ from, to: from + length, interval, timeZone });
        expect([edges[0], edges.at(-1)]).toEqual([from, from + length]);
        expect(edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? 0))).toBe(true);
        if (interval === '1d') for (const edge of edges.slice(1, -1)) expect(dateOf(edge, timeZone)).not.toBe(dateOf(edge - 1, timeZone));
      },
    ), { numRuns: 200 });
  });
});
