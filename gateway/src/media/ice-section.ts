/**
 * One m-line of a peer that does ICE and DTLS: what was agreed for it, what the peer sends on it, what we send. The first of each kind carries
 * both directions; the further ones, one for each further stream that the peer is to hear or see, carry ours alone.
 */
import type { types } from 'mediasoup';
import { sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';
import type { AnsweredSection, Direction } from './sdp-answer.ts';
import { offeredSection } from './sdp-offer.ts';
import type { LocalSection, RemoteExtension } from './sdp-offer.ts';

export class IceSection {
  readonly kind: MediaKind;
  readonly mid: string;
  /** Carries the peer's own stream too. */
  readonly main: boolean;
  answered: AnsweredSection | null = null;
  /** What the peer sends. */
  producer: types.Producer | null = null;
  /** What the peer ought to be sent. */
  wanted: types.Producer | null = null;
  /** The peer's own hold (RFC 3264, 8.4): it asked us to send nothing. */
  heldByPeer = false;
  /** Ids by which the peer knows the header extensions, where it named them first: only what it names as we do can be used. */
  extensions: readonly RemoteExtension[] | null = null;
  private consumer: types.Consumer | null = null;

  constructor(kind: MediaKind, mid: string, main: boolean) {
    this.kind = kind;
    this.mid = mid;
    this.main = main;
  }

  /** Whether the peer is to be told of a stream that came or went. */
  get stale(): boolean {
    return !this.main && (this.wanted !== null) !== (this.answered !== null);
  }

  /** Makes what is sent what is wanted, as far as the peer has agreed to it. Idempotent. */
  async send(transport: types.Transport, router: types.Router): Promise<void> {
    const { wanted, answered } = this;
    if ((this.consumer?.producerId ?? null) === (wanted?.id ?? null)) return;
    this.stop();
    if (!wanted || wanted.closed || answered?.receives !== true) return;
    // In the midst of a change of codecs who is heard may still speak the former one: whoever connects the call brings one that fits.
    if (!router.canConsume({ producerId: wanted.id, rtpCapabilities: answered.rtpCapabilities })) return;
    const consumer = await transport.consume({
      producerId: wanted.id, rtpCapabilities: answered.rtpCapabilities, mid: this.mid, paused: this.heldByPeer,
    }).catch((error: unknown) => {
      // Either end may close while the worker is asked; then there is nothing to play.
      if (transport.closed || wanted.closed) return null;
      throw error;
    });
    if (!consumer) return;
    this.consumer = consumer;
    consumer.observer.once('close', () => { if (this.consumer === consumer) this.consumer = null; });
  }

  /** Nothing is sent until `send`. */
  stop(): void {
    this.consumer?.close();
    this.consumer = null;
  }

  requestPicture(): void {
    this.consumer?.requestKeyFrame().catch(() => { /* closed meanwhile */ });
  }

  async follow(direction: Direction): Promise<void> {
    this.heldByPeer = direction === 'sendonly' || direction === 'inactive';
    await (this.heldByPeer ? this.consumer?.pause() : this.consumer?.resume());
  }

  /** The codec that runs and what rides beside it; refused where nothing was ever agreed on. */
  agreed(router: types.RtpCapabilities, direction: Direction): LocalSection {
    const { kind, mid, answered } = this;
    if (!answered) return refusedSection(kind, mid, router);
    const ours = offeredSection({ kind, mid, router, frozen: answered.codec, extensions: this.extensions });
    const known = new Set((answered.rtpCapabilities.codecs ?? []).map(({ preferredPayloadType }) => preferredPayloadType));
    return { ...ours, direction, codecs: ours.codecs.filter((codec, index) =>
      index === 0 || (known.has(codec.preferredPayloadType) && ridesBeside(codec, ours))) };
  }
}

export function refusedSection(kind: MediaKind, mid: string, router: types.RtpCapabilities): LocalSection {
  const ours = offeredSection({ kind, mid, router, frozen: null });
  return { ...ours, codecs: ours.codecs.slice(0, 1), direction: 'inactive', rejected: true };
}

/** The first codec alone, with what belongs to it. */
export function onlyFirst(section: LocalSection): LocalSection {
  return { ...section, codecs: section.codecs.filter((codec, index) => index === 0 || ridesBeside(codec, section)) };
}

/** Retransmission of the running codec, and telephone-event at its clock rate, stay beside it. */
function ridesBeside(codec: types.RtpCodecCapability, { codecs }: LocalSection): boolean {
  const main = codecs[0];
  if (!main) return false;
  return codec.parameters?.['apt'] === main.preferredPayloadType
    || (sameCodec(codec.mimeType, 'audio/telephone-event') && codec.clockRate === main.clockRate);
}
