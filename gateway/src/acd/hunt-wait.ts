/** How long whoever waits in a hunt will probably wait, by how long those waited before whom somebody answered; nothing where that says too little. Pure. */
import { Durations, leastSamples } from './durations.ts';
import type { Estimate } from './ewt.ts';

/** `waits`: milliseconds, the newest first. `elapsed`: how long they wait already. */
export function huntWait(waits: readonly number[], elapsed: number): Estimate | null {
  // Who waits longer than anybody did is told nothing that nobody knows.
  if (waits.length < leastSamples || !waits.some((wait) => wait > elapsed)) return null;
  const durations = new Durations(waits);
  return { low: durations.remaining(elapsed, 0.1), expected: durations.remaining(elapsed, 0.5), high: durations.remaining(elapsed, 0.9) };
}
