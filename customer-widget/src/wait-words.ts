/** How a wait and a time are put into words. Pure: the time zone and the clock are the browser's, given in. */
import type { QueueWait } from '#shared/session-api.ts';
import type { WaitRange } from '#shared/vocabulary.ts';
import { closedNow, noWait, opensAt, say, talkToUs, waitAbout, waitUnderMinute, type Language } from './texts.ts';

/** Whole minutes of a range: `2–4`, or `3` where both ends meet. Null for less than a minute. */
export function minutesOf({ low, high }: WaitRange): string | null {
  const to = Math.ceil(high / 60);
  const from = Math.max(1, Math.floor(low / 60));
  if (to <= 1) return high < 60 ? null : '1';
  return from >= to ? String(to) : `${from}–${to}`;
}

/** The line below the button's label. */
export function launcherLine(wait: QueueWait | null, language: Language): string {
  if (wait === null) return say(talkToUs, language);
  if (!wait.open) return wait.opensAt === null ? say(closedNow, language) : say(opensAt, language, { when: whenOf(wait.opensAt, language) });
  if (wait.ewt === null) return say(talkToUs, language);
  if (wait.ewt.high <= 5) return say(noWait, language);
  const minutes = minutesOf(wait.ewt);
  return minutes === null ? say(waitUnderMinute, language) : say(waitAbout, language, { minutes });
}

/** `Mon 08:00` in the reader's own time zone. */
export function whenOf(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(iso));
}

/** `Mon, 30 Nov, 08:30`, where the day may be weeks away. */
export function dateOf(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(iso));
}

/** `Monday, 30 November`, in the reader's own time zone. */
export function dayOf(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(iso));
}

/** `08:30`. */
export function timeOf(iso: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(iso));
}
