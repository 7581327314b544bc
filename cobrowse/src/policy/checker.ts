/**
 * The relay's side of the policy, which fails closed: an event passes only if the sanitizer has nothing left to do on it. Whatever an
 * unknown, older or forged recorder sends, what viewers get is what the sanitizer would have sent.
 */
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { sameJson } from './json.ts';
import type { PageBook } from './page-book.ts';
import { sanitizeEvent } from './sanitizer.ts';

/** Answers the event to hand on, built anew, or null when it must be refused. */
export function checkEvent(event: RecordedEvent, book: PageBook): RecordedEvent | null {
  const safe = sanitizeEvent(event, book);
  return safe !== null && sameJson(safe, event) ? safe : null;
}
