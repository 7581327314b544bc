/** The tools that prove audio, proven themselves in real Chromium: a page that calls itself hears exactly its own tones. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toneMicrophoneScript } from './tone-microphone.ts';
import { recordRemoteAudio, toneRecorderScript } from './tone-recorder.ts';
import { judgeTones } from './tone.ts';

const tones = [523, 1319];
let browser: Browser;
let server: Server;
beforeAll(async () => {
  server = createServer((_request, response) => { response.setHeader('content-type', 'text/html'); response.end('<!doctype html><title>echo</title>'); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [
    '--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
  ] });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
});

it('MD15 hears in a page\'s remote audio the tones that its microphone was given, and no others', async () => {
  const context = await browser.newContext({ permissions: ['microphone'] });
  await context.addInitScript({ content: toneRecorderScript });
  await context.addInitScript({ content: toneMicrophoneScript(tones) });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.evaluate(`(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
    window.kept = [near, far];
    near.onicecandidate = ({ candidate }) => far.addIceCandidate(candidate ?? undefined);
    far.onicecandidate = ({ candidate }) => near.addIceCandidate(candidate ?? undefined);
    near.addTrack(stream.getAudioTracks()[0], stream);
    await near.setLocalDescription();
    await far.setRemoteDescription(near.localDescription);
    await far.setLocalDescription();
    await near.setRemoteDescription(far.localDescription);
  })()`);
  await recordRemoteAudio(page, 1);
  const verdict = judgeTones(await recordRemoteAudio(page, 2), tones, [697, 1637]);
  expect(Math.min(...verdict.overNeighbours)).toBeGreaterThan(20);
  expect(Math.max(...verdict.unwanted)).toBeLessThan(-20);
}, 60_000);
