/**
 * The leg of a phone, a PBX or a trunk: RTP/AVP, or SRTP with keys in SDP (RFC 4568) where the policy says so; never the one for the other.
 * Offer and answer (RFC 3264) are here, the media of each m-line in `RtpStream`. Calls to one leg come one after the other, in the turn of
 * the call it belongs to.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { MediaDescription } from 'sdp-transform';
import { DtmfReceiver } from '../dtmf/dtmf-receiver.ts';
import { DtmfSender } from '../dtmf/dtmf-sender.ts';
import { noCodecs, noLimits } from '../leg.ts';
import type { ChosenCodecs, LegListener, MediaLimits, SipLeg } from '../leg.ts';
import { mediaKinds, sameCodec } from '../media-codecs.ts';
import type { MediaKind } from '../media-codecs.ts';
import { answerTo, UnusableSdp } from '../sdp-answer.ts';
import type { Direction } from '../sdp-answer.ts';
import { pleadForKeyframes } from './keyframe-plea.ts';
import { agree } from './rtp-agreement.ts';
import type { Agreement, AgreementWish } from './rtp-agreement.ts';
import { readRtpDescription } from './rtp-description.ts';
import type { RtpSection } from './rtp-description.ts';
import type { LocalAddress, RtpNetwork } from './rtp-network.ts';
import { agreedCodecs, offeredCodecs, writeRtpDescription } from './rtp-offer.ts';
import type { LocalLine } from './rtp-offer.ts';
import { RtpStream } from './rtp-stream.ts';
import { offeredSuite } from './sdes.ts';
import type { SdesKey } from './sdes.ts';

export interface RtpLegOptions {
  readonly network: RtpNetwork;
  readonly router: types.Router;
  readonly workerPid: number;
  readonly profile: 'rtp' | 'sdes';
  /** The host that the peer's signalling comes from, as on the wire; null where a proxy in front hides it. */
  readonly source: string | null;
  /** Whether the endpoint is offered, and allowed, video. */
  readonly video: boolean;
  readonly listener: LegListener;
  readonly log: Logger;
}

/** One m-line, in its place for good (RFC 3264, 8). */
type Line =
  | { readonly stream: RtpStream; readonly protocol: string; cryptoTag: number; direction: Direction; toldKey: string | null }
  | { readonly refused: MediaDescription };

export class RtpLeg implements SipLeg {
  private readonly options: RtpLegOptions;
  private readonly local: LocalAddress;
  private readonly lines: Line[] = [];
  private readonly sessionId = String(randomInt(1, 2 ** 47));
  private readonly receiver: DtmfReceiver;
  private readonly sender: DtmfSender;
  private version = 0;
  private wish: { readonly codecs: ChosenCodecs; readonly only: boolean } = { codecs: noCodecs, only: false };
  private final = false;
  private toldHeld = false;
  private closed = false;

  /** Throws where the gateway has no address of the peer's family. */
  constructor(options: RtpLegOptions) {
    this.options = options;
    const local = options.network.addressFor(options.source);
    if (!local) throw new Error(`no address of the family of ${String(options.source)} in MEDIA_LISTEN_IP`);
    this.local = local;
    this.receiver = new DtmfReceiver(options.router, (digit) => options.listener.onDtmf(digit));
    this.sender = new DtmfSender(options.router, (interrupted) => { this.stream('audio')?.interrupt(interrupted).catch(() => { /* closed meanwhile */ }); });
  }

  get answered(): boolean {
    return this.final;
  }

  get codecs(): ChosenCodecs {
    return { audio: this.agreement('audio')?.codec.mimeType ?? null, video: this.agreement('video')?.codec.mimeType ?? null };
  }

  get held(): boolean {
    const line = this.line('audio');
    return line !== null && (line.direction === 'sendonly' || line.direction === 'inactive');
  }

