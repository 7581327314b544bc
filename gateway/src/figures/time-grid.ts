/**
 * Intervals as people in a place see them: quarters, hours and days of a time zone, whatever its clocks do. A day is from its first minute to the next
 * one's, 23 or 25 hours when the clocks change; an hour that comes twice is two intervals. Pure.
 */

export const intervals = ['15m', '1h', '1d'] as const;
export type Interval = (typeof intervals)[number];

/** Every zone in use today is a multiple of this away from UTC, also while its clocks change. */
const quarter = 15 * 60_000;
const lengths: Readonly<Record<Interval, number>> = { '15m': 15, '1h': 60, '1d': 24 * 60 };

/**
 * The beginnings of the intervals between two moments (epoch milliseconds), and the end at last: the first begins with `from`, the last ends with `to`.
 * @param interval null: the whole as one
 */
export function timeGrid({ from, to, interval, timeZone }: { readonly from: number; readonly to: number; readonly interval: Interval | null; readonly timeZone: string }): number[] {
  if (interval === null) return [from, to];
  const local = wallClock(timeZone);
  const edges = [from];
  const start = Math.ceil((from + 1) / quarter) * quarter;
  let before = local(start - quarter);
  for (let at = start; at < to; at += quarter) {
    const now = local(at);
    // A day may begin at 01:00 where the clocks are put forward at midnight.
    const isEdge = interval === '1d' ? now.date > before.date : now.minutes % lengths[interval] === 0;
    if (isEdge) edges.push(at);
    // No day is shorter than 22 hours.
    if (isEdge && interval === '1d') at += 21 * 4 * quarter;
    before = now;
  }
  return [...edges, to];
}

/** The first moment of a local date, `YYYY-MM-DD`. */
export function startOfDay(date: string, timeZone: string): number {
  const local = wallClock(timeZone);
  // No zone is more than 14 hours ahead of UTC.
  let at = Date.parse(`${date}T00:00:00Z`) - 15 * 4 * quarter;
  while (local(at).date < date) at += quarter;
  return at;
}

/** The local date of a moment. */
export function dateOf(at: number, timeZone: string): string {
  return wallClock(timeZone)(at).date;
}

interface Wall { readonly date: string; readonly minutes: number }

const clocks = new Map<string, Intl.DateTimeFormat>();

function wallClock(timeZone: string): (at: number) => Wall {
  const format = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
  clocks.set(timeZone, format);
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { date: `${parts['year']}-${parts['month']}-${parts['day']}`, minutes: Number(parts['hour']) * 60 + Number(parts['minute']) };
  };
}
