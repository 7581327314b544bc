/**
 * Which algorithms a client is offered: both, unless it has shown that it stumbles over SHA-256. Some phones (baresip 1.0 among them) give up
 * at a challenge they do not know instead of looking at the next one (RFC 8760, 2.4), ask again later, and are offered MD5 alone then. Goes by
 * what the client does, never by who it says it is: the answers tell nothing about accounts.
 */
import { algorithms, type Algorithm } from './digest.ts';

/** Clients remembered of each kind; the oldest are forgotten first, and have to stumble once more. */
const remembered = 10_000;

export class OfferedAlgorithms {
  /** What clients proved themselves with. */
  readonly #known = new Map<string, Algorithm>();
  /** Clients that were offered both and have not answered, and by which request that was. */
  readonly #unanswered = new Map<string, string>();

  /** @param request names the request; one that is only repeated by UDP has the same name */
  offer(client: string, request: string): readonly Algorithm[] {
    const known = this.#known.get(client);
    if (known !== undefined) return known === 'MD5' ? ['MD5'] : algorithms;
    const before = this.#unanswered.get(client);
    if (before !== undefined && before !== request) return ['MD5'];
    put(this.#unanswered, client, request);
    return algorithms;
  }

  /** Whatever it answered, it did not stumble. */
  answered(client: string): void {
    this.#unanswered.delete(client);
  }

  proved(client: string, algorithm: Algorithm): void {
    put(this.#known, client, algorithm);
  }

  get remembered(): number {
    return this.#known.size + this.#unanswered.size;
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= remembered) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
