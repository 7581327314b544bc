/** What a customer writes and reads, and their part in turning a chat into a call and back: requests of the namespace `/customer`. */
import { proposeCallSchema, readUpToSchema, threadAfterSchema, writeSchema, type ThreadPage, type Written } from '#shared/thread-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Escalations } from '../acd/escalations.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { Threads } from '../contact/threads.ts';
import type { Typing } from '../contact/typing.ts';
import { problems } from '../http/problems.ts';

/** Nobody who types writes as fast. */
const mostWritten = 30;
const writeWindow = 10_000;

export interface CustomerThreadOptions {
  readonly threads: Threads;
  readonly typing: Typing;
  readonly escalations: Escalations;
  readonly runner: ContactRunner;
  readonly now: () => number;
}

/** One customer's requests, validated; one per connection, which is what it counts for. */
export class CustomerThread {
  readonly #contactId: string;
  readonly #options: CustomerThreadOptions;
  #written = 0;
  #windowEnds = 0;

  constructor(contactId: string, options: CustomerThreadOptions) {
    this.#contactId = contactId;
    this.#options = options;
  }

  async write(message: unknown): Promise<Reply<Written>> {
    const parsed = writeSchema.safeParse(message);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'message') };
    if (this.#writesTooFast()) return { ok: false, problem: problems.rateLimited() };
    return this.#options.threads.byCustomer(this.#contactId, parsed.data);
  }

  async after(from: unknown): Promise<Reply<ThreadPage>> {
    const parsed = threadAfterSchema.safeParse(from);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'place in the thread') };
    return { ok: true, value: await this.#options.threads.after(this.#contactId, parsed.data.after) };
  }

  async read(seen: unknown): Promise<void> {
    const parsed = readUpToSchema.safeParse(seen);
    if (parsed.success) await this.#options.threads.read(this.#contactId, 'customer', parsed.data.upTo);
  }

  types(): void {
    this.#options.typing.begins(this.#contactId, 'customer');
  }

  async proposeCall(wanted: unknown): Promise<Reply<null>> {
    const parsed = proposeCallSchema.safeParse(wanted);
    if (!parsed.success) return { ok: false, problem: problems.invalidInput(parsed.error, 'proposal') };
    return this.#options.escalations.propose(this.#contactId, { by: 'customer', video: parsed.data.video }, null);
  }

  declineCall(): Promise<Reply<null>> {
    return this.#options.escalations.decline(this.#contactId, null);
  }

  async endCall(): Promise<Reply<null>> {
    await this.#options.runner.report(this.#contactId, { type: 'callEnded' });
    return { ok: true, value: null };
  }

  #writesTooFast(): boolean {
    const now = this.#options.now();
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + writeWindow;
      this.#written = 0;
    }
    this.#written += 1;
    return this.#written > mostWritten;
  }
}
