import { ortc } from 'mediasoup';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { eventCarrier, routerCodecs } from './media-codecs.ts';
import { answeredSection, readDescription, UnusableSdp } from './sdp-answer.ts';
import { offeredSection, writeDescription } from './sdp-offer.ts';

const router = ortc.generateRouterRtpCapabilities(routerCodecs);
const transport = {
  iceParameters: { usernameFragment: 'ufrag', password: 'password', iceLite: true },
  iceCandidates: [
    { foundation: 'udp', priority: 2, ip: '192.0.2.7', address: '192.0.2.7', protocol: 'udp' as const, port: 44_444, type: 'host' as const },
    { foundation: 'tcp', priority: 1, ip: '192.0.2.7', address: '192.0.2.7', protocol: 'tcp' as const, port: 44_444, type: 'host' as const, tcpType: 'passive' as const },
  ],
  dtlsParameters: { fingerprints: [{ algorithm: 'sha-1' as const, value: 'AA' }, { algorithm: 'sha-256' as const, value: 'BB' }, { algorithm: 'sha-512' as const, value: 'CC' }] },
};

function offer(frozen: string | null = null): string {
  return writeDescription({
    transport, sessionId: '7', version: 1, setup: 'actpass',
    sections: [offeredSection({ kind: 'audio', mid: '0', router, frozen }), offeredSection({ kind: 'video', mid: '1', router, frozen: null })],
  });
}

/** What a browser answers, reduced to what is read. */
const answer = ({ audio = '111 0 101', setup = 'active', ssrc = true, direction = 'sendrecv' }: {
  readonly audio?: string; readonly setup?: string; readonly ssrc?: boolean; readonly direction?: string;
} = {}): string => [
  'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1',
  `m=audio 9 UDP/TLS/RTP/SAVPF ${audio}`, 'c=IN IP4 0.0.0.0', 'a=ice-ufrag:1234', 'a=ice-pwd:p', 'a=fingerprint:sha-256 DD', `a=setup:${setup}`, 'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid', `a=${direction}`, 'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', ...(ssrc ? ['a=ssrc:1001 cname:name'] : []),
  'm=video 9 UDP/TLS/RTP/SAVPF 96 100', 'c=IN IP4 0.0.0.0', 'a=mid:1', 'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid', 'a=sendrecv', 'a=rtcp-mux',
  'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack pli', 'a=rtpmap:100 rtx/90000', 'a=fmtp:100 apt=96', 'a=ssrc-group:FID 2001 2002', 'a=ssrc:2001 cname:name', 'a=ssrc:2002 cname:name', '',
].join('\r\n');

describe('our offer', () => {
  it('MD13 is ICE-lite with the transport\'s candidates, one sha-256 fingerprint, actpass, both directions and no SSRC', () => {
    const sdp = offer();
    const session = parse(sdp);
    expect(session).toMatchObject({ icelite: 'ice-lite', fingerprint: { type: 'sha-256', hash: 'BB' }, groups: [{ type: 'BUNDLE', mids: '0 1' }] });
    for (const media of session.media) {
      expect(media).toMatchObject({ setup: 'actpass', direction: 'sendrecv', port: 44_444, connection: { ip: '192.0.2.7', version: 4 } });
      expect(media.candidates).toHaveLength(2);
      expect(media.ext?.some(({ uri }) => uri === 'urn:ietf:params:rtp-hdrext:sdes:mid')).toBe(true);
      expect(media.ext?.some(({ uri }) => uri.startsWith('urn:mediasoup:'))).toBe(false);
    }
    expect(sdp).not.toContain('a=ssrc');
    expect(sdp.match(/a=fingerprint/g)).toHaveLength(1);
  });

  it('MD13 names the payload types that SIP peers expect, and the frozen codec first', () => {
    const [audio, video] = parse(offer()).media;
    expect(audio?.payloads).toBe('111 0 8 9 110 101');
    expect(audio?.ptime).toBe(20);
    expect(audio?.rtp.find(({ payload }) => payload === 101)).toMatchObject({ codec: 'telephone-event', rate: 8000 });
    expect(video?.rtp.filter(({ codec }) => codec !== 'rtx').map(({ payload, codec }) => `${payload} ${codec}`)).toEqual(['96 VP8', '98 H264']);
    expect(parse(offer('audio/PCMA')).media[0]?.payloads?.toString()).toBe('8 111 0 9 110 101');
  });
});

describe('a peer\'s answer', () => {
  const read = (sdp: string, kind: 'audio' | 'video', frozen: string | null = null) => {
    const section = readDescription(sdp).sections.find((one) => one.kind === kind);
    if (!section) throw new Error('no such section');
    return answeredSection(section, router, frozen);
  };

  it('MD14 becomes what mediasoup produces from: one codec, the peer\'s SSRC, its own MID', () => {
    const audio = read(answer(), 'audio');
    expect(audio).toMatchObject({ codec: 'audio/opus', mid: '0', receives: true });
    expect(audio?.rtpParameters).toMatchObject({ mid: '0', encodings: [{ ssrc: 1001 }], rtcp: { cname: 'name' } });
    // The last are its telephone-events, by the name they have in the router.
    expect(audio?.rtpParameters?.codecs.map(({ mimeType, payloadType }) => `${payloadType} ${mimeType}`)).toEqual(['111 audio/opus', `101 ${eventCarrier.mimeType}`]);
    const video = read(answer(), 'video');
    expect(video?.rtpParameters?.codecs.map(({ mimeType }) => mimeType)).toEqual(['video/VP8', 'video/rtx']);
    expect(video?.rtpParameters?.encodings).toEqual([{ ssrc: 2001, rtx: { ssrc: 2002 } }]);
  });

  it('MD14 tells DTLS role and ICE credentials, also where they look like numbers', () => {
    expect(readDescription(answer())).toMatchObject({ iceUsernameFragment: '1234', dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: 'DD' }] } });
  });

  it('MD14 may name its hash in capitals, as telephones do', () => {
    expect(readDescription(answer().replace('sha-256', 'SHA-256')).dtlsParameters.fingerprints).toEqual([{ algorithm: 'sha-256', value: 'DD' }]);
  });

  it('MD14 that only listens, or names no SSRC, is not produced from', () => {
    expect(read(answer({ direction: 'recvonly' }), 'audio')).toMatchObject({ receives: true, rtpParameters: null });
    expect(read(answer({ ssrc: false }), 'audio')?.rtpParameters).toBeNull();
    expect(read(answer({ direction: 'inactive' }), 'audio')).toBeNull();
  });

  it('MD14 without DTLS, without media or with a codec we do not forward is unusable', () => {
    expect(() => readDescription('v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n')).toThrow(UnusableSdp);
    expect(() => readDescription('v=0\r\n')).toThrow(UnusableSdp);
    expect(() => readDescription('complete nonsense')).toThrow(UnusableSdp);
    expect(read(answer({ audio: '18' }).replace('a=rtpmap:111 opus/48000/2', 'a=rtpmap:18 G729/8000').replace('a=rtpmap:0 PCMU/8000\r\n', ''), 'audio')).toBeNull();
  });
});
