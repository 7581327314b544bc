/**
 * The agent's side of a call where the agent's endpoint does ICE and DTLS (a browser): one WebRtcTransport carries both directions, and
 * its SDP is what the INVITE carries. Built ahead of the call, so that calling costs no round trip to the worker. Knows nothing of SIP.
 */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import type { MediaKind } from './media-codecs.ts';
import { mediaKinds } from './media-codecs.ts';
import { PicturePresence } from './picture-presence.ts';
import { answeredSection, readDescription, UnusableSdp } from './sdp-answer.ts';
import type { AnsweredSection, Direction } from './sdp-answer.ts';
import { offeredSection, writeDescription } from './sdp-offer.ts';
import type { LocalSection } from './sdp-offer.ts';

export type ChosenCodecs = Readonly<Record<MediaKind, string | null>>;
export const noCodecs: ChosenCodecs = { audio: null, video: null };

export interface AgentLegListener {
  /** The agent's camera came or went. */
  onPicture(): void;
  /** DTLS closed, failed or never stood, or ICE consent ran out. */
  onLost(): void;
}

interface Section {
  readonly answered: AnsweredSection;
  readonly producer: types.Producer | null;
  consumer: types.Consumer | null;
  /** The peer's own hold (RFC 3264, 8.4): it asked us to send nothing. */
  heldByPeer: boolean;
}

/** Milliseconds from the answer within which ICE and DTLS must stand: a path that never came about fires no event of its own. */
const pathLimit = 8000;

const midOf: Readonly<Record<MediaKind, string>> = { audio: '0', video: '1' };

export class AgentLeg {
  readonly transport: types.WebRtcTransport;
  private readonly router: types.Router;
  private readonly listener: AgentLegListener;
  private readonly sections = new Map<MediaKind, Section>();
  private readonly sessionId = String(randomInt(1, 2 ** 47));
  private version = 0;
  private frozen: ChosenCodecs = noCodecs;
  private remoteUfrag: string | null = null;
  private presence: PicturePresence | null = null;
  private pathTimer: NodeJS.Timeout | null = null;
  private onHold = false;
  private closed = false;

  constructor(router: types.Router, transport: types.WebRtcTransport, listener: AgentLegListener) {
    this.router = router;
    this.transport = transport;
    this.listener = listener;
    transport.on('icestatechange', (state) => { if (state === 'disconnected' || state === 'closed') this.lost(); });
    transport.on('dtlsstatechange', (state) => { if (state === 'failed' || state === 'closed') this.lost(); });
  }

  get answered(): boolean {
    return this.sections.size > 0;
  }

  /** What the last answer decided. */
  get codecs(): ChosenCodecs {
    return { audio: this.sections.get('audio')?.answered.codec ?? null, video: this.sections.get('video')?.answered.codec ?? null };
  }

  /**
   * The offer of the INVITE; `frozen` is what an earlier leg of the contact decided. In a standing dialog: the offer of an ICE restart,
   * with what was agreed and nothing else.
   */
  async offer(frozen: ChosenCodecs): Promise<string> {
    if (this.answered) {
      await this.transport.restartIce();
      return this.describe(mediaKinds.map((kind) => this.agreedSection(kind, midOf[kind], 'sendrecv')), 'actpass');
    }
    this.frozen = frozen;
    return this.describe(mediaKinds.map((kind) =>
      offeredSection({ kind, mid: midOf[kind], router: this.router.rtpCapabilities, frozen: frozen[kind] })), 'actpass');
  }

  /**
   * Takes the peer's answer: decides the codecs, connects, and produces what the peer sends; of a later one only the ICE credentials
   * and the peer's hold. Throws UnusableSdp.
   */
  async accept(sdp: string, onHold: boolean): Promise<void> {
    const remote = readDescription(sdp);
    if (this.answered) {
      this.remoteUfrag = remote.iceUsernameFragment;
      for (const { kind, direction } of remote.sections) await this.followHold(kind, direction);
      return;
    }
    const answers = remote.sections.flatMap((section) =>
      section.mid === midOf[section.kind] ? [answeredSection(section, this.router.rtpCapabilities, this.frozen[section.kind])] : [])
      .filter((answer) => answer !== null);
    if (!answers.some(({ kind }) => kind === 'audio')) throw new UnusableSdp('the answer has no audio that the router can forward');
    this.onHold = onHold;
    this.remoteUfrag = remote.iceUsernameFragment;
    await this.transport.connect({ dtlsParameters: { ...remote.dtlsParameters, role: 'client' } });
    this.pathTimer = setTimeout(() => { if (this.transport.dtlsState !== 'connected') this.lost(); }, pathLimit);
    for (const answered of answers) {
      const { kind, rtpParameters } = answered;
      const producer = rtpParameters ? await this.transport.produce({ kind, rtpParameters, paused: onHold }) : null;
      if (producer && kind === 'video') this.presence = new PicturePresence(producer, () => this.onHold, () => this.listener.onPicture());
      this.sections.set(kind, { answered, producer, consumer: null, heldByPeer: false });
    }
  }

