/** RFC 4733 telephone-events, as bytes. Pure. */

const digits = '0123456789*#ABCD';

export interface TelephoneEvent {
  readonly digit: string;
  readonly end: boolean;
  /** In units of the RTP clock. */
  readonly duration: number;
}

/** Null for events that are no digits (flash, tones of modems). */
export function readEvent(payload: Buffer): TelephoneEvent | null {
  if (payload.length < 4) return null;
  const digit = digits[payload.readUInt8(0)];
  return digit === undefined ? null : { digit, end: (payload.readUInt8(1) & 0x80) !== 0, duration: payload.readUInt16BE(2) };
}

/** dBm0 below full scale; what phones send. */
const volume = 10;

export function writeEvent({ digit, end, duration }: TelephoneEvent): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt8(digits.indexOf(digit.toUpperCase()), 0);
  payload.writeUInt8((end ? 0x80 : 0) | volume, 1);
  payload.writeUInt16BE(Math.min(duration, 0xffff), 2);
  return payload;
}

export function isDigit(text: string): boolean {
  return text.length === 1 && digits.includes(text.toUpperCase());
}

export interface RtpHeader {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** RFC 3550, 5.1. Null for what is no RTP. */
export function readRtp(packet: Buffer): { readonly header: RtpHeader; readonly payload: Buffer } | null {
  if (packet.length < 12 || packet.readUInt8(0) >> 6 !== 2) return null;
  const first = packet.readUInt8(0);
  let start = 12 + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (packet.length < start + 4) return null;
    start += 4 + packet.readUInt16BE(start + 2) * 4;
  }
  const padding = (first & 0x20) === 0 ? 0 : packet.readUInt8(packet.length - 1);
  if (start > packet.length - padding) return null;
  const second = packet.readUInt8(1);
  return {
    header: { payloadType: second & 0x7f, marker: (second & 0x80) !== 0, sequence: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4), ssrc: packet.readUInt32BE(8) },
    payload: packet.subarray(start, packet.length - padding),
  };
}

export function writeRtp({ payloadType, marker, sequence, timestamp, ssrc }: RtpHeader, payload: Buffer): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8((marker ? 0x80 : 0) | payloadType, 1);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  payload.copy(packet, 12);
  return packet;
}
