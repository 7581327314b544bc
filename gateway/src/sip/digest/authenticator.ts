/**
 * Proves who sends a request, by digest: SHA-256 and MD5 are offered together (RFC 8760, 2.4), best first. What is wrong with credentials
 * is never told; a user who does not exist gets, in the same time, the same answers as one who does.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Attempts, defaultAttemptLimits, type AttemptLimits } from './attempts.ts';
import { algorithmNamed, algorithms, digestParameters, digestResponse, quoted, type Algorithm, type Ha1 } from './digest.ts';
import { Nonces } from './nonces.ts';
import { OfferedAlgorithms } from './offered-algorithms.ts';

export interface AuthenticationRequest {
  readonly method: string;
  /** Values of Authorization or Proxy-Authorization. */
  readonly credentials: readonly string[];
  /** The address it came from. */
  readonly source: string;
  /** Whose it says it is, and a name for this very request: repeated by UDP it has the same one. */
  readonly from: string;
  readonly request: string;
}

export type Authentication =
  | { readonly type: 'authenticated'; readonly username: string }
  /** Values for WWW-Authenticate or Proxy-Authenticate, one header each. `wrong`: credentials came and did not fit. */
  | { readonly type: 'challenge'; readonly challenges: readonly string[]; readonly wrong: boolean }
  /** Too many wrong ones of this source or for this name. */
  | { readonly type: 'limited'; readonly retryAfter: number };

/** Names longer than any agent's are nobody's. */
const longestName = 100;

export class Authenticator {
  readonly #realm: string;
  readonly #accounts: (username: string) => Ha1 | null;
  readonly #nonces = new Nonces();
  readonly #attempts: Attempts;
  readonly #offered = new OfferedAlgorithms();
  readonly #now: () => number;
  readonly #nobody = randomBytes(32);
  #sweepAt = 0;

  constructor({ realm, accounts, now, limits = defaultAttemptLimits }: {
    readonly realm: string; readonly accounts: (username: string) => Ha1 | null; readonly now: () => number; readonly limits?: AttemptLimits;
  }) {
    this.#realm = realm;
    this.#accounts = accounts;
    this.#now = now;
    this.#attempts = new Attempts(limits);
  }

  authenticate({ method, credentials, source, from, request }: AuthenticationRequest): Authentication {
    const client = `${source} ${from.slice(0, longestName)}`;
    const now = this.#now();
    this.#sweep(now);
    const own = credentials.map(digestParameters).find((parameters) => parameters?.get('realm') === this.#realm);
    if (!own) return this.#challenge(now, this.#offered.offer(client, request), { stale: false, wrong: false });
    this.#offered.answered(client);
    const username = own.get('username') ?? '';
    const wait = this.#attempts.wait(source, username.slice(0, longestName), now);
    if (wait > 0) return { type: 'limited', retryAfter: Math.ceil(wait / 1000) };
    const algorithm = algorithmNamed(own.get('algorithm'));
    // Who computes MD5 although SHA-256 may have been offered, is asked for MD5.
    const usable: readonly Algorithm[] = algorithm === 'MD5' ? ['MD5'] : algorithms;
    const nonce = own.get('nonce') ?? '';
    const state = this.#nonces.state(nonce, now);
    // Of a run before this one, most likely: nothing can be said about the password.
    if (state === 'foreign') return this.#challenge(now, usable, { stale: true, wrong: false });
    if (!algorithm || !this.#fits(own, { algorithm, method, username, nonce })) {
      this.#attempts.failed(source, username.slice(0, longestName), now);
      return this.#challenge(now, usable, { stale: false, wrong: true });
    }
    // RFC 7616, 3.3: stale tells a client that its password is right, and is said where that is so.
    if (state === 'stale' || !this.#nonces.use(nonce, Number.parseInt(own.get('nc') ?? '', 16))) return this.#challenge(now, usable, { stale: true, wrong: false });
    this.#attempts.succeeded(source, username, now);
    this.#offered.proved(client, algorithm);
    return { type: 'authenticated', username };
  }

  /** Whether the response was computed from the right password; without qop it is refused, since nothing would keep it from being replayed. */
  #fits(own: ReadonlyMap<string, string>, { algorithm, method, username, nonce }: { readonly algorithm: Algorithm; readonly method: string; readonly username: string; readonly nonce: string }): boolean {
    const count = own.get('nc') ?? '';
    const clientNonce = own.get('cnonce') ?? '';
    if (own.get('qop') !== 'auth' || !/^[0-9a-f]{8}$/i.test(count) || /^0+$/.test(count) || clientNonce === '') return false;
    const account = username.length > longestName ? null : this.#accounts(username);
    // The uri need not be the Request-URI: proxies rewrite that one (RFC 7616, 3.4.6), and the count alone keeps it from being used twice.
    const expected = digestResponse({
      algorithm, ha1: account?.[algorithm] ?? this.#invented(algorithm, username), method, uri: own.get('uri') ?? '', nonce, counted: { count, clientNonce },
    });
    const given = own.get('response')?.toLowerCase() ?? '';
    return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected)) && account !== null;
  }

  /** For a name that nobody has, so that refusing it takes the same steps. */
  #invented(algorithm: Algorithm, username: string): string {
    return createHmac(algorithm === 'MD5' ? 'md5' : 'sha256', this.#nobody).update(username).digest('hex');
  }

  #challenge(now: number, offered: readonly Algorithm[], { stale, wrong }: { readonly stale: boolean; readonly wrong: boolean }): Authentication {
    const nonce = this.#nonces.issue(now);
    return {
      type: 'challenge', wrong,
      challenges: offered.map((algorithm) => `Digest realm=${quoted(this.#realm)}, nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`),
    };
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + 60_000;
    this.#nonces.sweep(now);
  }
}
