/**
 * Reads the SDP of a SIP peer that does ICE and DTLS into what mediasoup wants: DTLS parameters, and per m-line the capabilities
 * (to consume with) and the RTP parameters of what the peer sends (to produce from). Throws `UnusableSdp` for what cannot be used.
 */
import type { types } from 'mediasoup';
import type { types as clientTypes } from 'mediasoup-client';
import * as ortc from 'mediasoup-client/ortc';
import { extractDtlsParameters, extractRtpCapabilities, getCname } from 'mediasoup-client/handlers/sdp/commonUtils';
import { getRtpEncodings } from 'mediasoup-client/handlers/sdp/unifiedPlanUtils';
import { parse } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { chooseCodec } from './codec-choice.ts';
import { describedCodecs, eventCarrier, sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';

export class UnusableSdp extends Error {}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface RemoteSection {
  readonly kind: MediaKind;
  readonly mid: string;
  /** Seen from the peer; `inactive` also where the section is rejected (port 0). */
  readonly direction: Direction;
  readonly rejected: boolean;
  readonly media: MediaDescription;
}

export interface RemoteDescription {
  readonly dtlsParameters: types.DtlsParameters;
  readonly iceUsernameFragment: string;
  readonly sections: readonly RemoteSection[];
}

/** What one answered section comes to. */
export interface AnsweredSection {
  readonly kind: MediaKind;
  readonly mid: string;
  readonly codec: string;
  /** Whether the peer takes what we send. */
  readonly receives: boolean;
  /** For `transport.consume`. */
  readonly rtpCapabilities: types.RtpCapabilities;
  /** For `transport.produce`; null where the peer sends nothing. */
  readonly rtpParameters: types.RtpParameters | null;
}

export function readDescription(sdp: string): RemoteDescription {
  const session = parse(sdp);
  if (!Array.isArray(session.media) || session.media.length === 0) throw new UnusableSdp('no media section');
  return { dtlsParameters: dtlsOf(session), iceUsernameFragment: iceUfragOf(session), sections: session.media.map(remoteSection) };
}

function remoteSection(media: MediaDescription, index: number): RemoteSection {
  if (media.type !== 'audio' && media.type !== 'video') throw new UnusableSdp(`a section of kind ${media.type}`);
  // A bundle-only section carries port 0 and is not rejected (RFC 9143, 6).
  const rejected = media.port === 0 && media.bundleOnly === undefined;
  return {
    // sdp-transform turns what looks like a number into one.
    kind: media.type, mid: String(media.mid ?? index), rejected, media,
    direction: rejected ? 'inactive' : (media.direction ?? 'sendrecv'),
  };
}

function dtlsOf(session: SessionDescription): types.DtlsParameters {
  try {
    // mediasoup's own type names the fingerprint algorithms one by one; an unknown one is refused by `connect`.
    const { fingerprints, ...rest } = extractDtlsParameters({ sdpObject: session });
    // RFC 8122, 5: the name of the hash is compared without case; mediasoup knows the small ones.
    return { ...rest, fingerprints: fingerprints.map(({ algorithm, value }) => ({ algorithm: algorithm.toLowerCase() as types.FingerprintAlgorithm, value })) };
  } catch (error) {
    throw new UnusableSdp('no DTLS fingerprint: the peer does not do DTLS-SRTP', { cause: error });
  }
}

function iceUfragOf(session: SessionDescription): string {
  // sdp-transform turns what looks like a number into one, whatever its types say.
  const ufrag: string | number | undefined = session.iceUfrag ?? session.media.find(({ iceUfrag }) => iceUfrag !== undefined)?.iceUfrag;
  if (ufrag === undefined) throw new UnusableSdp('no ICE credentials');
  return (ufrag as string | number).toString();
}

/** Null when the peer rejected the section or shares no codec with the router. */
export function answeredSection(section: RemoteSection, router: types.RtpCapabilities, frozen: string | null): AnsweredSection | null {
  if (section.rejected || section.direction === 'inactive') return null;
  const { kind, mid, media } = section;
  // Per m-line: over the whole description the later kind would overwrite the earlier one's extensions.
  const peer = extractRtpCapabilities({ sdpObject: { media: [media] } as unknown as SessionDescription });
  ortc.validateAndNormalizeRtpCapabilities(peer);
  const ours = { ...router, codecs: describedCodecs(router, kind) };
  const extended = ortc.getExtendedRtpCapabilities(peer, ours as clientTypes.RtpCapabilities, true);
  const shared = ortc.getRecvRtpCapabilities(extended).codecs ?? [];
  const chosen = chooseCodec({ kind, shared: shared.filter((codec) => isNumberedAlike(codec, router)), frozen });
  if (!chosen) return null;
  const sends = section.direction === 'sendrecv' || section.direction === 'sendonly';
  return {
    kind, mid, codec: chosen.mimeType,
    receives: section.direction === 'sendrecv' || section.direction === 'recvonly',
    rtpCapabilities: ortc.getRecvRtpCapabilities(extended),
    rtpParameters: sends ? sentParameters(section, extended, chosen) : null,
  };
}

/**
 * The router sends a codec under one number to everybody. A peer that answers us uses our numbers (RFC 3264, 6.1); one that offers has its
 * own, and what it numbers otherwise cannot be sent to it.
 */
export function isNumberedAlike(codec: types.RtpCodecCapability, router: types.RtpCapabilities): boolean {
  return (router.codecs ?? []).some((ours) =>
    ours.preferredPayloadType === codec.preferredPayloadType && sameCodec(ours.mimeType, codec.mimeType) && ours.clockRate === codec.clockRate);
}

function sentParameters(
  { kind, mid, media }: RemoteSection, extended: clientTypes.ExtendedRtpCapabilities, chosen: types.RtpCodecCapability,
): types.RtpParameters | null {
  // Without a declared SSRC mediasoup cannot assign the packets; browsers always declare theirs, a camera-less sender's too.
  if (!media.ssrcs?.length) return null;
  const parameters = ortc.getSendingRtpParameters(kind, extended);
  const codecs = ortc.reduceCodecs(parameters.codecs, chosen);
  const encodings = getRtpEncodings({ offerMediaObject: media, codecs }).slice(0, 1);
  const events = media.rtp.filter(({ codec }) => sameCodec(codec, 'telephone-event'))
    .map(({ payload }): types.RtpCodecParameters => ({ mimeType: eventCarrier.mimeType, payloadType: payload, clockRate: eventCarrier.clockRate }));
  return {
    mid, codecs: [...codecs, ...events], encodings, headerExtensions: parameters.headerExtensions ?? [],
    rtcp: { cname: getCname({ offerMediaObject: media }), reducedSize: true },
  };
}

/** RFC 3264, 6.1; a `sendonly` hold must be answered `recvonly`, or carriers hang up (livekit/sip#779). */
export function answerTo(direction: Direction): Direction {
  switch (direction) {
    case 'sendrecv': return 'sendrecv';
    case 'sendonly': return 'recvonly';
    case 'recvonly': return 'sendonly';
    case 'inactive': return 'inactive';
  }
}
