import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RtpPorts, RtpPortsExhausted } from './rtp-ports.ts';

describe('RTP ports', () => {
  it('MD28 are even, within the range with the RTCP port behind them, and none is given twice', () => {
    fc.assert(fc.property(fc.integer({ min: 1024, max: 60_000 }), fc.integer({ min: 1, max: 41 }), (min, size) => {
      const ports = new RtpPorts({ min, max: min + size });
      const taken = Array.from({ length: ports.pairs }, () => ports.take());
      expect(new Set(taken).size).toBe(taken.length);
      for (const port of taken) {
        expect(port % 2).toBe(0);
        expect(port).toBeGreaterThanOrEqual(min);
        expect(port + 1).toBeLessThanOrEqual(min + size);
      }
      expect(() => ports.take()).toThrow(RtpPortsExhausted);
    }));
  });

  it('MD28 one that is given back comes again only after all others, and an exhausted range says what to set', () => {
    const ports = new RtpPorts({ min: 42_000, max: 42_005 });
    const first = ports.take();
    ports.give(first);
    expect([ports.take(), ports.take(), ports.take()]).toEqual([42_002, 42_004, 42_000]);
    expect(ports.inUse).toBe(3);
    expect(() => ports.take()).toThrow('every pair of RTP ports in 42000-42005 is in use: widen RTP_PORT_RANGE');
  });
});
