/**
 * What is written in the contact, as this page knows it: what was stored, in order, and what is still on its way there. Views say how far the thread
 * goes, and what is lacking is asked for; what was not acknowledged is sent again with its id until it is. Knows no connection but the one it is given.
 */
import type { ThreadMessage, ThreadPage, ThreadState, Write, Written } from '#shared/thread-protocol.ts';
import { Observable } from './observable.ts';
import { RequestFailed } from './problems.ts';

export interface ThreadLine {
  write(message: Write): Promise<Written>;
  thread(after: number): Promise<ThreadPage>;
  read(upTo: number): void;
  typing(): void;
}

/** Written here, and not acknowledged yet. `refused`: it will not be sent again. */
export interface PendingMessage {
  readonly id: string;
  readonly text: string;
  readonly refused: boolean;
}

export interface ThreadSnapshot {
  readonly messages: readonly ThreadMessage[];
  readonly pending: readonly PendingMessage[];
  /** How many messages of the agents have not been seen in this page. */
  readonly unread: number;
}

/** How often the other side is told that somebody is still writing. */
const typingEveryMs = 3_000;

export class Thread {
  readonly snapshot = new Observable<ThreadSnapshot>({ messages: [], pending: [], unread: 0 });
  readonly #line: () => ThreadLine | null;
  #state: ThreadState | null = null;
  #fetching = false;
  #sending = false;
  #seen = false;
  #toldTypingAt = -Infinity;

  constructor(line: () => ThreadLine | null) {
    this.#line = line;
  }

  /** As the latest view has it; null: nothing can be written here. */
  follow(state: ThreadState | null): void {
    this.#state = state;
    if (state === null) return;
    this.#count();
    void this.#fetch();
    void this.#send();
  }

  /** Another contact begins. */
  clear(): void {
    this.#state = null;
    this.snapshot.set({ messages: [], pending: [], unread: 0 });
  }

  write(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    const { value } = this.snapshot;
    this.#toldTypingAt = -Infinity;
    this.snapshot.set({ ...value, pending: [...value.pending, { id: crypto.randomUUID(), text: trimmed, refused: false }] });
    void this.#send();
  }

  typing(now: number): void {
    if (now - this.#toldTypingAt < typingEveryMs) return;
    this.#toldTypingAt = now;
    this.#line()?.typing();
  }

  /** Whether the thread is before the person's eyes. */
  show(seen: boolean): void {
    this.#seen = seen;
    this.#count();
  }

  /** One after the other, so that they are stored in the order in which they were written. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const line = this.#line();
        const next = this.snapshot.value.pending.find(({ refused }) => !refused);
        if (line === null || next === undefined) return;
        await this.#stored(next, await line.write({ id: next.id, text: next.text }));
      }
    } catch (error) {
      // Anything but a word of the gateway's is the line's fault: the next view of a new one sends it again.
      if (error instanceof RequestFailed && error.problem.status >= 400 && error.problem.status < 500 && error.problem.status !== 408) this.#refuse();
    } finally {
      this.#sending = false;
    }
  }

  /** As it was stored it may lack a number that nobody should read, so it is read back. */
  async #stored({ id }: PendingMessage, { number }: Written): Promise<void> {
    if (this.#state !== null && this.#state.last < number) this.#state = { ...this.#state, last: number };
    await this.#fetch();
    const { value } = this.snapshot;
    this.snapshot.set({ ...value, pending: value.pending.filter((one) => one.id !== id) });
  }

  #refuse(): void {
    const { value } = this.snapshot;
    const first = value.pending.find(({ refused }) => !refused);
    this.snapshot.set({ ...value, pending: value.pending.map((one) => one === first ? { ...one, refused: true } : one) });
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#state !== null && this.#last < this.#state.last) {
        const line = this.#line();
        if (line === null) return;
        const { messages, more } = await line.thread(this.#last);
        const { value } = this.snapshot;
        const news = messages.filter(({ number }) => number > this.#last);
        this.snapshot.set({ ...value, messages: [...value.messages, ...news] });
        this.#count();
        if (news.length === 0 && !more) return;
      }
    } catch {
      // The line broke: the view of the next one asks again.
    } finally {
      this.#fetching = false;
    }
  }

  get #last(): number {
    return this.snapshot.value.messages.at(-1)?.number ?? 0;
  }

  /** What is seen is told, and what is not is counted. */
  #count(): void {
    const { value } = this.snapshot;
    const state = this.#state;
    if (state === null) return;
    const last = this.#last;
    if (this.#seen && last > state.readByCustomer) this.#line()?.read(last);
    const unread = this.#seen ? 0 : value.messages.filter(({ author, number }) => author === 'agent' && number > state.readByCustomer).length;
    if (unread !== value.unread) this.snapshot.set({ ...value, unread });
  }
}
