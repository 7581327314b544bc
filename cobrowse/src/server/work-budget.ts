/**
 * How much of the process's time one sharer may take: a bucket of milliseconds that refills slowly. Time is what a hostile or broken
 * sharer takes from everybody else, whatever it sends. Pure: time comes from outside, in milliseconds.
 */

const capacity = 3_000;
/** Milliseconds of work that come back with every millisecond that passes. */
const refill = 0.25;

export class WorkBudget {
  #left = capacity;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  isExhausted(now: number): boolean {
    this.#left = Math.min(capacity, this.#left + (now - this.#at) * refill);
    this.#at = now;
    return this.#left <= 0;
  }

  spend(milliseconds: number): void {
    this.#left -= milliseconds;
  }
}
