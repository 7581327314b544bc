/** The times over which agents look at their own figures, as the days of a time zone. Pure. */
import type { OwnSpan } from '#shared/figures.ts';
import { dateOf, startOfDay } from './time-grid.ts';

const day = 24 * 3600_000;

/** Epoch milliseconds, `to` exclusive. A week begins on its Monday. */
export function ownSpan(span: OwnSpan, now: number, timeZone: string): { readonly from: number; readonly to: number } {
  const today = dateOf(now, timeZone);
  const begins = (daysAgo: number): number => startOfDay(dateBefore(today, daysAgo), timeZone);
  switch (span) {
    case 'today': return { from: begins(0), to: Math.max(now, begins(0) + 1) };
    case 'yesterday': return { from: begins(1), to: begins(0) };
    case 'week': {
      const from = begins((new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7);
      return { from, to: Math.max(now, from + 1) };
    }
  }
}

function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) - days * day).toISOString().slice(0, 10);
}
