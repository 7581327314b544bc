/**
 * What the customer allows on top of being seen: drawing, acting, recording. A no works in this page at once, also offline, and is told to the
 * gateway when it can be. To act is allowed in the very page in which the customer said yes, and never by itself in another one.
 */
import type { FurtherGrant, Grants } from '#shared/cobrowse-grants.ts';
import type { GetHelpClient } from '../client/client.ts';
import { Observable } from '../client/observable.ts';
import { WordKept } from './word-kept.ts';

const kinds = ['annotate', 'control', 'record'] as const satisfies readonly FurtherGrant[];
export type Further = Readonly<Record<FurtherGrant, boolean>>;
const nothing: Further = { annotate: false, control: false, record: false };

export class FurtherGrants {
  /** What holds in this page now. */
  readonly held = new Observable<Further>(nothing);
  readonly #client: GetHelpClient;
  readonly #refused: Readonly<Record<FurtherGrant, WordKept>>;
  readonly #telling = new Set<FurtherGrant>();
  /** The customer said yes to control in this page. */
  #controlHere = false;

  constructor(client: GetHelpClient, gateway: string) {
    this.#client = client;
    const kept = (kind: FurtherGrant): WordKept => new WordKept(`gethelp:stopped:${gateway}:${kind}`);
    this.#refused = { annotate: kept('annotate'), control: kept('control'), record: kept('record') };
  }

  /** Call only from the customer's own press. Resolves with false where the gateway did not take it, and the question stands. */
  async accept(kind: FurtherGrant): Promise<boolean> {
    this.#refused[kind].give(null);
    if (kind === 'control') this.#controlHere = true;
    try {
      await this.#client.answerGrant({ grant: kind, accept: true });
      return true;
    } catch {
      if (kind === 'control') this.#controlHere = false;
      return false;
    }
  }

  /** Declines what was asked, or takes back what was granted. */
  refuse(kind: FurtherGrant, contactId: string): void {
    this.held.set({ ...this.held.value, [kind]: false });
    if (kind === 'control') this.#controlHere = false;
    this.#refused[kind].give(contactId);
    void this.#tell(kind);
  }

  /** Nothing holds while the page is not shared. */
  rest(): void {
    this.#set(nothing);
  }

  follow(contactId: string, grants: Grants): void {
    if (grants.control === 'off') this.#controlHere = false;
    const holds = (kind: FurtherGrant): boolean => grants[kind] === 'granted' && !this.#refused[kind].holdsFor(contactId) && (kind !== 'control' || this.#controlHere);
    this.#set({ annotate: holds('annotate'), control: holds('control'), record: holds('record') });
    for (const kind of kinds) {
      if (grants[kind] !== 'off' && this.#refused[kind].holdsFor(contactId)) void this.#tell(kind);
    }
    // Granted in an earlier page: there the customer saw what was done, here they have not been asked.
    if (grants.control === 'granted' && !this.#controlHere && !this.#telling.has('control')) this.refuse('control', contactId);
  }

  #set(held: Further): void {
    if (kinds.some((kind) => held[kind] !== this.held.value[kind])) this.held.set(held);
  }

  /** Offline this fails; `follow` comes by again. */
  async #tell(kind: FurtherGrant): Promise<void> {
    if (this.#telling.has(kind)) return;
    this.#telling.add(kind);
    try {
      await this.#client.answerGrant({ grant: kind, accept: false });
      this.#refused[kind].give(null);
    } catch {
      // The word is kept.
    }
    this.#telling.delete(kind);
  }
}
