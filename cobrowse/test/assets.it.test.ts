/** Pictures, fonts and style sheets that need the customer's login, or that nobody else can read, as the agent sees them. In Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { askPicture, eventually, shownText } from './browser.ts';
import { setScene } from './scene.ts';

const scene = setScene({ agent: { width: 1400, height: 1000 } });
const share = (): Promise<Page> => scene.share('corpus/login.html');

async function watch(): Promise<Page> {
  const desk = await scene.watch();
  await eventually('the page in the viewer', async () => (await shownText(desk))?.includes('PUBLIC'));
  return desk;
}

/** The natural width of an image as the agent has it, once it has come. */
const widthOf = (desk: Page, selector: string): Promise<number | undefined> => askPicture(desk, (page, wanted) => {
  const image = page.querySelector<HTMLImageElement>(wanted);
  return image?.currentSrc.startsWith('blob:') === true && image.complete ? image.naturalWidth : 0;
}, selector);

/** The colour of one pixel of what stands for the canvas. Without scripts a browser shows no canvas, so it is a ground. */
const colorOf = (desk: Page): Promise<string | undefined> => askPicture(desk, async (page) => {
  const image = new Image();
  image.src = /blob:[^"]+/.exec(page.defaultView?.getComputedStyle(page.querySelector('canvas')!).backgroundImage ?? '')?.[0] ?? '';
  await image.decode();
  const context = new OffscreenCanvas(200, 60).getContext('2d')!;
  context.drawImage(image, 0, 0);
  return context.getImageData(2, 2, 1, 1).data.slice(0, 3).join();
});

describe('pictures, fonts and style sheets', () => {
  it('CB46 reach the agent from the customer’s browser, and the agent’s browser asks nobody for them', async () => {
    const asked: string[] = [];
    scene.agent.on('request', (request) => asked.push(request.url()));
    const page = await share();
    const desk = await watch();
    await eventually('the photo', async () => await widthOf(desk, '#photo') === 160);
    await eventually('the drawing as a picture of its own size', async () => await widthOf(desk, '#logo') === 48);
    await eventually('the font', () => askPicture(desk, (shown) => [...shown.fonts].some((face) => face.family === 'Portal Icons' && face.status === 'loaded')));
    const grounds = (): Promise<string[] | undefined> => askPicture(desk, (shown) => ['body', '.tile', '.set', '.inline', '.vector'].map((selector) => shown.defaultView!.getComputedStyle(shown.querySelector(selector)!).backgroundImage));
    await eventually('the grounds', async () => (await grounds())?.every((ground) => ground.includes('blob:')));
    await eventually('the style sheet of another origin', async () => await askPicture(desk, (shown) => shown.defaultView!.getComputedStyle(shown.querySelector('.from-cdn')!).backgroundColor) === 'rgb(12, 34, 56)');
    expect(asked.filter((url) => !/^(?:data|blob):/.test(url)).every((url) => url.startsWith(scene.stand.deskUrl) || url.startsWith(scene.stand.relayUrl))).toBe(true);
    // Nothing is asked for that the page itself had no use for.
    expect(scene.stand.portalRequests.filter((path) => path.includes('never'))).toEqual([]);
    expect(await page.evaluate(() => window.shareStates.at(-1))).toBe('live');
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
    expect(await scene.stand.metric('gethelp_cobrowse_asset_bytes')).toBeGreaterThan(0);
  });

  it('CB47 shows a picture only where it is opened, by its own element or by an element around it that opens pictures', async () => {
    await share();
    const desk = await watch();
    await eventually('the photo', async () => await widthOf(desk, '#photo') === 160);
    expect(await askPicture(desk, (shown) => shown.querySelectorAll('[data-gethelp-mask] [data-gethelp-placeholder=image]').length)).toBe(1);
    expect(await askPicture(desk, (shown) => shown.querySelector('#closed'))).toBeNull();
    const wire = [...scene.stand.received, ...scene.stand.sent].join('');
    expect(wire).not.toContain('LEAK-');
    expect(wire).not.toContain('/private/');
    expect(wire).not.toContain('stripes.png');
  });

  it('CB48 asks the portal for no picture of the page a second time', async () => {
    await share();
    const desk = await watch();
    await eventually('the picture that is given once', async () => (await widthOf(desk, '#once') ?? 0) > 0);
    expect(scene.stand.portalRequests.filter((path) => path.includes('once')).length).toBe(1);
  });

  it('CB49 puts a labelled box in the place of a picture that nobody but its origin may read', async () => {
    await share();
    const desk = await watch();
    await eventually('the box', () => askPicture(desk, (shown) => shown.querySelector<HTMLImageElement>('#foreign')?.src.startsWith('data:image/svg+xml') && shown.querySelector<HTMLImageElement>('#foreign')!.src.includes('Image')));
    expect(await askPicture(desk, (shown) => shown.querySelector<HTMLImageElement>('#foreign')?.width)).toBe(60);
  });

  it('CB50 shows an opened drawing at a low rate, and its later states', async () => {
    const page = await share();
    const desk = await watch();
    await eventually('the drawing', async () => await colorOf(desk) === '51,102,153');
    await page.evaluate(() => (window as unknown as { drawBar(color: string): void }).drawBar('#996633'));
    await eventually('the changed drawing', async () => await colorOf(desk) === '153,102,51');
    // Masked, it tells nothing more, however it changes, while another one goes on.
    await page.evaluate(() => {
      document.querySelector('#chart')!.setAttribute('data-gethelp-mask', '');
      document.querySelector('main')!.insertAdjacentHTML('beforeend', '<canvas id="other" width="200" height="60"></canvas>');
      const context = document.querySelector<HTMLCanvasElement>('#other')!.getContext('2d')!;
      Object.assign(window, { drawOther: (color: string) => { context.fillStyle = color; context.fillRect(0, 0, 200, 60); } });
    });
    const drawOther = (color: string): Promise<void> => page.evaluate((given) => (window as unknown as { drawOther(color: string): void }).drawOther(given), color);
    await drawOther('#336699');
    await eventually('the other drawing alone', async () => await colorOf(desk) === '51,102,153');
    const offers = (): number => scene.stand.received.filter((packet) => packet.includes('offerAsset')).length;
    const before = offers();
    await page.evaluate(() => (window as unknown as { drawBar(color: string): void }).drawBar('#111111'));
    await drawOther('#993366');
    await eventually('the change of the other drawing', async () => await colorOf(desk) === '153,51,102');
    expect(offers() - before).toBe(1);
  });

  it('CB46 shows them again to an agent who comes later, without asking the customer’s page', async () => {
    await share();
    const first = await watch();
    await eventually('the photo', async () => await widthOf(first, '#photo') === 160);
    const offers = (): string[] => scene.stand.received.filter((packet) => packet.includes('offerAsset')).map((packet) => /[0-9a-f]{64}/.exec(packet)?.[0] ?? '');
    await first.reload();
    await eventually('the photo after the reload', async () => await widthOf(first, '#photo') === 160);
    expect(offers().length).toBeGreaterThan(0);
    expect(new Set(offers()).size).toBe(offers().length);
  });

  it('CB51 follows an image that gets another picture', async () => {
    const page = await share();
    const desk = await watch();
    await eventually('the photo', async () => await widthOf(desk, '#photo') === 160);
    await page.evaluate(() => { document.querySelector<HTMLImageElement>('#photo')!.src = '/private/ground.png'; });
    await eventually('the other picture', async () => await widthOf(desk, '#photo') === 24);
    await page.evaluate(() => document.querySelector('main')!.insertAdjacentHTML('beforeend', '<img id="late" src="/open/stripes.png?late" alt="">'));
    await eventually('the picture that came later', async () => await widthOf(desk, '#late') === 160);
  });
});
