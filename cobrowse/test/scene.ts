/** What most tests of a file share: one browser and one set of bundles, and for each test a stand with a customer's and an agent's browser that go with it. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { eventually, launch } from './browser.ts';
import { buildBundles, createStand, type Bundles, type CorpusApp, type Stand } from './stand.ts';

export interface Scene {
  readonly stand: Stand;
  readonly customer: BrowserContext;
  readonly agent: BrowserContext;
  /** A page in a context of its own. */
  readonly open: (url: string, options: BrowserContextOptions) => Promise<Page>;
  /** A page of the customer's that is shared, and one of the agent's that watches it. */
  readonly share: (path: string) => Promise<Page>;
  readonly watch: () => Promise<Page>;
}

/** To be called once, at the top of a file. `agent`: how large their desktop is; `apps`: what is to be built beside the product. */
export function setScene({ agent: viewport = { width: 900, height: 700 }, apps = [] }: { readonly agent?: { readonly width: number; readonly height: number }; readonly apps?: readonly CorpusApp[] } = {}): Scene {
  let bundles: Bundles;
  let browser: Browser;
  let stand: Stand;
  let customer: BrowserContext;
  let agent: BrowserContext;
  let others: BrowserContext[];

  beforeAll(async () => {
    [bundles, browser] = await Promise.all([buildBundles(apps), launch()]);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await bundles.remove();
  });
  beforeEach(async () => {
    others = [];
    stand = await createStand(bundles);
    [customer, agent] = await Promise.all([browser.newContext(), browser.newContext({ viewport })]);
  });
  afterEach(async () => {
    await Promise.all([customer, agent, ...others].map((context) => context.close()));
    await stand.close();
  });

  return {
    get stand() { return stand; },
    get customer() { return customer; },
    get agent() { return agent; },
    open: async (url, options) => {
      const context = await browser.newContext(options);
      others.push(context);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
    share: async (path) => {
      const page = await customer.newPage();
      await page.goto(stand.sharerPage(path, 'sharer'));
      await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
      return page;
    },
    watch: async () => {
      const desk = await agent.newPage();
      await desk.goto(stand.deskPage('viewer'));
      return desk;
    },
  };
}
