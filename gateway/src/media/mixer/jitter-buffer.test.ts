import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer } from './jitter-buffer.ts';

const packet = (value: number): Int16Array => new Int16Array(160).fill(value);

describe('the jitter buffer', () => {
  it('MD43 waits for its lead, then plays what came, in order, whatever order it came in', () => {
    const buffer = new JitterBuffer();
    const start = 2 ** 32 - 160;
    buffer.write(start, packet(1));
    expect(buffer.read(160)).toBeNull();
    buffer.write(start + 320, packet(3));
    buffer.write(start + 160, packet(2));
    expect([1, 2, 3].map(() => buffer.read(160)?.[0])).toEqual([1, 2, 3]);
    expect(buffer.read(160)).toBeNull();
  });

  it('MD43 plays silence for a packet that was lost, and drops one that comes too late', () => {
    const buffer = new JitterBuffer();
    buffer.write(0, packet(1));
    buffer.write(320, packet(3));
    expect([buffer.read(160)?.[0], buffer.read(160)?.[0]]).toEqual([1, 0]);
    buffer.write(160, packet(2));
    expect(buffer.read(160)?.[0]).toBe(3);
  });

  it('MD43 takes up another clock after a jump of the timestamps', () => {
    const buffer = new JitterBuffer();
    buffer.write(0, packet(1));
    buffer.write(160, packet(1));
    buffer.read(160);
    buffer.write(3_000_000_000, packet(5));
    buffer.write(3_000_000_160, packet(6));
    expect([buffer.read(160)?.[0], buffer.read(160)?.[0]]).toEqual([5, 6]);
  });

  it('MD43 never holds more than 200 ms, however much arrives', () => {
    const size = fc.constantFrom(80, 160, 240, 480, 2000);
    fc.assert(fc.property(fc.array(fc.record({ at: fc.integer({ min: 0, max: 200 }), size, read: fc.boolean() }), { maxLength: 100 }), (steps) => {
      const buffer = new JitterBuffer();
      for (const step of steps) {
        buffer.write(step.at * 80, new Int16Array(step.size));
        if (step.read) buffer.read(160);
        expect(buffer.depth).toBeLessThanOrEqual(1600);
      }
    }));
  });
});
