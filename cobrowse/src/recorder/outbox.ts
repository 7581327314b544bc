/**
 * What waits in the page for the network: frames in order, one message under way at a time, bounded. When more waits than the bound
 * allows, or a message is refused or not acknowledged, everything is dropped, because a stream with a hole is worth nothing until the
 * next snapshot.
 */
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { flushInterval, maxFramesPerMessage, maxMessageBytes, maxOutgoingBytes, sizeOf } from '../policy/limits.ts';

export interface OutboxPort {
  /** Sends one message; rejects when it was not acknowledged in time. */
  send(frames: readonly CobrowseFrame[]): Promise<Reply<null>>;
  /** Frames were taken over by the relay. */
  handleDelivered(): void;
  /** Frames were lost: only a snapshot helps. `overflow`: more than the network carries, or the relay can check. */
  handleLost(reason: 'overflow' | 'refused' | 'timeout'): void;
}

/** A frame with its size, which is a walk through all of it. */
interface Waiting {
  readonly frame: CobrowseFrame;
  readonly bytes: number;
}

export class Outbox {
  readonly #port: OutboxPort;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isSending = false;
  #lastFlushAt = Number.NEGATIVE_INFINITY;
  /** Rises with every `clear`, so that an answer to something dropped is not taken for an answer to what came after. */
  #generation = 0;

  constructor(port: OutboxPort) {
    this.#port = port;
  }

  get isIdle(): boolean {
    return !this.#isSending && this.#waiting.length === 0;
  }

  /** A whole page may be larger than the bound on what waits; it is refused only when no message could carry it. */
  add(frame: CobrowseFrame, isSnapshot: boolean): void {
    const bytes = sizeOf(frame);
    if (bytes > maxMessageBytes || (!isSnapshot && this.#bytes + bytes > maxOutgoingBytes)) {
      this.clear();
      this.#port.handleLost('overflow');
      return;
    }
    this.#waiting.push({ frame, bytes });
    this.#bytes += bytes;
    this.#flushSoon();
  }

  clear(): void {
    this.#generation += 1;
    this.#waiting = [];
    this.#bytes = 0;
    this.#isSending = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What happens after a while of nothing leaves at once; what follows quickly goes together, since every message costs the page something. */
  #flushSoon(): void {
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), Math.max(0, this.#lastFlushAt + flushInterval - performance.now()));
  }

  #flush(): void {
    this.#timer = null;
    if (this.#isSending || this.#waiting.length === 0) return;
    this.#lastFlushAt = performance.now();
    const frames = this.#take();
    const generation = this.#generation;
    this.#isSending = true;
    this.#port.send(frames).then(
      (reply) => this.#handleAnswer(generation, reply.ok ? null : reply.problem.status === 429 ? 'overflow' : 'refused'),
      () => this.#handleAnswer(generation, 'timeout'),
    );
  }

  #handleAnswer(generation: number, failure: 'overflow' | 'refused' | 'timeout' | null): void {
    if (generation !== this.#generation) return;
    this.#isSending = false;
    if (failure === null) {
      this.#port.handleDelivered();
      this.#flushSoon();
    } else {
      this.clear();
      this.#port.handleLost(failure);
    }
  }

  /** As many frames as one message may carry. */
  #take(): CobrowseFrame[] {
    let bytes = 0;
    let count = 0;
    for (const next of this.#waiting) {
      if (count > 0 && (bytes + next.bytes > maxMessageBytes || count >= maxFramesPerMessage)) break;
      bytes += next.bytes;
      count += 1;
    }
    this.#bytes -= bytes;
    return this.#waiting.splice(0, count).map(({ frame }) => frame);
  }
}
