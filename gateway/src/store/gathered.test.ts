import { describe, expect, it } from 'vitest';
import { Gathered } from './gathered.ts';

const double = (asked: readonly number[]): number[] => asked.map((one) => one * 2);

describe('what is gathered', () => {
  it('RT84 is asked together, a hundred at a time, and each gets its own answer', async () => {
    const batches: number[] = [];
    const gathered = new Gathered<number, number>((asked) => {
      batches.push(asked.length);
      return Promise.resolve(double(asked));
    });
    const asked = Array.from({ length: 250 }, (_, at) => at);
    expect(await Promise.all(asked.map((one) => gathered.ask(one)))).toEqual(double(asked));
    expect(batches).toEqual([100, 100, 50]);
  });

  it('RT84 is asked after the last of those whom it answers, and never for somebody who came later', async () => {
    let stored = 0;
    const gathered = new Gathered<string, number>(async (asked) => {
      const seen = stored;
      await new Promise((resolve) => { setImmediate(resolve); });
      return asked.map(() => seen);
    });
    const first = gathered.ask('a');
    stored = 1;
    const second = gathered.ask('b');
    expect(await Promise.all([first, second])).toEqual([1, 1]);
    const third = gathered.ask('c').then(async (seen) => [seen, await gathered.ask('d')]);
    stored = 2;
    expect(await third).toEqual([2, 2]);
  });

  it('RT84 fails for whoever it cannot be done for, and is done for the others', async () => {
    const gathered = new Gathered<number, number>((asked) => asked.includes(3) ? Promise.reject(new Error('no three')) : Promise.resolve(double(asked)));
    const answers = await Promise.allSettled([1, 2, 3, 4].map((one) => gathered.ask(one)));
    expect(answers.map((answer) => answer.status === 'fulfilled' ? answer.value : String(answer.reason))).toEqual([2, 4, 'Error: no three', 8]);
  });

  it('RT84 is not tried one by one while the store is away', async () => {
    let tries = 0;
    const gathered = new Gathered<number, number>(() => {
      tries += 1;
      return Promise.reject(Object.assign(new Error('gone'), { code: '57P01' }));
    });
    const answers = await Promise.allSettled([1, 2, 3].map((one) => gathered.ask(one)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(1);
  });
});
