/**
 * What a bridged call costs: the product's media (its own process and its worker) beside rtpengine in user space, under the same load of plain
 * G.711; and with DTLS-SRTP on the customer's side, which a real Chromium speaks.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { setLogEventListeners } from 'mediasoup';
import { pino } from 'pino';
import { chromium } from 'playwright-core';
import { parse } from 'sdp-transform';
import { IceLeg } from '../../../gateway/src/media/ice-leg.ts';
import { noCodecs } from '../../../gateway/src/media/leg.ts';
import type { LegListener, SipLeg } from '../../../gateway/src/media/leg.ts';
import { RtpLeg } from '../../../gateway/src/media/rtp/rtp-leg.ts';
import { RtpNetwork } from '../../../gateway/src/media/rtp/rtp-network.ts';
import { WorkerPool } from '../../../gateway/src/media/worker-pool.ts';
import type { MediaPlace } from '../../../gateway/src/media/worker-pool.ts';
import { chromiumArguments } from '../../support/stage.ts';
import { cpuSeconds } from './process-cpu.ts';
import { Rtpengine } from './rtpengine.ts';
import { RtpLoad } from './rtp-load.ts';
import type { FlowTarget } from './rtp-load.ts';

const log = pino({ level: 'error' });
const settle = 3000;
const measured = 10_000;

export interface MediaCost {
  /** Seconds of CPU per second and call. */
  readonly perCall: number;
  /** Of it, what is the gateway's own process' and not its worker's. */
  readonly ownProcess: number;
  readonly generator: number;
  /** Share of what was sent that arrived on the other side. */
  readonly arrived: number;
}

export async function rtpengineCost(calls: number): Promise<MediaCost> {
  const engine = await Rtpengine.start();
  const { load, ports } = await RtpLoad.open(2 * calls);
  try {
    const targets: FlowTarget[] = [];
    for (let call = 0; call < calls; call += 1) {
      const { one, other } = await engine.bridge(call, ports[2 * call] ?? 0, ports[2 * call + 1] ?? 0);
      targets.push(one, other);
    }
    await load.send(targets);
    return await cost({ calls, load, media: engine.pid, own: null });
  } finally {
    await load.close();
    await engine.stop();
  }
}

/** The legs of the product between two flows of the load each. */
export async function plainCost(calls: number): Promise<MediaCost> {
  const media = await openMedia();
  const { load, ports } = await RtpLoad.open(2 * calls);
  try {
    const targets: FlowTarget[] = [];
    for (let call = 0; call < calls; call += 1) {
      const place = await media.pool.place();
      const legs: SipLeg[] = [];
      const connect = (): void => bridge(legs);
      for (const end of [0, 1]) {
        const leg = media.rtpLeg(place, connect);
        legs.push(leg);
        targets.push(await answerPlainly(leg, ports[2 * call + end] ?? 0));
      }
    }
    await load.send(targets);
    return await cost({ calls, load, media: media.workerPid(), own: process.pid });
  } finally {
    await load.close();
    media.close();
  }
}

/** A page of Chromium is the customer of all calls, its fake microphone in PCMU; the load is the phones. */
export async function dtlsCost(calls: number): Promise<MediaCost> {
  const media = await openMedia();
  const { load, ports } = await RtpLoad.open(calls);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...chromiumArguments] });
  const server = createServer((_request, response) => { response.setHeader('Content-Type', 'text/html'); response.end('<!doctype html><title>Customers</title>'); });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const page = await (await browser.newContext({ permissions: ['microphone'] })).newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const targets: FlowTarget[] = [];
    for (let call = 0; call < calls; call += 1) {
      const place = await media.pool.place();
      const legs: SipLeg[] = [];
      const connect = (): void => bridge(legs);
      const transport = await place.router.createWebRtcTransport({ webRtcServer: place.server, enableUdp: true });
      const customer = new IceLeg(place.router, transport, listener(connect));
      legs.push(customer);
      const offer = await customer.offer({ audio: 'audio/PCMU', video: null }, true);
      await customer.accept(await page.evaluate<string>(answering(offer)), { onHold: false });
      const phone = media.rtpLeg(place, connect);
      legs.push(phone);
      targets.push(await answerPlainly(phone, ports[call] ?? 0));
      connect();
    }
    await load.send(targets);
    return await cost({ calls, load, media: media.workerPid(), own: process.pid });
  } finally {
    await browser.close();
    server.close();
    await load.close();
    media.close();
  }
}

