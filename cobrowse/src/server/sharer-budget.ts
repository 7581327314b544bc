/** What one sharer may take from everybody else: time of the process, frames and bytes. Pure: time comes from outside, in milliseconds. */
import { sharerBudgets } from '../policy/limits.ts';
import { TokenBucket } from './token-bucket.ts';

type Amounts = Readonly<Partial<Record<keyof typeof sharerBudgets, number>>>;

export class SharerBudget {
  readonly #buckets: Readonly<Record<keyof typeof sharerBudgets, TokenBucket>>;

  constructor(now: number) {
    this.#buckets = { work: new TokenBucket(sharerBudgets.work, now), frames: new TokenBucket(sharerBudgets.frames, now), bytes: new TokenBucket(sharerBudgets.bytes, now) };
  }

  isExhausted(now: number): boolean {
    const { work, frames, bytes } = this.#buckets;
    return work.isSpent(now) || frames.isSpent(now) || bytes.isSpent(now);
  }

  /** `work`: milliseconds that checking took. */
  spend({ work = 0, frames = 0, bytes = 0 }: Amounts): void {
    this.#buckets.work.spend(work);
    this.#buckets.frames.spend(frames);
    this.#buckets.bytes.spend(bytes);
  }
}
