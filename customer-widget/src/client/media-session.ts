/**
 * One opening of the media: a device, a send and a receive transport, and what runs over them. Closing it closes all of that. ICE is
 * restarted here; anything worse is reported, and the owner opens anew.
 */
import type { types } from 'mediasoup-client';
import type { MediaReplies, MediaRequest, Tracks, TransportParameters } from '#shared/media-protocol.ts';
import type { IceServer } from '#shared/session-api.ts';
import { Receiver, type RemoteMedia } from './receiver.ts';
import { Sender } from './sender.ts';
import { Silence } from './silence.ts';

export type MediaWire = <Type extends MediaRequest['type']>(request: Extract<MediaRequest, { type: Type }>) => Promise<MediaReplies[Type]>;

export interface MediaSessionOptions {
  readonly epoch: string;
  readonly wire: MediaWire;
  readonly handleRemote: (remote: RemoteMedia) => void;
  /** connected: both directions that are in use stand. recovering: ICE is being restarted. */
  readonly handleConnection: (state: 'connected' | 'recovering') => void;
  /** This session is of no use any more. */
  readonly handleFailure: (error: unknown) => void;
}

/** A short gap often heals by itself; a restart costs a few milliseconds, so it comes soon. */
const patienceMs = 400;
/** A restart that has not connected by then is given up: everything is opened anew. */
const restartLimitMs = 5_000;

export class MediaSession {
  readonly audio: Sender;
  readonly video: Sender;
  readonly #options: MediaSessionOptions;
  readonly #transports: ReadonlyArray<types.Transport>;
  readonly #receiver: Receiver;
  readonly #silence = new Silence();
  readonly #timers = new Map<types.Transport, ReturnType<typeof setTimeout>>();
  #revision = -1;
  #closed = false;

  /** Loads what is needed, opens the transports and applies the first tracks. Rejects when the gateway or the browser cannot. */
  static async open(options: MediaSessionOptions): Promise<MediaSession> {
    const [{ Device }, opened] = await Promise.all([import('mediasoup-client'), options.wire({ type: 'open', epoch: options.epoch })]);
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: opened.routerRtpCapabilities });
    return new MediaSession(options, device, opened);
  }

  private constructor(options: MediaSessionOptions, device: types.Device, opened: MediaReplies['open']) {
    this.#options = options;
    const iceServers = rtcIceServers(opened.iceServers);
    const send = device.createSendTransport({ ...parameters(opened.send), iceServers });
    const receive = device.createRecvTransport({ ...parameters(opened.receive), iceServers });
    this.#transports = [send, receive];
    for (const transport of this.#transports) this.#wireTransport(transport);
    const shared = {
      transport: send,
      codecs: device.sendRtpCapabilities.codecs ?? [],
      silence: () => this.#silence.track(),
      wire: {
        closeProducer: (producerId: string) => this.#ask({ type: 'closeProducer', epoch: options.epoch, producerId }),
        setPaused: (producerId: string, paused: boolean) =>
          this.#ask({ type: paused ? 'pauseProducer' : 'resumeProducer', epoch: options.epoch, producerId }),
      },
      handleFailure: (error: unknown) => this.#fail(error),
    };
    this.audio = new Sender({ ...shared, kind: 'audio' });
    this.video = new Sender({ ...shared, kind: 'video' });
    this.#receiver = new Receiver({
      transport: receive,
      resumeConsumer: (consumerId) => this.#ask({ type: 'resumeConsumer', epoch: options.epoch, consumerId }),
      handleRemote: options.handleRemote,
      handleFailure: (error) => this.#fail(error),
    });
    this.apply(opened.tracks);
  }

  apply(tracks: Tracks): void {
    if (this.#closed || tracks.epoch !== this.#options.epoch || tracks.revision <= this.#revision) return;
    this.#revision = tracks.revision;
    // The voice first: the order here is the order on the wire.
    this.audio.want(tracks.audio);
    this.#receiver.want(tracks.receive);
    this.video.want(tracks.video);
  }

  /** The network changed, or signaling came back: asks for both restarts at once. A gateway that knows the transports no more says so. */
  restartIce(): void {
    for (const transport of this.#transports) if (transport.connectionState !== 'new') this.#restart(transport);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.audio.close();
    this.video.close();
    this.#receiver.close();
    for (const transport of this.#transports) transport.close();
    this.#silence.close();
  }

  #wireTransport(transport: types.Transport): void {
    const { epoch } = this.#options;
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      // mediasoup-client's own types have no index signature; what crosses the wire is the same object.
      void answer(this.#ask({ type: 'connect', epoch, transportId: transport.id, dtlsParameters: { ...dtlsParameters } }), done, failed);
    });
    if (transport.direction === 'send') {
      transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
        const asked = this.#ask({ type: 'produce', epoch, transportId: transport.id, kind, rtpParameters: { ...rtpParameters } });
        void answer(asked, ({ producerId }) => done({ id: producerId }), failed);
      });
    }
    transport.on('connectionstatechange', (state) => this.#handleTransportState(transport, state));
  }

  #handleTransportState(transport: types.Transport, state: types.ConnectionState): void {
    switch (state) {
      case 'connected':
        clearTimeout(this.#timers.get(transport));
        if (this.#transports.every((one) => one.connectionState === 'connected' || one.connectionState === 'new')) this.#options.handleConnection('connected');
        return;
      case 'disconnected':
        this.#later(transport, patienceMs, () => this.#restart(transport));
        return;
      case 'failed':
        this.#restart(transport);
        return;
      case 'new':
      case 'connecting':
      case 'closed':
    }
  }

  #restart(transport: types.Transport): void {
    if (this.#closed) return;
    if (transport.connectionState !== 'connected') this.#options.handleConnection('recovering');
    this.#later(transport, restartLimitMs, () => {
      if (transport.connectionState !== 'connected') this.#fail(new Error('The ICE restart did not connect'));
    });
    this.#restartNow(transport).catch((error: unknown) => this.#fail(error));
  }

  /** TURN credentials may have expired on a page left open, so fresh servers come with every restart. */
  async #restartNow(transport: types.Transport): Promise<void> {
    const { iceServers, iceParameters } = await this.#ask({ type: 'restartIce', epoch: this.#options.epoch, transportId: transport.id });
    if (this.#closed) return;
    if (iceServers.length > 0) await transport.updateIceServers({ iceServers: rtcIceServers(iceServers) });
    await transport.restartIce({ iceParameters });
  }

  /** One timer for each transport: the latest purpose counts. */
  #later(transport: types.Transport, ms: number, act: () => void): void {
    clearTimeout(this.#timers.get(transport));
    this.#timers.set(transport, setTimeout(act, ms));
  }

  #ask<Type extends MediaRequest['type']>(request: Extract<MediaRequest, { type: Type }>): Promise<MediaReplies[Type]> {
    return this.#options.wire<Type>(request);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.#options.handleFailure(error);
  }
}

/** mediasoup-client asks with callbacks. */
async function answer<T>(asked: Promise<T>, done: (value: T) => void, failed: (error: Error) => void): Promise<void> {
  try {
    const value = await asked;
    done(value);
  } catch (error) {
    failed(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Chrome takes no frozen or readonly lists, and old browsers no unknown members. */
function rtcIceServers(servers: readonly IceServer[]): RTCIceServer[] {
  return servers.map(({ urls, username, credential }) => ({
    urls: typeof urls === 'string' ? urls : [...urls],
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  }));
}

function parameters({ id, iceParameters, iceCandidates, dtlsParameters }: TransportParameters): TransportParameters {
  return { id, iceParameters, iceCandidates, dtlsParameters };
}
