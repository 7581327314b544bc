/**
 * What is asked of the store one by one, asked together: fifty contacts that a run of the matcher reserved are looked at, changed and shown in a statement each, and
 * not in fifty. The work begins after all that it answers was asked, so whoever asks sees what was stored before.
 */
import { isOutage } from './outage.ts';

/** One statement is not to keep those who asked first. */
const most = 100;

interface Batch<Asked, Answer> {
  readonly asked: Asked[];
  readonly answers: Promise<ReadonlyArray<() => Answer>>;
}

export class Gathered<Asked, Answer> {
  readonly #work: (asked: readonly Asked[]) => Promise<readonly Answer[]>;
  #next: Batch<Asked, Answer> | null = null;

  /** @param work answers each in its place */
  constructor(work: (asked: readonly Asked[]) => Promise<readonly Answer[]>) {
    this.#work = work;
  }

  async ask(one: Asked): Promise<Answer> {
    const batch = this.#next ?? this.#open();
    const place = batch.asked.push(one) - 1;
    if (batch.asked.length === most) this.#next = null;
    const answer = (await batch.answers)[place];
    if (answer === undefined) throw new Error('each that is asked has an answer');
    return answer();
  }

  #open(): Batch<Asked, Answer> {
    const asked: Asked[] = [];
    // What is heard or finished in one turn of the event loop is together.
    const full = new Promise<void>((resolve) => { setImmediate(resolve); });
    const batch = { asked, answers: full.then(() => {
      if (this.#next === batch) this.#next = null;
      return this.#answers(asked);
    }) };
    this.#next = batch;
    return batch;
  }

  async #answers(asked: readonly Asked[]): Promise<ReadonlyArray<() => Answer>> {
    try {
      return (await this.#work(asked)).map((answer) => () => answer);
    } catch (error) {
      if (asked.length === 1 || isOutage(error)) throw error;
      // One of them could not be done, which is no affair of the others'.
      return Promise.all(asked.map((one) => this.#work([one]).then(([answer]) => () => answer as Answer, (reason: unknown) => () => { throw reason; })));
    }
  }
}
