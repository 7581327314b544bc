/**
 * The journal's line: `12.10.2012_14.00_12.10.2012_14.05_Ticket_1234_Caller_03472619287_Called_732_END`. Pure. Names keep their letters, digits and `+ . -`;
 * anything else in them, an underscore above all, is percent-encoded, so that the line always parses back.
 */
import { calledOf, callerOf, type JournalHop } from './hop.ts';
import { stampOf } from './times.ts';

export interface JournalLine {
  /** `12.10.2012_14.00`: to the minute, in the journal's time zone. */
  readonly from: string;
  readonly to: string;
  readonly ticket: number;
  readonly caller: string;
  readonly called: string;
  readonly end: boolean;
}

/** Null while the hop is under way: it has no end to tell. */
export function toLine(hop: JournalHop, timeZone: string): JournalLine | null {
  if (hop.to === null) return null;
  return { from: stampOf(hop.from, timeZone), to: stampOf(hop.to, timeZone), ticket: hop.ticket, caller: callerOf(hop), called: calledOf(hop), end: hop.end };
}

export function writeLine({ from, to, ticket, caller, called, end }: JournalLine): string {
  return `${from}_${to}_Ticket_${ticket}_Caller_${encoded(caller)}_Called_${encoded(called)}${end ? '_END' : ''}`;
}

const written = /^(\d\d\.\d\d\.\d{4}_\d\d\.\d\d)_(\d\d\.\d\d\.\d{4}_\d\d\.\d\d)_Ticket_(\d+)_Caller_([^_]*)_Called_([^_]*?)(_END)?$/;

/** Null for anything that is not such a line. */
export function readLine(line: string): JournalLine | null {
  const [, from, to, ticket, caller, called, end] = written.exec(line) ?? [];
  if (from === undefined || to === undefined || caller === undefined || called === undefined) return null;
  try {
    return { from, to, ticket: Number(ticket), caller: decodeURIComponent(caller), called: decodeURIComponent(called), end: end !== undefined };
  } catch {
    return null;
  }
}

function encoded(name: string): string {
  return Array.from(name.toWellFormed(), (letter) => /[A-Za-z0-9+.-]/.test(letter) ? letter
    : Array.from(new TextEncoder().encode(letter), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')).join('');
}
