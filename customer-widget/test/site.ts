/** What most tests of a file share: one browser and one gateway, both empty before each test, and the ways into a call that several begin with. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, openPage, pressGetHelp, type WatchedPage } from './browser.ts';
import { FakeGateway } from './fake-gateway.ts';

export interface WidgetSite {
  readonly gateway: FakeGateway;
  /** A page of the portal, in a context of its own. */
  readonly visit: (path?: string, options?: BrowserContextOptions) => Promise<WatchedPage>;
  /** A customer who talks to Anna Berger and shares their page with her. */
  readonly sharing: () => Promise<Page>;
}

/** To be called once, where the tests of a file begin. */
export function widgetSite(): WidgetSite {
  const gateway = new FakeGateway();
  let browser: Browser;

  beforeAll(async () => {
    [browser] = await Promise.all([launchBrowser(), gateway.listen()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });
  beforeEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    gateway.reset();
  });

  const visit = (path = '/page', options: BrowserContextOptions = {}): Promise<WatchedPage> => openPage(browser, `${gateway.url}${path}`, options);
  return {
    gateway, visit,
    sharing: async () => {
      const { page } = await visit();
      await pressGetHelp(page);
      gateway.engage();
      await page.getByRole('button', { name: 'Share page' }).click();
      await page.getByRole('button', { name: 'Show this page' }).click();
      await page.getByText('Anna Berger sees this page').first().waitFor();
      return page;
    },
  };
}
