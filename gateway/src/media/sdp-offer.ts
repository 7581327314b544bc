/**
 * Our side of an offer or answer to a SIP peer that does ICE and DTLS (browsers): writes SDP from a WebRtcTransport's parameters and the router's
 * capabilities. No SSRC is named: the peer assigns our packets by their MID extension, so streams can come and go without renegotiation.
 */
import type { types } from 'mediasoup';
import { write } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import { describedCodecs, sameCodec } from './media-codecs.ts';
import type { MediaKind } from './media-codecs.ts';

export interface LocalTransport {
  readonly iceParameters: types.IceParameters;
  readonly iceCandidates: readonly types.IceCandidate[];
  readonly dtlsParameters: types.DtlsParameters;
}

export interface LocalSection {
  readonly kind: MediaKind;
  readonly mid: string;
  readonly codecs: readonly types.RtpCodecCapability[];
  readonly headerExtensions: readonly types.RtpHeaderExtension[];
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** Answering only: the peer offered this section and we refuse it. */
  readonly rejected?: boolean;
}

/** As sdp-transform reads `a=extmap`. */
export interface RemoteExtension {
  readonly value: number;
  readonly uri: string;
}

export interface LocalDescription {
  readonly transport: LocalTransport;
  readonly sections: readonly LocalSection[];
  /** RFC 3264, 5: the session id stays and the version rises by one with every description of the same dialog. */
  readonly sessionId: string;
  readonly version: number;
  /** `actpass` in an offer (RFC 5763, 5), `passive` in an answer: the browser is the DTLS client either way. `active` for a peer that insists. */
  readonly setup: 'actpass' | 'passive' | 'active';
}

export function writeDescription({ transport, sections, sessionId, version, setup }: LocalDescription): string {
  const sha256 = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (!sha256) throw new Error('the transport has no sha-256 fingerprint');
  const first = transport.iceCandidates[0];
  const address = first?.address ?? '0.0.0.0';
  const ipVer = address.includes(':') ? 6 : 4;
  const description: SessionDescription = {
    version: 0,
    origin: { username: '-', sessionId, sessionVersion: version, netType: 'IN', ipVer, address },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    fingerprint: { type: 'sha-256', hash: sha256.value },
    groups: [{ type: 'BUNDLE', mids: sections.filter(({ rejected }) => !rejected).map(({ mid }) => mid).join(' ') }],
    media: sections.map((section) => ({
      ...mediaSection(section),
      port: section.rejected === true ? 0 : (first?.port ?? 9),
      connection: { ip: address, version: ipVer },
      setup,
      iceUfrag: transport.iceParameters.usernameFragment,
      icePwd: transport.iceParameters.password,
      candidates: transport.iceCandidates.map((candidate) => ({
        foundation: candidate.foundation, component: 1, transport: candidate.protocol, priority: candidate.priority,
        ip: candidate.address, port: candidate.port, type: candidate.type,
        ...(candidate.tcpType === undefined ? {} : { tcptype: candidate.tcpType }),
      })),
      endOfCandidates: 'end-of-candidates',
    })),
  };
  return write(description);
}

function mediaSection({ kind, mid, codecs, headerExtensions, direction }: LocalSection): Omit<MediaDescription, 'port'> {
  return {
    type: kind,
    protocol: 'UDP/TLS/RTP/SAVPF',
    payloads: codecs.map(({ preferredPayloadType }) => preferredPayloadType).join(' '),
    mid,
    direction,
    // No two may be the same: a browser refuses the whole description then.
    msid: [{ id: 'gethelp', appdata: `${kind}-${mid}` }],
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    ...(kind === 'audio' ? { ptime: 20 } : {}),
    rtp: codecs.map((codec) => ({
      payload: codec.preferredPayloadType, codec: codec.mimeType.slice(kind.length + 1), rate: codec.clockRate,
      ...((codec.channels ?? 1) > 1 ? { encoding: codec.channels } : {}),
    })),
    fmtp: codecs.flatMap((codec) => {
      const config = sameCodec(codec.mimeType, 'audio/telephone-event') ? '0-15'
        : Object.entries(codec.parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`).join(';');
      return config === '' ? [] : [{ payload: codec.preferredPayloadType, config }];
    }),
    rtcpFb: codecs.flatMap((codec) => (codec.rtcpFeedback ?? []).map(({ type, parameter }) => feedback(codec.preferredPayloadType, type, parameter))),
    ext: headerExtensions.map(({ uri, preferredId }) => ({ value: preferredId, uri })),
  };
}

function feedback(payload: number, type: string, parameter: string | undefined): { payload: number; type: string; subtype?: string } {
  return parameter === undefined || parameter === '' ? { payload, type } : { payload, type, subtype: parameter };
}

/**
 * What an offer lists for one kind: all that the router forwards, or, after the first answer of the contact, the frozen codec first.
 * mediasoup's own extensions are left out: no peer knows them. `extensions`: those of a peer that named its ids before us.
 */
export function offeredSection({ kind, mid, router, frozen, extensions = null }: {
  readonly kind: MediaKind; readonly mid: string; readonly router: types.RtpCapabilities; readonly frozen: string | null;
  readonly extensions?: readonly RemoteExtension[] | null;
}): LocalSection {
  const codecs = describedCodecs(router, kind);
  const ofFrozen = (codec: types.RtpCodecCapability): boolean => frozen !== null && sameCodec(codec.mimeType, frozen);
  return {
    kind, mid, direction: 'sendrecv',
    codecs: [...codecs.filter(ofFrozen), ...codecs.filter((codec) => !ofFrozen(codec))],
    headerExtensions: (router.headerExtensions ?? []).filter(({ kind: of, uri, preferredId }) => of === kind && !uri.startsWith('urn:mediasoup:')
      && (extensions === null || extensions.some((theirs) => theirs.uri === uri && theirs.value === preferredId))),
  };
}
