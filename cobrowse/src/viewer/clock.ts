/**
 * Translates the sharer's clock to the replayer's. The replayer plays an event when as much time has passed here as lay between it and
 * the first one there, so a clock that was set, or a laptop that slept, would freeze the picture or hold it back. Pure.
 */

/** How long a movement is held back, so that the network's jitter does not show in it. Milliseconds. */
export const playBuffer = 120;
/** Held back longer than this, an event shows that the clocks have moved apart. */
const maxLead = 400;

export class ReplayClock {
  readonly #startedAt: number;
  /** Added to every timestamp of the sharer; unknown until the first one that is news. */
  #shift: number | null = null;
  #last: number;
  #lastDue: number;
  /** The replayer's own time zero, for `startLive`. */
  readonly baseline: number;

  /** `first`: timestamp of the event that the replayer begins with; `now`: local time. Milliseconds both. */
  constructor(first: number, now: number) {
    this.baseline = first - 1;
    this.#last = first;
    this.#lastDue = first;
    this.#startedAt = now;
  }

  /** The timestamp to give to what makes up a picture: before the replayer's time began, so that it stands at once and waits for no frame of the screen. */
  get before(): number {
    return this.baseline - 1;
  }

  /** The timestamp to give to an event of the past: due with the next frame of the screen, and in order. */
  past(): number {
    return this.#last;
  }

  /** The timestamp to give to a change of the page: shown as soon as it has come, since nobody sees jitter in it, but everybody a delay. */
  due(now: number): number {
    this.#lastDue = Math.max(this.#lastDue, this.baseline + (now - this.#startedAt));
    return this.#lastDue;
  }

  /** The timestamp to give to a movement that has just arrived: never before the last one, and never far ahead. */
  translate(timestamp: number, now: number): number {
    const playedUpTo = this.baseline + (now - this.#startedAt);
    const lead = this.#shift === null ? Number.POSITIVE_INFINITY : timestamp + this.#shift - playedUpTo;
    if (this.#shift === null || lead > maxLead) this.#shift = playedUpTo + playBuffer - timestamp;
    // Late: it plays at once, and what follows is given that much more time.
    else if (lead < 0) this.#shift -= lead;
    this.#last = Math.max(this.#last, timestamp + this.#shift);
    return this.#last;
  }
}
