/**
 * Why a call ended, as SIP carries it: a status, a Reason header (RFC 3326), a Q.850 cause of the telephone network in it (RFC 6432), a
 * Warning. Both directions, and the two tables of RFC 3398 that translate between status and Q.850.
 */
import type { Core } from 'sip.js';
import { quotedText } from './header-text.ts';

export interface EndCause {
  /** The SIP status that says best why (RFC 3326). */
  readonly cause: number;
  readonly text: string;
  /** The telephone network's cause, where it was told; what we send is derived from `cause` without it. */
  readonly q850?: number;
}

/** RFC 3398, 8.2.6.1. 200: what was over is over (16, normal call clearing). */
const q850OfStatus: Readonly<Record<number, number>> = {
  200: 16, 400: 41, 401: 21, 402: 21, 403: 21, 404: 1, 405: 63, 406: 79, 407: 21, 408: 102, 410: 22, 413: 127, 414: 127, 415: 79, 416: 127, 420: 127,
  421: 127, 423: 127, 480: 18, 481: 41, 482: 25, 483: 25, 484: 28, 485: 1, 486: 17, 487: 16, 488: 65, 500: 41, 501: 79, 502: 38, 503: 41, 504: 102,
  505: 127, 513: 127, 600: 17, 603: 21, 604: 1, 606: 65,
};

/** RFC 3398, 7.2.4.1. */
const statusOfQ850: Readonly<Record<number, number>> = {
  1: 404, 2: 404, 3: 404, 16: 200, 17: 486, 18: 408, 19: 480, 20: 480, 21: 403, 22: 410, 23: 410, 26: 404, 27: 502, 28: 484, 29: 501, 31: 480, 34: 503,
  38: 503, 41: 503, 42: 503, 47: 503, 55: 403, 57: 403, 58: 503, 65: 488, 70: 488, 79: 501, 87: 403, 88: 503, 102: 504, 111: 500, 127: 500,
};

/** One Reason for SIP and one for the telephone network behind a trunk, which shows and bills by it. */
export function reasonHeaders(cause: EndCause): string[] {
  return [`Reason: SIP;cause=${cause.cause};text="${quotedText(cause.text)}"`, networkReason(cause)];
}

/** For a response, whose status says the rest (RFC 6432). 31: normal, unspecified. */
export function networkReason({ cause, q850 = q850OfStatus[cause] ?? 31 }: Omit<EndCause, 'text'>): string {
  return `Reason: Q.850;cause=${q850}`;
}

/** What a BYE, a CANCEL or a final response says of why. Null where it says nothing. */
export function readCause(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): EndCause | null {
  const reasons = message.getHeaders('reason').flatMap(splitValues).map(readReason).filter((reason) => reason !== null);
  const sip = reasons.find(({ protocol }) => protocol === 'SIP');
  const q850 = reasons.find(({ protocol }) => protocol === 'Q.850');
  const first = sip ?? q850;
  const warning = warningText(message);
  if (!first) return warning === null || !('statusCode' in message) ? null : { cause: message.statusCode ?? 500, text: warning };
  const text = first.text || q850?.text || warning || '';
  return {
    cause: sip ? sip.cause : statusOfQ850[first.cause] ?? 480, text: quotedText(text), ...(q850 ? { q850: q850.cause } : {}),
  };
}

function readReason(value: string): { readonly protocol: string; readonly cause: number; readonly text: string } | null {
  const parts = /^\s*([A-Za-z0-9.]{1,20})\s*(;.*)$/.exec(value);
  const cause = /;\s*cause\s*=\s*(\d{1,3})(?!\d)/i.exec(parts?.[2] ?? '')?.[1];
  if (!parts || cause === undefined) return null;
  const text = /;\s*text\s*=\s*(?:"((?:[^"\\]|\\.){0,300})"|([^\s;",]{1,300}))/i.exec(parts[2] ?? '');
  return { protocol: (parts[1] ?? '').toUpperCase(), cause: Number(cause), text: (text?.[1] ?? text?.[2] ?? '').replace(/\\(.)/g, '$1') };
}

/** RFC 3261, 20.43: `304 gateway "Media type not available"`. */
function warningText(message: Core.IncomingRequestMessage | Core.IncomingResponseMessage): string | null {
  const text = /^\s*\d{3}\s+\S{1,100}\s+"((?:[^"\\]|\\.){0,300})"/.exec(message.getHeader('warning') ?? '')?.[1];
  return text === undefined ? null : quotedText(text.replace(/\\(.)/g, '$1'));
}

/** Several values in one header line, at the commas that no quotes enclose. */
export function splitValues(header: string): string[] {
  const values: string[] = [];
  let value = '';
  let quoted = false;
  for (let index = 0; index < header.length; index += 1) {
    const character = header.charAt(index);
    if (quoted && character === '\\') {
      value += character + header.charAt(index + 1);
      index += 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    if (character === ',' && !quoted) {
      values.push(value);
      value = '';
    } else {
      value += character;
    }
  }
  return [...values, value].map((part) => part.trim()).filter((part) => part !== '');
}
