/** Counts how much of the page changes, and says when it is too much to be followed. Pure: time comes from outside, in milliseconds. */
import { firstCalm, maxCalm, stormBudget, stormWindow } from '../policy/limits.ts';

export class StormGauge {
  #windowStart = 0;
  #weight = 0;
  #calm = firstCalm;
  #lastStorm = Number.NEGATIVE_INFINITY;

  /** True when the nodes changed within this window exceed the budget. */
  isStorm(weight: number, now: number): boolean {
    if (now - this.#windowStart >= stormWindow) {
      this.#windowStart = now;
      this.#weight = 0;
    }
    this.#weight += weight;
    return this.#weight > stormBudget;
  }

  /** How long to leave the page alone after a storm: longer each time storms follow one another. */
  handleStorm(now: number): number {
    this.#calm = now - this.#lastStorm > 4 * maxCalm ? firstCalm : Math.min(this.#calm * 2, maxCalm);
    this.#lastStorm = now;
    this.#weight = 0;
    return this.#calm;
  }
}
