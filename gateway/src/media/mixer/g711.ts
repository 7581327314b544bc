/** G.711 (ITU-T): µ-law and A-law to and from 16-bit linear, by table. One sample is one octet, at 8000 Hz. */

export type Law = 'PCMU' | 'PCMA';

const silence: Readonly<Record<Law, number>> = { PCMU: 0xff, PCMA: 0xd5 };

function expandUlaw(octet: number): number {
  const code = ~octet & 0xff;
  const magnitude = (((code & 0x0f) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80) !== 0 ? -magnitude : magnitude;
}

function expandAlaw(octet: number): number {
  const code = octet ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = (code & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : mantissa + 0x108 << exponent - 1;
  return (code & 0x80) !== 0 ? magnitude : -magnitude;
}

const expand: Readonly<Record<Law, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, octet) => expandUlaw(octet)),
  PCMA: Int16Array.from({ length: 256 }, (_, octet) => expandAlaw(octet)),
};

/** For each of the 65536 linear values the octet whose expansion is nearest: the standard's own decision, without its bit tricks. */
function compressor(law: Law): Uint8Array {
  // µ-law has two zeros; the later entry, 0xff, is the one on the wire.
  const byValue = Array.from(new Map(Array.from(expand[law], (value, octet) => [value, octet])), ([value, octet]) => ({ value, octet }))
    .sort((one, other) => one.value - other.value);
  const table = new Uint8Array(65_536);
  let at = 0;
  for (let linear = -32_768; linear <= 32_767; linear += 1) {
    for (;;) {
      const here = byValue[at];
      const next = byValue[at + 1];
      if (!here || !next || Math.abs(next.value - linear) >= Math.abs(here.value - linear)) break;
      at += 1;
    }
    table[linear + 32_768] = byValue[at]?.octet ?? silence[law];
  }
  return table;
}

const compress: Readonly<Record<Law, Uint8Array>> = { PCMU: compressor('PCMU'), PCMA: compressor('PCMA') };

export function decodeG711(law: Law, payload: Uint8Array): Int16Array {
  const table = expand[law];
  return Int16Array.from(payload, (octet) => table[octet] ?? 0);
}

/** Values beyond 16 bits saturate. */
export function encodeG711(law: Law, samples: ArrayLike<number>): Uint8Array {
  const table = compress[law];
  return Uint8Array.from(samples, (sample) => table[Math.max(-32_768, Math.min(32_767, Math.round(sample))) + 32_768] ?? silence[law]);
}
