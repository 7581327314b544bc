import { describe, expect, it } from 'vitest';
import { Coalescer } from './coalescer.ts';

describe('a coalescer', () => {
  it('SIP81 that stops waits for what is under way, and begins nothing after it', async () => {
    const runs: string[] = [];
    const finish: Array<() => void> = [];
    const coalescer = new Coalescer((key) => new Promise((resolve) => { runs.push(key); finish.push(resolve); }), () => expect.fail('no run fails'));
    coalescer.ask('anna');
    coalescer.ask('anna');
    let stopped = false;
    const stopping = coalescer.stop().then(() => { stopped = true; });
    coalescer.ask('ben');
    await Promise.resolve();
    expect(stopped).toBe(false);
    finish[0]?.();
    await stopping;
    expect(runs).toEqual(['anna']);
  });
});
