/** The true laws by which a simulated center runs; the product never sees them. */
import type { Handling } from '../../gateway/src/acd/play-forward.ts';

/** A law given by its quantiles, fine enough that nothing below depends on the grid. */
class TrueLaw implements Handling {
  readonly uncertainty = 0;
  readonly #grid: Float64Array;
  readonly mean: number;

  constructor(quantile: (share: number) => number) {
    const points = 20_000;
    this.#grid = Float64Array.from({ length: points }, (_, at) => quantile((at + 0.5) / points));
    this.mean = this.#grid.reduce((sum, value) => sum + value, 0) / points;
  }

  remaining(elapsed: number, u: number): number {
    let [low, high] = [0, this.#grid.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#grid[middle] ?? Infinity) > elapsed) high = middle;
      else low = middle + 1;
    }
    if (low === this.#grid.length) return this.mean;
    return (this.#grid[Math.floor(low + u * (this.#grid.length - low))] ?? this.mean) - elapsed;
  }
}

export type Law = TrueLaw;

export function exponential(mean: number): Law {
  return new TrueLaw((share) => -Math.log(1 - share) * mean);
}

/** As handle times mostly are (Brown et al., 2005). `spread`: the standard deviation as a share of the mean. */
export function logNormal(mean: number, spread: number): Law {
  const sigma = Math.sqrt(Math.log(1 + spread ** 2));
  return new TrueLaw((share) => mean * Math.exp(sigma * normalQuantile(share) - sigma ** 2 / 2));
}

/** By bisection of the normal distribution: slow and sure. */
function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution function, by its power series (Abramowitz and Stegun 26.2.11). */
function normalShare(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 3; n < 200; n += 2) {
    term *= x ** 2 / n;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);
}
