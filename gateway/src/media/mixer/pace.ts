/**
 * One clock for everything that sends by itself: a beat every 20 ms by the monotonic clock, so that a late timer does not make a slow stream. A machine
 * that stood still for longer than `atOnce` beats goes on from now, instead of sending a heap of old sound.
 */
import { performance } from 'node:perf_hooks';

export const beat = 20;
const atOnce = 5;

export class Pace {
  readonly #onBeat: () => void;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(onBeat: () => void) {
    this.#onBeat = onBeat;
  }

  get running(): boolean {
    return this.#timer !== null;
  }

  start(): void {
    if (this.#timer) return;
    this.#next = performance.now() + beat;
    this.#await();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #await(): void {
    this.#timer = setTimeout(() => {
      const now = performance.now();
      if (now - this.#next > atOnce * beat) this.#next = now;
      while (this.#next <= now && this.#timer) {
        this.#next += beat;
        this.#onBeat();
      }
      if (this.#timer) this.#await();
    }, Math.max(0, this.#next - performance.now()));
  }
}
