/** Pages as portals have them: what the agent sees beside what the customer sees, pixel by pixel where it is opened, box by box where it is not. */
import { mkdir, writeFile } from 'node:fs/promises';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { askPicture, eventually, viewerFrame } from './browser.ts';
import { corpus, type CorpusPage } from './corpus.ts';
import { decodePng, likeness } from './png.ts';
import { setScene } from './scene.ts';

/** The share of pixels that are alike on both sides. */
const aim = 0.99;
const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true },
} satisfies Record<string, BrowserContextOptions>;

const scene = setScene({ apps: ['react', 'lit', 'angular'] });
const { open } = scene;

async function both(path: string, size: keyof typeof sizes): Promise<{ page: Page; desk: Page }> {
  const page = await open(scene.stand.sharerPage(`corpus/${path}`, 'sharer'), sizes[size]);
  await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')), 20_000);
  // Large enough that nothing has to be made smaller.
  const desk = await open(scene.stand.deskPage('viewer'), { viewport: { width: 1500, height: 1100 } });
  const frame = await viewerFrame(desk);
  await eventually('the page in the viewer', () => frame.evaluate(() => document.querySelector('.stage.shown') !== null), 20_000);
  return { page, desk };
}

async function picture(page: Page): Promise<Buffer> {
  return page.screenshot({ animations: 'disabled', caret: 'hide' });
}

/** What of the page the agent sees, without what the viewer draws over it. */
async function shown(desk: Page): Promise<Buffer> {
  const frame = await viewerFrame(desk);
  await frame.addStyleTag({ content: 'body *:not(:has(.stage), .stage, .stage *) { visibility: hidden !important } .replayer-mouse, .replayer-mouse-tail { display: none !important } .stage { box-shadow: none !important }' });
  // The tools above may end between two pixels: the picture is painted on whole ones, and is cut out there.
  const box = await frame.locator('.stage.shown iframe').boundingBox();
  if (box === null) throw new Error('no picture is shown');
  const clip = { x: Math.round(box.x), y: Math.round(box.y), width: Math.round(box.width), height: Math.round(box.height) };
  return desk.screenshot({ animations: 'disabled', caret: 'hide', clip });
}

/** Looks again until both sides are alike; keeps what it saw where they never are. */
async function expectAlike(page: Page, desk: Page, name: string): Promise<number> {
  let best = 0;
  let last: readonly [Buffer, Buffer] | null = null;
  try {
    return await eventually(`${name} alike`, async () => {
      last = [await picture(page), await shown(desk)];
      const boxes = await askPicture(desk, placeholdersOf) ?? [];
      best = Math.max(best, likeness(decodePng(last[0]), decodePng(last[1]), boxes));
      return best >= aim && best;
    }, 8_000);
  } catch {
    const folder = process.env['SHOTS'];
    if (folder !== undefined && last !== null) {
      await mkdir(folder, { recursive: true });
      const file = `${folder}/${name.replaceAll(/\W+/g, '-')}`;
      await Promise.all([writeFile(`${file}-customer.png`, last[0]), writeFile(`${file}-agent.png`, last[1])]);
    }
    throw new Error(`${name}: ${(best * 100).toFixed(2)} % alike at best`);
  }
}

/** Labelled boxes and what stays masked, which are meant to look other than what they stand for. */
function placeholdersOf(page: Document): Box[] {
  return [...page.querySelectorAll('[data-gethelp-placeholder], [data-gethelp-mask], img[src^="data:image/svg"]')].map((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { left, top, width, height };
  });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the parts of a page stand that its designer would notice. In the rebuilt page marks are gone, so parts are found by their place in the tree. */
function boxesOf(page: Document, paths: readonly string[]): Array<Box | null> {
  return paths.map((path) => {
    const { left, top, width, height } = page.querySelector(path)?.getBoundingClientRect() ?? { left: -1, top: 0, width: 0, height: 0 };
    return left === -1 ? null : { left, top, width, height };
  });
}

const pathsOf = (page: Page): Promise<string[]> => page.evaluate(() => [...document.querySelectorAll('[data-box]')].map((element) => {
  const steps: string[] = [];
  for (let next: Element | null = element; next !== null && next !== document.body; next = next.parentElement) {
    // Scripts are not recorded.
    steps.unshift(`:nth-child(${[...next.parentElement!.children].filter((sibling) => sibling.localName !== 'script').indexOf(next) + 1} of :not(script))`);
  }
  return `body > ${steps.join(' > ')}`;
}));

describe.each(Object.keys(sizes) as Array<keyof typeof sizes>)('the corpus on a %s', (size) => {
  it.each(corpus)('CB53 $name looks the same to the agent where it is opened, after each step', async ({ name, steps }: CorpusPage) => {
    const { page, desk } = await both(`${name}.html`, size);
    const found = [`start ${((await expectAlike(page, desk, `${name} ${size}`)) * 100).toFixed(2)}`];
    for (const { name: what, act } of steps) {
      await act(page);
      found.push(`${what} ${((await expectAlike(page, desk, `${name} ${size} ${what}`)) * 100).toFixed(2)}`);
    }
    if (process.env['SHOTS'] !== undefined) process.stdout.write(`${name} ${size}: ${found.join(', ')}\n`);
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  });

  it.each(corpus)('CB54 $name keeps its layout and says nothing where it is not opened, after each step', async ({ name, steps }: CorpusPage) => {
    const { page, desk } = await both(`${name}.html?masked`, size);
    for (const { act } of [{ act: async () => {} }, ...steps]) {
      await act(page);
      const paths = await pathsOf(page);
      const scroll = await page.evaluate(() => scrollY);
      let worst = '';
      await eventually(`the layout of ${name}`, async () => {
        const theirs = await page.evaluate<Array<Box | null>>(`(${boxesOf.toString()})(document, ${JSON.stringify(paths)})`);
        const ours = await askPicture(desk, boxesOf, paths) ?? [];
        worst = theirs.flatMap((box, index) => movedTooFar(box, ours[index] ?? null) ? [`${paths[index]}: ${JSON.stringify(box)} → ${JSON.stringify(ours[index])}`] : []).join('\n');
        return worst === '' && ours.length === paths.length;
      }, 8_000).catch(() => { throw new Error(`${name} at ${scroll}: moved\n${worst}`); });
    }
    expect([...scene.stand.received, ...scene.stand.sent].flatMap((packet) => packet.match(/.{0,60}meridian.{0,30}/gi) ?? [])).toEqual([]);
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  });
});

/** Dots are as wide as other words, not as these: lines may break elsewhere, columns may not move. */
function movedTooFar(box: Box | null, other: Box | null): boolean {
  if (box === null || other === null) return box !== other;
  return Math.abs(box.left - other.left) > 4 || Math.abs(box.width - other.width) > 8 || Math.abs(box.top - other.top) > 60 || Math.abs(box.height - other.height) > 60;
}
