/** How much one source may ask for: so many at once, so many each second after that. Pure, in bounded memory. */

export interface BucketLimits {
  readonly burst: number;
  readonly perSecond: number;
}

/** Sources remembered; the one heard the longest ago is forgotten first, which gives it a full bucket and takes nothing from others. */
const sourcesAtMost = 20_000;

export class TokenBuckets {
  private readonly limits: BucketLimits;
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(limits: BucketLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.buckets.size;
  }

  /** False: this source has had its share. */
  take(source: string, now: number): boolean {
    const { burst, perSecond } = this.limits;
    const known = this.buckets.get(source);
    const tokens = known ? Math.min(burst, known.tokens + Math.max(0, now - known.at) / 1000 * perSecond) : burst;
    this.buckets.delete(source);
    this.buckets.set(source, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (this.buckets.size > sourcesAtMost) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return tokens >= 1;
  }
}

/** An IPv6 customer has a whole /64 to send from. */
export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tail.split(':').filter((group) => group !== '').length);
  return [...groups, ...Array.from({ length: missing }, () => '0')].slice(0, 4).join(':');
}
