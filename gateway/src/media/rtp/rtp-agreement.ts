/**
 * What one m-line comes to between a peer that does plain RTP and the router: the codec, who may send what under which number, and what
 * mediasoup is to be given for it. Pure.
 */
import type { types } from 'mediasoup';
import { chooseCodec, isCompanion } from '../codec-choice.ts';
import type { MediaLimits } from '../leg.ts';
import { sameCodec } from '../media-codecs.ts';
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
    const ours = router.codecs?.find((codec) => codec.kind === kind && matches(codec, theirs) && codec.preferredPayloadType === theirs.payloadType);
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

const eventMime = 'audio/telephone-event';

export interface Sending {
  readonly rtpParameters: types.RtpParameters;
  /** For a consumer that receives the events alone; null where there are none. */
  readonly eventCapabilities: types.RtpCapabilities | null;
}

/**
 * What mediasoup produces from: the codec under which the stream began, the others of the same clock, the events. A consumer must name some
 * media codec beside the events; the `quiet` one, which the peer never sends, brings it no packets.
 */
export function sending(agreement: Agreement, { ssrc, payloadType, cname }: {
  readonly ssrc: number; readonly payloadType: number; readonly cname: string;
}): Sending {
  const began = agreement.sent.find(({ preferredPayloadType }) => preferredPayloadType === payloadType) ?? agreement.codec;
  const quiet = agreement.events.length > 0 ? quietCodec(agreement, began) : null;
  const alike = agreement.sent.filter((codec) => codec !== began && codec.clockRate === began.clockRate && codec.mimeType !== quiet?.mimeType);
  const listed = [began, ...alike, ...(quiet ? [quiet] : [])];
  return {
    rtpParameters: {
      codecs: [
        ...listed.map(({ mimeType, preferredPayloadType, clockRate, channels, parameters, rtcpFeedback }): types.RtpCodecParameters => ({
          mimeType, payloadType: preferredPayloadType ?? 0, clockRate, ...(channels === undefined ? {} : { channels }), parameters: parameters ?? {}, rtcpFeedback: rtcpFeedback ?? [],
        })),
        ...agreement.events.map(({ clockRate, incoming }) => ({ mimeType: eventMime, payloadType: incoming, clockRate })),
      ],
      encodings: [{ ssrc }],
      rtcp: { cname, reducedSize: false },
    },
    eventCapabilities: quiet && {
      codecs: [quiet, ...agreement.events.map(({ clockRate, incoming }): types.RtpCodecCapability => ({ kind: 'audio', mimeType: eventMime, clockRate, preferredPayloadType: incoming }))],
    },
  };
}

const quietCodecs: readonly types.RtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/PCMA', clockRate: 8000, preferredPayloadType: 0 },
  { kind: 'audio', mimeType: 'audio/PCMU', clockRate: 8000, preferredPayloadType: 0 },
  { kind: 'audio', mimeType: 'audio/G722', clockRate: 8000, preferredPayloadType: 0 },
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 0 },
];

/** One that the peer did not agree to, or, where it agreed to all of them, the one it is least likely to send. */
function quietCodec({ sent, events }: Agreement, began: types.RtpCodecCapability): types.RtpCodecCapability | null {
  const unused = quietCodecs.find(({ mimeType }) => !sent.some((codec) => sameCodec(codec.mimeType, mimeType)));
  const codec = unused ?? quietCodecs.find(({ mimeType }) => sameCodec(mimeType, 'audio/G722') !== sameCodec(began.mimeType, 'audio/G722'));
  if (!codec) return null;
  const numbers = new Set([...sent.map(({ preferredPayloadType }) => preferredPayloadType), ...events.map(({ incoming }) => incoming)]);
  let preferredPayloadType = 127;
  while (numbers.has(preferredPayloadType)) preferredPayloadType -= 1;
  return { ...codec, preferredPayloadType };
}
