/**
 * The media side of the fake gateway: a real mediasoup router that gives the customer back what they send. Speaks media-protocol.ts for
 * one customer at a time, and counts what arrives.
 */
import { createWorker, type types } from 'mediasoup';
import type { MediaReplies, MediaRequest, ReceiveTrack, Tracks } from '#shared/media-protocol.ts';
import type { Reply } from '#shared/problem.ts';

const mediaCodecs: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'audio', mimeType: 'audio/PCMU', clockRate: 8_000 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
];

export class FakeMedia {
  readonly #worker: types.Worker;
  readonly #router: types.Router;
  #send: types.WebRtcTransport | null = null;
  #receive: types.WebRtcTransport | null = null;
  readonly producers = new Map<string, types.Producer>();
  readonly #consumers = new Map<string, types.Consumer>();
  #capabilities: types.RtpCapabilities | null = null;
  /** Requests as they came, by type. */
  readonly requests: string[] = [];
  tracks: Tracks = { epoch: 'e1', revision: 0, audio: null, video: null, receive: [] };

  static async start(): Promise<FakeMedia> {
    const worker = await createWorker({ logLevel: 'none' });
    return new FakeMedia(worker, await worker.createRouter({ mediaCodecs }));
  }

  private constructor(worker: types.Worker, router: types.Router) {
    this.#worker = worker;
    this.#router = router;
  }

  get audio(): types.Producer | undefined {
    return [...this.producers.values()].findLast((producer) => producer.kind === 'audio' && !producer.closed);
  }

  /** State of the customer's send transport: `connected` when ICE and DTLS stand. */
  get sendState(): string {
    return this.#send?.dtlsState ?? 'none';
  }

  async audioBytes(): Promise<number> {
    const stats = await this.audio?.getStats();
    return (stats ?? []).reduce((sum, stat) => sum + stat.byteCount, 0);
  }

  /** The customer's own voice, as if it were the agent's: what to put into `receive`. */
  async echo(kind: 'audio' | 'video', source: ReceiveTrack['source'] = 'agent'): Promise<ReceiveTrack> {
    const producer = [...this.producers.values()].findLast((one) => one.kind === kind);
    if (producer === undefined || this.#receive === null || this.#capabilities === null) throw new Error('nothing to echo yet');
    const consumer = await this.#receive.consume({ producerId: producer.id, rtpCapabilities: this.#capabilities, paused: kind === 'video' });
    this.#consumers.set(consumer.id, consumer);
    return { consumerId: consumer.id, producerId: producer.id, kind, rtpParameters: consumer.rtpParameters as ReceiveTrack['rtpParameters'], source };
  }

  /** As if the worker had died: nothing of before is known any more. */
  async forget(): Promise<void> {
    this.#send?.close();
    this.#receive?.close();
    this.#send = null;
    this.#receive = null;
    this.producers.clear();
    await Promise.resolve();
  }

  async answer<Type extends MediaRequest['type']>(request: MediaRequest): Promise<Reply<MediaReplies[Type]>> {
    this.requests.push(request.type);
    try {
      return { ok: true, value: await this.#perform(request) as MediaReplies[Type] };
    } catch (error) {
      return { ok: false, problem: { type: '/problems/media-state', title: String(error), status: 409 } };
    }
  }

  close(): void {
    this.#worker.close();
  }

  async #perform(request: MediaRequest): Promise<unknown> {
    switch (request.type) {
      case 'open': {
        await this.forget();
        this.#send = await this.#transport();
        this.#receive = await this.#transport();
        this.#capabilities = this.#router.rtpCapabilities;
        return {
          iceServers: [], routerRtpCapabilities: this.#router.rtpCapabilities,
          send: describe(this.#send), receive: describe(this.#receive), tracks: this.tracks,
        };
      }
      case 'connect':
        await this.#find(request.transportId).connect({ dtlsParameters: request.dtlsParameters as unknown as types.DtlsParameters });
        return null;
      case 'produce': {
        const producer = await this.#find(request.transportId).produce({ kind: request.kind, rtpParameters: request.rtpParameters as unknown as types.RtpParameters });
        this.producers.set(producer.id, producer);
        return { producerId: producer.id };
      }
      case 'pauseProducer':
        await this.producers.get(request.producerId)?.pause();
        return null;
      case 'resumeProducer':
        await this.producers.get(request.producerId)?.resume();
        return null;
      case 'closeProducer':
        this.producers.get(request.producerId)?.close();
        this.producers.delete(request.producerId);
        return null;
      case 'resumeConsumer':
        await this.#consumers.get(request.consumerId)?.resume();
        return null;
      case 'restartIce':
        return { iceServers: [], iceParameters: await this.#find(request.transportId).restartIce() };
    }
  }

  async #transport(): Promise<types.WebRtcTransport> {
    return await this.#router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }, { protocol: 'tcp', ip: '127.0.0.1' }] });
  }

  #find(id: string): types.WebRtcTransport {
    const found = [this.#send, this.#receive].find((transport) => transport?.id === id);
    if (found === undefined || found === null) throw new Error('no such transport');
    return found;
  }
}

function describe({ id, iceParameters, iceCandidates, dtlsParameters }: types.WebRtcTransport): object {
  return { id, iceParameters, iceCandidates, dtlsParameters };
}
