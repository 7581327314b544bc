/** The customer's network is lost for 5, 30 and 90 seconds, and the relay dies: always the right page in the end, never a stale one without saying so. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CobrowseFrame } from '#shared/cobrowse-protocol.ts';
import { eventually, shownText } from './browser.ts';
import { cuttable, type Cuttable } from './cuttable.ts';
import { setScene } from './scene.ts';
import type { Stand } from './stand.ts';

const scene = setScene();
let stand: Stand;
const networks: Cuttable[] = [];

beforeEach(() => { ({ stand } = scene); });

afterEach(async () => { await Promise.all(networks.splice(0).map((network) => network.close())); });

interface Pair {
  readonly page: Page;
  readonly desk: Page;
  readonly network: Cuttable;
}

/** A page that counts, behind a network of its own, and an agent who watches it. */
async function pair(name: string): Promise<Pair> {
  const session = { from: `sip:${name}@example.com`, contactId: name, origin: null };
  stand.claims.set(`sharer-${name}`, { ...session, role: 'sharer', agentId: null });
  stand.claims.set(`viewer-${name}`, { ...session, role: 'viewer', agentId: 'anna' });
  const network = await cuttable(stand.relayUrl);
  networks.push(network);
  const page = await scene.open(stand.sharerPage('second.html', `sharer-${name}`, `&relay=${encodeURIComponent(network.url)}`), {});
  const desk = await scene.open(stand.deskPage(`viewer-${name}`), { viewport: { width: 900, height: 700 } });
  await page.evaluate(() => {
    let count = 0;
    setInterval(() => { count += 1; document.getElementById('heading')!.textContent = `PUBLIC-${count}.`; }, 200);
  });
  await eventually('the page', async () => (await countOf(desk)) > 2);
  return { page, desk, network };
}

const number = (text: string | undefined): number => Number(/PUBLIC-(\d+)\./.exec(text ?? '')?.[1] ?? -1);
const countOf = async (desk: Page): Promise<number> => number(await shownText(desk));
const trueCount = (page: Page): Promise<number> => page.evaluate(() => Number(/\d+/.exec(document.getElementById('heading')!.textContent)?.[0]));
const states = (desk: Page): Promise<string[]> => desk.evaluate(() => window.viewerStates.map(({ name }) => name));

/** Both show the same moment, give or take what is on its way. */
async function agree({ page, desk }: Pair): Promise<void> {
  await eventually('the present', async () => (await trueCount(page)) - await countOf(desk) <= 5, 30_000);
}

/** What viewers were sent is in strict order, and without a hole from each snapshot to the next. */
function holes(): string[] {
  const next = new Map<string, number>();
  return stand.sent.filter((packet) => packet.includes('"frames"')).flatMap((packet) => {
    const [, frames] = JSON.parse(packet.slice(packet.indexOf('['))) as [string, CobrowseFrame[]];
    return frames.flatMap(({ envelope: { tab, pageEpoch, seq }, event }) => {
      const expected = next.get(`${tab}/${pageEpoch}`);
      next.set(`${tab}/${pageEpoch}`, seq + 1);
      return event.type === 4 || expected === undefined || expected === seq ? [] : [`${pageEpoch}: ${seq} after ${expected - 1}`];
    });
  });
}

/** The cut itself: there is nothing to wait for that could come. */
async function lasting(milliseconds: number): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

describe('a network that is lost', () => {
  it('CB78 for 5, 30 and 90 seconds is made up for without a gap, and a picture that stands still says since when', async () => {
    await Promise.all([5, 30, 90].map(async (seconds) => {
      const both = await pair(`cut${seconds}`);
      both.network.cut();
      const cutAt = performance.now();
      const rest = (): Promise<void> => lasting(seconds * 1_000 - (performance.now() - cutAt));
      if (seconds > 15) {
        await eventually('the agent to be told', async () => (await states(both.desk)).at(-1) === 'away', 15_000);
        const stale = await countOf(both.desk);
        await rest();
        expect(await countOf(both.desk)).toBe(stale);
        expect((await states(both.desk)).at(-1)).toBe('away');
      } else {
        await rest();
      }
      both.network.mend();
      await agree(both);
      expect((await states(both.desk)).at(-1)).toBe('live');
    }));
    expect(holes()).toEqual([]);
  }, 150_000);

  it('CB78 again and again, at any moment, is made up for', async () => {
    const both = await pair('flaky');
    for (let round = 0; round < 12; round += 1) {
      both.network.cut();
      await lasting(40 + 37 * round);
      both.network.mend();
      await lasting(150);
    }
    await agree(both);
    expect(holes()).toEqual([]);
    expect(await stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  }, 60_000);

  it('CB79 a relay that has forgotten everything is told all of it again, by the page and to the agent', async () => {
    const both = await pair('dead');
    const before = await trueCount(both.page);
    await stand.relay.close();
    expect(await stand.metric('gethelp_cobrowse_picture_bytes')).toBe(0);
    await eventually('what came after it', async () => (await countOf(both.desk)) > before + 5, 20_000);
    await agree(both);
    expect((await states(both.desk)).at(-1)).toBe('live');
    expect(holes()).toEqual([]);
  }, 60_000);
});
