/**
 * The customer's side of a call within one media epoch: two WebRtcTransports of their client, the producers it made and the consumers it
 * was given. Knows nothing of the agent; `call.ts` connects the two. Closing it closes its transports and everything on them; a page
 * that comes back gets a new leg.
 */
import type { types } from 'mediasoup';
import type { ReceiveTrack, TransportParameters } from '#shared/media-protocol.ts';
import { FirstPacket } from './first-packet.ts';
import { sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';

export interface CustomerLegListener {
  /** ICE and DTLS of what the customer sends stand. */
  onReady(): void;
  /** First RTP of a producer that was awaited. */
  onFlowing(): void;
  /** DTLS failed, or ICE consent (RFC 7675) ran out: the path is dead, whatever the signaling socket says. */
  onLost(): void;
}

export interface CustomerProducer {
  readonly producer: types.Producer;
  readonly codec: string;
  /** The client's own pause: the camera is off. */
  pausedByClient: boolean;
}

export interface CustomerConsumer {
  readonly consumer: types.Consumer;
  readonly source: ReceiveTrack['source'];
}

export class CustomerLeg {
  readonly producers: { audio: CustomerProducer | null; video: CustomerProducer | null } = { audio: null, video: null };
  readonly consumers = new Map<string, CustomerConsumer>();
  readonly send: types.WebRtcTransport;
  readonly receive: types.WebRtcTransport;
  private readonly listener: CustomerLegListener;
  private expected: types.Producer | null = null;
  private firstPacket: FirstPacket | null = null;
  private lost = false;
  private closed = false;

  constructor(send: types.WebRtcTransport, receive: types.WebRtcTransport, listener: CustomerLegListener) {
    this.send = send;
    this.receive = receive;
    this.listener = listener;
    for (const transport of [send, receive]) {
      transport.on('icestatechange', (state) => {
        if (state === 'disconnected' || state === 'closed') this.pathLost();
        // ICE restarted after a loss: the first packet says that they are back.
        else if (this.lost && state !== 'new') { this.lost = false; this.expectFlow(this.expected); }
      });
      transport.on('dtlsstatechange', (state) => { if (state === 'failed' || state === 'closed') this.pathLost(); });
    }
    send.on('dtlsstatechange', (state) => { if (state === 'connected') this.listener.onReady(); });
  }

  get ready(): boolean {
    return this.send.dtlsState === 'connected';
  }

  transport(id: string): types.WebRtcTransport | null {
    return [this.send, this.receive].find((transport) => transport.id === id) ?? null;
  }

  /** Throws mediasoup's error for parameters it does not take. Always paused: the call decides when anything flows. */
  async produce(kind: MediaKind, rtpParameters: types.RtpParameters): Promise<CustomerProducer> {
    const producer = await this.send.produce({ kind, rtpParameters, paused: true });
    const made = { producer, codec: rtpParameters.codecs[0]?.mimeType ?? '', pausedByClient: false };
    // One per kind: the new one takes over at once, the client's `closeProducer` for the old one finds it gone already.
    this.producers[kind]?.producer.close();
    this.producers[kind] = made;
    producer.observer.once('close', () => { if (this.producers[kind] === made) this.producers[kind] = null; });
    return made;
  }

  producerById(id: string): CustomerProducer | null {
    return [this.producers.audio, this.producers.video].find((made) => made?.producer.id === id) ?? null;
  }

  /** Audio flows at once; video waits until the client is ready for the first keyframe. */
  async consume(producer: types.Producer, rtpCapabilities: types.RtpCapabilities, source: ReceiveTrack['source']): Promise<void> {
    const consumer = await this.receive.consume({ producerId: producer.id, rtpCapabilities, paused: producer.kind === 'video' })
      .catch((error: unknown) => {
        // Either end may close while the worker is asked; then there is nothing to hear.
        if (this.closed || producer.closed) return null;
        throw error;
      });
    if (!consumer) return;
    this.consumers.set(consumer.id, { consumer, source });
    consumer.observer.once('close', () => this.consumers.delete(consumer.id));
  }

  /** The producer of this kind if it has the codec asked for. */
  producing(kind: MediaKind, codec: string | null): types.Producer | null {
    const made = this.producers[kind];
    return made && codec !== null && sameCodec(made.codec, codec) ? made.producer : null;
  }

  /** Tells `onFlowing` at the next packet of this producer; null: nothing is expected. Idempotent for one that is expected or has come. */
  awaitFlow(producer: types.Producer | null): void {
    if (producer !== this.expected) this.expectFlow(producer);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.firstPacket?.close();
    this.send.close();
    this.receive.close();
  }

  private expectFlow(producer: types.Producer | null): void {
    this.firstPacket?.close();
    this.expected = producer;
    this.firstPacket = producer && new FirstPacket(producer, () => { if (!this.lost) this.listener.onFlowing(); });
  }

  private pathLost(): void {
    if (this.closed || this.lost) return;
    this.lost = true;
    this.listener.onLost();
  }
}

export function transportParameters(transport: types.WebRtcTransport): TransportParameters {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  return { id, iceParameters, iceCandidates, dtlsParameters };
}
