import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThreadKeeper, type ThreadLine } from './thread-keeper.ts';
import type { ThreadMessage } from './thread-protocol.ts';

/** Lets everything that is due happen. */
const settle = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });

/** A gateway in memory whose line breaks where it is told to: before a request arrives, or after it was done. */
class Gateway {
  readonly stored: ThreadMessage[] = [];
  readonly #ids = new Map<string, number>();
  readonly faults: Array<'before' | 'after' | null>;

  constructor(faults: ReadonlyArray<'before' | 'after' | null>) {
    this.faults = [...faults];
  }

  get state() {
    return { last: this.stored.length, readByCustomer: 0, readByAgent: 0, typing: false };
  }

  say(author: 'customer' | 'agent', text: string): number {
    const number = this.stored.length + 1;
    this.stored.push({ number, at: '2026-11-27T00:00:00Z', author, name: null, text });
    return number;
  }

  get line(): ThreadLine {
    const faulty = <T>(work: () => T): Promise<T> => {
      const fault = this.faults.shift() ?? null;
      if (fault === 'before') return Promise.reject(new Error('line'));
      const done = work();
      return fault === 'after' ? Promise.reject(new Error('line')) : Promise.resolve(done);
    };
    return {
      write: ({ id, text }) => faulty(() => {
        const number = this.#ids.get(id) ?? this.say('customer', text);
        this.#ids.set(id, number);
        return { number, at: '2026-11-27T00:00:00Z' };
      }),
      thread: (after) => faulty(() => ({ messages: this.stored.slice(after, after + 3), more: this.stored.length > after + 3 })),
      read: () => undefined, typing: () => undefined,
    };
  }
}

function keeperOf(gateway: Gateway) {
  let ids = 0;
  return new ThreadKeeper({ side: 'customer', line: () => gateway.line, newId: () => `${ids += 1}`, isRefusal: () => false, onChange: () => undefined });
}

describe('one side\'s copy of a thread', () => {
  it('CH12 is the whole thread in its order, with each message once, wherever the line breaks', async () => {
    const step = fc.oneof(fc.constant('write'), fc.constant('answer'), fc.constant('view'));
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(fc.constantFrom('before', 'after', null), { maxLength: 40 }), async (steps, faults) => {
      const gateway = new Gateway(faults);
      const keeper = keeperOf(gateway);
      keeper.follow(gateway.state);
      let written = 0;
      for (const one of steps) {
        if (one === 'write') keeper.write(`c${written += 1}`);
        else if (one === 'answer') gateway.say('agent', 'a');
        else keeper.follow(gateway.state);
        await settle();
        const { messages } = keeper.copy;
        expect(messages).toEqual(gateway.stored.slice(0, messages.length));
      }
      // The line holds at last, and a view comes with it.
      gateway.faults.length = 0;
      for (let turn = 0; turn < 2; turn += 1) {
        keeper.follow(gateway.state);
        await settle();
      }
      expect(keeper.copy.pending).toEqual([]);
      expect(keeper.copy.messages).toEqual(gateway.stored);
      expect(gateway.stored.filter(({ author }) => author === 'customer').map(({ text }) => text)).toEqual(Array.from({ length: written }, (_, at) => `c${at + 1}`));
    }), { numRuns: 150 });
  });

  it('CH13 counts what was not seen, and tells what was', async () => {
    const gateway = new Gateway([]);
    const read: number[] = [];
    const keeper = new ThreadKeeper({ side: 'customer', line: () => ({ ...gateway.line, read: (upTo) => { read.push(upTo); } }), newId: () => 'x', isRefusal: () => false, onChange: () => undefined });
    gateway.say('agent', 'one');
    gateway.say('agent', 'two');
    keeper.follow(gateway.state);
    await settle();
    expect([keeper.copy.unread, read]).toEqual([2, []]);
    keeper.show(true);
    expect([keeper.copy.unread, read]).toEqual([0, [2]]);
  });
});
