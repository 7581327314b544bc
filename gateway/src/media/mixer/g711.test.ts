import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from './g711.ts';

describe('G.711', () => {
  it.each(['PCMU', 'PCMA'] as const)('MD41 %s gives back every octet it was given, and any level within its step', (law) => {
    const octets = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    const back = decodeG711(law, encodeG711(law, decodeG711(law, octets)));
    expect(back).toEqual(decodeG711(law, octets));
    for (let linear = -32_000; linear <= 32_000; linear += 97) {
      const [heard = 0] = decodeG711(law, encodeG711(law, [linear]));
      expect(Math.abs(heard - linear)).toBeLessThanOrEqual(Math.max(16, Math.abs(linear) / 25));
    }
  });

  it('MD41 knows the values that the standard prints', () => {
    expect(Array.from(decodeG711('PCMU', Uint8Array.of(0x00, 0x80, 0xff, 0x7f)))).toEqual([-32_124, 32_124, 0, 0]);
    expect(Array.from(decodeG711('PCMA', Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a)))).toEqual([8, -8, 32_256, -32_256]);
    expect(Array.from(encodeG711('PCMA', [40_000, -40_000]))).toEqual([0xaa, 0x2a]);
  });
});