  /** Throws RtpPortsExhausted. */
  async offer(frozen: ChosenCodecs, only = false): Promise<string> {
    this.wish = { codecs: frozen, only };
    const { profile, video, router } = this.options;
    if (this.lines.length === 0) {
      for (const kind of video ? mediaKinds : (['audio'] as const)) {
        const stream = this.newStream(kind);
        this.lines.push({ stream, protocol: profile === 'sdes' ? 'RTP/SAVP' : 'RTP/AVP', cryptoTag: 1, direction: 'sendrecv', toldKey: null });
        await stream.open(false, profile === 'sdes' ? offeredSuite : null);
      }
    }
    return this.describe((line) => {
      const { kind, agreement } = line.stream;
      const changed = agreement && frozen[kind] !== null && (only || !sameCodec(agreement.codec.mimeType, frozen[kind]));
      return this.localLine(line, agreement && !changed ? agreedCodecs(agreement)
        : offeredCodecs({ kind, router: router.rtpCapabilities, frozen: frozen[kind], only: only || agreement !== null }), 'sendrecv');
    });
  }

  async accept(sdp: string, { onHold, early }: { readonly onHold: boolean; readonly early?: string }): Promise<void> {
    const sections = readRtpDescription(sdp);
    const wishes = this.lines.map((line, index) => {
      const section = sections[index];
      return 'refused' in line || !section ? null : { line, section, agreement: this.agreed(section, this.wish.codecs[line.stream.kind], this.wish.only, 'us') };
    });
    if (!wishes.some((one) => one?.agreement?.kind === 'audio')) throw new UnusableSdp('the answer has no audio that can be forwarded');
    for (const [index, wish] of wishes.entries()) {
      if (!wish) continue;
      const { line, section, agreement } = wish;
      if (agreement) await this.follow(line, section, agreement, false);
      else this.refuse(index, section.media);
    }
    if (early === undefined) this.final = true;
    await this.setHold(onHold);
    this.tellHeld();
    this.tellNewKeys();
  }

  async answer(sdp: string, frozen: ChosenCodecs): Promise<string> {
    const { router, video } = this.options;
    const sections = readRtpDescription(sdp);
    const taken = new Set<MediaKind>();
    const wishes = sections.map((section, index) => {
      const line = this.lines[index];
      const { kind } = section;
      // One of each kind; what was refused before stays so.
      if (kind === null || taken.has(kind) || (kind === 'video' && !video) || (line && 'refused' in line)) return null;
      const agreement = this.agreed(section, this.agreement(kind)?.codec.mimeType ?? frozen[kind], false, 'peer');
      if (agreement) taken.add(kind);
      return agreement && { section, agreement };
    });
    if (!taken.has('audio')) throw new UnusableSdp('the offer has no audio that can be forwarded');
    for (const [index, section] of sections.entries()) {
      const wish = wishes[index];
      if (!wish) { this.refuse(index, section.media); continue; }
      let line = this.lines[index];
      if (!line || 'refused' in line) {
        const stream = this.newStream(wish.agreement.kind);
        line = { stream, protocol: section.media.protocol, cryptoTag: 1, direction: section.direction, toldKey: null };
        this.lines[index] = line;
        await stream.open(section.rtcpMux, section.secure ? (section.keys[0]?.suite ?? null) : null);
      }
      await this.follow(line, wish.section, wish.agreement, section.rtcpMux);
    }
    this.final = true;
    this.tellHeld();
    return this.describe((line) => this.localLine(line, line.stream.agreement ? agreedCodecs(line.stream.agreement)
      : offeredCodecs({ kind: line.stream.kind, router: router.rtpCapabilities, frozen: null, only: false }), answerTo(line.direction)));
  }

  rollback(): void {
    // An offer changes nothing here until it is answered.
  }

  heard(kind: MediaKind): types.Producer | null {
    return this.stream(kind)?.source ?? null;
  }

  /** One stream is all that a phone hears or sees: the first. */
  async play(kind: MediaKind, producers: readonly types.Producer[]): Promise<void> {
    await this.stream(kind)?.play(producers[0] ?? null);
  }

  async setHold(onHold: boolean): Promise<void> {
    for (const kind of mediaKinds) await this.stream(kind)?.setHold(onHold);
  }

  sendDtmf(digit: string, milliseconds: number): boolean {
    const stream = this.stream('audio');
    const agreement = stream?.agreement;
    const codec = agreement?.events.find(({ clockRate }) => clockRate === agreement.codec.clockRate) ?? agreement?.events[0];
    if (!stream?.carrier || !codec) return false;
    this.sender.send(stream.carrier, codec, digit, milliseconds);
    return true;
  }

