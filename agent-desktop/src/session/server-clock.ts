/**
 * Owns the difference between the gateway's clock and this machine's. Timers and the offer's countdown are drawn from ISO times of
 * the gateway; a desk whose clock is minutes off would otherwise show offers that have run out already.
 */

/** HTTP dates have whole seconds and the reply was under way: less than this is noise. */
const noiseMilliseconds = 2000;

export class ServerClock {
  #offset = 0;

  /** The time at the gateway, milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Learns from a reply's `Date` header; `askedAt` and `answeredAt` are this machine's times around the request. */
  learn(dateHeader: string | null, askedAt: number, answeredAt: number): void {
    const server = Date.parse(dateHeader ?? '');
    if (Number.isNaN(server)) return;
    const offset = server + 500 - (askedAt + answeredAt) / 2;
    this.#offset = Math.abs(offset) < noiseMilliseconds ? 0 : offset;
  }
}
