/**
 * The one poller of all RTP streams: silence, and packets that arrive and count as nobody's because they come from another address than
 * before (NAT rebinding). Reads the worker's byte counters; nothing is done per packet.
 */
import type { ReceivedBytes } from './ssrc-learner.ts';

export interface WatchedStream {
  /** Its media is expected: neither side holds the call, and the peer said that it sends. */
  readonly expected: boolean;
  bytes(): Promise<ReceivedBytes | null>;
  /** Nothing has come for the whole limit, not even RTCP. Told once. */
  silent(): void;
  /** Packets come, and none of them is taken. */
  astray(): void;
}

/** A stream that moved to another port is found after one and a half on average; sound is to be back within 2 s. */
const interval = 1000;
/** Long enough for a phone that is carried through a lift, short enough that nobody talks to a dead line for long. */
export const silenceLimit = 20_000;
/** Bytes that came and were not counted, from which on it is worth a second look: RTCP alone makes less in one interval. */
const suspicion = 300;
/** How long the second look lasts: longer than any packet time. */
const secondLook = 80;

interface Watch {
  last: ReceivedBytes | null;
  heardAt: number;
  told: boolean;
}

export class RtpWatch {
  private readonly watches = new Map<WatchedStream, Watch>();
  private readonly limit: number;
  private timer: NodeJS.Timeout | null = null;
  private looking = false;

  constructor(limit = silenceLimit) {
    this.limit = limit;
  }

  add(stream: WatchedStream): void {
    this.watches.set(stream, { last: null, heardAt: performance.now(), told: false });
    this.timer ??= setInterval(() => { this.look().catch(() => { /* a stream that closed while it was asked */ }); }, interval).unref();
  }

  remove(stream: WatchedStream): void {
    this.watches.delete(stream);
    if (this.watches.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  private async look(): Promise<void> {
    // A busy worker answers late; then the next look is left out, not piled on top.
    if (this.looking) return;
    this.looking = true;
    try {
      await Promise.all(Array.from(this.watches, ([stream, watch]) => this.lookAt(stream, watch)));
    } finally {
      this.looking = false;
    }
  }

  private async lookAt(stream: WatchedStream, watch: Watch): Promise<void> {
    const now = performance.now();
    const bytes = await stream.bytes();
    if (!bytes) return;
    const { last } = watch;
    watch.last = bytes;
    if (!stream.expected || (last && bytes.all > last.all)) watch.heardAt = now;
    if (!watch.told && now - watch.heardAt > this.limit) {
      watch.told = true;
      stream.silent();
    }
    if (!last) return;
    const uncounted = bytes.all - last.all - (bytes.assigned - last.assigned);
    // Replaced counters of a new transport begin anew.
    if (uncounted < suspicion || bytes.all < last.all) return;
    await new Promise((resolve) => { setTimeout(resolve, secondLook); });
    const again = await stream.bytes();
    if (again && again.all > bytes.all && again.assigned === bytes.assigned && this.watches.has(stream)) stream.astray();
  }
}
