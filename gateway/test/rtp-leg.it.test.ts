/** Legs of phones, with phones that are nothing but sockets: every proof is by what arrives. */
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { parse } from 'sdp-transform';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noCodecs } from '../src/media/leg.ts';
import { UnusableSdp } from '../src/media/sdp-answer.ts';
import { expectHeardBy, LegStand, until } from './support/leg-stand.ts';
import type { StandLeg } from './support/leg-stand.ts';
import type { RtpPhone } from './support/rtp-phone.ts';

const oneTones = [697, 1637];
const otherTones = [523, 1319];

let stand: LegStand;
beforeAll(async () => { stand = await LegStand.start(); });
afterEach(() => { stand.clear(); });
afterAll(() => { stand.close(); });

interface Pair { readonly one: RtpPhone; readonly other: RtpPhone; readonly oneLeg: StandLeg; readonly otherLeg: StandLeg }

interface PairOptions { readonly answer?: Parameters<RtpPhone['sdp']>[0]; readonly source?: string }

/** Two phones that were called, joined and talking. `answer`: how the first of them answers. */
async function talking({ answer = {}, source = '127.0.0.1' }: PairOptions = {}): Promise<Pair> {
  const one = await stand.phone({ tones: oneTones });
  const other = await stand.phone({ tones: otherTones });
  const oneLeg = await stand.called(one, one.sdp({ payloads: '0 101', ...answer }), { source });
  const otherLeg = await stand.called(other, other.sdp({ payloads: '0 101' }));
  await stand.join(oneLeg, otherLeg);
  one.start();
  other.start();
  return { one, other, oneLeg, otherLeg };
}

async function expectBothHear({ one, other }: Pick<Pair, 'one' | 'other'>): Promise<void> {
  await Promise.all([expectHeardBy(one, otherTones, oneTones), expectHeardBy(other, oneTones, otherTones)]);
}

/** Milliseconds from `since` until the phone gets the next packet. */
async function untilHeard(phone: RtpPhone, since: number): Promise<number> {
  await until('a packet', () => phone.received.some(({ at }) => at > since));
  return (phone.received.find(({ at }) => at > since)?.at ?? 0) - since;
}

