/**
 * The leg of a party whose endpoint does ICE and DTLS (browsers, and phones that do ICE): one WebRtcTransport carries both directions, and its
 * SDP is what the dialog carries. Built ahead of the call, so that calling costs no round trip to the worker. Knows nothing of SIP. Calls to
 * one leg come one after the other, in the turn of the call it belongs to.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { DtmfReceiver } from './dtmf/dtmf-receiver.ts';
import { onlyFirst, IceSection, refusedSection } from './ice-section.ts';
import { noCodecs, noLimits } from './leg.ts';
import type { ChosenCodecs, LegListener, MediaLimits, SipLeg } from './leg.ts';
import { eventCarrier, mediaKinds, sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';
import { PicturePresence } from './picture-presence.ts';
import { answeredSection, answerTo, readDescription, UnusableSdp } from './sdp-answer.ts';
import type { RemoteDescription, RemoteSection } from './sdp-answer.ts';
import { offeredSection, writeDescription } from './sdp-offer.ts';
import type { LocalSection } from './sdp-offer.ts';

/** Milliseconds from the answer within which ICE and DTLS must stand: a path that never came about fires no event of its own. */
const pathLimit = 8000;

export class IceLeg implements SipLeg {
  readonly transport: types.WebRtcTransport;
  private readonly router: types.Router;
  private readonly listener: LegListener;
  private readonly kinds: readonly MediaKind[];
  /** In the order of the m-lines, which never go away again (RFC 3264, 8). */
  private readonly sections: IceSection[] = [];
  /** m-lines of an offer under way. */
  private proposed: IceSection[] = [];
  /** What an offer under way asks for. */
  private wish: { readonly codecs: ChosenCodecs; readonly only: boolean } = { codecs: noCodecs, only: false };
  private readonly playing: Record<MediaKind, readonly types.Producer[]> = { audio: [], video: [] };
  private readonly sessionId = String(randomInt(1, 2 ** 47));
  private version = 0;
  private remoteUfrag: string | null = null;
  private readonly receiver: DtmfReceiver;
  private presence: PicturePresence | null = null;
  private pathTimer: NodeJS.Timeout | null = null;
  private onHold = false;
  private toldHeld = false;
  private closed = false;

  /** @param video whether the endpoint is offered, and allowed, video: it has to bundle it with the audio, as browsers do. */
  constructor(router: types.Router, transport: types.WebRtcTransport, listener: LegListener, { video = true }: { readonly video?: boolean } = {}) {
    this.router = router;
    this.transport = transport;
    this.listener = listener;
    this.kinds = video ? mediaKinds : ['audio'];
    this.receiver = new DtmfReceiver(router, (digit) => listener.onDtmf(digit));
    transport.on('icestatechange', (state) => { if (state === 'disconnected' || state === 'closed') this.lost(); });
    transport.on('dtlsstatechange', (state) => { if (state === 'failed' || state === 'closed') this.lost(); });
  }

  get answered(): boolean {
    return this.main('audio')?.answered != null;
  }

  get codecs(): ChosenCodecs {
    return { audio: this.main('audio')?.answered?.codec ?? null, video: this.main('video')?.answered?.codec ?? null };
  }

  get held(): boolean {
    return this.main('audio')?.heldByPeer ?? false;
  }

  /** In a standing dialog without anything new to say: the offer of an ICE restart, with what was agreed and nothing else. */
  async offer(frozen: ChosenCodecs, only = false): Promise<string> {
    const router = this.router.rtpCapabilities;
    this.wish = { codecs: frozen, only };
    if (!this.answered) {
      if (this.sections.length === 0) this.sections.push(...this.kinds.map((kind, index) => new IceSection(kind, String(index), true)));
      return this.describe(this.sections.map(({ kind, mid }) => {
        const section = offeredSection({ kind, mid, router, frozen: frozen[kind] });
        return only && frozen[kind] !== null ? onlyFirst(section) : section;
      }), 'actpass');
    }
    this.proposed = this.furtherSections();
    const changed = this.sections.some((section) => section.stale || this.changesCodec(section)) || this.proposed.length > 0;
    if (!changed) await this.transport.restartIce();
    return this.describe([...this.sections, ...this.proposed].map((section): LocalSection => {
      const { kind, mid, main, wanted } = section;
      if (!main) return wanted ? { ...offeredSection({ kind, mid, router, frozen: this.codecs[kind] }), direction: 'sendonly' } : { ...onlyFirst(offeredSection({ kind, mid, router, frozen: null })), direction: 'inactive' };
      return this.changesCodec(section) ? onlyFirst(offeredSection({ kind, mid, router, frozen: frozen[kind] })) : section.agreed(router, 'sendrecv');
    }), 'actpass');
  }

