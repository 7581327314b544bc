/**
 * The relay's side of the policy, which fails closed: an event passes only if the sanitizer has nothing left to do on it, or nothing but to
 * take secrets out that the page should have masked. Whatever an unknown, older or forged recorder sends, what viewers get is what the
 * sanitizer would have sent.
 */
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { isObject, sameJson } from './json.ts';
import type { PageBook } from './page-book.ts';
import { sanitizeEvent } from './sanitizer.ts';
import { containsSecret } from './secrets.ts';

export interface Checked {
  /** Built anew, clean. */
  readonly event: RecordedEvent;
  /** How many texts and values were masked here because of a secret in them. */
  readonly redactions: number;
}

/** Answers null when the event must be refused. */
export function checkEvent(event: RecordedEvent, book: PageBook): Checked | null {
  const safe = sanitizeEvent(event, book);
  if (safe === null) return null;
  if (sameJson(safe, event)) return { event: safe, redactions: 0 };
  const redactions = redactionsBetween(safe, event);
  return redactions === null ? null : { event: safe, redactions };
}

/** Counts where the sanitizer took a secret out; null where it changed anything else. */
function redactionsBetween(safe: unknown, given: unknown): number | null {
  if (sameJson(safe, given)) return 0;
  if (typeof given === 'string' && typeof safe === 'string') return containsSecret(given) ? 1 : null;
  if (Array.isArray(given)) return Array.isArray(safe) && safe.length === given.length ? sumOf(given.map((item, index) => redactionsBetween(safe[index], item))) : null;
  if (!isObject(given) || !isObject(safe) || Object.keys(safe).some((key) => !Object.hasOwn(given, key))) return null;
  return sumOf(Object.entries(given).map(([key, item]) => (
    Object.hasOwn(safe, key) ? redactionsBetween(safe[key], item) : typeof item === 'string' && containsSecret(item) ? 1 : null
  )));
}

function sumOf(counts: ReadonlyArray<number | null>): number | null {
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}
