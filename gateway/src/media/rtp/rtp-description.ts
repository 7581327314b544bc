/**
 * Reads the SDP of a peer that does plain RTP or SRTP with keys in SDP: where its media lives, what it can receive, how it is secured. Throws
 * `UnusableSdp` for what cannot be used at all; a single section that cannot be used is told as such.
 */
import { isIP } from 'node:net';
import { parse, parseParams } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { mediaKinds } from '../media-codecs.ts';
import type { MediaKind } from '../media-codecs.ts';
import { UnusableSdp } from '../sdp-answer.ts';
import type { Direction } from '../sdp-answer.ts';
import { usableKeys } from './sdes.ts';
import type { SdesKey } from './sdes.ts';

export interface RemoteCodec {
  readonly mimeType: string;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly channels: number;
  readonly parameters: ReturnType<typeof parseParams>;
  readonly feedback: ReadonlyArray<{ readonly type: string; readonly parameter: string }>;
}

export interface RtpSection {
  /** Null: neither audio nor video. */
  readonly kind: MediaKind | null;
  readonly rejected: boolean;
  /** As written, to be mirrored where we refuse the section (RFC 3264, 6). */
  readonly media: MediaDescription;
  readonly secure: boolean;
  readonly keys: readonly SdesKey[];
  /** Seen from the peer. An old hold (c=0.0.0.0, RFC 3264, 8.4) reads like one that says that it only sends. */
  readonly direction: Direction;
  /** Null: it names none (old hold). */
  readonly address: { readonly host: string; readonly port: number; readonly rtcpPort: number } | null;
  readonly rtcpMux: boolean;
  /** In the peer's order. */
  readonly codecs: readonly RemoteCodec[];
  /** What the peer says that its packets will carry; it may be wrong. */
  readonly ssrc: number | null;
  /** Bits a second that it wants at most (RFC 4566, 5.8; RFC 3890). */
  readonly bandwidth: number | null;
}

/** RFC 3551, 6: what needs no rtpmap. */
const staticCodecs: Readonly<Record<number, string>> = { 0: 'PCMU', 8: 'PCMA', 9: 'G722' };

export function readRtpDescription(sdp: string): readonly RtpSection[] {
  const session = parse(sdp);
  if (!Array.isArray(session.media) || session.media.length === 0) throw new UnusableSdp('no media section');
  return session.media.map((media) => readSection(session, media));
}

function readSection(session: SessionDescription, media: MediaDescription): RtpSection {
  const kind = mediaKinds.find((one) => one === media.type) ?? null;
  const protocol = media.protocol.toUpperCase();
  const rtp = kind !== null && /^RTP\/S?AVPF?$/.test(protocol);
  const host = (media.connection ?? session.connection)?.ip;
  const rejected = media.port === 0;
  const onOldHold = host === '0.0.0.0' || host === '::';
  if (rtp && !rejected && (host === undefined || isIP(host) === 0)) throw new UnusableSdp(`an address is expected in c=, not ${host ?? 'nothing'}`);
  const direction = media.direction ?? session.direction ?? 'sendrecv';
  const rtcpMux = media.rtcpMux !== undefined;
  return {
    kind: rtp ? kind : null, rejected, media, secure: protocol.startsWith('RTP/SAVP'), keys: usableKeys(media), rtcpMux,
    direction: rejected ? 'inactive' : (onOldHold ? withoutReceiving(direction) : direction),
    address: host === undefined || onOldHold || rejected ? null : { host, port: media.port, rtcpPort: rtcpMux ? media.port : (media.rtcp?.port ?? media.port + 1) },
    codecs: rtp ? codecsOf(media) : [],
    ssrc: media.ssrcs?.[0] === undefined ? null : media.ssrcs[0].id,
    bandwidth: bandwidthOf(media) ?? bandwidthOf(session),
  };
}

function withoutReceiving(direction: Direction): Direction {
  return direction === 'sendrecv' || direction === 'sendonly' ? 'sendonly' : 'inactive';
}

function codecsOf(media: MediaDescription): RemoteCodec[] {
  // sdp-transform makes a number of a lone one, whatever its types say.
  const payloads: string | number = media.payloads ?? '';
  return (payloads as string | number).toString().split(/\s+/).filter((part) => /^\d+$/.test(part)).flatMap((part): RemoteCodec[] => {
    const payloadType = Number(part);
    const mapped = media.rtp.find(({ payload }) => payload === payloadType);
    const name = mapped?.codec ?? staticCodecs[payloadType];
    if (name === undefined) return [];
    const config = media.fmtp.find(({ payload }) => payload === payloadType)?.config;
    return [{
      mimeType: `${media.type}/${name}`, payloadType, clockRate: mapped?.rate ?? 8000, channels: mapped?.encoding ?? 1,
      parameters: config === undefined ? {} : parseParams(config),
      feedback: (media.rtcpFb ?? []).filter(({ payload }) => String(payload) === '*' || Number(payload) === payloadType)
        .map(({ type, subtype }) => ({ type, parameter: subtype ?? '' })),
    }];
  });
}

function bandwidthOf({ bandwidth }: Pick<MediaDescription, 'bandwidth'>): number | null {
  const exact = bandwidth?.find(({ type }) => type === 'TIAS');
  if (exact) return exact.limit;
  const kilobits = bandwidth?.find(({ type }) => type === 'AS');
  return kilobits ? kilobits.limit * 1000 : null;
}
