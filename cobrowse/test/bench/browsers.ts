/** What the bench does in real browsers: a customer's page, the relay and an agent's viewer, all on this machine. */
import type { Browser, Page } from 'playwright-core';
import { askPicture, eventually, launch, viewerFrame } from '../browser.ts';
import { buildBundles, createStand, type Bundles, type Stand } from '../stand.ts';

export interface BytesPerSecond {
  readonly idle: number;
  readonly typing: number;
  readonly scrolling: number;
}

/** Milliseconds until the page stands in the viewer, and until it has been painted there, which takes the browser as long as it does the customer's. */
export interface Join {
  readonly stands: number;
  readonly painted: number;
}

/** `nothing`: the page alone. `bare`: with rrweb's recorder. `ours`: shared, with an agent who watches. */
export type Recording = 'nothing' | 'bare' | 'ours';

/** Milliseconds of a page's main thread, by its own clock: what others do on this machine meanwhile does not count. */
export interface PageCost {
  readonly all: number;
  /** Scripts, styles and layout: the part that a recorder adds to, and the same from one round to the next. Painting is not, by a tenth of all. */
  readonly worked: number;
}

const seconds = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count * 1000));

export class Browsers {
  readonly #bundles: Bundles;
  readonly #browser: Browser;
  readonly #stand: Stand;

  private constructor(bundles: Bundles, browser: Browser, stand: Stand) {
    this.#bundles = bundles;
    this.#browser = browser;
    this.#stand = stand;
  }

  static async open(): Promise<Browsers> {
    const [bundles, browser] = [await buildBundles(), await launch()];
    const stand = await createStand(bundles);
    const session = { from: 'sip:bench@example.com', contactId: 'c1', origin: null };
    stand.claims.set('sharer', { ...session, role: 'sharer', agentId: null });
    stand.claims.set('viewer', { ...session, role: 'viewer', agentId: 'anna' });
    return new Browsers(bundles, browser, stand);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#stand.close();
    await this.#bundles.remove();
  }

