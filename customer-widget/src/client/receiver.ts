/** What comes from the gateway: one consumer for each track listed, and what there is to hear and see now, as streams. */
import type { types } from 'mediasoup-client';
import type { ReceiveTrack } from '#shared/media-protocol.ts';
import { planReceive } from './track-plan.ts';

export interface RemoteMedia {
  /** A new stream at every change of what is in it; null when there is nothing. */
  readonly audio: MediaStream | null;
  readonly video: MediaStream | null;
}

export interface ReceiverOptions {
  readonly transport: types.Transport;
  readonly resumeConsumer: (consumerId: string) => Promise<unknown>;
  readonly handleRemote: (remote: RemoteMedia) => void;
  readonly handleFailure: (error: unknown) => void;
}

interface Held {
  readonly track: ReceiveTrack;
  /** Null until it stands. */
  consumer: types.Consumer | null;
}

export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #held = new Map<string, Held>();
  #closed = false;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  want(wanted: readonly ReceiveTrack[]): void {
    if (this.#closed) return;
    const plan = planReceive(new Set(this.#held.keys()), wanted);
    let changed = false;
    for (const id of plan.close) {
      const held = this.#held.get(id);
      held?.consumer?.close();
      this.#held.delete(id);
      changed ||= held?.track.source === 'agent';
    }
    for (const track of plan.open) {
      const held: Held = { track, consumer: null };
      this.#held.set(track.consumerId, held);
      this.#consume(held).catch((error: unknown) => {
        if (!this.#closed && this.#held.get(track.consumerId) === held) this.#options.handleFailure(error);
      });
    }
    if (changed) this.#tellRemote();
  }

  close(): void {
    this.#closed = true;
    this.#held.clear();
  }

  async #consume(held: Held): Promise<void> {
    const { consumerId, producerId, kind, rtpParameters, source } = held.track;
    const consumer = await this.#options.transport.consume({ id: consumerId, producerId, kind, rtpParameters });
    if (this.#closed || this.#held.get(consumerId) !== held) {
      consumer.close();
      return;
    }
    held.consumer = consumer;
    if (source === 'agent') this.#tellRemote();
    await this.#options.resumeConsumer(consumerId);
  }

  #tellRemote(): void {
    this.#options.handleRemote({ audio: this.#stream('audio'), video: this.#stream('video') });
  }

  /** The warm-up track is attached to nothing. */
  #stream(kind: 'audio' | 'video'): MediaStream | null {
    const tracks = [...this.#held.values()].flatMap(({ track, consumer }) =>
      consumer !== null && track.kind === kind && track.source === 'agent' ? [consumer.track] : []);
    return tracks.length === 0 ? null : new MediaStream(tracks);
  }
}
