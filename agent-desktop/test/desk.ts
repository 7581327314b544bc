/** What the tests of a file share: one browser, and for each test a desk on an empty page at a gateway that speaks the protocol. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { complaints, launchChromium } from './browser.ts';
import { startFakeGateway, type FakeGateway } from './fake-gateway.ts';

export interface Desk {
  readonly gateway: FakeGateway;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page has complained about in its console. */
  readonly complained: string[];
}

/** To be called once, at the top of a file. */
export function setDesk(): Desk {
  let browser: Browser;
  let desk: Desk;
  beforeAll(async () => { browser = await launchChromium(); });
  afterAll(async () => { await browser.close(); });
  beforeEach(async () => {
    const gateway = await startFakeGateway();
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 }, permissions: ['microphone', 'camera'] });
    const page = await context.newPage();
    desk = { gateway, context, page, complained: complaints(page) };
  });
  afterEach(async () => {
    await desk.context.close();
    await desk.gateway.close();
  });
  return {
    get gateway() { return desk.gateway; },
    get context() { return desk.context; },
    get page() { return desk.page; },
    get complained() { return desk.complained; },
  };
}
