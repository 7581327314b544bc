/**
 * How long those who wait will probably wait, as a range; nothing where there is too little to go by. Pure: many futures of the present
 * (play-forward.ts) are laid side by side, and four of five lie within the range.
 */
import type { WaitRange } from '#shared/vocabulary.ts';

/** Milliseconds from now to an agent. */
export interface Estimate {
  readonly low: number;
  /** As often longer as shorter. */
  readonly expected: number;
  readonly high: number;
}

/** One in ten waits is shorter than the range, one in ten longer. */
const below = 0.1;
const above = 0.9;
/** An idle agent still has to notice and accept. */
const offerSeconds = 20;

/** For each who waits, what the futures say; null where too often nobody would come, so that no upper end can be told. */
export function estimates(futures: readonly Float64Array[]): Array<Estimate | null> {
  const length = futures[0]?.length ?? 0;
  return Array.from({ length }, (_, at) => {
    const waits = Float64Array.from(futures, (waits) => waits[at] ?? Infinity).sort();
    const high = quantile(waits, above);
    return high === Infinity ? null : { low: quantile(waits, below), expected: quantile(waits, 0.5), high };
  });
}

/** In steps that people can do something with, so that what they read does not tremble. Seconds. */
export function toRange(estimate: Estimate | null): WaitRange | null {
  if (estimate === null) return null;
  const [low, high] = [estimate.low / 1000, Math.max(estimate.high / 1000, offerSeconds)];
  return { low: Math.floor(low / stepOf(low)) * stepOf(low), high: Math.ceil(high / stepOf(high)) * stepOf(high) };
}

function stepOf(seconds: number): number {
  if (seconds < 60) return 5;
  return seconds < 600 ? 15 : 60;
}

function quantile(ascending: Float64Array, share: number): number {
  const place = share * (ascending.length - 1);
  const [low, high] = [ascending[Math.floor(place)] ?? 0, ascending[Math.ceil(place)] ?? 0];
  return high === low ? low : low + (high - low) * (place - Math.floor(place));
}
