import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playBuffer, ReplayClock } from './clock.ts';

describe('the replay clock', () => {
  /** How long after `now` an event with this answer is played. */
  const wait = (clock: ReplayClock, startedAt: number, answer: number, now: number): number => answer - clock.baseline - (now - startedAt);

  it('CB25 holds live events back by the buffer, however far the two clocks are apart', () => {
    const clock = new ReplayClock(5_000_000, 100);
    expect(clock.past()).toBeGreaterThanOrEqual(clock.baseline);
    expect(clock.before).toBeLessThan(clock.baseline);
    expect(wait(clock, 100, clock.translate(5_060_000, 200), 200)).toBe(playBuffer);
    expect(wait(clock, 100, clock.translate(5_060_040, 240), 240)).toBe(playBuffer);
  });

  it('CB25 neither freezes nor lags when the sharer’s clock jumps or a machine slept', () => {
    const clock = new ReplayClock(1_000, 0);
    clock.translate(1_000, 0);
    expect(wait(clock, 0, clock.translate(1_000 + 3_600_000, 100), 100)).toBe(playBuffer);
    const after = clock.translate(2_000, 200);
    expect(wait(clock, 0, after, 200)).toBeLessThanOrEqual(playBuffer);
    // The viewer slept for an hour: what comes next is shown at once and not an hour late.
    expect(wait(clock, 0, clock.translate(2_100, 3_600_000), 3_600_000)).toBe(0);
  });

  it('CB55 holds nothing back of what changes on the page, and keeps its order', () => {
    const clock = new ReplayClock(5_000_000, 100);
    expect(wait(clock, 100, clock.due(200), 200)).toBe(0);
    expect(clock.due(199)).toBe(clock.due(200));
    expect(clock.due(90)).toBeGreaterThan(clock.baseline);
  });

  it('CB25 keeps the order whatever the timestamps say', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1e7), fc.nat(1000)), { minLength: 2 }), (events) => {
      const clock = new ReplayClock(events[0]![0], 0);
      let now = 0;
      let last = clock.past();
      for (const [timestamp, step] of events) {
        now += step;
        const answer = clock.translate(timestamp, now);
        expect(answer).toBeGreaterThanOrEqual(last);
        last = answer;
      }
    }));
  });
});
