/** Who is writing just now. Kept in memory alone: it is over before anybody could miss it. */
import type { Changes } from './changes.ts';

/** From the last sign of writing to its being over; clients tell again sooner. */
const typingMilliseconds = 5_000;

export type Writer = 'customer' | 'agent';

export class Typing {
  readonly #changes: Changes;
  readonly #writing = new Map<string, NodeJS.Timeout>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  begins(contactId: string, writer: Writer): void {
    const key = keyOf(contactId, writer);
    const known = this.#writing.get(key);
    clearTimeout(known);
    this.#writing.set(key, setTimeout(() => this.ends(contactId, writer), typingMilliseconds).unref());
    if (known === undefined) this.#changes.emit('thread', contactId);
  }

  /** Also when what was being written has been sent. */
  ends(contactId: string, writer: Writer): void {
    const key = keyOf(contactId, writer);
    if (!this.#writing.has(key)) return;
    clearTimeout(this.#writing.get(key));
    this.#writing.delete(key);
    this.#changes.emit('thread', contactId);
  }

  is(contactId: string, writer: Writer): boolean {
    return this.#writing.has(keyOf(contactId, writer));
  }

  stop(): void {
    for (const timer of this.#writing.values()) clearTimeout(timer);
    this.#writing.clear();
  }
}

function keyOf(contactId: string, writer: Writer): string {
  return `${writer} ${contactId}`;
}
