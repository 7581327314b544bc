/** How long a dialog waits for anything. Every one has a reason; tests shorten them. */
export interface DialogLimits {
  /** Seconds: the session interval that we ask for (RFC 4028, 4 recommends 1800). */
  readonly sessionExpires: number;
  /** Seconds: the shortest session interval that we take (RFC 4028, 5: 90 at least). */
  readonly minSessionExpires: number;
  /** Milliseconds that a transaction may take: 64*T1 of RFC 3261; also how long an unacknowledged 2xx or reliable 1xx is repeated. */
  readonly transaction: number;
  /** Milliseconds between the first repetitions of a 2xx or a reliable 1xx (T1) and at most (T2). */
  readonly firstRepeat: number;
  readonly lastRepeat: number;
  /** Milliseconds that our media may take over an offer or an answer; it takes a few, and a peer repeats its request long before. */
  readonly media: number;
  /** Milliseconds that an INVITE of a peer may stay without a final answer; proxies give up after 3 minutes (RFC 3261, timer C). */
  readonly ringing: number;
}

export const defaultDialogLimits: DialogLimits = {
  sessionExpires: 1800, minSessionExpires: 90, transaction: 32_000, firstRepeat: 500, lastRepeat: 4000, media: 10_000, ringing: 180_000,
};

/** What our own side promised, within its limit. */
export function withinLimit<Value>(promise: Promise<Value>, milliseconds: number, what: string): Promise<Value> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)), milliseconds);
    promise.then(
      (value) => { clearTimeout(limit); resolve(value); },
      (error: unknown) => { clearTimeout(limit); reject(error instanceof Error ? error : new Error(String(error))); },
    );
  });
}
