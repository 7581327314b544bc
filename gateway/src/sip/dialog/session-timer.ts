/**
 * Session timers (RFC 4028): both sides agree on an interval and on who refreshes within it, so that a peer that vanished without a BYE is
 * found even where nobody watches its media. The agreement is made anew by every INVITE and UPDATE. Pure functions, and the clock over them.
 */
import { optionTags } from './capabilities.ts';
import type { DialogLimits } from './limits.ts';

export interface SessionTerms {
  /** Seconds without a refresh after which the session is over. */
  readonly interval: number;
  readonly refresher: 'us' | 'them';
}

interface Message {
  getHeader(name: string): string | undefined;
  getHeaders(name: string): string[];
}

export type TimerVerdict =
  /** `headers` belong into the 2xx. Without terms there is no session timer. */
  | { readonly type: 'agreed'; readonly terms: SessionTerms | null; readonly headers: readonly string[] }
  /** 422 with our Min-SE. */
  | { readonly type: 'tooSmall'; readonly headers: readonly string[] };

/** A day: what nobody asks for in earnest, and a timer can hold. */
const longestInterval = 86_400;

/** What our INVITE, re-INVITE or UPDATE asks for. `refresher`: who it is so far, said again so that it stays (RFC 4028, 7.1). */
export function sessionTimerHeaders(interval: number, minimum: number, refresher: SessionTerms['refresher'] | null): string[] {
  const parameter = refresher === null ? '' : `;refresher=${refresher === 'us' ? 'uac' : 'uas'}`;
  return [`Session-Expires: ${Math.max(interval, minimum)}${parameter}`, `Min-SE: ${minimum}`];
}

/** What the 2xx to a request of ours agreed to. RFC 4028, 7.2: no Session-Expires in it, no session timer. */
export function termsOfAnswer(response: Message): SessionTerms | null {
  const expires = readExpires(response);
  return expires ? { interval: expires.interval, refresher: expires.refresher === 'uas' ? 'them' : 'us' } : null;
}

/** RFC 4028, 9, table 2: what we answer to an INVITE or UPDATE of the peer. */
export function answerTimer(request: Message, limits: Pick<DialogLimits, 'sessionExpires' | 'minSessionExpires'>): TimerVerdict {
  const supported = optionTags(request, 'supported').has('timer') || optionTags(request, 'require').has('timer');
  const asked = readExpires(request);
  // Asked for by nobody and understood by nobody; or understood, and then it is we who ask.
  if (!asked && !supported) return { type: 'agreed', terms: null, headers: [] };
  if (asked && supported && asked.interval < limits.minSessionExpires) return { type: 'tooSmall', headers: [`Min-SE: ${limits.minSessionExpires}`] };
  const lowest = Math.max(limits.minSessionExpires, readSeconds(request.getHeader('min-se')) ?? 0);
  const interval = Math.max(lowest, Math.min(asked?.interval ?? limits.sessionExpires, limits.sessionExpires));
  const theirs = supported && asked?.refresher === 'uac';
  return {
    type: 'agreed',
    terms: { interval, refresher: theirs ? 'them' : 'us' },
    headers: [`Session-Expires: ${interval};refresher=${theirs ? 'uac' : 'uas'}`, ...(theirs ? ['Require: timer'] : [])],
  };
}

/** The Min-SE of a 422, if it is one we can live with. */
export function demandedMinimum(response: Message): number | null {
  const seconds = readSeconds(response.getHeader('min-se'));
  return seconds !== null && seconds <= longestInterval ? seconds : null;
}

function readExpires(message: Message): { readonly interval: number; readonly refresher: 'uac' | 'uas' | null } | null {
  const header = message.getHeader('session-expires');
  const interval = readSeconds(header);
  if (header === undefined || interval === null) return null;
  const refresher = /;\s*refresher\s*=\s*(uac|uas)\b/i.exec(header)?.[1]?.toLowerCase();
  return { interval: Math.min(interval, longestInterval), refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null };
}

function readSeconds(header: string | undefined): number | null {
  const digits = /^\s*(\d{1,9})\s*(?:;|$)/.exec(header ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

export class SessionTimer {
  private agreed: SessionTerms | null = null;
  private refreshTimer: NodeJS.Timeout | null = null;
  private expiryTimer: NodeJS.Timeout | null = null;
  private readonly listener: { readonly onRefreshDue: () => void; readonly onExpired: () => void };

  constructor(listener: { readonly onRefreshDue: () => void; readonly onExpired: () => void }) {
    this.listener = listener;
  }

  get terms(): SessionTerms | null {
    return this.agreed;
  }

  /** The session was begun or refreshed. */
  restart(terms: SessionTerms | null): void {
    this.stop();
    this.agreed = terms;
    if (!terms) return;
    const { interval, refresher } = terms;
    // RFC 4028, 10: refreshed at half the interval; given up the lesser of 32 s and a third of it before its end.
    if (refresher === 'us') this.refreshTimer = setTimeout(() => this.listener.onRefreshDue(), interval * 500);
    this.expiryTimer = setTimeout(() => this.listener.onExpired(), (interval - Math.min(32, interval / 3)) * 1000);
  }

  /** A refresh of ours did not succeed and nothing said that the peer is gone: once more in a while, until the session expires. */
  refreshLater(): void {
    if (this.agreed?.refresher !== 'us' || this.refreshTimer === null) return;
    clearTimeout(this.refreshTimer);
    this.refreshTimer = setTimeout(() => this.listener.onRefreshDue(), this.agreed.interval * 50);
  }

  stop(): void {
    if (this.refreshTimer) clearTimeout(this.refreshTimer);
    if (this.expiryTimer) clearTimeout(this.expiryTimer);
    this.refreshTimer = null;
    this.expiryTimer = null;
    this.agreed = null;
  }
}
