import { describe, expect, it } from 'vitest';
import { added, averageHandleTime, averageSpeedOfAnswer, noHandlings, noStays, occupancy, serviceLevel } from './measures.ts';

// Ten came: six answered, five of them in time; three gave up, two of them in time; one still waits and is not late yet.
const counts = { ...noStays, offered: 10, answered: 6, answeredInTime: 5, abandoned: 3, abandonedInTime: 2, pending: 1, waitSeconds: 60, longestWait: 31 };

describe('measures', () => {
  it('FG2 the service level has three formulas, and who still waits in time is nobody\'s failure', () => {
    expect(serviceLevel(counts, 'abandonsIgnored')).toBeCloseTo(5 / 7);
    expect(serviceLevel(counts, 'negative')).toBeCloseTo(5 / 9);
    expect(serviceLevel(counts, 'positive')).toBeCloseTo(7 / 9);
    // Who asked to be called instead counts neither way.
    expect(serviceLevel({ ...counts, offered: 12, callbacks: 2 }, 'negative')).toBeCloseTo(5 / 9);
  });

  it('FG2 nothing is made of nothing', () => {
    for (const formula of ['abandonsIgnored', 'negative', 'positive'] as const) expect(serviceLevel({ ...noStays, offered: 1, pending: 1 }, formula)).toBeNull();
    expect([averageSpeedOfAnswer(noStays), averageHandleTime(noHandlings), occupancy({ loggedInSeconds: 9, availableSeconds: 0, breakSeconds: 9, busySeconds: 0, staffedSeconds: 0 })]).toEqual([null, null, null]);
  });

  it('FG5 counts add up, the longest wait is the longest of all', () => {
    expect(added(noStays, [counts, { ...counts, longestWait: 5 }])).toMatchObject({ offered: 20, waitSeconds: 120, longestWait: 31 });
    expect(averageSpeedOfAnswer(added(noStays, [counts, counts]))).toBe(10);
  });
});