  /** All that the answer decides stands when this resolves: connected, what the peer sends is produced, what it is to hear is sent. */
  async accept(sdp: string, { onHold, early }: { readonly onHold: boolean; readonly early?: string }): Promise<void> {
    // DTLS is bound to one peer for good: of several forks, the one that answers finally is it.
    if (early !== undefined) return;
    const remote = readDescription(sdp);
    this.onHold = onHold;
    if (!this.answered) {
      await this.agree(remote, remote.sections.filter(({ mid }) => this.sections.some((section) => section.mid === mid)), this.wish.codecs);
    } else {
      this.remoteUfrag = remote.iceUsernameFragment;
      this.sections.push(...this.proposed);
      this.proposed = [];
      for (const section of remote.sections) await this.acceptSection(section);
    }
    await this.playAll();
    this.tellHeld();
  }

  /**
   * A re-INVITE of the peer is answered here, without anybody noticing: its hold and its ICE restart. Codecs stay what they are. Throws
   * UnusableSdp where the offer drops what the call runs on.
   */
  async answer(sdp: string, frozen: ChosenCodecs): Promise<string> {
    const router = this.router.rtpCapabilities;
    const remote = readDescription(sdp);
    if (!this.answered) {
      for (const { kind, mid, media } of remote.sections.filter((one) => this.kinds.includes(one.kind))) {
        const section = new IceSection(kind, mid, this.main(kind) === null);
        section.extensions = media.ext ?? [];
        this.sections.push(section);
      }
      await this.agree(remote, remote.sections.filter(({ mid }) => this.section(mid)?.main), frozen);
      await this.playAll();
    } else if (remote.iceUsernameFragment !== this.remoteUfrag) {
      await this.transport.restartIce();
      this.remoteUfrag = remote.iceUsernameFragment;
    }
    const sections: LocalSection[] = [];
    for (const { kind, mid, direction, rejected } of remote.sections) {
      const section = this.section(mid);
      if (section && !rejected) await section.follow(direction);
      sections.push(section && !rejected ? section.agreed(router, answerTo(direction)) : refusedSection(kind, mid, router));
    }
    this.tellHeld();
    return this.describe(sections, remote.dtlsParameters.role === 'server' ? 'active' : 'passive');
  }

  rollback(): void {
    this.proposed = [];
  }

  heard(kind: MediaKind): types.Producer | null {
    if (kind === 'video' && this.presence?.present !== true) return null;
    return this.main(kind)?.producer ?? null;
  }

  async play(kind: MediaKind, producers: readonly types.Producer[]): Promise<void> {
    this.playing[kind] = producers;
    if (!this.answered) return;
    await this.playKind(kind);
    if (this.sections.some((section) => section.stale) || this.furtherSections().length > 0) this.listener.onReoffer();
  }

  async setHold(onHold: boolean): Promise<void> {
    this.onHold = onHold;
    for (const { producer } of this.sections) await (onHold ? producer?.pause() : producer?.resume());
  }

  /** Browsers have no ear for events; a peer that does ICE is told by SIP INFO. */
  sendDtmf(): boolean {
    return false;
  }

  /** Browsers ask by RTCP. */
  requestPicture(): void {
    this.main('video')?.requestPicture();
  }

  /** Browsers say what they can take by RTCP too. */
  limits(): MediaLimits {
    return noLimits;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.presence?.close();
    this.receiver.close();
    if (this.pathTimer) clearTimeout(this.pathTimer);
    this.transport.close();
  }

  private main(kind: MediaKind): IceSection | null {
    return this.sections.find((section) => section.kind === kind && section.main) ?? null;
  }

  private section(mid: string): IceSection | null {
    return this.sections.find((section) => section.mid === mid) ?? null;
  }