describe('what a phone sends', () => {
  it('MD19 is heard though it declared no SSRC, both ways', async () => {
    await expectBothHear(await talking());
  });

  it('MD19 is heard though the SSRC that it declared is another', async () => {
    const pair = await talking({ answer: { lines: ['a=ssrc:12345 cname:liar'] } });
    await expectBothHear(pair);
  });

  it('MD19 is heard within half a second after it changed its SSRC in mid-call', async () => {
    const pair = await talking();
    await expectBothHear(pair);
    const changedAt = performance.now();
    pair.one.ssrc = 4711;
    const before = new Set(pair.other.received.map(({ ssrc }) => ssrc));
    await until('packets of a new stream', () => pair.other.received.some(({ ssrc }) => !before.has(ssrc)));
    expect((pair.other.received.find(({ ssrc }) => !before.has(ssrc))?.at ?? Infinity) - changedAt).toBeLessThan(500);
    await expectBothHear(pair);
  });

  it('MD19 is told apart from that of twenty calls that start in the same moment, two of which use one SSRC', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
      const speaker = await stand.phone({ tones: [500 + 50 * index], ssrc: index < 2 ? 99 : 1000 + index });
      const listener = await stand.phone();
      const speaking = await stand.called(speaker, speaker.sdp({ payloads: '0' }));
      const listening = await stand.called(listener, listener.sdp({ payloads: '0', direction: 'recvonly' }));
      await stand.join(speaking, listening);
      return { speaker, listener, tone: 500 + 50 * index };
    }));
    const began = performance.now();
    for (const { speaker } of calls) speaker.start();
    await until('sound in all of them', () => calls.every(({ listener }) => listener.received.length > 0));
    const waits = calls.map(({ listener }) => (listener.received[0]?.at ?? Infinity) - began);
    expect(Math.max(...waits)).toBeLessThan(1000);
    for (const { listener, tone } of calls) await expectHeardBy(listener, [tone], [tone === 500 ? 1450 : tone - 50 < 500 ? 1450 : 500 + ((tone - 500 + 450) % 1000)]);
  }, 60_000);

  it('MD19 is found for every one of more calls than are told apart at a time, as after the death of a media worker', async () => {
    const calls = await Promise.all(Array.from({ length: 90 }, async (_, index) => {
      const speaker = await stand.phone({ ssrc: 5000 + index });
      const { leg } = await stand.called(speaker, speaker.sdp({ payloads: '0' }));
      return { speaker, leg };
    }));
    const began = performance.now();
    for (const { speaker } of calls) speaker.start();
    await until('all of them heard', () => calls.every(({ leg }) => leg.heard('audio') !== null));
    expect(performance.now() - began).toBeLessThan(4000);
  }, 60_000);

  it('MD19 is heard while another phone floods its own port with streams that nobody declared', async () => {
    const standing = await talking();
    await expectBothHear(standing);
    const flooding = setInterval(() => {
      for (let packet = 0; packet < 100; packet += 1) { standing.one.ssrc = packet; standing.one.sendAudio(); }
    }, 10);
    try {
      await expectBothHear(await talking());
    } finally {
      clearInterval(flooding);
    }
  }, 30_000);

  it('MD19 may be another of the codecs that it answered with', async () => {
    const { one, other, otherLeg } = await talking({ answer: { payloads: '0 8 101' } });
    one.law = 'PCMA';
    await until('PCMA heard', () => otherLeg.leg.heard('audio') !== null);
    // The other phone agreed to PCMU alone: what it cannot play is not sent to it.
    const listener = await stand.phone();
    const listening = await stand.called(listener, listener.sdp({ payloads: '8', direction: 'recvonly' }));
    expect(listening.leg.codecs.audio).toBe('audio/PCMA');
    expect(other.received.every(({ payloadType }) => payloadType === 0)).toBe(true);
  });
});

describe('where media goes', () => {
  it('MD20 is the signalled address at once, before anything has come from there', async () => {
    const one = await stand.phone({ tones: oneTones });
    const other = await stand.phone({ tones: otherTones });
    const oneLeg = await stand.called(one, one.sdp());
    const otherLeg = await stand.called(other, other.sdp());
    await stand.join(oneLeg, otherLeg);
    one.start();
    await expectHeardBy(other, oneTones, otherTones);
    expect(one.received).toHaveLength(0);
  });

  it('MD20 is, for an unrouted address that the signalling does not come from, where the packets come from', async () => {
    await expectBothHear(await talking({ answer: { address: '10.11.12.13', port: 4000 } }));
  });

  it('MD20 follows a phone whose NAT gave it another port, within two seconds', async () => {
    const pair = await talking();
    await expectBothHear(pair);
    await pair.one.rebind();
    const movedAt = performance.now();
    expect(await untilHeard(pair.one, movedAt + 1)).toBeLessThan(2000);
    await expectBothHear(pair);
  }, 30_000);

  it('MD20 follows the address in a re-INVITE', async () => {
    const pair = await talking();
    await expectBothHear(pair);
    await pair.one.rebind();
    const answer = await pair.oneLeg.leg.answer(pair.one.sdp({ payloads: '0 101' }), noCodecs);
    pair.one.talkTo(answer);
    const movedAt = performance.now();
    expect(await untilHeard(pair.one, movedAt)).toBeLessThan(500);
    await expectBothHear(pair);
  });

  it('MD20 follows the final answer where it differs from an early one', async () => {
    const early = await stand.phone({ tones: [941] });
    const final = await stand.phone({ tones: oneTones });
    const other = await stand.phone({ tones: otherTones });
    const leg = stand.leg();
    const offer = await leg.leg.offer(noCodecs);
    early.talkTo(offer);
    final.talkTo(offer);
    await leg.leg.accept(early.sdp({ payloads: '0' }), { onHold: false, early: 'fork-1' });
    expect(leg.leg.answered).toBe(false);
    const otherLeg = await stand.called(other, other.sdp({ payloads: '0' }));
    await stand.join(leg, otherLeg);
    early.start();
    other.start();
    await expectHeardBy(other, [941], otherTones);
    await leg.leg.accept(final.sdp({ payloads: '0' }), { onHold: false });
    expect(leg.leg.answered).toBe(true);
    final.start();
    await expectBothHear({ one: final, other });
  });

  it('MD21 is never a host that has no part in the call: what it sends first is dropped, and the phone is heard', async () => {
    const one = await stand.phone({ tones: oneTones });
    const other = await stand.phone({ tones: otherTones });
    const stranger = await stand.phone({ tones: [941], host: '127.0.0.2' });
    const oneLeg = stand.leg();
    const offer = await oneLeg.leg.offer(noCodecs);
    stranger.talkTo(offer);
    stranger.start();
    // The signalled address is no use, so the first packet decides: the stranger's, who is not where the signalling comes from.
    await oneLeg.leg.accept(one.sdp({ payloads: '0', address: '10.11.12.13' }), { onHold: false });
    const otherLeg = await stand.called(other, other.sdp({ payloads: '0' }));
    await stand.join(oneLeg, otherLeg);
    other.start();
    await new Promise((resolve) => { setTimeout(resolve, 60); });
    stranger.stop();
    one.talkTo(offer);
    one.start();
    await expectBothHear({ one, other });
    expect(stranger.received).toHaveLength(0);
    expect(other.heard().samples.length).toBeGreaterThan(0);
  });
});

