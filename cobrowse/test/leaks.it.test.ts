/**
 * The leak corpus: every place of a document in which something can hide, in the page itself, in a frame of its origin, in one written into
 * the page (`srcdoc`), and in an open shadow root of each; there when sharing begins, and changed and added afterwards. Judged by the bytes
 * on the wire, in both directions, and by what is kept of them: recording, audit, pictures.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually, launch } from './browser.ts';
import { buildBundles, createStand, type Bundles, type Stand } from './stand.ts';

interface Filling {
  readonly filled: Promise<void>;
  changeAll(): void;
}

let bundles: Bundles;
let browser: Browser;
let stand: Stand;
let page: Page;

beforeAll(async () => {
  [bundles, browser] = await Promise.all([buildBundles(), launch()]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await bundles.remove();
});

beforeEach(async () => {
  stand = await createStand(bundles);
  const session = { from: 'sip:abc@example.com', contactId: 'c1', origin: null };
  stand.claims.set('sharer', { ...session, role: 'sharer', agentId: null });
  stand.claims.set('viewer', { ...session, role: 'viewer', agentId: 'anna' });
  page = await browser.newPage();
});

afterEach(async () => {
  await page.context().close();
  await stand.close();
});

const documents = ['main', 'mainshadow', 'frame', 'frameshadow', 'srcdoc', 'srcdocshadow'];

/** What must be nowhere, with a little of what is around it. */
function leaks(): string[] {
  return [...stand.received, ...stand.sent, ...stand.kept].flatMap((bytes) => bytes.match(/.{0,80}(?:LEAK|4111\W{0,8}1111|0532|ghp_16C7).{0,40}/gis) ?? []);
}

/** Every document has come over the wire, and been handed on and kept, so that the absence of the rest says something. */
async function everywhere(mark: string): Promise<void> {
  for (const at of documents) {
    for (const bytes of [stand.received, stand.sent, stand.kept]) await eventually(`${mark}${at} on the wire`, () => bytes.some((each) => each.includes(`PUBLIC-${at}${mark}.`)), 40_000);
  }
}

async function expectClean(): Promise<void> {
  expect(leaks()).toEqual([]);
  expect(await stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  expect(await stand.metric('gethelp_cobrowse_redactions_total', { where: 'relay' })).toBe(0);
}

describe('the leak corpus', () => {
  it('CB2 CB4 CB135 lets nothing out of any document, in the first picture as in everything that changes', async () => {
    await page.goto(stand.sharerPage('places.html', 'sharer', '&wait=1'));
    await page.evaluate(() => (window as unknown as Filling).filled);
    await page.evaluate(() => { dispatchEvent(new Event('share-now')); });
    const desk = await browser.newPage();
    await desk.goto(stand.deskPage('viewer'));
    await everywhere('');
    await expectClean();
    await page.evaluate(() => (window as unknown as Filling).changeAll());
    await everywhere('-later');
    await expectClean();
    // And all of it once more in a picture of what the page is by now.
    const before = stand.received.length;
    await page.goto(stand.sharerPage('places.html?again', 'sharer', '&wait=1'));
    await page.evaluate(() => (window as unknown as Filling).filled);
    await page.evaluate(() => (window as unknown as Filling).changeAll());
    await page.evaluate(() => { dispatchEvent(new Event('share-now')); });
    await eventually('the changed page in one picture', () => stand.received.slice(before).some((packet) => packet.includes('PUBLIC-srcdocshadow-later.')), 40_000);
    await expectClean();
    expect(await stand.metric('gethelp_cobrowse_redactions_total', { where: 'page' })).toBeGreaterThan(0);
    await desk.context().close();
  }, 180_000);
});
