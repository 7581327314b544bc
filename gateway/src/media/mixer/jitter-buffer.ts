/**
 * Samples of one speaker between their packets and the mixer's clock, in the order of their RTP timestamps. Bounded: it waits for `lead` before it
 * plays, and one that has run too far ahead (the clocks drift, the network delivered a heap at once) is cut back to that lead.
 */

/** 40 ms at 8000 Hz: two packets, what a LAN and a browser's pacing need. */
const lead = 320;
/** 200 ms: more delay than that is worse in talk than the loss of it. */
const most = 1600;

export class JitterBuffer {
  private readonly ring = new Int16Array(4096);
  /** Timestamp of the next sample to play, and of the end of what arrived; null: waits for a first packet. */
  private next: number | null = null;
  private end = 0;
  private playing = false;

  /** @param timestamp as in the packet: modulo 2^32. Samples too late or beyond all bounds are dropped. */
  write(timestamp: number, samples: Int16Array): void {
    if (samples.length > most) return;
    if (this.next === null || Math.abs(distance(this.end, timestamp)) > this.ring.length / 2) this.restart(timestamp);
    const next = this.next ?? timestamp;
    for (const [index, sample] of samples.entries()) {
      const at = timestamp + index >>> 0;
      if (distance(next, at) >= 0) this.ring[at % this.ring.length] = sample;
    }
    const end = timestamp + samples.length >>> 0;
    if (distance(this.end, end) > 0) this.end = end;
    if (this.depth > most) this.skipTo(this.end - lead >>> 0);
  }

  /** The next stretch; silence where nothing came in time, and null while there is nothing at all to say. */
  read(length: number): Int16Array | null {
    if (this.next === null) return null;
    if (!this.playing && this.depth < lead) return null;
    this.playing = true;
    if (this.depth <= 0) {
      // Run dry: collect a lead again before going on.
      this.playing = false;
      this.next = null;
      this.ring.fill(0);
      return null;
    }
    const samples = new Int16Array(length);
    const next = this.next;
    for (let index = 0; index < length; index += 1) {
      const slot = (next + index >>> 0) % this.ring.length;
      if (distance(next + index >>> 0, this.end) > 0) samples[index] = this.ring[slot] ?? 0;
      this.ring[slot] = 0;
    }
    this.next = next + length >>> 0;
    return samples;
  }

  /** Samples that wait, at 8000 a second. */
  get depth(): number {
    return this.next === null ? 0 : distance(this.next, this.end);
  }

  private restart(timestamp: number): void {
    this.ring.fill(0);
    this.next = timestamp;
    this.end = timestamp;
    this.playing = false;
  }

  private skipTo(timestamp: number): void {
    for (let at = this.next ?? timestamp; at !== timestamp; at = at + 1 >>> 0) this.ring[at % this.ring.length] = 0;
    this.next = timestamp;
  }
}

/** How far `to` lies after `from`, modulo 2^32: negative when before it. */
function distance(from: number, to: number): number {
  return to - from | 0;
}
