import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('a budget', () => {
  it('CB104 lets a burst pass and then so many a second, also when the clock jumps back', () => {
    const bucket = new TokenBucket({ atOnce: 3, perSecond: 2 }, 1000);
    const passed = (now: number): number => Array.from({ length: 10 }, () => bucket.take(now)).filter(Boolean).length;
    expect(passed(1000)).toBe(3);
    expect(passed(1400)).toBe(0);
    expect(passed(2000)).toBe(2);
    expect(passed(500)).toBe(0);
    expect(passed(60_000)).toBe(3);
  });
});
