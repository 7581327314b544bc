/** From counts to figures: everything that is an average or a ratio is made here, from sums that may be added up over any intervals. Pure. */
import type { ServiceLevelFormula } from '#shared/figures.ts';

/** Seconds and numbers of stays that began, and of offers that were made, in one interval. */
export interface QueueCounts {
  /** Stays in the queue, but for short abandons and for those whom a closed queue turned away. */
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly shortAbandoned: number;
  readonly callbacks: number;
  readonly overflowed: number;
  readonly expired: number;
  readonly forwarded: number;
  readonly closed: number;
  readonly answeredInTime: number;
  readonly abandonedInTime: number;
  /** Still waiting, and not longer than the threshold: nothing can be said of them yet. */
  readonly pending: number;
  readonly waitSeconds: number;
  readonly longestWait: number;
  readonly transfersIn: number;
}

/** What agents did with offers. `handled`: talks that are over, wrap-up included; the seconds are theirs. */
export interface HandlingCounts {
  readonly offers: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly missed: number;
  readonly handled: number;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly wrapUpSeconds: number;
  readonly consulted: number;
  readonly consultSeconds: number;
  readonly transfersIn: number;
  readonly transfersOut: number;
}

/** How an agent spent the time. Several contacts at once are busy once. */
export interface TimeCounts {
  readonly loggedInSeconds: number;
  readonly availableSeconds: number;
  readonly breakSeconds: number;
  readonly busySeconds: number;
  /** Busy, or available for a contact. */
  readonly staffedSeconds: number;
}

export const noStays: QueueCounts = {
  offered: 0, answered: 0, abandoned: 0, shortAbandoned: 0, callbacks: 0, overflowed: 0, expired: 0, forwarded: 0, closed: 0, answeredInTime: 0, abandonedInTime: 0, pending: 0, waitSeconds: 0, longestWait: 0,
  transfersIn: 0,
};
export const noHandlings: HandlingCounts = {
  offers: 0, accepted: 0, rejected: 0, missed: 0, handled: 0, talkSeconds: 0, holdSeconds: 0, wrapUpSeconds: 0, consulted: 0, consultSeconds: 0, transfersIn: 0, transfersOut: 0,
};
export const noTimes: TimeCounts = { loggedInSeconds: 0, availableSeconds: 0, breakSeconds: 0, busySeconds: 0, staffedSeconds: 0 };

/** The counts of several intervals as one. */
export function added<Counts extends QueueCounts | HandlingCounts | TimeCounts>(none: Counts, all: readonly Counts[]): Counts {
  return Object.fromEntries(Object.entries(none).map(([name]) => {
    const values = all.map((counts) => (counts as unknown as Readonly<Record<string, number>>)[name] ?? 0);
    return [name, name === 'longestWait' ? Math.max(0, ...values) : values.reduce((sum, value) => sum + value, 0)];
  })) as unknown as Counts;
}

/** The share that was answered in time, 0 to 1; null where nobody counts. */
export function serviceLevel(counts: QueueCounts, formula: ServiceLevelFormula): number | null {
  const { answeredInTime, abandonedInTime } = counts;
  const offered = counts.offered - counts.pending - counts.callbacks;
  switch (formula) {
    // Who gave up in time is no fault of ours, and no merit.
    case 'abandonsIgnored': return ratio(answeredInTime, offered - abandonedInTime);
    case 'negative': return ratio(answeredInTime, offered);
    case 'positive': return ratio(answeredInTime + abandonedInTime, offered);
  }
}

/** Null where there is nothing to divide by. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

export function averageSpeedOfAnswer({ waitSeconds, answered }: QueueCounts): number | null {
  return ratio(waitSeconds, answered);
}

export function averageHandleTime({ talkSeconds, holdSeconds, wrapUpSeconds, handled }: HandlingCounts): number | null {
  return ratio(talkSeconds + holdSeconds + wrapUpSeconds, handled);
}

export function occupancy({ busySeconds, staffedSeconds }: TimeCounts): number | null {
  return ratio(busySeconds, staffedSeconds);
}
