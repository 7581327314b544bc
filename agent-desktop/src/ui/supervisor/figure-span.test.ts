import { describe, expect, it } from 'vitest';
import { spanOf, type SpanChoice } from './figure-span.ts';

const choice = (part: Partial<SpanChoice>): SpanChoice => ({ name: 'today', first: '', last: '', interval: '1h', ...part });
// Past midnight in Berlin, not yet in UTC.
const now = Date.parse('2026-10-24T22:30:00Z');
const berlin = (part: Partial<SpanChoice>) => spanOf(choice(part), now, 'Europe/Berlin');

describe('the time that figures are looked at', () => {
  it('AD72 is told in dates of the figures\' time zone, also over a change of the clocks', () => {
    expect(berlin({})).toEqual({ from: '2026-10-25', to: '2026-10-26', interval: '1h' });
    expect(berlin({ name: 'yesterday' })).toEqual({ from: '2026-10-24', to: '2026-10-25', interval: '1h' });
    expect(berlin({ name: 'week', interval: '1d' })).toEqual({ from: '2026-10-19', to: '2026-10-26', interval: '1d' });
    expect(spanOf(choice({}), now, 'UTC')?.from).toBe('2026-10-24');
  });

  it('AD72 includes the last day that is named, and is none where the dates make none or the interval is too fine', () => {
    expect(berlin({ name: 'custom', first: '2026-10-01', last: '2026-10-01' })).toEqual({ from: '2026-10-01', to: '2026-10-02', interval: '1h' });
    for (const wrong of [{ first: '', last: '2026-10-01' }, { first: '2026-10-02', last: '2026-10-01' }, { first: '2026-01-01', last: '2026-10-01' }]) expect(berlin({ name: 'custom', ...wrong })).toBeNull();
    expect(berlin({ name: 'custom', first: '2026-01-01', last: '2026-10-01', interval: '1d' })).not.toBeNull();
  });
});