  async #page(url: string): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async #share(elements: number): Promise<Page> {
    const page = await this.#page(this.#stand.sharerPage(`bench.html?elements=${elements}`, 'sharer'));
    await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')), 30_000);
    return page;
  }

  async #watch(): Promise<Page> {
    return this.#page(this.#stand.deskPage('viewer'));
  }

  /** Milliseconds from a change in the page to the frame in which the viewer paints it. Both read the same machine's clock. */
  async changeToPaint(rounds: number): Promise<number[]> {
    const [page, desk] = [await this.#share(500), await this.#watch()];
    await eventually('the picture', () => askPicture(desk, (shown) => shown.querySelector('#probe') !== null));
    const frame = await viewerFrame(desk);
    await frame.evaluate(() => {
      const probe = document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument?.querySelector('#probe');
      const seen: number[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const then = Number(probe?.textContent);
        // The frame after next begins when this one has been painted.
        requestAnimationFrame(() => requestAnimationFrame(() => seen.push((performance.timeOrigin + performance.now()) % 1e6 - then)));
      }).observe(probe ?? document, { childList: true, characterData: true, subtree: true });
    });
    await page.evaluate(async (count) => {
      const probe = document.querySelector('#probe');
      for (let round = 0; round < count; round += 1) {
        if (probe !== null) probe.textContent = ((performance.timeOrigin + performance.now()) % 1e6).toFixed(1);
        await new Promise((resolve) => setTimeout(resolve, 90 + (round * 37) % 60));
      }
    }, rounds);
    await seconds(1);
    const seen = await frame.evaluate(() => (window as unknown as { seen: number[] }).seen);
    await Promise.all([page.context().close(), desk.context().close()]);
    return seen.filter((delay) => delay > 0 && delay < 60_000);
  }

  /** From the desktop's asking for the viewer, for a page shared already. The viewer's own files come from its cache. All read the same machine's clock. */
  async lateJoin(elements: number, rounds: number): Promise<Join[]> {
    const page = await this.#share(elements);
    const desk = await this.#watch();
    await desk.addInitScript(() => {
      if (!location.pathname.startsWith('/viewer/')) return;
      const observer = new MutationObserver(() => {
        if (document.querySelector('.stage.shown') === null) return;
        observer.disconnect();
        const stands = Date.now();
        // What has just come into sight may be laid out with the next frame only, and the one after that begins when it has been painted.
        const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
        void nextFrame().then(nextFrame).then(nextFrame).then(() => Object.assign(window, { joined: { stands, painted: Date.now() } }));
      });
      observer.observe(document, { subtree: true, childList: true, attributeFilter: ['class'] });
    });
    const joins: Join[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const began = Date.now();
      await desk.reload({ waitUntil: 'commit' });
      const joined = await eventually('the picture', async () => (await viewerFrame(desk)).evaluate(() => (window as unknown as { joined?: Join }).joined), 30_000);
      // The first one fills the cache.
      if (round > 0) joins.push({ stands: joined.stands - began, painted: joined.painted - began });
    }
    await Promise.all([page.context().close(), desk.context().close()]);
    return joins;
  }

  /** Milliseconds in which the page opens again by itself, unshared, until it has been painted: what of a late join is the browser's and the machine's. */
  async openAlone(elements: number, rounds: number): Promise<number[]> {
    const page = await this.#page(this.#stand.sharerPage(`bench.html?elements=${elements}&recording=nothing`, 'sharer'));
    const delays: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await page.reload({ waitUntil: 'commit' });
      // The frame after next begins when the first one has been painted.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      delays.push(performance.now() - began);
    }
    await page.context().close();
    return delays;
  }

  /** What a page sends, by what its customer does. Counted on the relay's side of the socket. */
  async bytesPerSecond(duration: number): Promise<BytesPerSecond> {
    const [page, desk] = [await this.#share(2_000), await this.#watch()];
    await eventually('the picture', () => askPicture(desk, (shown) => shown.querySelector('#probe') !== null));
    await seconds(1);
    const during = async (work: () => Promise<void>): Promise<number> => {
      const before = this.#stand.received.reduce((sum, packet) => sum + packet.length, 0);
      const began = performance.now();
      await work();
      return (this.#stand.received.reduce((sum, packet) => sum + packet.length, 0) - before) / (performance.now() - began) * 1000;
    };
    const idle = await during(() => seconds(duration));
    await page.focus('#field');
    // Some 300 characters a minute, as a quick writer does.
    const typing = await during(async () => { for (let key = 0; key < duration * 5; key += 1) { await page.keyboard.press('a'); await seconds(0.2); } });
    const scrolling = await during(async () => { for (let turn = 0; turn < duration * 10; turn += 1) { await page.mouse.wheel(0, turn % 40 < 20 ? 120 : -120); await seconds(0.1); } });
    await Promise.all([page.context().close(), desk.context().close()]);
    return { idle, typing, scrolling };
  }

  /** For the same piece of work. */
  async pageCost(recording: Recording): Promise<PageCost> {
    const path = `bench.html?elements=2000&recording=${recording}`;
    const page = await this.#page(this.#stand.sharerPage(path, 'sharer'));
    if (recording === 'ours') await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
    await seconds(0.3);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const used = async (): Promise<PageCost> => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      const sum = (...names: string[]): number => metrics.reduce((total, { name, value }) => names.includes(name) ? total + value * 1000 : total, 0);
      return { all: sum('TaskDuration'), worked: sum('ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration') };
    };
    const before = await used();
    await page.evaluate(() => (window as unknown as { work(): Promise<void> }).work());
    await seconds(0.3);
    const after = await used();
    await page.context().close();
    return { all: after.all - before.all, worked: after.worked - before.worked };
  }
}
