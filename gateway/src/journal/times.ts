/** The journal's dates and times, to the minute, in its own zone. Pure. */

/** As configured, else where the contact center opens its doors. */
export function timeZoneOf({ journal, hours }: { readonly journal: { readonly timeZone?: string | undefined }; readonly hours: ReadonlyArray<{ readonly timeZone: string }> }): string {
  return journal.timeZone ?? hours[0]?.timeZone ?? 'UTC';
}

/** `12.10.2012_14.00`. */
export function stampOf(at: string, timeZone: string): string {
  const parts = partsOf(at, timeZone);
  return `${parts.day}.${parts.month}.${parts.year.padStart(4, '0')}_${parts.hour}.${parts.minute}`;
}

/** `12.10.2012 14:00`. */
export function clockOf(at: string, timeZone: string): string {
  const parts = partsOf(at, timeZone);
  return `${parts.day}.${parts.month}.${parts.year} ${parts.hour}:${parts.minute}`;
}

type Parts = Readonly<Record<'day' | 'month' | 'year' | 'hour' | 'minute', string>>;

function partsOf(at: string, timeZone: string): Parts {
  return Object.fromEntries(formatOf(timeZone).formatToParts(new Date(at)).map(({ type, value }) => [type, value])) as unknown as Parts;
}

/** To make one costs more than a thousand uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, made);
  return made;
}
