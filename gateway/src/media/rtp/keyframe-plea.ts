/**
 * Asks a video phone that knows no RTCP feedback for whole pictures, by SIP INFO (RFC 5168): nobody tells us when somebody begins to look or
 * has lost a packet, so it is asked a few times at the beginning, and then now and then.
 */
import type { types } from 'mediasoup';

/** Milliseconds after the picture came: a viewer's client needs a moment until it decodes. */
const first = [0, 1000, 3000];
/** How long a broken picture may stand. */
const later = 10_000;

export function pleadForKeyframes(producer: types.Producer, ask: () => void): void {
  const timers: NodeJS.Timeout[] = first.map((after) => setTimeout(ask, after).unref());
  const repeated = setInterval(ask, later).unref();
  producer.observer.once('close', () => {
    for (const timer of timers) clearTimeout(timer);
    clearInterval(repeated);
  });
}
