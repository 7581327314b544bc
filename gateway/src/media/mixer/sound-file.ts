/**
 * A sound as stored beside this file, in packets of 20 ms: G.711 and G.722 run at 64 kbit/s, so a packet is 160 octets; Opus packets differ in
 * length, which stands before each in two octets. scripts/hold-sound makes them.
 */
import { readFileSync } from 'node:fs';
import type { Sound, SoundCodec } from './orders.ts';

const evenPacket = 160;

export function soundPackets(sound: Sound, codec: SoundCodec): readonly Uint8Array[] {
  const file = readFileSync(new URL(`sounds/${sound}.${codec}`, import.meta.url));
  const packets: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const start = codec === 'opus' ? at + 2 : at;
    const length = codec === 'opus' ? file.readUInt16BE(at) : evenPacket;
    packets.push(file.subarray(start, start + length));
    at = start + length;
  }
  return packets;
}

/** RTP clock units of one packet; G.722's clock is 8000 by an old mistake that RFC 3551, 4.5.2 keeps. */
export function soundStep(codec: SoundCodec): number {
  return codec === 'opus' ? 960 : evenPacket;
}
