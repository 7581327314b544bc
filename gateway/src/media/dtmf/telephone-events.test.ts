import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvent, readRtp, writeEvent, writeRtp } from './telephone-events.ts';

describe('events as bytes', () => {
  it('MD26 every digit is read as it was written, and what is no digit is none', () => {
    for (const digit of '0123456789*#ABCD') expect(readEvent(writeEvent({ digit, end: true, duration: 1280 }))).toEqual({ digit, end: true, duration: 1280 });
    expect(readEvent(Buffer.from([16, 10, 0, 160]))).toBeNull();
    expect(readEvent(Buffer.from([1, 10, 0]))).toBeNull();
  });

  it('MD26 a press too long for its field says the longest there is', () => {
    expect(readEvent(writeEvent({ digit: '1', end: false, duration: 100_000 }))?.duration).toBe(0xffff);
  });

  it('MD26 RTP is read as it was written, with list, extension and padding passed over, and nothing makes the reader throw', () => {
    const header = { payloadType: 101, marker: true, sequence: 65_535, timestamp: 2 ** 32 - 1, ssrc: 2 ** 32 - 1 };
    expect(readRtp(writeRtp(header, Buffer.from('abc')))).toEqual({ header, payload: Buffer.from('abc') });
    const bytes = Buffer.from('b1e500010000000200000003000000040001000100000000616263000000000005', 'hex');
    expect(readRtp(bytes)).toMatchObject({ payload: Buffer.from('61626300', 'hex') });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => { readRtp(Buffer.from(noise)); }));
  });
});
