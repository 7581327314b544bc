/** Which time is looked at, and in what intervals: as dates of the figures' time zone. */
import type { FigureSpan } from '../../session/supervision-api.ts';

export const spans = ['today', 'yesterday', 'week', 'month', 'custom'] as const;
export type SpanName = (typeof spans)[number];
export type IntervalName = NonNullable<FigureSpan['interval']>;

export interface SpanChoice {
  readonly name: SpanName;
  /** Of `custom`: dates, the last included. */
  readonly first: string;
  readonly last: string;
  readonly interval: IntervalName;
}

/** Days that the gateway answers at once, by interval. */
const mostDays: Readonly<Record<IntervalName, number>> = { '15m': 8, '1h': 62, '1d': 400 };
const day = 24 * 3600_000;

/** @param now epoch milliseconds. Null: the dates do not make a time, or it is too long for the interval. */
export function spanOf({ name, first, last, interval }: SpanChoice, now: number, timeZone: string): FigureSpan | null {
  const today = dateIn(now, timeZone);
  const [from, to] = ((): readonly [string, string] => {
    switch (name) {
      case 'today': return [today, shifted(today, 1)];
      case 'yesterday': return [shifted(today, -1), today];
      case 'week': return [shifted(today, -6), shifted(today, 1)];
      case 'month': return [shifted(today, -29), shifted(today, 1)];
      case 'custom': return [first, last === '' ? '' : shifted(last, 1)];
    }
  })();
  if (from === '' || to === '' || from >= to) return null;
  return (Date.parse(to) - Date.parse(from)) / day > mostDays[interval] ? null : { from, to, interval };
}

/** The finest interval that is still looked at with ease. */
export function usualInterval(name: SpanName): IntervalName {
  return name === 'today' || name === 'yesterday' ? '1h' : '1d';
}

function dateIn(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * day).toISOString().slice(0, 10);
}
