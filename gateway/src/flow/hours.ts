/** Opening hours: whether a calendar is open at a moment, when it opens next, and how a person reads it. Pure. */
import type { HoursConfig } from '../config/schema.ts';

/** When a calendar is open, epoch milliseconds. */
export interface OpenPeriod {
  readonly from: number;
  readonly until: number;
  /** The day in the calendar's own time zone. */
  readonly date: string;
}

export interface Opening {
  readonly open: boolean;
  /** When closed: the next opening within `horizonDays`, as ISO 8601; null when open or unknown. */
  readonly opensAt: string | null;
}

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const minute = 60_000;
const day = 24 * 60 * minute;
const horizonDays = 21;

/** A missing calendar is always open. */
export function openingAt(calendar: HoursConfig | null, now: number): Opening {
  if (calendar === null) return { open: true, opensAt: null };
  const local = localTime(now, calendar.timeZone);
  if (periodsOn(calendar, local.date, local.weekday).some(({ from, to }) => from <= local.minutes && local.minutes < to)) {
    return { open: true, opensAt: null };
  }
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    // Noon keeps clear of the hours that daylight saving adds and takes.
    const that = localTime(toInstant(local.date, 12 * 60, calendar.timeZone) + ahead * day, calendar.timeZone);
    const next = periodsOn(calendar, that.date, that.weekday).map(({ from }) => from).filter((from) => ahead > 0 || from > local.minutes).sort((a, b) => a - b)[0];
    if (next !== undefined) return { open: false, opensAt: new Date(toInstant(that.date, next, calendar.timeZone)).toISOString() };
  }
  return { open: false, opensAt: null };
}

export interface OpeningOverride { readonly open: boolean; readonly until?: string | undefined }

/** An override that still counts wins over the calendar; one that ends tells when. Null: there is none. */
export function overriddenOpening({ open, until }: OpeningOverride, calendar: HoursConfig | null, now: number): Opening | null {
  if (until === undefined) return { open, opensAt: null };
  const end = Date.parse(until);
  if (end <= now) return null;
  if (open) return { open: true, opensAt: null };
  const then = openingAt(calendar, end);
  return { open: false, opensAt: then.open ? new Date(end).toISOString() : then.opensAt };
}

/** What is left of today's opening and those that follow, for so many days; the first may have begun before. */
export function openPeriods(calendar: HoursConfig, now: number, daysAhead: number): OpenPeriod[] {
  const today = localTime(now, calendar.timeZone).date;
  return Array.from({ length: daysAhead + 1 }, (_, ahead) => localTime(toInstant(today, 12 * 60, calendar.timeZone) + ahead * day, calendar.timeZone))
    .flatMap(({ date, weekday }) => periodsOn(calendar, date, weekday).map(({ from, to }) => ({
      from: toInstant(date, from, calendar.timeZone), until: toInstant(date, to, calendar.timeZone), date,
    })))
    .filter(({ until }) => until > now).sort((a, b) => a.from - b.from);
}

/** `Mon–Fri 08:00–18:00 (Europe/Berlin)`; `24/7` without a calendar. */
export function hoursLabel(calendar: HoursConfig | null): string {
  if (calendar === null) return '24/7';
  const parts = calendar.weekly.map(({ days: open, from, to }) => `${daysLabel(open)} ${from}–${to}`);
  return `${parts.join(', ')} (${calendar.timeZone})`;
}

function daysLabel(open: ReadonlyArray<(typeof week)[number]>): string {
  const indices = week.flatMap((name, index) => open.includes(name) ? [index] : []);
  const first = indices[0];
  const last = indices.at(-1);
  if (first === undefined || last === undefined) return '';
  const title = (index: number) => { const name = week[index] ?? ''; return name.charAt(0).toUpperCase() + name.slice(1); };
  const run = last - first + 1 === indices.length;
  if (run && indices.length > 2) return `${title(first)}–${title(last)}`;
  return indices.map(title).join(', ');
}

interface Period { readonly from: number; readonly to: number }

function periodsOn(calendar: HoursConfig, date: string, weekday: (typeof days)[number]): Period[] {
  if (calendar.holidays.includes(date)) return [];
  return calendar.weekly.filter((entry) => entry.days.includes(weekday)).map(({ from, to }) => ({ from: toMinutes(from), to: toMinutes(to) }));
}

function toMinutes(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

interface LocalTime { readonly date: string; readonly weekday: (typeof days)[number]; readonly minutes: number }

function localTime(instant: number, timeZone: string): LocalTime {
  const shifted = new Date(instant + offsetAt(instant, timeZone));
  return {
    date: shifted.toISOString().slice(0, 10), weekday: days[shifted.getUTCDay()] ?? 'sun',
    minutes: shifted.getUTCHours() * 60 + shifted.getUTCMinutes(),
  };
}

function toInstant(date: string, minutes: number, timeZone: string): number {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minutes * minute;
  // The offset at the answer may differ from the offset at the guess near a change of the clocks; the second look settles it.
  const guess = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(guess, timeZone);
}

/** Milliseconds by which the zone's wall clock is ahead of UTC. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}
