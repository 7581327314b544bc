/** A leg whose peer is a plain RTCPeerConnection in Chromium: who offers first, what changes in mid-call, digits. The other party is a phone of sockets. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { types } from 'mediasoup';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toneRecorderScript } from '../../tests/support/tone-recorder.ts';
import { IceLeg } from '../src/media/ice-leg.ts';
import { noCodecs } from '../src/media/leg.ts';
import type { ChosenCodecs } from '../src/media/leg.ts';
import { expectHeard, inSomeWindow, settled } from './media-proof.ts';
import { expectHeardBy, LegStand, until } from './support/leg-stand.ts';
import type { StandLeg } from './support/leg-stand.ts';
import type { RtpPhone } from './support/rtp-phone.ts';

const pageTones = [697, 1637];
const phoneTones = [523, 1319];
const pcmu: ChosenCodecs = { audio: 'audio/PCMU', video: null };

const peerScript = `
  const tones = ${JSON.stringify(pageTones)};
  let connection;
  async function open() {
    const context = new AudioContext();
    await context.resume();
    const destination = context.createMediaStreamDestination();
    for (const frequency of tones) {
      const oscillator = new OscillatorNode(context, { frequency });
      oscillator.connect(new GainNode(context, { gain: 0.25 })).connect(destination);
      oscillator.start();
    }
    connection = new RTCPeerConnection();
    const [track] = destination.stream.getAudioTracks();
    return { track, stream: destination.stream };
  }
  async function described(description) {
    await connection.setLocalDescription(description);
    return connection.localDescription.sdp;
  }
  window.offer = async () => {
    const { track, stream } = await open();
    connection.addTrack(track, stream);
    return described(await connection.createOffer());
  };
  window.takeAnswer = (sdp) => connection.setRemoteDescription({ type: 'answer', sdp });
  window.answer = async (sdp) => {
    const made = connection ? null : await open();
    await connection.setRemoteDescription({ type: 'offer', sdp });
    if (made) {
      const [audio] = connection.getTransceivers();
      audio.direction = 'sendrecv';
      await audio.sender.replaceTrack(made.track);
    }
    return described(await connection.createAnswer());
  };
  window.press = (digits) => connection.getSenders().find(({ track }) => track?.kind === 'audio').dtmf.insertDTMF(digits, 100, 70);
  window.canPress = () => connection.getSenders().some(({ dtmf }) => dtmf?.canInsertDTMF);
`;

let stand: LegStand;
let server: Server;
let browser: Browser;
let mediaServer: types.WebRtcServer;
const pages: Page[] = [];
const legs: IceLeg[] = [];
beforeAll(async () => {
  stand = await LegStand.start();
  mediaServer = await stand.worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  server = createServer((_, response) => { response.setHeader('content-type', 'text/html'); response.end(`<!doctype html><script>${peerScript}</script>`); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required'],
  });
}, 60_000);
afterEach(async () => {
  for (const leg of legs.splice(0)) leg.close();
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  stand.clear();
});
afterAll(async () => {
  await browser.close();
  server.close();
  stand.close();
});

interface Met { readonly page: Page; readonly leg: IceLeg; readonly phone: RtpPhone; readonly phoneLeg: StandLeg; readonly digits: string[]; connect(): Promise<void> }

/** A page that is not connected yet, and a phone that speaks PCMU. */
async function meet(): Promise<Met> {
  const context = await browser.newContext();
  await context.addInitScript({ content: toneRecorderScript });
  const page = await context.newPage();
  pages.push(page);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const digits: string[] = [];
  const transport = await stand.router.createWebRtcTransport({ webRtcServer: mediaServer });
  const nothing = (): void => { /* the test looks for itself */ };
  const leg = new IceLeg(stand.router, transport, { onSource: nothing, onHeld: nothing, onReoffer: nothing, onKeyframe: nothing, onLost: nothing, onDtmf: (digit) => { digits.push(digit); } });
  legs.push(leg);
  const phone = await stand.phone({ tones: phoneTones });
  const phoneLeg = await stand.called(phone, phone.sdp({ payloads: '0 101' }));
  phone.start();
  await until('the phone', () => phoneLeg.leg.heard('audio') !== null);
  const connect = async (): Promise<void> => {
    const [heard, spoken] = [phoneLeg.leg.heard('audio'), leg.heard('audio')];
    await leg.play('audio', heard ? [heard] : []);
    await phoneLeg.leg.play('audio', spoken ? [spoken] : []);
  };
  return { page, leg, phone, phoneLeg, digits, connect };
}

async function expectBothHear({ page, phone }: Met): Promise<void> {
  await settled(page);
  await inSomeWindow(() => Promise.all([expectHeard(page, phoneTones, pageTones, 2), expectHeardBy(phone, pageTones, phoneTones)]));
}

describe('a peer that does ICE', () => {
  it('MD30 may offer first, as one that calls us does', async () => {
    const met = await meet();
    const answer = await met.leg.answer(await met.page.evaluate<string>('window.offer()'), pcmu);
    expect(met.leg.codecs).toEqual({ audio: 'audio/PCMU', video: null });
    await met.page.evaluate(`window.takeAnswer(${JSON.stringify(answer)})`);
    await met.connect();
    await expectBothHear(met);
  }, 60_000);

  it('MD30 changes its codec by our offer in mid-call', async () => {
    const met = await meet();
    await met.leg.accept(await met.page.evaluate<string>(`window.answer(${JSON.stringify(await met.leg.offer(noCodecs))})`), { onHold: false });
    expect(met.leg.codecs.audio).toBe('audio/opus');
    // Whom it hears changes after it.
    const speaker = await stand.router.createDirectTransport();
    await met.leg.play('audio', [await speaker.produce({ kind: 'audio', rtpParameters: { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }], encodings: [{ ssrc: 1 }] } })]);
    await met.leg.accept(await met.page.evaluate<string>(`window.answer(${JSON.stringify(await met.leg.offer(pcmu, true))})`), { onHold: false });
    expect(met.leg.codecs.audio).toBe('audio/PCMU');
    await met.connect();
    await expectBothHear(met);
  }, 60_000);

  it('MD30 keeps what was agreed where our offer is taken back', async () => {
    const met = await meet();
    await met.leg.accept(await met.page.evaluate<string>(`window.answer(${JSON.stringify(await met.leg.offer(pcmu, true))})`), { onHold: false });
    await met.leg.offer({ audio: 'audio/opus', video: null }, true);
    met.leg.rollback();
    expect(met.leg.codecs.audio).toBe('audio/PCMU');
    await met.connect();
    await expectBothHear(met);
  }, 60_000);

  it('MD26 sends digits as events too', async () => {
    const met = await meet();
    await met.leg.accept(await met.page.evaluate<string>(`window.answer(${JSON.stringify(await met.leg.offer(pcmu, true))})`), { onHold: false });
    await met.connect();
    await met.page.waitForFunction('window.canPress()');
    await met.page.evaluate(`window.press('1*#9')`);
    await until('the digits', () => met.digits.length === 4, 10_000);
    expect(met.digits).toEqual(['1', '*', '#', '9']);
  }, 60_000);
});
