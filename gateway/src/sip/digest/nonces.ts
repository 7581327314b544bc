/**
 * The nonces of our challenges. Issuing one keeps nothing: it carries its time and is signed. Only one that an authenticated client used
 * is remembered, with the counts it came with, so that a request that was listened to cannot be sent again.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Milliseconds. Longer than the refresh of a registration with the shortest expiry, short enough for what is kept per nonce to stay small. */
export const nonceLife = 5 * 60_000;
/** How far behind the highest count one may come and still be new: requests over UDP overtake each other. */
const window = 32;
const rememberedNonces = 20_000;

export type NonceState = 'fresh' | 'stale' | 'foreign';

interface Used {
  highest: number;
  /** Bit n: `highest - n` was there. */
  seen: number;
}

export class Nonces {
  readonly #key = randomBytes(32);
  readonly #used = new Map<string, Used>();
  /** Nonces issued before were forgotten, in favour of later ones; what they counted is not known any more. */
  #forgottenUntil = 0;

  issue(now: number): string {
    const body = Buffer.alloc(16);
    body.writeUIntBE(now, 0, 6);
    randomBytes(10).copy(body, 6);
    return Buffer.concat([body, this.#sign(body)]).toString('base64url');
  }

  /** `foreign`: not of ours, or of a run before this one. */
  state(nonce: string, now: number): NonceState {
    const issued = this.#issuedAt(nonce);
    if (issued === null) return 'foreign';
    return now - issued > nonceLife || issued <= this.#forgottenUntil ? 'stale' : 'fresh';
  }

  /** Takes note of a count of a fresh nonce that an authenticated request came with. False: it was there before. */
  use(nonce: string, count: number): boolean {
    const used = this.#used.get(nonce);
    if (!used) {
      this.#used.set(nonce, { highest: count, seen: 1 });
      if (this.#used.size > rememberedNonces) this.#forgetOldest();
      return true;
    }
    if (count > used.highest) {
      const step = count - used.highest;
      used.seen = step >= window ? 1 : ((used.seen << step) | 1) >>> 0;
      used.highest = count;
      return true;
    }
    const behind = used.highest - count;
    if (behind >= window || (used.seen >>> behind & 1) === 1) return false;
    used.seen = (used.seen | 1 << behind) >>> 0;
    return true;
  }

  /** Forgets what has gone stale. */
  sweep(now: number): void {
    for (const nonce of this.#used.keys()) if (this.state(nonce, now) !== 'fresh') this.#used.delete(nonce);
  }

  get remembered(): number {
    return this.#used.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#used.keys();
    if (oldest === undefined) return;
    this.#used.delete(oldest);
    this.#forgottenUntil = Math.max(this.#forgottenUntil, this.#issuedAt(oldest) ?? 0);
  }

  #issuedAt(nonce: string): number | null {
    if (nonce.length !== 43) return null;
    const bytes = Buffer.from(nonce, 'base64url');
    if (bytes.length !== 32 || bytes.toString('base64url') !== nonce) return null;
    const body = bytes.subarray(0, 16);
    return timingSafeEqual(this.#sign(body), bytes.subarray(16)) ? body.readUIntBE(0, 6) : null;
  }

  #sign(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest().subarray(0, 16);
  }
}
