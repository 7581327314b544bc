/**
 * A callback: the customer has left, and their contact waits in their stead with its age and place. What it can be, and when it may be offered; what
 * happens to it is in callback-place.ts. The hours in which it may be made come with it as windows, told when it was asked for.
 */
import type { ContactState } from '../state.ts';

/** Opening hours, epoch milliseconds. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

export interface Callback {
  /** As the allow-list gave it; null: on the page alone, which rings when it is open. A page that is open rings first in either case. */
  readonly number: string | null;
  /** The time that was agreed on; null: at its turn. */
  readonly at: number | null;
  /** Whose it is before anybody else's in the queue: the agent who agreed on it. */
  readonly agentId: string | null;
  readonly triesLeft: number;
  /** Until when it is not offered: between two tries, and while the queue is closed. Null: it may be. */
  readonly notBefore: number | null;
  /** The hours that are left to it, in order: those of the day it is for, and those of the next one. After the last it is over. */
  readonly windows: readonly Window[];
}

/** Whether a waiting contact may be offered to an agent now: its customer is there, or can be called. */
export function isOfferable({ absentUntil, callback, telephone }: ContactState): boolean {
  if (telephone !== null) return true;
  if (callback === null) return absentUntil === null;
  return callback.notBefore === null && (callback.number !== null || absentUntil === null);
}

/** Whether it matters that the customer's page is gone: not to somebody on a telephone, nor to somebody who will be called on one. */
export function needsPage({ callback, telephone }: ContactState): boolean {
  return telephone === null && (callback === null || callback.number === null);
}

/** As it stands at this moment. Null: its last hours are over. */
export function callbackAt(callback: Callback, now: number): Callback | null {
  const windows = callback.windows.filter(({ until }) => until > now);
  const wanted = Math.max(now, callback.notBefore ?? now);
  const window = windows.find(({ until }) => until > wanted);
  if (window === undefined) return null;
  const next = Math.max(wanted, window.from);
  return { ...callback, windows, notBefore: next > now ? next : null };
}

/** When it changes by itself: it may be offered again, or closing time has come. */
export function callbackDeadline({ notBefore, windows }: Callback): number {
  return notBefore ?? windows[0]?.until ?? 0;
}
