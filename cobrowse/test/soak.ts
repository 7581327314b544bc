/**
 * Hours of steady use of one shared page, compressed: the same events in less time, as fast as they may come without being a storm. After each part the garbage
 * is collected, and what the page, the viewer and the relay still hold is read.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Browser, Page } from 'playwright-core';
import { askPicture, eventually } from './browser.ts';
import type { Stand } from './stand.ts';

/** Megabytes held after a forced collection. */
export interface Held {
  readonly page: number;
  readonly viewer: number;
  /** The relay, and with it the driver of the two browsers, whose own books grow a little with all that they are told. */
  readonly relay: number;
}

export interface SoakOptions {
  readonly browser: Browser;
  /** With the tokens `sharer` and `viewer`. */
  readonly stand: Stand;
  readonly parts: number;
  /** Turns of use in each part; one is what a busy page does in a second: fifteen changes of rows, a row that comes and goes, a key, some scrolling. */
  readonly turnsPerPart: number;
}

export async function soak({ browser, stand, parts, turnsPerPart }: SoakOptions): Promise<Held[]> {
  const open = async (url: string): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    return page;
  };
  const page = await open(stand.sharerPage('bench.html?elements=1000', 'sharer'));
  const desk = await open(stand.deskPage('viewer'));
  await eventually('the picture', () => askPicture(desk, (shown) => shown.querySelector('#probe') !== null));
  const held: Held[] = [];
  for (let part = 0; part < parts; part += 1) {
    await page.evaluate(use, { from: part * turnsPerPart, turns: turnsPerPart });
    const last = `turn ${(part + 1) * turnsPerPart - 1}`;
    await eventually('the end of the part in the viewer', async () => await askPicture(desk, (shown) => shown.querySelector('#probe')?.textContent) === last, 30_000);
    // What the stand keeps to be searched is not the relay's.
    stand.received.length = 0;
    stand.sent.length = 0;
    held.push({ page: await heapOf(page), viewer: await heapOf(desk), relay: ownHeap() });
  }
  await Promise.all([page.context().close(), desk.context().close()]);
  return held;
}

/** Runs in the page. */
async function use({ from, turns }: { readonly from: number; readonly turns: number }): Promise<void> {
  const rows = document.querySelector('#rows');
  const field = document.querySelector<HTMLInputElement>('#field');
  const probe = document.querySelector('#probe');
  if (rows === null || field === null || probe === null) return;
  for (let turn = from; turn < from + turns; turn += 1) {
    for (let change = 0; change < 15; change += 1) {
      const row = rows.children[(turn * 13 + change * 7) % rows.children.length];
      row?.classList.toggle('on');
      const label = row?.firstElementChild;
      if (label) label.textContent = `Entry of turn ${turn}`;
    }
    const added = rows.firstElementChild?.cloneNode(true);
    if (added) rows.insertBefore(added, rows.children[turn % 50] ?? null);
    rows.lastElementChild?.remove();
    field.value = `${field.value}a`.slice(-20);
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    if (turn % 5 === 0) scrollTo(0, turn % 400);
    probe.textContent = `turn ${turn}`;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  // What is freed by one collection may only then let go of more.
  for (let round = 0; round < 3; round += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize / 1e6;
}

function ownHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}
