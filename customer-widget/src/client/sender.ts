/**
 * One kind of media on its way to the gateway: keeps a producer as the gateway wants it, and puts the live device into it. Going live is
 * one `replaceTrack` on the RTP sender itself, past mediasoup-client's queue, so that the first tone waits for nothing.
 */
import type { types } from 'mediasoup-client';
import type { SendTrack } from '#shared/media-protocol.ts';
import { carriedBy, planSend, type HeldSender } from './track-plan.ts';

export interface SenderOptions {
  readonly kind: 'audio' | 'video';
  readonly transport: types.Transport;
  readonly codecs: readonly types.RtpCodecCapability[];
  /** A track from which nothing comes: what a producer is built with before it may carry anything. */
  readonly silence: () => MediaStreamTrack;
  readonly wire: {
    closeProducer(producerId: string): Promise<unknown>;
    setPaused(producerId: string, paused: boolean): Promise<unknown>;
  };
  /** The producer could not be built or changed: the session is of no use any more. */
  readonly handleFailure: (error: unknown) => void;
}

interface Held extends HeldSender {
  readonly producer: types.Producer;
  /** That the encoder was told. */
  readonly maxBitrate: number | undefined;
}

export class Sender {
  readonly #options: SenderOptions;
  #wanted: SendTrack | null = null;
  #live: MediaStreamTrack | null = null;
  #held: Held | null = null;
  #producing = false;
  #closed = false;
  /** What goes to the gateway about one producer goes in order. */
  #telling: Promise<unknown> = Promise.resolve();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** What the gateway wants now. */
  want(wanted: SendTrack | null): void {
    this.#wanted = wanted;
    if (this.#held !== null) this.#limit(this.#held);
    this.#step();
  }

  /** The live device, or null when there is none (camera off, microphone not there yet). */
  carry(live: MediaStreamTrack | null): void {
    const changed = live !== this.#live;
    this.#live = live;
    // Another device of the same kind: the plan sees no difference, the sender does.
    if (changed && live !== null && this.#held?.carries === 'live') this.#replace(this.#held, live);
    this.#step();
  }

  /** The session closes the transport and the producers with it. */
  close(): void {
    this.#closed = true;
    this.#held = null;
  }

  #step(): void {
    if (this.#closed || this.#producing) return;
    const step = planSend(this.#held, { kind: this.#options.kind, track: this.#wanted, live: this.#live !== null });
    switch (step.action) {
      case 'none':
        return;
      case 'close':
        this.#drop(this.#held);
        this.#held = null;
        return;
      case 'carry':
        if (this.#held !== null) this.#carry(this.#held, step.what);
        return;
      case 'produce':
        void this.#produceOnce(step.codec);
    }
  }

  /** One at a time; what changed meanwhile is seen by the step that follows. */
  async #produceOnce(codec: string): Promise<void> {
    this.#producing = true;
    try {
      await this.#produce(codec);
    } catch (error) {
      if (!this.#closed) this.#options.handleFailure(error);
      return;
    } finally {
      this.#producing = false;
    }
    this.#step();
  }

  async #produce(codec: string): Promise<void> {
    const { kind, transport, codecs, silence } = this.#options;
    const capability = codecs.find((candidate) => candidate.mimeType.toLowerCase() === codec);
    if (capability === undefined) throw new Error(`This browser has no ${codec}`);
    const live = this.#wanted !== null && carriedBy(this.#wanted, this.#live !== null) === 'live' ? this.#live : null;
    const producer = await transport.produce({
      track: live ?? silence(),
      codec: capability,
      // The device belongs to the person, not to the producer; and a muted microphone goes on sending silence.
      stopTracks: false,
      disableTrackOnPause: false,
      zeroRtpOnPause: true,
      ...(kind === 'audio' ? { codecOptions: { opusFec: true, opusDtx: false, opusPtime: 20 } } : { codecOptions: { videoGoogleStartBitrate: 600 } }),
    });
    if (this.#closed) return;
    const before = this.#held;
    this.#held = { producer, codec, carries: live === null ? 'silence' : 'live', maxBitrate: undefined };
    this.#limit(this.#held);
    if (live === null) this.#replace(this.#held, null);
    else if (live !== this.#live) this.#replace(this.#held, this.#live);
    // The new one stands, so nothing of the voice is lost between the two.
    this.#drop(before);
  }

  #carry(held: Held, what: 'live' | 'silence'): void {
    this.#held = { ...held, carries: what };
    this.#replace(held, what === 'live' ? this.#live : null);
    if (this.#options.kind === 'video') this.#tell(() => this.#options.wire.setPaused(held.producer.id, what === 'silence'));
  }

  #replace(held: Held, track: MediaStreamTrack | null): void {
    held.producer.rtpSender?.replaceTrack(track).catch((error: unknown) => {
      if (!this.#closed && !held.producer.closed) this.#options.handleFailure(error);
    });
  }

  /** What the other side can take; a browser's own estimate stays below it by itself. */
  #limit(held: Held): void {
    const maxBitrate = this.#wanted?.maxBitrate;
    if (maxBitrate === held.maxBitrate) return;
    this.#held = { ...held, maxBitrate };
    const sender = held.producer.rtpSender;
    const parameters = sender?.getParameters();
    const [encoding] = parameters?.encodings ?? [];
    if (sender === undefined || parameters === undefined || encoding === undefined) return;
    if (maxBitrate === undefined) delete encoding.maxBitrate;
    else encoding.maxBitrate = maxBitrate;
    // A limit that this browser does not take is no reason to fall silent.
    sender.setParameters(parameters).catch(() => null);
  }

  #drop(held: Held | null): void {
    if (held === null) return;
    held.producer.close();
    this.#tell(() => this.#options.wire.closeProducer(held.producer.id));
  }

  /** A refusal means that the gateway knows the producer no more, and then there is nothing left to tell. */
  #tell(send: () => Promise<unknown>): void {
    this.#telling = this.#telling.then(send).catch(() => null);
  }
}
