/**
 * How often a password may be guessed. Failures are counted for each source and for each user name, in bounded memory; a source that has
 * lately given the right password of a user is counted for itself, so that nobody is kept out by what others guess at that name, or by a
 * mistyped phone behind the same NAT.
 */

/** Failures within `window` after which a source, or a name, gets no further try; far above what a person or a phone mistypes. */
export interface AttemptLimits {
  readonly perSource: number;
  readonly perUser: number;
  /** Milliseconds. */
  readonly window: number;
}

export const defaultAttemptLimits: AttemptLimits = { perSource: 20, perUser: 60, window: 60_000 };

/** Names and sources kept at most; the one that failed longest ago is forgotten first. */
const remembered = 10_000;

interface Failures {
  count: number;
  since: number;
}

export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #failures = new Map<string, Failures>();
  /** User and source of good passwords, and when they came. */
  readonly #trusted = new Map<string, number>();

  constructor(limits: AttemptLimits) {
    this.#limits = limits;
  }

  /** Milliseconds to wait, 0 for none. */
  wait(source: string, user: string, now: number): number {
    const { perSource, perUser } = this.#limits;
    if (this.#trusted.has(pair(user, source))) return this.#left(pair(user, source), perSource, now);
    return Math.max(this.#left(`source ${source}`, perSource, now), this.#left(`user ${user}`, perUser, now));
  }

  failed(source: string, user: string, now: number): void {
    const keys = this.#trusted.has(pair(user, source)) ? [pair(user, source)] : [`source ${source}`, `user ${user}`];
    for (const key of keys) {
      const before = this.#failures.get(key);
      const current = before && now - before.since < this.#limits.window ? before : { count: 0, since: now };
      current.count += 1;
      put(this.#failures, key, current);
    }
  }

  succeeded(source: string, user: string, now: number): void {
    put(this.#trusted, pair(user, source), now);
  }

  get remembered(): number {
    return this.#failures.size + this.#trusted.size;
  }

  #left(key: string, limit: number, now: number): number {
    const failures = this.#failures.get(key);
    if (!failures || failures.count < limit) return 0;
    return Math.max(0, failures.since + this.#limits.window - now);
  }
}

function pair(user: string, source: string): string {
  return `pair ${source} ${user}`;
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