  /** The first agreement of the dialog. */
  private async agree(remote: RemoteDescription, sections: readonly RemoteSection[], frozen: ChosenCodecs): Promise<void> {
    const answers = sections.map((section) => answeredSection(section, this.router.rtpCapabilities, frozen[section.kind])).filter((answer) => answer !== null);
    if (!answers.some(({ kind }) => kind === 'audio')) throw new UnusableSdp('the peer has no audio that the router can forward');
    // RFC 8834, 4.5: there is one path for both; who wants another for RTCP would wait for it.
    if (sections.some(({ rejected, media }) => !rejected && media.rtcpMux === undefined)) throw new UnusableSdp('no rtcp-mux');
    this.remoteUfrag = remote.iceUsernameFragment;
    await this.transport.connect({ dtlsParameters: { ...remote.dtlsParameters, role: remote.dtlsParameters.role === 'server' ? 'server' : 'client' } });
    this.pathTimer = setTimeout(() => { if (this.transport.dtlsState !== 'connected') this.lost(); }, pathLimit);
    for (const answered of answers) {
      const section = this.section(answered.mid);
      if (!section) continue;
      section.answered = answered;
      await this.produce(section);
    }
  }

  private async acceptSection(remote: RemoteSection): Promise<void> {
    const section = this.section(remote.mid);
    if (!section) return;
    const agreed = section.main ? section.answered : null;
    if (agreed && !this.changesCodec(section)) { await section.follow(remote.direction); return; }
    const answered = answeredSection(remote, this.router.rtpCapabilities, section.main ? this.wish.codecs[section.kind] : this.codecs[section.kind]);
    if (section.main && !answered) return;
    section.stop();
    section.answered = answered;
    if (!section.main) return;
    section.producer?.close();
    await this.produce(section);
    this.listener.onSource();
  }

  private async produce(section: IceSection): Promise<void> {
    const { kind, answered } = section;
    section.producer = answered?.rtpParameters ? await this.transport.produce({ kind, rtpParameters: answered.rtpParameters, paused: this.onHold }) : null;
    if (!section.producer) return;
    if (kind === 'audio') { this.receiver.listen(section.producer, section.producer.rtpParameters.codecs.some(({ mimeType }) => sameCodec(mimeType, eventCarrier.mimeType))); return; }
    this.presence?.close();
    this.presence = new PicturePresence(section.producer, () => this.onHold, () => this.listener.onSource());
  }

  private async playAll(): Promise<void> {
    for (const kind of mediaKinds) await this.playKind(kind);
  }

  private async playKind(kind: MediaKind): Promise<void> {
    const sections = this.sections.filter((section) => section.kind === kind).sort((a, b) => Number(b.main) - Number(a.main));
    for (const [index, section] of sections.entries()) {
      section.wanted = this.playing[kind][index] ?? null;
      await section.send(this.transport, this.router);
    }
  }

  /**
   * m-lines that are missing to send everything that is to be heard. Streams are told apart by their MID extension; where the peer's own
   * offer numbered that otherwise than our router, it hears the first alone.
   */
  private furtherSections(): IceSection[] {
    return mediaKinds.flatMap((kind) => {
      const main = this.main(kind);
      if (!main?.answered || !hearsMid(main, this.router.rtpCapabilities)) return [];
      const lines = this.sections.filter((section) => section.kind === kind).length;
      return this.playing[kind].slice(lines).map((producer, at) => {
        const section = new IceSection(kind, `${kind}${lines + at}`, false);
        section.wanted = producer;
        return section;
      });
    });
  }

  private changesCodec({ kind, main, answered }: IceSection): boolean {
    const wanted = this.wish.codecs[kind];
    return main && answered !== null && wanted !== null && !sameCodec(answered.codec, wanted);
  }

  private describe(sections: readonly LocalSection[], setup: 'actpass' | 'passive' | 'active'): string {
    this.version += 1;
    return writeDescription({ transport: this.transport, sections, sessionId: this.sessionId, version: this.version, setup });
  }

  private tellHeld(): void {
    if (this.held === this.toldHeld) return;
    this.toldHeld = this.held;
    this.listener.onHeld(this.held);
  }

  private lost(): void {
    if (!this.closed) this.listener.onLost();
  }
}

const midUri = 'urn:ietf:params:rtp-hdrext:sdes:mid';

function hearsMid(section: IceSection, router: types.RtpCapabilities): boolean {
  return section.agreed(router, 'sendrecv').headerExtensions.some(({ uri }) => uri === midUri);
}