describe('SDP of phones', () => {
  it('MD22 we offer Opus, G.711, G.722 and both kinds of telephone-event under RTP/AVP, 20 ms, the frozen codec first', async () => {
    const [audio, ...more] = parse(await stand.leg().leg.offer({ audio: 'audio/PCMA', video: null })).media;
    expect(more).toEqual([]);
    expect(audio).toMatchObject({ protocol: 'RTP/AVP', payloads: '8 111 0 9 110 101', ptime: 20, direction: 'sendrecv' });
    expect(audio?.rtcpMux).toBeUndefined();
    expect(String(parse(await stand.leg().leg.offer({ audio: 'audio/PCMU', video: null }, true)).media[0]?.payloads)).toBe('0 101');
  });

  it('MD22 an offer is answered with one codec, in its own numbers, and rtcp-mux where it has it', async () => {
    const phone = await stand.phone();
    const offer = phone.sdp({ payloads: '18 8 0 96', lines: ['a=rtpmap:96 telephone-event/8000', 'a=rtcp-mux'] });
    const answer = await stand.leg().leg.answer(offer, noCodecs);
    expect(parse(answer).media[0]).toMatchObject({ payloads: '8 96', rtcpMux: 'rtcp-mux', direction: 'sendrecv' });
  });

  it('MD22 every m-line of an offer has one in the answer, in order; what is not wanted is refused by port 0', async () => {
    const phone = await stand.phone();
    const offer = `${phone.sdp({ payloads: '0' })}m=image 5000 udptl t38\r\nm=video 5002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n`;
    expect(parse(await stand.leg().leg.answer(offer, noCodecs)).media.map(({ type, port, protocol }) => [type, port > 0, protocol]))
      .toEqual([['audio', true, 'RTP/AVP'], ['image', false, 'udptl'], ['video', false, 'RTP/AVP']]);
  });

  it('MD22 an IPv6 phone is met on IPv6', async () => {
    const one = await stand.phone({ tones: oneTones, host: '::1' });
    const other = await stand.phone({ tones: otherTones });
    const oneLeg = await stand.called(one, one.sdp({ payloads: '0' }), { source: '::1' });
    const otherLeg = await stand.called(other, other.sdp({ payloads: '0' }));
    await stand.join(oneLeg, otherLeg);
    one.start();
    other.start();
    await expectBothHear({ one, other });
  });

  it('MD22 RTCP goes to the port that the phone names, or the one next to RTP', async () => {
    const phone = await stand.phone();
    const elsewhere = createSocket('udp4');
    elsewhere.bind(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const reports: Buffer[] = [];
    elsewhere.on('message', (report) => { reports.push(report); });
    await stand.called(phone, phone.sdp({ payloads: '0', lines: [`a=rtcp:${elsewhere.address().port}`] }));
    const second = await stand.phone();
    await stand.called(second, second.sdp({ payloads: '0' }));
    phone.start();
    second.start();
    await until('reports at both', () => reports.length > 0 && second.receivedRtcp.length > 0, 15_000);
    elsewhere.close();
  }, 30_000);

  it.each([
    ['nothing that can be forwarded', 'm=audio 4000 RTP/AVP 18\r\n'],
    ['SRTP that nobody asked for', 'm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n'],
    ['no audio', 'm=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n'],
    ['a host name', 'm=audio 4000 RTP/AVP 0\r\nc=IN IP4 evil.example\r\n'],
  ])('MD22 refuses %s', async (_, media) => {
    await expect(stand.leg().leg.answer(`v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n${media}`, noCodecs)).rejects.toThrow(UnusableSdp);
  });

  it('MD22 bandwidth lines and the level of H264 are told as limits for encoders', async () => {
    const phone = await stand.phone();
    const video = 'm=video 5002 RTP/AVP 98\r\nb=AS:384\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 profile-level-id=42800d;packetization-mode=1\r\n';
    const leg = stand.leg({ video: true });
    await leg.leg.answer(`${phone.sdp({ payloads: '0', session: ['b=AS:512'] })}${video}`, noCodecs);
    expect(leg.leg.limits('video')).toEqual({ bitrate: 384_000, profileLevelId: '42800d' });
    expect(leg.leg.limits('audio')).toEqual({ bitrate: 512_000, profileLevelId: null });
    expect(leg.leg.codecs).toEqual({ audio: 'audio/PCMU', video: 'video/H264' });
  });
});

describe('SRTP with keys in SDP', () => {
  /** Two legs that answer one another: what goes between them is SRTP both ways, and the phones at the ends prove it. */
  async function secured(): Promise<Pair & { readonly middle: readonly [StandLeg, StandLeg] }> {
    const one = await stand.phone({ tones: oneTones });
    const other = await stand.phone({ tones: otherTones });
    const oneLeg = await stand.called(one, one.sdp({ payloads: '0' }));
    const otherLeg = await stand.called(other, other.sdp({ payloads: '0' }));
    const offering = stand.leg({ profile: 'sdes' });
    const answering = stand.leg({ profile: 'sdes' });
    const offer = await offering.leg.offer({ audio: 'audio/PCMU', video: null }, true);
    expect(offer).toMatch(/m=audio \d+ RTP\/SAVP 0 101/);
    expect(offer).toMatch(/a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[A-Za-z0-9+/=]{40}\r\n/);
    const answer = await answering.leg.answer(offer, noCodecs);
    await offering.leg.accept(answer, { onHold: false });
    await stand.join(oneLeg, offering);
    await stand.join(answering, otherLeg);
    one.start();
    other.start();
    return { one, other, oneLeg, otherLeg, middle: [offering, answering] };
  }

  it('MD23 carries both directions, with keys that differ', async () => {
    await expectBothHear(await secured());
  });

  it('MD23 goes on after a re-INVITE with another key', async () => {
    const pair = await secured();
    const { middle: [offering, answering] } = pair;
    await expectBothHear(pair);
    // The peer's re-INVITE comes with the key of a new transport, as phones do it that choose one per offer.
    const again = stand.leg({ profile: 'sdes' });
    const answer = await answering.leg.answer(await again.leg.offer({ audio: 'audio/PCMU', video: null }, true), noCodecs);
    await again.leg.accept(answer, { onHold: false });
    offering.leg.close();
    await stand.join(pair.oneLeg, again);
    await expectBothHear(pair);
  });

  it.each([
    ['AES_CM_128_HMAC_SHA1_32', 40], ['AEAD_AES_128_GCM', 40], ['AEAD_AES_256_GCM', 60],
  ])('MD23 answers an offer of %s with the same suite and the tag of that line', async (suite, length) => {
    const phone = await stand.phone();
    const key = Buffer.alloc(suite === 'AEAD_AES_256_GCM' ? 44 : (suite === 'AEAD_AES_128_GCM' ? 28 : 30), 7).toString('base64');
    const leg = stand.leg({ profile: 'sdes' });
    const answer = await leg.leg.answer(phone.sdp({ protocol: 'RTP/SAVP', lines: ['a=crypto:3 F8_128_HMAC_SHA1_80 inline:x', `a=crypto:4 ${suite} inline:${key}|2^31`] }), noCodecs);
    expect(parse(answer).media[0]?.crypto).toEqual([{ id: 4, suite, config: expect.stringMatching(new RegExp(`^inline:.{${length - 2},${length}}$`)) as string }]);
  });

  it('MD23 is never given up: a peer that answers or offers without it is refused', async () => {
    const phone = await stand.phone();
    await expect(stand.leg({ profile: 'sdes' }).leg.answer(phone.sdp(), noCodecs)).rejects.toThrow(UnusableSdp);
    const offering = stand.leg({ profile: 'sdes' });
    await offering.leg.offer(noCodecs);
    await expect(offering.leg.accept(phone.sdp(), { onHold: false })).rejects.toThrow(UnusableSdp);
    await expect(stand.leg({ profile: 'sdes' }).leg.answer(phone.sdp({ protocol: 'RTP/SAVP', lines: ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:dG9vc2hvcnQ='] }), noCodecs)).rejects.toThrow(UnusableSdp);
  });
});

describe('a phone\'s own hold', () => {
  it.each([
    ['sendonly', 'recvonly', {}], ['inactive', 'inactive', {}], ['sendrecv', 'recvonly', { address: '0.0.0.0' }],
  ])('MD24 by %s is answered with %s: nothing is sent to it until it resumes', async (direction, answered, address) => {
    const pair = await talking();
    await expectBothHear(pair);
    const answer = await pair.oneLeg.leg.answer(pair.one.sdp({ payloads: '0 101', direction, ...address }), noCodecs);
    expect(parse(answer).media[0]?.direction).toBe(answered);
    expect(pair.oneLeg.leg.held).toBe(true);
    expect(pair.oneLeg.held).toEqual([true]);
    const since = performance.now() + 100;
    await until('time to pass', () => performance.now() > since + 300);
    expect(pair.one.received.filter(({ at }) => at > since)).toEqual([]);
    expect(parse(await pair.oneLeg.leg.answer(pair.one.sdp({ payloads: '0 101' }), noCodecs)).media[0]?.direction).toBe('sendrecv');
    expect(pair.oneLeg.held).toEqual([true, false]);
    await expectBothHear(pair);
  });

  it('MD24 keeps the codec though the list shrinks, and follows numbers that change', async () => {
    const pair = await talking({ answer: { payloads: '0 8 101' } });
    await expectBothHear(pair);
    const answer = await pair.oneLeg.leg.answer(pair.one.sdp({ payloads: '8 0 97', lines: ['a=rtpmap:97 telephone-event/8000'] }), noCodecs);
    expect(parse(answer).media[0]?.payloads).toBe('0 97');
    await expectBothHear(pair);
    pair.one.press(5, { payloadType: 97 });
    await until('the digit', () => pair.oneLeg.digits.length === 1);
    expect(pair.oneLeg.leg.sendDtmf('7', 100)).toBe(true);
    await until('our digit under its number', () => pair.one.received.some(({ payloadType }) => payloadType === 97));
  });
});

describe('silence', () => {
  it('MD25 past the limit is a lost leg; on either side\'s hold it means nothing', async () => {
    const impatient = await LegStand.start({ silenceLimit: 1500 });
    try {
      const legs = await Promise.all(['silent', 'held', 'holding', 'talking'].map(async (role) => {
        const phone = await impatient.phone();
        const leg = await impatient.called(phone, phone.sdp({ payloads: '0', direction: role === 'holding' ? 'inactive' : 'sendrecv' }));
        if (role === 'held') await leg.leg.setHold(true);
        if (role === 'talking') phone.start();
        return [role, leg] as const;
      }));
      const lost = (): unknown => Object.fromEntries(legs.map(([role, leg]) => [role, leg.lost]));
      await until('the silent one lost', () => legs.some(([role, leg]) => role === 'silent' && leg.lost > 0), 8000);
      const since = performance.now();
      await until('another while to pass', () => performance.now() > since + 2500);
      expect(lost()).toEqual({ silent: 1, held: 0, holding: 0, talking: 0 });
    } finally {
      impatient.close();
    }
  }, 30_000);
});

describe('pictures', () => {
  const video = 'm=video 5002 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=ssrc:77 cname:phone\r\n';

  it('MD29 of a phone without RTCP feedback are asked for by the leg, of one with feedback by the worker', async () => {
    const phone = await stand.phone();
    const old = stand.leg({ video: true });
    await old.leg.answer(`${phone.sdp({ payloads: '0' })}${video}`, noCodecs);
    await until('to be asked', () => old.keyframes > 0);
    const modern = stand.leg({ video: true });
    await modern.leg.answer(`${phone.sdp({ payloads: '0' })}${video}a=rtcp-fb:* nack pli\r\n`, noCodecs);
    await until('to be asked again', () => old.keyframes > 1);
    expect(modern.keyframes).toBe(0);
  });
});

describe('digits', () => {
  it('MD26 are told once per press, at its end, also when the end is lost, and travel on as values alone', async () => {
    const pair = await talking();
    await expectBothHear(pair);
    for (const event of [1, 1, 10, 11, 15]) pair.one.press(event);
    await until('five digits', () => pair.oneLeg.digits.length === 5);
    expect(pair.oneLeg.digits).toEqual(['1', '1', '*', '#', 'D']);
    pair.one.press(9, { ends: 0 });
    await until('the one whose end was lost', () => pair.oneLeg.digits.length === 6);
    pair.one.press(16);
    pair.one.press(2);
    await until('the one after the flash', () => pair.oneLeg.digits.length >= 7);
    expect(pair.oneLeg.digits.slice(5)).toEqual(['9', '2']);
    expect(pair.other.received.every(({ payloadType }) => payloadType === 0)).toBe(true);
    await expectBothHear(pair);
  });

  it('MD26 are sent as events with one timestamp a press, growing durations and three ends, and what is played is silent meanwhile', async () => {
    const pair = await talking({ answer: { payloads: '0 97', lines: ['a=rtpmap:97 telephone-event/8000'] } });
    await expectBothHear(pair);
    for (const digit of '5#') expect(pair.oneLeg.leg.sendDtmf(digit, 100)).toBe(true);
    const events = (): RtpPhone['received'] => pair.one.received.filter(({ payloadType }) => payloadType === 97);
    await until('both presses', () => events().filter(({ payload }) => (payload.readUInt8(1) & 0x80) !== 0).length === 6);
    const presses = [...new Set(events().map(({ timestamp }) => timestamp))].map((timestamp) => events().filter((event) => event.timestamp === timestamp));
    expect(presses.map(([first]) => first?.payload.readUInt8(0))).toEqual([5, 11]);
    for (const press of presses) {
      expect(press.map(({ payload }) => payload.readUInt16BE(2))).toEqual([160, 320, 480, 640, 800, 800, 800]);
      expect(press.map(({ payload }) => payload.readUInt8(1) >> 7)).toEqual([0, 0, 0, 0, 1, 1, 1]);
      expect(press.map(({ marker }) => marker)).toEqual([true, false, false, false, false, false, false]);
      const [from, to] = [press[0]?.at ?? 0, press.at(-1)?.at ?? 0];
      expect(to - from).toBeGreaterThan(60);
      expect(pair.one.received.filter(({ at, payloadType }) => payloadType === 0 && at > from + 10 && at < to)).toEqual([]);
    }
    await expectBothHear(pair);
  });

  it('MD26 cannot be sent where telephone-event was not agreed on', async () => {
    const phone = await stand.phone();
    const { leg } = await stand.called(phone, phone.sdp({ payloads: '0' }));
    expect(leg.sendDtmf('1', 100)).toBe(false);
  });
});
