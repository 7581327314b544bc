/** One Chromium for a test file, and pages in it that remember every violation of their policy and every error. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const flags = [
  '--no-sandbox', '--use-fake-device-for-media-stream', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu',
  '--disable-quic', '--allow-loopback-in-peer-connection',
];

/** `allowed`: the browser answers its own question about the microphone with yes; otherwise permissions are the context's. */
export async function launchBrowser({ allowed }: { readonly allowed: boolean } = { allowed: true }): Promise<Browser> {
  return await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: allowed ? [...flags, '--use-fake-ui-for-media-stream'] : flags });
}

export interface WatchedPage {
  readonly page: Page;
  /** What went wrong so far, in the page's own words. */
  readonly complaints: string[];
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(8_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A gateway that is away is what some tests are about; the browser says so by itself.
    if (message.type() === 'error' && !/WebSocket connection|Failed to load resource|ERR_/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

export async function pressGetHelp(page: Page): Promise<void> {
  await page.locator('get-help .launcher').click();
}
