/**
 * What one m-line comes to between a peer that does plain RTP and the router: the codec, who may send what under which number, and what
 * mediasoup is to be given for it. Pure.
 */
import type { types } from 'mediasoup';
import { chooseCodec, isCompanion } from '../codec-choice.ts';
import type { MediaLimits } from '../leg.ts';
import { describedCodecs, eventCarrier, sameCodec } from '../media-codecs.ts';
import type { MediaKind } from '../media-codecs.ts';
import type { RemoteCodec, RtpSection } from './rtp-description.ts';

export interface Agreement {
  readonly kind: MediaKind;
  /** The one that we send. */
  readonly codec: types.RtpCodecCapability;
  /** Those that the peer may send: the chosen one first. It may choose among all that it listed, from packet to packet (RFC 3264, 7). */
  readonly sent: readonly types.RtpCodecCapability[];
  readonly events: readonly EventCodec[];
  /** For `transport.consume`: the chosen codec alone, so that digits never travel as forwarded packets. */
  readonly rtpCapabilities: types.RtpCapabilities;
  /** Whether the peer takes keyframe requests by RTCP. */
  readonly takesKeyframeRequests: boolean;
  readonly limits: MediaLimits;
}

/** telephone-event (RFC 4733) at one clock rate. */
export interface EventCodec {
  readonly clockRate: number;
  /** What the peer sends it as; what we must send it as. */
  readonly incoming: number;
  readonly outgoing: number;
}

export interface AgreementWish {
  readonly router: types.RtpCapabilities;
  readonly frozen: string | null;
  /** Nothing but the frozen codec will do. */
  readonly only: boolean;
  /** Who offered: in an answer of the peer, it sends under the numbers of our offer (RFC 3264, 6.1). */
  readonly offeredBy: 'us' | 'peer';
}

/** Null where the two share nothing. */
export function agree(section: RtpSection, { router, frozen, only, offeredBy }: AgreementWish): Agreement | null {
  const { kind } = section;
  if (kind === null || section.rejected) return null;
  const shared = section.codecs.flatMap((theirs) => {
    const ours = describedCodecs(router, kind).find((codec) => matches(codec, theirs) && codec.preferredPayloadType === theirs.payloadType);
    return ours ? [{ ours, theirs }] : [];
  });
  const candidates = shared.map(({ ours }) => ours).filter((codec) => !only || frozen === null || isCompanion(codec.mimeType) || sameCodec(codec.mimeType, frozen));
  const codec = chooseCodec({ kind, shared: candidates, frozen });
  if (!codec) return null;
  const chosen = shared.find(({ ours }) => ours === codec)?.theirs;
  const feedback = kind === 'audio' ? [] : (codec.rtcpFeedback ?? []).filter(({ type, parameter = '' }) =>
    type !== 'goog-remb' && type !== 'transport-cc' && chosen?.feedback.some((theirs) => theirs.type === type && theirs.parameter === parameter));
  const used = { ...codec, rtcpFeedback: feedback };
  // As the answering side we answer with one codec, so that there is nothing for the peer to choose.
  const others = offeredBy === 'peer' ? [] : candidates.filter((other) => other !== codec && !isCompanion(other.mimeType));
  return {
    kind, codec: used, sent: [used, ...others],
    events: kind === 'audio' ? eventsOf(section, router, offeredBy) : [],
    rtpCapabilities: { codecs: [used], headerExtensions: [] },
    takesKeyframeRequests: feedback.some(({ type, parameter = '' }) => (type === 'nack' && parameter === 'pli') || (type === 'ccm' && parameter === 'fir')),
    limits: { bitrate: section.bandwidth, profileLevelId: sameCodec(codec.mimeType, 'video/H264') ? String(chosen?.parameters['profile-level-id'] ?? '') || null : null },
  };
}

function matches(ours: types.RtpCodecCapability, theirs: RemoteCodec): boolean {
  if (!sameCodec(ours.mimeType, theirs.mimeType) || ours.clockRate !== theirs.clockRate || (ours.channels ?? 1) !== theirs.channels) return false;
  if (!sameCodec(ours.mimeType, 'video/H264')) return true;
  // Packets of mode 1 (fragmented) are no use to who knows mode 0 alone (RFC 6184, 6). Of the profiles, all that decode baseline will do.
  return Number(theirs.parameters['packetization-mode'] ?? 0) === 1 && /^(?:42|4d|64)/i.test(String(theirs.parameters['profile-level-id'] ?? '42'));
}

function eventsOf(section: RtpSection, router: types.RtpCapabilities, offeredBy: 'us' | 'peer'): EventCodec[] {
  return section.codecs.filter(({ mimeType }) => sameCodec(mimeType, 'audio/telephone-event')).flatMap(({ clockRate, payloadType }): EventCodec[] => {
    const ours = router.codecs?.find((codec) => sameCodec(codec.mimeType, 'audio/telephone-event') && codec.clockRate === clockRate)?.preferredPayloadType;
    return ours === undefined ? [] : [{ clockRate, incoming: offeredBy === 'us' ? ours : payloadType, outgoing: payloadType }];
  });
}

/**
 * What mediasoup produces from: the codec under which the stream began, the others of the same clock, and the events under the name that
 * they have inside the router.
 */
export function sentParameters({ sent, codec, events }: Agreement, { ssrc, payloadType, cname }: {
  readonly ssrc: number; readonly payloadType: number; readonly cname: string;
}): types.RtpParameters {
  const began = sent.find(({ preferredPayloadType }) => preferredPayloadType === payloadType) ?? codec;
  const alike = sent.filter((other) => other !== began && other.clockRate === began.clockRate);
  return {
    codecs: [
      ...[began, ...alike].map(({ mimeType, preferredPayloadType, clockRate, channels, parameters, rtcpFeedback }): types.RtpCodecParameters => ({
        mimeType, payloadType: preferredPayloadType ?? 0, clockRate, ...(channels === undefined ? {} : { channels }), parameters: parameters ?? {}, rtcpFeedback: rtcpFeedback ?? [],
      })),
      ...events.map(({ incoming }) => ({ mimeType: eventCarrier.mimeType, payloadType: incoming, clockRate: eventCarrier.clockRate })),
    ],
    encodings: [{ ssrc }],
    rtcp: { cname, reducedSize: false },
  };
}