  /** What the customer can hear or see of the agent right now. */
  heard(kind: MediaKind): types.Producer | null {
    if (kind === 'video' && this.presence?.present !== true) return null;
    return this.sections.get(kind)?.producer ?? null;
  }

  /** Sends this producer of the customer to the agent (null: nothing) in place of the one before. */
  async play(kind: MediaKind, producer: types.Producer | null): Promise<void> {
    const section = this.sections.get(kind);
    if (!section || (section.consumer?.producerId ?? null) === (producer?.id ?? null)) return;
    section.consumer?.close();
    section.consumer = null;
    if (!producer || !section.answered.receives) return;
    const consumer = await this.transport.consume({
      producerId: producer.id, rtpCapabilities: section.answered.rtpCapabilities, mid: section.answered.mid, paused: section.heldByPeer,
    }).catch((error: unknown) => {
      // Either end may close while the worker is asked; then there is nothing to play.
      if (this.closed || producer.closed) return null;
      throw error;
    });
    if (!consumer) return;
    section.consumer = consumer;
    consumer.observer.once('close', () => { if (section.consumer === consumer) section.consumer = null; });
  }

  async setHold(onHold: boolean): Promise<void> {
    this.onHold = onHold;
    for (const { producer } of this.sections.values()) await (onHold ? producer?.pause() : producer?.resume());
  }

  /**
   * Answers a re-INVITE of the peer here, without the customer noticing: its hold and its ICE restart. Codecs stay what they are.
   * Throws UnusableSdp where the offer drops what the call runs on.
   */
  async reoffer(sdp: string): Promise<string> {
    const remote = readDescription(sdp);
    if (remote.iceUsernameFragment !== this.remoteUfrag) {
      await this.transport.restartIce();
      this.remoteUfrag = remote.iceUsernameFragment;
    }
    const sections: LocalSection[] = [];
    for (const { kind, mid, direction, rejected } of remote.sections) {
      const known = mid === midOf[kind] && !rejected;
      if (known) await this.followHold(kind, direction);
      sections.push(known ? this.agreedSection(kind, mid, answerTo(direction)) : this.refusedSection(kind, mid));
    }
    return this.describe(sections, 'passive');
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.presence?.close();
    if (this.pathTimer) clearTimeout(this.pathTimer);
    this.transport.close();
  }

  private async followHold(kind: MediaKind, direction: Direction): Promise<void> {
    const section = this.sections.get(kind);
    if (!section) return;
    section.heldByPeer = direction === 'sendonly' || direction === 'inactive';
    await (section.heldByPeer ? section.consumer?.pause() : section.consumer?.resume());
  }

  /** The codec that runs and what rides beside it; refused where the first answer agreed on nothing. */
  private agreedSection(kind: MediaKind, mid: string, direction: Direction): LocalSection {
    const answered = this.sections.get(kind)?.answered;
    if (!answered) return this.refusedSection(kind, mid);
    const ours = offeredSection({ kind, mid, router: this.router.rtpCapabilities, frozen: answered.codec });
    const known = new Set((answered.rtpCapabilities.codecs ?? []).map(({ preferredPayloadType }) => preferredPayloadType));
    return { ...ours, direction, codecs: ours.codecs.filter((codec, index) =>
      index === 0 || (known.has(codec.preferredPayloadType) && rides(codec, ours))) };
  }

  private refusedSection(kind: MediaKind, mid: string): LocalSection {
    const ours = offeredSection({ kind, mid, router: this.router.rtpCapabilities, frozen: null });
    return { ...ours, codecs: ours.codecs.slice(0, 1), direction: 'inactive', rejected: true };
  }

  private describe(sections: readonly LocalSection[], setup: 'actpass' | 'passive'): string {
    this.version += 1;
    return writeDescription({ transport: this.transport, sections, sessionId: this.sessionId, version: this.version, setup });
  }

  private lost(): void {
    if (!this.closed) this.listener.onLost();
  }
}

/** Retransmission of the running codec, and telephone-event at its clock rate, stay beside it. */
function rides(codec: types.RtpCodecCapability, { codecs }: LocalSection): boolean {
  const main = codecs[0];
  if (!main) return false;
  return codec.parameters?.['apt'] === main.preferredPayloadType
    || (codec.mimeType.toLowerCase() === 'audio/telephone-event' && codec.clockRate === main.clockRate);
}

/** RFC 3264, 6.1; a `sendonly` hold must be answered `recvonly`, or carriers hang up (livekit/sip#779). */
function answerTo(direction: Direction): Direction {
  switch (direction) {
    case 'sendrecv': return 'sendrecv';
    case 'sendonly': return 'recvonly';
    case 'recvonly': return 'sendonly';
    case 'inactive': return 'inactive';
  }
}
