/** RTP on the wire (RFC 3550, 5.1), as far as the mixer's own loopback needs it: what mediasoup sends us and what we send to it. */

export interface RtpPacket {
  readonly payloadType: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** Null for RTCP, which comes on the same port, and for whatever is no RTP. */
export function readRtp(datagram: Buffer): RtpPacket | null {
  if (datagram.length < 12 || datagram.readUInt8(0) >> 6 !== 2) return null;
  const second = datagram.readUInt8(1);
  // RFC 5761, 4: with one port for both, the types 192 to 223 are RTCP's.
  if (second >= 192 && second <= 223) return null;
  const first = datagram.readUInt8(0);
  let start = 12 + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (datagram.length < start + 4) return null;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  const padding = (first & 0x20) !== 0 ? datagram.readUInt8(datagram.length - 1) : 0;
  if (start + padding > datagram.length) return null;
  return {
    payloadType: second & 0x7f, timestamp: datagram.readUInt32BE(4), ssrc: datagram.readUInt32BE(8), payload: datagram.subarray(start, datagram.length - padding),
  };
}

/** One stream that goes out: numbers its packets by itself. */
export class RtpSender {
  readonly #ssrc: number;
  readonly #payloadType: number;
  readonly #step: number;
  #sequence: number;
  #timestamp: number;
  #first = true;

  /** @param step timestamp units of one packet. @param start first sequence number and timestamp, random by RFC 3550, 5.1. */
  constructor({ ssrc, payloadType, step, start }: { readonly ssrc: number; readonly payloadType: number; readonly step: number; readonly start: number }) {
    this.#ssrc = ssrc;
    this.#payloadType = payloadType;
    this.#step = step;
    this.#sequence = start & 0xffff;
    this.#timestamp = start >>> 0;
  }

  packet(payload: Uint8Array): Buffer {
    const packet = Buffer.allocUnsafe(12 + payload.length);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8((this.#first ? 0x80 : 0) | this.#payloadType, 1);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(payload, 12);
    this.#first = false;
    this.skip();
    return packet;
  }

  /** A place in the stream for a packet that somebody else makes: answers its sequence number. */
  skip(): number {
    const sequence = this.#sequence;
    this.#sequence = sequence + 1 & 0xffff;
    this.#timestamp = this.#timestamp + this.#step >>> 0;
    return sequence;
  }
}
