import { describe, expect, it } from 'vitest';
import { isOutage, throughOutage } from './outage.ts';

const failure = (message: string, code?: string): Error => Object.assign(new Error(message), code === undefined ? {} : { code });

describe('an outage of the store', () => {
  it('ST16 is told apart from what is wrong with a query', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', '57P01', '08006', '40P01', '53300']) expect(isOutage(failure('x', code))).toBe(true);
    for (const message of ['Connection terminated unexpectedly', 'Client has encountered a connection error and is not queryable']) expect(isOutage(failure(message))).toBe(true);
    for (const code of ['23505', '22P05', '42601', '57014']) expect(isOutage(failure('x', code))).toBe(false);
    expect(isOutage('Connection terminated')).toBe(false);
  });

  it('ST16 is waited out, unless given up', async () => {
    let tries = 0;
    const work = async (): Promise<string> => {
      tries += 1;
      if (tries < 3) throw failure('away', 'ECONNREFUSED');
      return 'stored';
    };
    expect(await throughOutage(work, () => false)).toBe('stored');
    tries = 0;
    await expect(throughOutage(work, () => true)).rejects.toThrow('away');
  });
});
