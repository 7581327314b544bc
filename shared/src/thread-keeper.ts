/**
 * One side's copy of what is written in a contact: what was stored, in order, and what is still on its way there. Views say how far the thread goes, and
 * what is lacking is asked for; what was not acknowledged is sent again with its id until it is. The same at the customer's page and at the agent's desk;
 * it knows no connection but the one it is given, no clock and no chance.
 */
import type { ThreadMessage, ThreadPage, ThreadState, Write, Written } from './thread-protocol.ts';

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

export interface ThreadCopy {
  readonly messages: readonly ThreadMessage[];
  readonly pending: readonly PendingMessage[];
  /** How many messages of the other side have not been seen here. */
  readonly unread: number;
}

export const emptyThread: ThreadCopy = { messages: [], pending: [], unread: 0 };

export interface ThreadKeeperOptions {
  readonly side: 'customer' | 'agent';
  /** Null: there is no connection now; the next view comes with one. */
  readonly line: () => ThreadLine | null;
  readonly newId: () => string;
  /** Whether an error is the gateway's word on the message itself; any other is the line's fault, and passes. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly onChange: (copy: ThreadCopy) => void;
}

/** How often the other side is told that somebody is still writing. Milliseconds. */
const typingEvery = 3_000;

export class ThreadKeeper {
  copy: ThreadCopy = emptyThread;
  readonly #options: ThreadKeeperOptions;
  #state: ThreadState | null = null;
  #fetching = false;
  #sending = false;
  #seen = false;
  #toldTypingAt = -Infinity;

  constructor(options: ThreadKeeperOptions) {
    this.#options = options;
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
    this.#set(emptyThread);
  }

  write(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    this.#toldTypingAt = -Infinity;
    this.#set({ ...this.copy, pending: [...this.copy.pending, { id: this.#options.newId(), text: trimmed, refused: false }] });
    void this.#send();
  }

  typing(now: number): void {
    if (now - this.#toldTypingAt < typingEvery) return;
    this.#toldTypingAt = now;
    this.#options.line()?.typing();
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
        const line = this.#options.line();
        const next = this.copy.pending.find(({ refused }) => !refused);
        if (line === null || next === undefined) return;
        await this.#stored(next, await line.write({ id: next.id, text: next.text }));
      }
    } catch (error) {
      if (this.#options.isRefusal(error)) this.#refuse();
    } finally {
      this.#sending = false;
    }
  }

  /** As it was stored it may lack a number that nobody should read, so it is read back. */
  async #stored({ id }: PendingMessage, { number }: Written): Promise<void> {
    if (this.#state !== null && this.#state.last < number) this.#state = { ...this.#state, last: number };
    await this.#fetch();
    this.#set({ ...this.copy, pending: this.copy.pending.filter((one) => one.id !== id) });
  }

  #refuse(): void {
    const first = this.copy.pending.find(({ refused }) => !refused);
    this.#set({ ...this.copy, pending: this.copy.pending.map((one) => one === first ? { ...one, refused: true } : one) });
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#state !== null && this.#last < this.#state.last) {
        const line = this.#options.line();
        if (line === null) return;
        const { messages, more } = await line.thread(this.#last);
        const news = messages.filter(({ number }) => number > this.#last);
        this.#set({ ...this.copy, messages: [...this.copy.messages, ...news] });
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
    return this.copy.messages.at(-1)?.number ?? 0;
  }

  /** What is seen is told, and what is not is counted. */
  #count(): void {
    const state = this.#state;
    if (state === null) return;
    const { side, line } = this.#options;
    const read = side === 'customer' ? state.readByCustomer : state.readByAgent;
    const last = this.#last;
    if (this.#seen && last > read) line()?.read(last);
    const unread = this.#seen ? 0 : this.copy.messages.filter(({ author, number }) => author !== side && number > read).length;
    if (unread !== this.copy.unread) this.#set({ ...this.copy, unread });
  }

  #set(copy: ThreadCopy): void {
    this.copy = copy;
    this.#options.onChange(copy);
  }
}
