/** What is written in each contact at this desk. Kept apart from the screen, so that what is on its way is sent whichever contact is shown. */
import type { AgentView } from '#shared/agent-protocol.ts';
import { emptyThread, ThreadKeeper, type ThreadCopy } from '#shared/thread-keeper.ts';
import { ProblemError, type DeskApi } from '../session/desk-api.ts';
import type { Actions } from './actions.ts';

export class Conversations {
  readonly #api: DeskApi;
  readonly #actions: Actions;
  readonly #onChange: () => void;
  readonly #threads = new Map<string, ThreadKeeper>();
  readonly #drafts = new Map<string, string>();

  constructor(api: DeskApi, actions: Actions, onChange: () => void) {
    this.#api = api;
    this.#actions = actions;
    this.#onChange = onChange;
  }

  /** As the latest view has it; contacts that are gone take their thread with them. */
  follow(view: AgentView): void {
    for (const id of this.#threads.keys()) if (!view.contacts.some(({ contactId }) => contactId === id)) this.#forget(id);
    for (const { contactId, thread } of view.contacts) if (thread !== null) this.#keeper(contactId).follow(thread);
  }

  copies(): ReadonlyMap<string, ThreadCopy> {
    return new Map([...this.#threads].map(([contactId, { copy }]) => [contactId, copy]));
  }

  write(contactId: string, text: string): void {
    this.#keeper(contactId).write(text);
  }

  types(contactId: string, now: number): void {
    this.#keeper(contactId).typing(now);
  }

  show(contactId: string, seen: boolean): void {
    // A contact that is gone already is not brought back for this.
    this.#threads.get(contactId)?.show(seen);
  }

  /** What is typed and not sent, over a change to another contact and back. */
  draft(contactId: string): string {
    return this.#drafts.get(contactId) ?? '';
  }

  keepDraft(contactId: string, text: string): void {
    this.#drafts.set(contactId, text);
  }

  /** Asks the customer for a call, or says yes to one who asks. */
  proposeCall(contactId: string, { video }: { readonly video: boolean }): Promise<boolean> {
    return this.#actions.run('proposeCall', contactId, () => this.#api.proposeCall(contactId, video));
  }

  declineCall(contactId: string): Promise<boolean> {
    return this.#actions.run('declineCall', contactId, () => this.#api.declineCall(contactId));
  }

  clear(): void {
    for (const id of this.#threads.keys()) this.#forget(id);
  }

  #forget(contactId: string): void {
    this.#threads.delete(contactId);
    this.#drafts.delete(contactId);
  }

  #keeper(contactId: string): ThreadKeeper {
    const known = this.#threads.get(contactId);
    if (known !== undefined) return known;
    const api = this.#api;
    // What is only told in passing may fail in passing.
    const passing = (work: Promise<void>): void => { work.catch(() => undefined); };
    const keeper = new ThreadKeeper({
      side: 'agent', newId: () => crypto.randomUUID(), onChange: this.#onChange,
      line: () => ({
        write: (message) => api.write(contactId, message), thread: (after) => api.thread(contactId, after),
        read: (upTo) => { passing(api.readThread(contactId, upTo)); }, typing: () => { passing(api.typing(contactId)); },
      }),
      isRefusal: (error) => error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500 && error.problem.status !== 429,
    });
    this.#threads.set(contactId, keeper);
    return keeper;
  }
}

export const noThread = emptyThread;
