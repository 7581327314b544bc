import { describe, expect, it } from 'vitest';
import { sourceOf, TokenBuckets } from './token-buckets.ts';

describe('how much one source may ask for', () => {
  it('SIP21 a burst, then so many each second, each source for itself', () => {
    const buckets = new TokenBuckets({ burst: 3, perSecond: 2 });
    expect([0, 0, 0, 0].map((now) => buckets.take('a', now))).toEqual([true, true, true, false]);
    expect(buckets.take('b', 0)).toBe(true);
    expect([400, 500, 600, 1000, 1100].map((now) => buckets.take('a', now))).toEqual([false, true, false, true, false]);
    expect([60_000, 60_000, 60_000, 60_000].map((now) => buckets.take('a', now))).toEqual([true, true, true, false]);
  });

  it('SIP21 remembers a bounded number of sources', () => {
    const buckets = new TokenBuckets({ burst: 1, perSecond: 1 });
    for (let source = 0; source < 30_000; source += 1) buckets.take(String(source), 0);
    expect(buckets.size).toBe(20_000);
  });

  it('SIP21 takes a network of IPv6 for one source', () => {
    expect(sourceOf('192.0.2.1')).toBe('192.0.2.1');
    expect(sourceOf('2001:db8:1:2:3:4:5:6')).toBe(sourceOf('2001:db8:1:2::9'));
    expect(sourceOf('2001:db8:1:3::1')).not.toBe(sourceOf('2001:db8:1:2::1'));
    expect(sourceOf('::1')).toBe('0:0:0:0');
  });
});
