/** Chromium as the tests run it, and how they wait. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu', '--disable-quic'],
  });
}

/** Asks again until it is so; names what was waited for when it never is. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined | null | false> | T | undefined | null | false, limit = 10_000): Promise<T> {
  const end = performance.now() + limit;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const value = await read();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never came: ${what}`, { cause: last });
}

/** The viewer document inside the desktop. */
export function viewerFrame(desk: Page): Promise<Frame> {
  return eventually('the viewer document', () => desk.frames().find((frame) => frame.url().includes('/viewer/')));
}

/** The text of the page as the agent sees it, from the stage that is shown; undefined while there is none. */
export async function shownText(desk: Page): Promise<string | undefined> {
  const frame = await viewerFrame(desk);
  return frame.evaluate(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument?.body.innerText).catch(() => undefined);
}

/** Asks something of the rebuilt page, from outside, since nothing runs inside; undefined while none is shown. */
export async function askPicture<T, A = undefined>(desk: Page, question: (page: Document, argument: A) => T, argument?: A): Promise<Awaited<T> | undefined> {
  const frame = await viewerFrame(desk);
  const page = await frame.evaluateHandle(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument ?? null);
  try {
    return (await page.evaluate((shown) => shown === null)) ? undefined : await page.evaluate(question as (page: unknown, argument: unknown) => T, argument);
  } catch {
    return undefined;
  } finally {
    // A handle keeps what it points to: a page that was replaced long ago, with all that it holds.
    await page.dispose().catch(() => {});
  }
}

/** How many elements of the rebuilt page match. Asked from outside, since nothing runs inside. */
export async function shownCount(desk: Page, selector: string): Promise<number | undefined> {
  const frame = await viewerFrame(desk);
  return frame.evaluate((wanted) => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentDocument?.querySelectorAll(wanted).length, selector);
}

/** What axe finds in this document alone: it would wait for ever for an answer from the frame in which no script runs. */
export async function accessibilityFaults(frame: Frame): Promise<string[]> {
  await frame.evaluate(await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8'));
  return frame.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const found = await axe.run(document, { iframes: false });
    return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join()}`);
  });
}
