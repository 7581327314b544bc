/**
 * How long handling takes, as it was measured: a distribution that asks for no law. The newest contacts count most, because products,
 * people and seasons change. Pure.
 */

import type { Handling } from './play-forward.ts';

/** After this many newer contacts one counts half. */
const halfLife = 400;
/** Below this many contacts a distribution says nothing. */
export const leastSamples = 10;

export class Durations implements Handling {
  /** Milliseconds, ascending; beside each, the share of the weight up to and with it. */
  readonly #values: Float64Array;
  readonly #shares: Float64Array;
  readonly mean: number;
  readonly uncertainty: number;

  /** `samples`: milliseconds, newest first, at least `leastSamples`. */
  constructor(samples: readonly number[]) {
    const weighted = samples.map((value, age) => ({ value: Math.max(0, value), weight: 2 ** (-age / halfLife) })).sort((a, b) => a.value - b.value);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    this.mean = weighted.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
    const variance = weighted.reduce((sum, { value, weight }) => sum + weight * (value - this.mean) ** 2, 0) / total;
    const effective = total ** 2 / weighted.reduce((sum, { weight }) => sum + weight ** 2, 0);
    this.uncertainty = this.mean === 0 ? 0 : Math.sqrt(variance / effective) / this.mean;
    this.#values = Float64Array.from(weighted, ({ value }) => value);
    let sum = 0;
    this.#shares = Float64Array.from(weighted, ({ weight }) => { sum += weight; return sum / total; });
  }

  remaining(elapsed: number, u: number): number {
    const passed = firstAbove(this.#values, elapsed);
    // Longer than anybody before: nothing is known but that it goes on, as if it had begun now.
    if (passed === this.#values.length) return -Math.log(1 - u) * this.mean;
    const before = passed === 0 ? 0 : this.#shares[passed - 1] ?? 0;
    const share = before + u * (1 - before);
    const at = Math.min(firstAbove(this.#shares, share), this.#values.length - 1);
    // Between two measured ones lie all those that might have been.
    const low = at === 0 ? 0 : Math.max(elapsed, this.#values[at - 1] ?? 0);
    const high = this.#values[at] ?? 0;
    const from = at === 0 ? 0 : Math.max(before, this.#shares[at - 1] ?? 0);
    const within = ((this.#shares[at] ?? 1) - from) || 1;
    return Math.max(0, low + (high - low) * Math.min(1, (share - from) / within) - elapsed);
  }
}

/** The place of the first entry above `value`; the length, where none is. */
function firstAbove(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
