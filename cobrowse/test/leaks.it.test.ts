/**
 * The leak corpus: every place of a document in which something can hide, in the page itself, in a frame of its origin, in one written into
 * the page (`srcdoc`), and in an open shadow root of each; there when sharing begins, and changed and added afterwards. Judged by the bytes
 * on the wire, in both directions, and by what is kept of them: recording, audit, pictures.
 */
import { describe, expect, it } from 'vitest';
import { eventually } from './browser.ts';
import { setScene } from './scene.ts';

interface Filling {
  readonly filled: Promise<void>;
  changeAll(): void;
}

const scene = setScene();

const documents = ['main', 'mainshadow', 'frame', 'frameshadow', 'srcdoc', 'srcdocshadow'];

/** What must be nowhere, with a little of what is around it. */
function leaks(): string[] {
  return [...scene.stand.received, ...scene.stand.sent, ...scene.stand.kept].flatMap((bytes) => bytes.match(/.{0,80}(?:LEAK|4111\W{0,8}1111|0532|ghp_16C7).{0,40}/gis) ?? []);
}

/** Every document has come over the wire, and been handed on and kept, so that the absence of the rest says something. */
async function everywhere(mark: string): Promise<void> {
  for (const at of documents) {
    for (const bytes of [scene.stand.received, scene.stand.sent, scene.stand.kept]) await eventually(`${mark}${at} on the wire`, () => bytes.some((each) => each.includes(`PUBLIC-${at}${mark}.`)), 40_000);
  }
}

async function expectClean(): Promise<void> {
  expect(leaks()).toEqual([]);
  expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  expect(await scene.stand.metric('gethelp_cobrowse_redactions_total', { where: 'relay' })).toBe(0);
}

describe('the leak corpus', () => {
  it('CB2 CB4 CB135 lets nothing out of any document, in the first picture as in everything that changes', async () => {
    const page = await scene.customer.newPage();
    await page.goto(scene.stand.sharerPage('places.html', 'sharer', '&wait=1'));
    await page.evaluate(() => (window as unknown as Filling).filled);
    await page.evaluate(() => { dispatchEvent(new Event('share-now')); });
    await scene.watch();
    await everywhere('');
    await expectClean();
    await page.evaluate(() => (window as unknown as Filling).changeAll());
    await everywhere('-later');
    await expectClean();
    // And all of it once more in a picture of what the page is by now.
    const before = scene.stand.received.length;
    await page.goto(scene.stand.sharerPage('places.html?again', 'sharer', '&wait=1'));
    await page.evaluate(() => (window as unknown as Filling).filled);
    await page.evaluate(() => (window as unknown as Filling).changeAll());
    await page.evaluate(() => { dispatchEvent(new Event('share-now')); });
    await eventually('the changed page in one picture', () => scene.stand.received.slice(before).some((packet) => packet.includes('PUBLIC-srcdocshadow-later.')), 40_000);
    await expectClean();
    expect(await scene.stand.metric('gethelp_cobrowse_redactions_total', { where: 'page' })).toBeGreaterThan(0);
  }, 180_000);
});