  requestPicture(): void {
    this.stream('video')?.requestPicture().catch(() => { /* closed meanwhile */ });
  }

  limits(kind: MediaKind): MediaLimits {
    return this.agreement(kind)?.limits ?? noLimits;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.receiver.close();
    this.sender.close();
    for (const line of this.lines) if ('stream' in line) line.stream.close();
  }

  private newStream(kind: MediaKind): RtpStream {
    const { network, router, workerPid, source, listener, log } = this.options;
    return new RtpStream({
      kind, network, router, workerPid, source, log, local: this.local,
      listener: {
        onSource: (producer) => {
          if (kind === 'audio') this.receiver.listen(producer, (this.agreement('audio')?.events.length ?? 0) > 0);
          else if (!this.agreement('video')?.takesKeyframeRequests) pleadForKeyframes(producer, () => listener.onKeyframe());
          listener.onSource();
        },
        onNewKey: () => listener.onReoffer(),
        onSilent: () => { if (kind === 'audio' && !this.closed) listener.onLost(); },
      },
    });
  }

  /** Null where the section is not usable. Throws where it is not secured as the policy says: there is no downgrade, and no upgrade unasked. */
  private agreed(section: RtpSection, frozen: string | null, only: boolean, offeredBy: AgreementWish['offeredBy']): Agreement | null {
    if (section.rejected || section.kind === null) return null;
    const secure = this.options.profile === 'sdes';
    if (section.secure !== secure) throw new UnusableSdp(secure ? 'SRTP is required (RTP/SAVP with a=crypto)' : 'SRTP is not agreed on with this peer: RTP/AVP is expected');
    if (secure && section.keys.length === 0) throw new UnusableSdp('no key in a=crypto that can be used');
    return agree(section, { router: this.options.router.rtpCapabilities, frozen, only, offeredBy });
  }

  private async follow(line: Extract<Line, { stream: RtpStream }>, section: RtpSection, agreement: Agreement, rtcpMux: boolean): Promise<void> {
    line.direction = section.direction;
    const key: SdesKey | null = section.secure ? (section.keys[0] ?? null) : null;
    line.cryptoTag = key?.tag ?? 1;
    await line.stream.follow({
      address: section.address, rtcpMux, key, agreement, ssrc: section.ssrc,
      sends: section.direction === 'sendrecv' || section.direction === 'sendonly',
      receives: section.direction === 'sendrecv' || section.direction === 'recvonly',
    });
  }

  private refuse(index: number, refused: MediaDescription): void {
    const line = this.lines[index];
    if (line && 'stream' in line) line.stream.close();
    this.lines[index] = { refused };
  }

  private line(kind: MediaKind): Extract<Line, { stream: RtpStream }> | null {
    return this.lines.flatMap((line) => ('stream' in line && line.stream.kind === kind ? [line] : []))[0] ?? null;
  }

  private stream(kind: MediaKind): RtpStream | null {
    return this.line(kind)?.stream ?? null;
  }

  private agreement(kind: MediaKind): Agreement | null {
    return this.stream(kind)?.agreement ?? null;
  }

  private describe(of: (line: Extract<Line, { stream: RtpStream }>) => LocalLine): string {
    this.version += 1;
    return writeRtpDescription({ lines: this.lines.map((line) => ('refused' in line ? line : of(line))), address: this.local.announced, sessionId: this.sessionId, version: this.version });
  }

  private localLine(line: Extract<Line, { stream: RtpStream }>, codecs: readonly types.RtpCodecCapability[], direction: Direction): LocalLine {
    const at = line.stream.local;
    line.toldKey = at.key;
    return { kind: line.stream.kind, at, protocol: line.protocol, codecs, direction, cryptoTag: line.cryptoTag };
  }

  private tellHeld(): void {
    if (this.held === this.toldHeld) return;
    this.toldHeld = this.held;
    this.options.listener.onHeld(this.held);
  }

  /** A path that is yet to be found takes another transport than the one that was offered, and that has another key. */
  private tellNewKeys(): void {
    if (this.lines.some((line) => 'stream' in line && line.stream.local.key !== line.toldKey)) this.options.listener.onReoffer();
  }
}
