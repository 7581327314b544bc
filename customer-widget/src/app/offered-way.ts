/** The agent's offer to lead the customer to another page of the portal: asked in the widget, answered by the customer alone, for a limited time. */
import type { OfferAnswer } from '#shared/cobrowse-hands.ts';
import { Observable } from '../client/observable.ts';

/** A little less than the relay waits, so that an answer never comes too late. */
const offerLimitMs = 55_000;

export class OfferedWay {
  /** Where to; null while nothing is offered. */
  readonly url = new Observable<string | null>(null);
  #answer: ((answer: OfferAnswer) => void) | null = null;

  /** A newer offer replaces the one before it. */
  offer(url: string): Promise<OfferAnswer> {
    this.#settle('unanswered');
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle('unanswered'), offerLimitMs);
      this.#answer = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.url.set(url);
    });
  }

  /** Call only from the customer's own press. */
  answer(accept: boolean): void {
    const url = this.url.value;
    this.#settle(accept ? 'accepted' : 'declined');
    // The answer leaves first.
    if (accept && url !== null) setTimeout(() => location.assign(url));
  }

  close(): void {
    this.#settle('unanswered');
  }

  #settle(answer: OfferAnswer): void {
    this.#answer?.(answer);
    this.#answer = null;
    this.url.set(null);
  }
}