async function cost({ calls, load, media, own }: {
  readonly calls: number; readonly load: RtpLoad; readonly media: number; readonly own: number | null;
}): Promise<MediaCost> {
  await pause(settle);
  await load.count();
  const before = [media, own, load.pid].map((pid) => (pid === null ? 0 : cpuSeconds(pid)));
  const startedAt = performance.now();
  await pause(measured);
  const seconds = (performance.now() - startedAt) / 1000;
  const [mediaCpu = 0, ownCpu = 0, generator = 0] = [media, own, load.pid].map((pid, index) => ((pid === null ? 0 : cpuSeconds(pid)) - (before[index] ?? 0)) / seconds);
  const { sent, received } = await load.count();
  return { perCall: (mediaCpu + ownCpu) / calls, ownProcess: ownCpu / calls, generator, arrived: received / sent };
}

async function openMedia() {
  const listen = { ips: ['127.0.0.1'], announced: [], port: 0 };
  const network = new RtpNetwork({ ips: listen.ips, announced: [], ports: { min: 30_000, max: 31_999 }, log });
  setLogEventListeners({ onwarn: (_namespace, message) => { network.learner.heard(message); } });
  const pool = await WorkerPool.start({ count: 1, listen, log, onDeath: () => { throw new Error('the media worker died'); } });
  let pid = 0;
  return {
    pool,
    workerPid: () => pid,
    rtpLeg(place: MediaPlace, connect: () => void): RtpLeg {
      pid = place.workerPid;
      return new RtpLeg({ network, router: place.router, workerPid: place.workerPid, profile: 'rtp', source: '127.0.0.1', video: false, listener: listener(connect), log });
    },
    close: () => pool.close(),
  };
}

function listener(connect: () => void): LegListener {
  return {
    onSource: connect, onHeld: ignore, onDtmf: ignore, onReoffer: ignore, onKeyframe: ignore,
    onLost: () => { throw new Error('a leg was lost'); },
  };
}

function bridge([one, other]: readonly SipLeg[]): void {
  if (one?.answered !== true || other?.answered !== true) return;
  const play = async (to: SipLeg, from: SipLeg): Promise<void> => { const heard = from.heard('audio'); await to.play('audio', heard ? [heard] : []); };
  Promise.all([play(one, other), play(other, one)]).catch((error: unknown) => { throw error; });
}

/** Answers as a phone with G.711 and no DTMF would; tells where the leg wants its RTP. */
async function answerPlainly(leg: SipLeg, port: number): Promise<FlowTarget> {
  const [audio] = parse(await leg.offer(noCodecs)).media;
  if (!audio) throw new Error('an offer without audio');
  await leg.accept(`v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`, { onHold: false });
  return { address: '127.0.0.1', port: audio.port };
}

/** For the page: answers the offer with its microphone, and keeps the connection. */
function answering(offer: string): string {
  return `(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const peer = new RTCPeerConnection();
    (window.peers ??= []).push(peer);
    await peer.setRemoteDescription({ type: 'offer', sdp: ${JSON.stringify(offer)} });
    for (const track of stream.getAudioTracks()) peer.addTrack(track, stream);
    await peer.setLocalDescription();
    return peer.localDescription.sdp;
  })()`;
}

function ignore(): void { /* nothing of it happens in a steady call */ }
