/** When callbacks of a queue may be made, and which times a customer may choose. Pure. */
import type { HoursConfig, QueueConfig } from '../config/schema.ts';
import type { Window } from '../contact/phases/callback.ts';
import { openPeriods } from '../flow/hours.ts';

const minute = 60_000;
/** A time must be far enough away that it is not over before the customer has chosen it. */
const leastAhead = 10 * minute;
/** On how many days, from the one it is for, a callback may be made: whom nobody was free for on the first has the next one. */
const daysGood = 2;
/** Days in which those are looked for: longer than any holidays. */
const horizon = 60;

/** The hours of the day of this moment, or of the first one after it, and those of the next. */
export function callbackWindows(calendar: HoursConfig | null, { callback }: Pick<QueueConfig, 'callback'>, moment: number): Window[] {
  if (calendar === null) return [{ from: moment, until: moment + callback.maximumWait * 1000 }];
  const periods = openPeriods(calendar, moment, horizon);
  const dates = [...new Set(periods.map(({ date }) => date))].slice(0, daysGood);
  return periods.filter(({ date }) => dates.includes(date)).map(({ from, until }) => ({ from, until }));
}

/** Where slots begin, from now on: whole ones within the hours, or within any hour of a queue without. */
export function slotStarts(calendar: HoursConfig | null, { callback }: Pick<QueueConfig, 'callback'>, now: number): number[] {
  const length = callback.slotMinutes * minute;
  const last = now + callback.daysAhead * 24 * 60 * minute;
  const first = now + leastAhead;
  const periods: readonly Window[] = calendar === null ? [{ from: Math.ceil(now / length) * length, until: last }] : openPeriods(calendar, now, callback.daysAhead);
  return periods.flatMap(({ from, until }) => {
    const starts: number[] = [];
    for (let at = from; at + length <= until && at <= last; at += length) if (at >= first) starts.push(at);
    return starts;
  });
}

/** The slot in which a moment lies; null: none, because the queue is closed then, or because it is too soon or too far away. */
export function slotOf(starts: readonly number[], { callback }: Pick<QueueConfig, 'callback'>, moment: number): number | null {
  return starts.find((from) => from <= moment && moment < from + callback.slotMinutes * minute) ?? null;
}
