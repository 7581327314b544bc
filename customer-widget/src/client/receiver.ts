/** What comes from the gateway: one consumer for each track listed, and what there is to hear and see now, as streams. */
import type { types } from 'mediasoup-client';
import type { ReceiveTrack } from '#shared/media-protocol.ts';
import { planReceive } from './track-plan.ts';

export interface RemoteMedia {
  /** A new stream at every change of what is in it; null when there is nothing. One track for each voice: all of them are to be played. */
  readonly audio: MediaStream | null;
  readonly video: MediaStream | null;
}

export const nothingRemote: RemoteMedia = { audio: null, video: null };

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
      changed ||= held !== undefined && isPresented(held.track);
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
    const { consumerId, producerId, kind, rtpParameters } = held.track;
    const consumer = await this.#options.transport.consume({ id: consumerId, producerId, kind, rtpParameters });
    if (this.#closed || this.#held.get(consumerId) !== held) {
      consumer.close();
      return;
    }
    held.consumer = consumer;
    if (isPresented(held.track)) this.#tellRemote();
    await this.#options.resumeConsumer(consumerId);
  }

  #tellRemote(): void {
    const standing = [...this.#held.values()].filter(({ track, consumer }) => consumer !== null && isPresented(track));
    const tracks = (wanted: (track: ReceiveTrack) => boolean): MediaStreamTrack[] =>
      standing.flatMap(({ track, consumer }) => (consumer !== null && wanted(track) ? [consumer.track] : []));
    const pictures = [...tracks(({ kind, source }) => kind === 'video' && source === 'agent'), ...tracks(({ kind, source }) => kind === 'video' && source !== 'agent')];
    this.#options.handleRemote({
      audio: streamOf(tracks(({ kind }) => kind === 'audio')),
      // One picture at a time: the agent's, else the second party's.
      video: streamOf(pictures.slice(0, 1)),
    });
  }
}

/** The warm-up track is attached to nothing. */
function isPresented({ source }: ReceiveTrack): boolean {
  return source !== 'none';
}

function streamOf(tracks: MediaStreamTrack[]): MediaStream | null {
  return tracks.length === 0 ? null : new MediaStream(tracks);
}
