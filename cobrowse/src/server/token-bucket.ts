/** So many at once, and so many a second after that. Pure: the time is given, in milliseconds. */
export interface Budget {
  readonly atOnce: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #budget: Budget;
  #tokens: number;
  #at: number;

  constructor(budget: Budget, now: number) {
    this.#budget = budget;
    this.#tokens = budget.atOnce;
    this.#at = now;
  }

  /** Whether one more may pass. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Whether nothing is left, for what is known only afterwards. */
  isSpent(now: number): boolean {
    this.#fill(now);
    return this.#tokens <= 0;
  }

  /** May go below nothing; that much longer it takes until something is left again. */
  spend(amount: number): void {
    this.#tokens -= amount;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#budget.atOnce, this.#tokens + Math.max(0, now - this.#at) / 1000 * this.#budget.perSecond);
    this.#at = now;
  }
}
