/**
 * One m-line of a phone: a PlainTransport on a port of our range, what the peer sends on it and what it is sent. A transport knows one address
 * and one key for good, so whatever changes those (a re-INVITE, another fork's answer, a NAT that forgot) makes a new one, on the
 * same port. Calls come one after the other (`inTurn`). Closing gives the port back.
 */
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { MediaKind } from '../media-codecs.ts';
import { mediaPath, rebound } from './media-path.ts';
import type { MediaPath } from './media-path.ts';
import { sentParameters } from './rtp-agreement.ts';
import type { Agreement } from './rtp-agreement.ts';
import type { LocalAddress, RtpNetwork } from './rtp-network.ts';
import type { WatchedStream } from './rtp-watch.ts';
import type { SdesKey } from './sdes.ts';
import type { LearningStream, ReceivedBytes, Unclaimed } from './ssrc-learner.ts';
import { probeSsrcs } from './ssrc-probe.ts';

export interface RtpStreamOptions {
  readonly kind: MediaKind;
  readonly network: RtpNetwork;
  readonly router: types.Router;
  readonly workerPid: number;
  readonly local: LocalAddress;
  /** Host that the signalling comes from, as it is on the wire. */
  readonly source: string | null;
  readonly listener: RtpStreamListener;
  readonly log: Logger;
}

export interface RtpStreamListener {
  /** What is heard of the peer is another producer now. */
  onSource(producer: types.Producer): void;
  /** Our SRTP key is another: the peer must be told. */
  onNewKey(): void;
  onSilent(): void;
}

/** What the peer's description says of the stream. */
export interface RtpTarget {
  readonly address: MediaPath['remote'];
  readonly rtcpMux: boolean;
  readonly key: SdesKey | null;
  readonly agreement: Agreement;
  readonly ssrc: number | null;
  /** The peer sends; it takes what we send. */
  readonly sends: boolean;
  readonly receives: boolean;
}

/** Ports of the range that another program holds are passed over, as many as this. */
const bindTries = 16;
/** Of one stream, until media of an allowed host is heard again: who else sprays packets at the port gets no say for ever. */
const healingTries = 5;

