/** Writes our side of an offer or answer to a peer that does RTP/AVP, or SRTP with keys in SDP. */
import type { types } from 'mediasoup';
import { isIPv6 } from 'node:net';
import { write } from 'sdp-transform';
import type { MediaDescription } from 'sdp-transform';
import { isCompanion } from '../codec-choice.ts';
import { describedCodecs, sameCodec } from '../media-codecs.ts';
import type { MediaKind } from '../media-codecs.ts';
import type { Direction } from '../sdp-answer.ts';
import type { Agreement } from './rtp-agreement.ts';
import type { RtpStream } from './rtp-stream.ts';
import { cryptoLine } from './sdes.ts';

export interface LocalLine {
  readonly kind: MediaKind;
  readonly at: RtpStream['local'];
  /** `RTP/AVP` in offers; an answer repeats the offer's (RFC 3264, 6). */
  readonly protocol: string;
  readonly codecs: readonly types.RtpCodecCapability[];
  readonly direction: Direction;
  /** Of the peer's line that is answered; in offers ours. */
  readonly cryptoTag: number;
}

/** RTP packets carry this much audio, in ms, as everybody expects (RFC 3551, 4.2). */
const packetTime = 20;

export function writeRtpDescription({ lines, address, sessionId, version }: {
  /** A peer's line that we refuse is mirrored. */
  readonly lines: ReadonlyArray<LocalLine | { readonly refused: MediaDescription }>;
  readonly address: string; readonly sessionId: string; readonly version: number;
}): string {
  const ipVer = isIPv6(address) ? 6 : 4;
  return write({
    version: 0,
    origin: { username: '-', sessionId, sessionVersion: version, netType: 'IN', ipVer, address },
    name: '-',
    connection: { version: ipVer, ip: address },
    timing: { start: 0, stop: 0 },
    media: lines.map((line) => ('refused' in line
      ? { type: line.refused.type, port: 0, protocol: line.refused.protocol, payloads: line.refused.payloads ?? '0', rtp: [], fmtp: [] }
      : mediaLine(line))),
  });
}

function mediaLine({ kind, at, protocol, codecs, direction, cryptoTag }: LocalLine): MediaDescription {
  return {
    type: kind, port: at.port, protocol, direction,
    payloads: codecs.map(({ preferredPayloadType }) => preferredPayloadType).join(' '),
    rtp: codecs.map(({ preferredPayloadType, mimeType, clockRate, channels }) => ({
      payload: preferredPayloadType, codec: mimeType.slice(kind.length + 1), rate: clockRate, ...((channels ?? 1) > 1 ? { encoding: channels } : {}),
    })),
    fmtp: codecs.flatMap(({ preferredPayloadType, mimeType, parameters }) => {
      const config = sameCodec(mimeType, 'audio/telephone-event') ? '0-15'
        : Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`).join(';');
      return config === '' ? [] : [{ payload: preferredPayloadType, config }];
    }),
    // Also under RTP/AVP, which has no place for it (RFC 4585): who knows it uses it, who does not skips the attribute.
    rtcpFb: kind === 'audio' ? [] : codecs.flatMap(({ preferredPayloadType, rtcpFeedback }) => (rtcpFeedback ?? [])
      .filter(({ type }) => type !== 'goog-remb' && type !== 'transport-cc')
      .map(({ type, parameter = '' }) => ({ payload: preferredPayloadType, type, ...(parameter === '' ? {} : { subtype: parameter }) }))),
    ...(kind === 'audio' ? { ptime: packetTime } : {}),
    ...(at.rtcpMux ? { rtcpMux: 'rtcp-mux' } : {}),
    ...(at.key !== null && at.suite !== null ? { crypto: [cryptoLine({ tag: cryptoTag, suite: at.suite, keyBase64: at.key })] } : {}),
  };
}

/** What an offer lists: the frozen codec first, or, with `only`, alone; the events always. */
export function offeredCodecs({ kind, router, frozen, only }: {
  readonly kind: MediaKind; readonly router: types.RtpCapabilities; readonly frozen: string | null; readonly only: boolean;
}): types.RtpCodecCapability[] {
  // Retransmission in a stream of its own is for browsers.
  const codecs = describedCodecs(router, kind).filter(({ mimeType }) => !sameCodec(mimeType, 'video/rtx'));
  const ofFrozen = ({ mimeType }: types.RtpCodecCapability): boolean => frozen !== null && sameCodec(mimeType, frozen);
  const media = codecs.filter(({ mimeType }) => !isCompanion(mimeType));
  const chosen = only && media.some(ofFrozen) ? media.filter(ofFrozen) : [...media.filter(ofFrozen), ...media.filter((codec) => !ofFrozen(codec))];
  const events = codecs.filter((codec) => isCompanion(codec.mimeType) && chosen.some(({ clockRate }) => clockRate === codec.clockRate));
  return [...chosen, ...events];
}

/** What was agreed, under the numbers that the peer is to send it as. */
export function agreedCodecs({ codec, events }: Agreement): types.RtpCodecCapability[] {
  return [codec, ...events.map(({ clockRate, incoming }): types.RtpCodecCapability =>
    ({ kind: 'audio', mimeType: 'audio/telephone-event', clockRate, preferredPayloadType: incoming }))];
}
