/** The client's media against a real mediasoup router that gives the customer back what they send: what stands when, and what leaves when. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordRemoteAudio, toneRecorderScript } from '../../tests/support/tone-recorder.ts';
import { launchBrowser, pressGetHelp } from './browser.ts';
import { FakeGateway } from './fake-gateway.ts';
import { FakeMedia } from './fake-media.ts';

const until = { timeout: 8_000, interval: 20 };
const opus = { mode: 'send', codec: 'audio/opus' } as const;

describe('the customer\'s media', () => {
  let browser: Browser;
  let media: FakeMedia;
  let gateway: FakeGateway;
  let page: Page;

  beforeAll(async () => {
    [browser, media] = await Promise.all([launchBrowser(), FakeMedia.start()]);
    gateway = await FakeGateway.start(media);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });
  beforeEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    gateway.reset();
    await media.forget();
    media.requests.length = 0;
    media.tracks = { epoch: 'e1', revision: 1, audio: { mode: 'prepare', codec: 'audio/opus' }, video: null, receive: [] };
    const context = await browser.newContext();
    context.setDefaultTimeout(8_000);
    await context.addInitScript({ content: toneRecorderScript });
    page = await context.newPage();
    await page.goto(`${gateway.url}/page`);
    await pressGetHelp(page);
    await expect.poll(() => gateway.connected, until).toBe(true);
  });

  async function offer(): Promise<void> {
    gateway.show({ phase: { name: 'offered', transfer: null }, media: { epoch: 'e1' } });
    await expect.poll(() => media.sendState, until).toBe('connected');
  }

  async function talk(): Promise<void> {
    await offer();
    gateway.engage();
    gateway.sendTracks({ audio: opus });
    await expect.poll(() => media.audioBytes(), until).toBeGreaterThan(0);
  }

  /** Until the byte count has grown by so much from now. */
  async function flows(bytes = 2_000): Promise<void> {
    const before = await media.audioBytes();
    await expect.poll(() => media.audioBytes(), until).toBeGreaterThan(before + bytes);
  }

  it('WG30 at offered ICE and DTLS stand, and not one packet leaves before send', async () => {
    await offer();
    // The microphone is live by now, which is when something could leak.
    await page.getByRole('heading', { name: 'It is your turn' }).waitFor();
    for (let look = 0; look < 20; look += 1) await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve); }));
    expect(await media.audioBytes()).toBe(0);
    const producers = media.requests.filter((type) => type === 'produce').length;

    const begun = performance.now();
    gateway.sendTracks({ audio: opus });
    await expect.poll(() => media.audioBytes(), { timeout: 2_000, interval: 5 }).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(400);
    expect(media.requests.filter((type) => type === 'produce').length).toBe(producers);
  });

  it('WG31 plays the agent, once they are listed', async () => {
    await talk();
    gateway.sendTracks({ receive: [await media.echo('audio')] });
    await expect.poll(async () => {
      const { samples } = await recordRemoteAudio(page, 0.5);
      return samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
    }, { timeout: 10_000, interval: 10 }).toBeGreaterThan(0.02);
    expect(media.requests).toContain('resumeConsumer');
  });

  it('WG38 plays everybody who is listed at once, each by themselves, and stops who is listed no more', async () => {
    await page.evaluate(() => {
      const scope = globalThis as unknown as { players: Set<EventTarget> };
      scope.players = new Set();
      const { prototype } = HTMLMediaElement;
      const play = Object.getOwnPropertyDescriptor(prototype, 'play')?.value as () => Promise<void>;
      prototype.play = function played(this: HTMLMediaElement) { scope.players.add(this); return play.call(this); };
    });
    const playing = () => page.evaluate(() => [...(globalThis as unknown as { players: Set<HTMLMediaElement> }).players].filter(({ srcObject, paused, muted }) => srcObject !== null && !paused && !muted).length);
    await talk();
    const [agent, second] = [await media.echo('audio'), await media.echo('audio', 'second')];
    gateway.sendTracks({ receive: [agent, second] });
    await expect.poll(playing, until).toBe(2);
    gateway.sendTracks({ receive: [second] });
    await expect.poll(playing, until).toBe(1);
    gateway.sendTracks({ receive: [] });
    await expect.poll(playing, until).toBe(0);
  });

  it('WG32 produces anew with another codec, and then closes the old', async () => {
    await talk();
    const before = media.audio?.id;
    gateway.sendTracks({ audio: { mode: 'send', codec: 'audio/pcmu' } });
    await expect.poll(() => media.audio?.rtpParameters.codecs[0]?.mimeType, until).toBe('audio/PCMU');
    await expect.poll(() => media.producers.has(before ?? ''), until).toBe(false);
    await flows();
  });

  it('WG33 goes on sending while muted, and what it sends is silence', async () => {
    await talk();
    gateway.sendTracks({ receive: [await media.echo('audio')] });
    await page.getByRole('button', { name: 'Mute' }).click();
    await flows(500);
    await expect.poll(async () => {
      const { samples } = await recordRemoteAudio(page, 1.5);
      return samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
    }, { timeout: 12_000, interval: 10 }).toBeLessThan(0.005);
  }, 20_000);

  it('WG34 builds the camera when it is first switched on, and pauses it when off', async () => {
    await talk();
    gateway.sendTracks({ video: { mode: 'send', codec: 'video/VP8' } });
    await flows();
    expect([...media.producers.values()].filter(({ kind }) => kind === 'video')).toEqual([]);
    await page.getByRole('button', { name: 'Camera' }).click();
    await expect.poll(() => [...media.producers.values()].some(({ kind }) => kind === 'video'), until).toBe(true);
    gateway.sendTracks({ receive: [await media.echo('video')] });
    await page.getByLabel('Video of Anna Berger').waitFor();
    await expect.poll(() => page.getByLabel('Video of Anna Berger').evaluate((video: HTMLVideoElement) => video.videoWidth), until).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Camera off' }).click();
    await expect.poll(() => [...media.producers.values()].find(({ kind }) => kind === 'video')?.paused, until).toBe(true);
  });

  it('WG35 keeps the call through a lost socket, with an ICE restart, where the gateway still knows it', async () => {
    await talk();
    gateway.cut();
    await expect.poll(() => media.requests.filter((type) => type === 'restartIce').length, until).toBeGreaterThan(0);
    await flows();
    expect(media.requests.filter((type) => type === 'open').length).toBe(1);
  });

  it('WG36 opens anew where the gateway knows it no more, and at every new epoch', async () => {
    await talk();
    await media.forget();
    gateway.cut();
    media.tracks = { ...media.tracks, audio: opus };
    await expect.poll(() => media.requests.filter((type) => type === 'open').length, until).toBe(2);
    await expect.poll(() => media.audioBytes(), until).toBeGreaterThan(0);
    media.tracks = { ...media.tracks, epoch: 'e2' };
    gateway.show({ media: { epoch: 'e2' } });
    await expect.poll(() => media.requests.filter((type) => type === 'open').length, until).toBe(3);
    await expect.poll(() => media.audioBytes(), until).toBeGreaterThan(0);
  });

  it('WG37 a reload in the call brings the voice back by itself', async () => {
    await talk();
    const begun = performance.now();
    await page.reload();
    await expect.poll(() => media.requests.filter((type) => type === 'open').length, until).toBe(2);
    await expect.poll(() => media.audioBytes(), until).toBeGreaterThan(0);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