export class RtpStream implements LearningStream, WatchedStream {
  readonly kind: MediaKind;
  readonly workerPid: number;
  private readonly options: RtpStreamOptions;
  private port = 0;
  private transport: types.PlainTransport | null = null;
  private mux = false;
  private target: RtpTarget | null = null;
  private path: MediaPath | null = null;
  /** The path is decided, and whoever decided it was allowed to. */
  private ready = false;
  private ssrc: Unclaimed | null = null;
  private producer: types.Producer | null = null;
  private consumer: types.Consumer | null = null;
  private playing: types.Producer | null = null;
  private onHold = false;
  private heard = false;
  private healings = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: RtpStreamOptions) {
    this.options = options;
    this.kind = options.kind;
    this.workerPid = options.workerPid;
  }

  /** Binds a port. `suite`: with SRTP. Throws RtpPortsExhausted. */
  async open(rtcpMux: boolean, suite: types.SrtpCryptoSuite | null): Promise<void> {
    this.mux = rtcpMux;
    for (let tried = 1; ; tried += 1) {
      this.port = this.options.network.ports.take();
      try {
        await this.bind(false, suite);
        return;
      } catch (error) {
        // The port stays taken: somebody else has it.
        if (tried === bindTries || !(error instanceof Error && error.message.includes('address already in use'))) throw error;
        this.options.log.debug({ port: this.port }, 'RTP port in use by another program');
      }
    }
  }

  /** What SDP says of our side. */
  get local(): { readonly address: string; readonly port: number; readonly rtcpMux: boolean; readonly key: string | null; readonly suite: types.SrtpCryptoSuite | null } {
    const srtp = this.transport?.srtpParameters;
    return { address: this.options.local.announced, port: this.port, rtcpMux: this.mux, key: srtp?.keyBase64 ?? null, suite: srtp?.cryptoSuite ?? null };
  }

  get agreement(): Agreement | null {
    return this.target?.agreement ?? null;
  }

  get source(): types.Producer | null {
    return this.producer;
  }

  /** Goes along with a description of the peer, first or later. */
  follow(target: RtpTarget): Promise<void> {
    return this.inTurn(async () => {
      const before = this.target;
      this.target = target;
      const path = target.address ? mediaPath(target.address, this.options.source) : (this.path ?? mediaPath(null, this.options.source));
      const moved = !before || target.rtcpMux !== this.mux || !sameKey(before.key, target.key)
        || (target.address !== null && !sameRemote(before.address, target.address));
      if (moved) {
        this.path = path;
        this.mux = target.rtcpMux;
        if (target.ssrc !== null && target.agreement.sent.length === 1) this.ssrc = { ssrc: target.ssrc, payloadType: target.agreement.codec.preferredPayloadType ?? 0 };
        // The first time the transport is as it was bound, unless it is to wait for the peer's address.
        await (before || path.remote === null ? this.rebuild() : this.connect());
        this.options.network.learner.add(this);
        this.options.network.watch.add(this);
      } else if (!sameSending(before.agreement, target.agreement)) {
        await this.produce();
      }
      await this.send();
      await (target.receives ? this.consumer?.resume() : this.consumer?.pause());
    });
  }

  play(producer: types.Producer | null): Promise<void> {
    return this.inTurn(async () => {
      this.playing = producer;
      await this.send();
    });
  }

  setHold(onHold: boolean): Promise<void> {
    return this.inTurn(async () => {
      this.onHold = onHold;
      await (onHold ? this.producer?.pause() : this.producer?.resume());
    });
  }

  /** The peer needs a whole picture. */
  async requestPicture(): Promise<void> {
    await this.consumer?.requestKeyFrame();
  }

  /** What else sends on this transport (digits) is made anew with it. */
  get carrier(): types.PlainTransport | null {
    return this.ready ? this.transport : null;
  }

  /** What is played is held back while something else sounds in its place. */
  async interrupt(interrupted: boolean): Promise<void> {
    if (this.target?.receives === false) return;
    await (interrupted ? this.consumer?.pause() : this.consumer?.resume());
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.options.network.learner.remove(this);
    this.options.network.watch.remove(this);
    this.transport?.close();
    this.options.network.ports.give(this.port);
  }

  // What the learner asks.

  get waiting(): boolean {
    return this.ready && !this.heard && this.target?.sends === true;
  }

  mayBe(payloadType: number): boolean {
    return this.ready && (this.target?.agreement.sent.some(({ preferredPayloadType }) => preferredPayloadType === payloadType) ?? false);
  }

  async bytes(): Promise<ReceivedBytes | null> {
    const { transport } = this;
    if (!transport || transport.closed || !this.target) return null;
    const stats = await transport.getStats().catch(() => []);
    const [stat] = stats;
    return stat && transport === this.transport ? { all: stat.bytesReceived, assigned: stat.rtpBytesReceived + stat.rtxBytesReceived } : null;
  }

  async probe(unclaimed: readonly Unclaimed[], milliseconds: number): Promise<Unclaimed | null> {
    const asked = unclaimed.filter(({ ssrc }) => ssrc !== this.ssrc?.ssrc);
    return this.transport && asked.length > 0 ? probeSsrcs(this.transport, asked, milliseconds) : null;
  }

  claim(unclaimed: Unclaimed): void {
    this.inTurn(async () => {
      this.ssrc = unclaimed;
      await this.produce();
    }).catch((error: unknown) => this.failed(error));
  }

  // What the poller tells.

  get expected(): boolean {
    return this.ready && !this.onHold && this.target?.sends === true && this.target.receives;
  }

  silent(): void {
    this.options.listener.onSilent();
  }

  astray(): void {
    this.heal('packets come from elsewhere').catch((error: unknown) => this.failed(error));
  }

  private async heal(reason: string): Promise<void> {
    if (this.healings >= healingTries) return;
    this.healings += 1;
    await this.inTurn(async () => {
      const { path } = this;
      if (this.closed || !path) return;
      this.options.log.info({ kind: this.kind, port: this.port, reason }, 'RTP path is sought anew');
      this.path = rebound(path, this.options.source);
      await this.rebuild();
      await this.send();
      // A new transport has a new key.
      if (this.target?.key) this.options.listener.onNewKey();
    });
  }

  private inTurn<T>(change: () => Promise<T>): Promise<T | undefined> {
    const result = this.turn.then(() => (this.closed ? undefined : change())).catch((error: unknown) => {
      // Whatever is closed while the worker is asked refuses; that is no error of ours.
      if (this.closed || this.options.router.closed) return undefined;
      throw error;
    });
    this.turn = result.catch(() => { /* told to whoever asked for it */ });
    return result;
  }

  private async bind(comedia: boolean, suite: types.SrtpCryptoSuite | null): Promise<void> {
    const { router, local } = this.options;
    const listen = (port: number): types.TransportListenInfo => ({ protocol: 'udp', ip: local.ip, announcedAddress: local.announced, port });
    this.transport = await router.createPlainTransport({
      listenInfo: listen(this.port), rtcpMux: this.mux, comedia, ...(this.mux ? {} : { rtcpListenInfo: listen(this.port + 1) }),
      ...(suite === null ? {} : { enableSrtp: true, srtpCryptoSuite: suite }),
    });
  }

  /** The same port with a new transport; all that was on it is made anew. */
  private async rebuild(): Promise<void> {
    this.transport?.close();
    this.producer = null;
    this.consumer = null;
    this.heard = false;
    await this.bind(this.path?.remote === null, this.target?.key?.suite ?? null);
    await this.connect();
  }

  private async connect(): Promise<void> {
    const { transport, path, target } = this;
    if (!transport || !path || !target) return;
    const srtpParameters = target.key ? { cryptoSuite: target.key.suite, keyBase64: target.key.keyBase64 } : undefined;
    this.ready = path.remote !== null;
    if (path.remote) {
      await transport.connect({
        ip: path.remote.host, port: path.remote.port, ...(this.mux ? {} : { rtcpPort: path.remote.rtcpPort }), ...(srtpParameters ? { srtpParameters } : {}),
      });
    } else {
      transport.once('tuple', ({ remoteIp, remotePort }) => this.latched(transport, remoteIp ?? '', remotePort ?? 0));
      if (srtpParameters) await transport.connect({ srtpParameters });
    }
    await this.produce();
  }

  /** RTP bleed: whoever sends first decides where the media goes, so it must be one who may. */
  private latched(transport: types.PlainTransport, host: string, port: number): void {
    if (transport !== this.transport || this.closed) return;
    const { path, options } = this;
    if (path?.allowed?.includes(host) === false) {
      options.log.warn({ kind: this.kind, port: this.port, host }, 'media from a host that has no part in the call');
      this.heal('a foreign host spoke first').catch((error: unknown) => this.failed(error));
      return;
    }
    this.ready = true;
    options.log.debug({ kind: this.kind, port: this.port, host, remotePort: port }, 'RTP path found');
    this.inTurn(() => this.send()).catch((error: unknown) => this.failed(error));
  }

  /** Produces what the peer sends under the SSRC that is known of it. */
  private async produce(): Promise<void> {
    const { transport, target, ssrc } = this;
    // First: two producers cannot have one SSRC.
    this.producer?.close();
    this.producer = null;
    if (!transport || !target || !ssrc) return;
    const rtpParameters = sentParameters(target.agreement, { ...ssrc, cname: `peer${this.port}` });
    const producer = await transport.produce({ kind: this.kind, rtpParameters, paused: this.onHold });
    this.producer = producer;
    producer.once('score', () => {
      if (this.producer !== producer) return;
      this.heard = true;
      this.healings = 0;
      this.options.network.learner.settled(this.workerPid, ssrc.ssrc);
    });
    this.options.listener.onSource(producer);
  }

  /** Makes what is sent what is to be played, as far as the path is known. Idempotent. */
  private async send(): Promise<void> {
    const { transport, target, playing } = this;
    const wanted = this.ready && target && playing && !playing.closed ? playing : null;
    if ((this.consumer?.producerId ?? null) === (wanted?.id ?? null)) return;
    this.consumer?.close();
    this.consumer = null;
    if (!transport || !target || !wanted) return;
    const { rtpCapabilities } = target.agreement;
    // Another codec than the peer takes: whoever connects the call brings one that fits.
    if (!this.options.router.canConsume({ producerId: wanted.id, rtpCapabilities })) return;
    const consumer = await transport.consume({ producerId: wanted.id, rtpCapabilities, paused: !target.receives }).catch((error: unknown) => {
      if (transport.closed || wanted.closed) return null;
      throw error;
    });
    this.consumer = consumer;
    consumer?.observer.once('close', () => { if (this.consumer === consumer) this.consumer = null; });
  }

  private failed(error: unknown): void {
    if (!this.closed && !this.options.router.closed) this.options.log.error({ err: error, kind: this.kind }, 'RTP stream failed');
  }
}

function sameRemote(one: MediaPath['remote'], other: MediaPath['remote']): boolean {
  return one?.host === other?.host && one?.port === other?.port && one?.rtcpPort === other?.rtcpPort;
}

function sameKey(one: SdesKey | null, other: SdesKey | null): boolean {
  return one?.suite === other?.suite && one?.keyBase64 === other?.keyBase64;
}

function sameSending(one: Agreement, other: Agreement): boolean {
  const said = ({ sent, events }: Agreement): string => JSON.stringify([sent.map(({ preferredPayloadType }) => preferredPayloadType), events]);
  return said(one) === said(other);
}
