/** Agent and customer with the viewer's tools, in Chromium: what is done over the rebuilt page happens on the real one. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noGrants, type Grants } from '#shared/cobrowse-grants.ts';
import { accessibilityFaults, askPicture, eventually, launch, shownText, viewerFrame } from './browser.ts';
import { buildBundles, createStand, type Bundles, type Stand } from './stand.ts';

const pictures = join(import.meta.dirname, '../../test-results/viewer');

let bundles: Bundles;
let browser: Browser;
let stand: Stand;
let customer: BrowserContext;
let agent: BrowserContext;
let page: Page;
let desk: Page;
let viewer: Frame;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  [bundles, browser] = await Promise.all([buildBundles(), launch()]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await bundles.remove();
});

async function open(size = { width: 900, height: 600 }): Promise<void> {
  [customer, agent] = await Promise.all([browser.newContext({ viewport: size }), browser.newContext({ viewport: { width: 1100, height: 760 } })]);
  page = await customer.newPage();
  await page.goto(stand.sharerPage('form.html', 'sharer', '&hands=1'));
  await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
  desk = await agent.newPage();
  await desk.goto(stand.deskPage('viewer'));
  viewer = await viewerFrame(desk);
  await eventually('the page in the viewer', async () => (await shownText(desk))?.includes('Open an account'));
}

beforeEach(async () => {
  stand = await createStand(bundles);
  stand.standing.now = { agentId: 'anna', annotate: true, control: true, watchers: { anna: { name: 'Anna Berger', as: 'agent' } }, origins: [stand.portalUrl] };
});

afterEach(async () => {
  await Promise.all([customer.close(), agent.close()]);
  await stand.close();
});

async function grant(grants: Partial<Grants>): Promise<void> {
  await desk.evaluate((now) => window.viewer?.setGrants(now), { ...noGrants, view: 'granted' as const, ...grants });
  await page.evaluate((now) => window.share?.allow({ annotate: now.annotate === 'granted', control: now.control === 'granted' }), { ...noGrants, ...grants });
  if (grants.control === 'granted') await viewer.getByRole('button', { name: 'Control', exact: true }).waitFor();
  // More tools may take another line, which moves the page: it is where it stays once that is painted.
  await viewer.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
}

const press = (name: string): Promise<void> => viewer.getByRole('button', { name, exact: true }).click();

/** Where an element of the rebuilt page is on the desktop's screen. */
async function at(selector: string): Promise<{ x: number; y: number }> {
  const inner = await viewer.evaluate((wanted) => {
    const frame = document.querySelector<HTMLIFrameElement>('.stage.shown iframe');
    const element = frame?.contentDocument?.querySelector(wanted);
    if (!frame || !element) return null;
    const outer = frame.getBoundingClientRect();
    const scale = outer.width / frame.offsetWidth;
    const box = element.getBoundingClientRect();
    return { x: outer.left + (box.left + box.width / 2) * scale, y: outer.top + (box.top + box.height / 2) * scale };
  }, selector);
  const frame = await desk.locator('iframe').boundingBox();
  if (inner === null || frame === null) throw new Error(`${selector} is not shown`);
  return { x: frame.x + inner.x, y: frame.y + inner.y };
}

async function click(selector: string): Promise<void> {
  const { x, y } = await at(selector);
  await desk.mouse.click(x, y);
}

const message = (): Promise<string | null> => viewer.locator('#message').textContent();
const drawnInViewer = (): Promise<number> => viewer.evaluate(() => document.querySelectorAll('.stage.shown .line').length);

describe('the viewer’s tools', () => {
  it('CB118 ask for what the customer has not granted, and are there when it is', async () => {
    await open();
    await grant({});
    expect(await viewer.getByRole('button', { name: 'Pen' }).count()).toBe(0);
    await press('Ask for control');
    await eventually('the question', () => desk.evaluate(() => window.asked.join() === 'control'));
    await grant({ control: 'asked' });
    await eventually('one question at a time', () => viewer.getByRole('button', { name: 'Ask to draw' }).isDisabled());
    await grant({ control: 'granted' });
    await viewer.getByRole('button', { name: 'Control', exact: true, pressed: true }).waitFor();
    await press('End control');
    await eventually('it to be given back', () => desk.evaluate(() => window.givenBack.join() === 'control'));
    await grant({});
    await viewer.getByRole('button', { name: 'Control', exact: true }).waitFor({ state: 'detached' });
    expect(await accessibilityFaults(viewer)).toEqual([]);
  });

  it('CB119 act on the customer’s page through the picture of it, and say why something is refused', async () => {
    await open();
    await grant({ control: 'asked' });
    await grant({ control: 'granted' });
    await click('#name');
    await desk.keyboard.type('Grace Hopper');
    await eventually('the typing', async () => (await page.inputValue('#name')) === 'Grace Hopper');
    await desk.keyboard.press('Backspace');
    await eventually('the key', async () => (await page.inputValue('#name')) === 'Grace Hoppe');
    await click('#plain');
    await eventually('the press', () => page.evaluate(() => (window as unknown as { pressed: string[] }).pressed.includes('plain')));
    await click('#kind');
    await viewer.getByLabel('Choose for the customer').selectOption('Savings');
    await viewer.getByLabel('Choose for the customer').press('Enter');
    await eventually('the choice', async () => (await page.inputValue('#kind')) === 'b');
    await click('#kind');
    await viewer.getByLabel('Choose for the customer').getByRole('option', { name: 'Current' }).click();
    await eventually('the choice by mouse', async () => (await page.inputValue('#kind')) === 'a');
    await click('#password');
    await eventually('why not', async () => (await message())?.includes('passwords'));
    await click('#submit');
    await eventually('why not', async () => (await message())?.includes('forms are sent by the customer'));
    await desk.screenshot({ path: join(pictures, 'control-light.png') });
    await desk.emulateMedia({ colorScheme: 'dark' });
    await desk.screenshot({ path: join(pictures, 'control-dark.png') });
    const { x, y } = await at('#heading');
    await desk.mouse.move(x, y);
    await desk.mouse.wheel(0, 200);
    await eventually('the wheel', () => page.evaluate(() => scrollY > 100));
  });

  it('CB151 open a field of the same kind over a date, a range or a colour, by mouse and keyboard, and nothing over what cannot be read', async () => {
    await open();
    await grant({ control: 'asked' });
    await grant({ control: 'granted' });
    await page.evaluate(() => document.getElementById('values')?.scrollIntoView({ block: 'center' }));
    const scrolled = (): Promise<number> => viewer.evaluate(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentWindow?.scrollY ?? -1);
    const place = await page.evaluate(() => scrollY);
    await eventually('the viewer to follow', async () => (await scrolled()) === place);
    const own = viewer.getByLabel('Set for the customer');
    await click('#day');
    const day = own.and(viewer.locator('input'));
    await day.waitFor();
    expect(await day.evaluate((field) => ['type', 'min', 'max'].map((name) => field.getAttribute(name)))).toEqual(['date', '2026-01-01', '2026-12-31']);
    expect(await accessibilityFaults(viewer)).toEqual([]);
    for (const [name, size, colorScheme] of [['wide-light', { width: 1100, height: 760 }, 'light'], ['small-dark', { width: 390, height: 780 }, 'dark']] as const) {
      await desk.setViewportSize(size);
      await desk.emulateMedia({ colorScheme });
      await desk.screenshot({ path: join(pictures, `set-day-${name}.png`) });
    }
    await desk.setViewportSize({ width: 1100, height: 760 });
    await day.fill('2026-07-09');
    await day.press('Enter');
    await eventually('the day', async () => (await page.inputValue('#day')) === '2026-07-09');
    await eventually('the day in the picture', async () => (await askPicture(desk, (shown) => shown.querySelector<HTMLInputElement>('#day')?.value)) === '2026-07-09');
    await day.waitFor({ state: 'detached' });

    // A picture that has changed is another place: it is looked up anew for each press.
    await click('#range');
    expect(await day.inputValue()).toBe('100');
    await desk.keyboard.press('ArrowRight');
    await desk.screenshot({ path: join(pictures, 'set-range-dark.png') });
    await viewer.getByRole('button', { name: 'Set', exact: true }).click();
    await eventually('the amount', async () => (await page.inputValue('#range')) === '150');
    await click('#color');
    await day.waitFor();
    await desk.keyboard.press('Escape');
    await day.waitFor({ state: 'detached' });
    expect(await page.inputValue('#color')).toBe('#000000');
    await click('#maskedRange');
    await eventually('why not', async () => (await message())?.includes('cannot read'));
    expect(await day.count()).toBe(0);
  });

  it('CB113 CB118 draw on the customer’s page what is drawn on the picture, and both show the same', async () => {
    await open();
    await grant({ annotate: 'asked' });
    await grant({ annotate: 'granted' });
    await press('Highlight');
    await click('#heading');
    await eventually('the highlight on the page', () => page.evaluate(() => window.drawn().length === 1));
    await press('Arrow');
    const [from, to] = [await at('#notes'), await at('#plain')];
    await desk.mouse.move(from.x + 200, from.y);
    await desk.mouse.down();
    await desk.mouse.move(to.x + 60, to.y, { steps: 5 });
    await desk.mouse.up();
    await press('Pen');
    await desk.mouse.move(from.x, from.y);
    await desk.mouse.down();
    await desk.mouse.move(from.x + 80, from.y + 30, { steps: 8 });
    await desk.mouse.up();
    await eventually('all on the page', () => page.evaluate(() => window.drawn().length === 3));
    await eventually('all in the viewer', async () => (await drawnInViewer()) === 3);
    await desk.screenshot({ path: join(pictures, 'drawing-light.png') });
    await page.screenshot({ path: join(pictures, 'drawing-customer.png') });
    await press('Clear');
    await eventually('nothing on the page', () => page.evaluate(() => window.drawn().length === 0));
    await eventually('nothing in the viewer', async () => (await drawnInViewer()) === 0);
  });

  it('CB120 follow the customer or look freely, fit or show as large as it is, and tell how far away the page is', async () => {
    await open();
    await grant({});
    const scrolled = (): Promise<number> => viewer.evaluate(() => document.querySelector<HTMLIFrameElement>('.stage.shown iframe')?.contentWindow?.scrollY ?? -1);
    await page.evaluate(() => scrollTo(0, 300));
    await eventually('the viewer to follow', async () => (await scrolled()) === 300);
    const { x, y } = await at('#box');
    await desk.mouse.move(x, y);
    await desk.mouse.wheel(0, 150);
    await eventually('a free look', async () => (await scrolled()) === 450);
    expect(await page.evaluate(() => scrollY)).toBe(300);
    await page.evaluate(() => scrollTo(0, 700));
    await viewer.getByText(/\d+ ms/).waitFor();
    expect(await scrolled()).toBe(450);
    await press('Follow');
    await eventually('the customer’s place', async () => (await scrolled()) === 700);
    const scale = (): Promise<number> => viewer.evaluate(() => new DOMMatrix(getComputedStyle(document.querySelector('.stage.shown') as Element).transform).a);
    await press('1:1');
    expect(await scale()).toBe(1);
    await press('Larger');
    expect(await scale()).toBe(1.25);
    await press('Fit');
    expect(await scale()).toBeLessThanOrEqual(1);
    await page.close();
    await viewer.getByText(/No answer since/).waitFor();
  });

  it('CB121 show where the customer is as plain text, without what may be somebody’s, and nothing once it is over', async () => {
    await open();
    await grant({});
    const address = viewer.locator('#tools .address');
    await eventually('the address', async () => (await address.textContent())?.endsWith('/form.html?•••'));
    const before = await viewer.locator('#tools .renewed').textContent();
    expect(await address.locator('a').count()).toBe(0);
    await page.evaluate(() => { history.pushState({}, '', '/accounts/4711'); });
    await eventually('the next address', async () => (await address.textContent())?.endsWith('/accounts/•••'));
    // Another address is another page, and no gap.
    expect(await viewer.locator('#tools .renewed').textContent()).toBe(before);
    await page.evaluate(() => window.share?.pause());
    await eventually('no address of a page that is not shown', async () => (await address.textContent()) === '');
  });

  it('CB122 tint what the agent cannot read, also what comes later, and nothing else; by keyboard, and back', async () => {
    await open();
    await grant({});
    const tinted = (): Promise<string[] | undefined> => askPicture(desk, (shown) => Array.from(shown.querySelectorAll('[data-gethelp-unseen]'), ({ id, localName }) => id === '' ? localName : id));
    await eventually('nothing tinted', async () => (await tinted())?.length === 0);
    const toggle = viewer.getByRole('button', { name: 'Mark hidden' });
    await toggle.press('Space');
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    const found = await eventually('the tint', async () => {
      const all = await tinted();
      return all?.includes('masked') === true && all;
    });
    expect(found).toEqual(expect.arrayContaining(['masked', 'hidden']));
    for (const readable of ['heading', 'nameLabel', 'plain', 'name', 'fixed', 'low']) expect(found).not.toContain(readable);
    expect(await askPicture(desk, (shown) => Array.from(shown.querySelectorAll('[data-gethelp-placeholder="hidden"]'), (box) => getComputedStyle(box).outlineStyle))).toEqual(['solid']);
    await desk.screenshot({ path: join(pictures, 'tint-light.png') });
    await page.evaluate(() => { document.body.append(Object.assign(document.createElement('p'), { id: 'later', innerHTML: '<span data-gethelp-mask id="laterHidden">A secret</span>' })); });
    await eventually('what came later', async () => (await tinted())?.includes('laterHidden'));
    await page.evaluate(() => { document.querySelector('#laterHidden')?.removeAttribute('data-gethelp-mask'); });
    await eventually('what can be read now', async () => (await shownText(desk))?.includes('A secret') === true && (await tinted())?.includes('laterHidden') === false);
    expect(await accessibilityFaults(viewer)).toEqual([]);
    await toggle.press('Enter');
    await eventually('everything as before', async () => (await tinted())?.length === 0);
    expect(await askPicture(desk, (shown) => getComputedStyle(shown.querySelector('#masked') as Element).outlineStyle)).toBe('none');
  });

  it('CB123 tell how often the picture had to be renewed', async () => {
    await open();
    await grant({});
    const times = async (): Promise<number> => Number(/^Renewed (\d+)×$/.exec(await viewer.locator('#tools .renewed').textContent() ?? '')?.[1] ?? 0);
    const before = await times();
    await stand.cut();
    await eventually('one more', async () => (await times()) > before);
  });

  it('CB120 show a phone’s page as a phone', async () => {
    await open({ width: 390, height: 780 });
    await grant({});
    expect(await viewer.locator('.stage.shown.phone').count()).toBe(1);
    await desk.screenshot({ path: join(pictures, 'phone-light.png') });
    await desk.setViewportSize({ width: 390, height: 780 });
    await desk.emulateMedia({ colorScheme: 'dark' });
    await desk.screenshot({ path: join(pictures, 'phone-small-dark.png') });
    expect(await viewer.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  it('CB60 list the tabs that are shared, show another one by keyboard, and follow the customer when they come to one', async () => {
    await open();
    await grant({});
    const strip = viewer.getByRole('group', { name: 'Tabs that the customer shares' });
    expect(await strip.getByRole('button').count()).toBe(0);
    const other = await customer.newPage();
    await other.goto(stand.sharerPage('second.html', 'sharer', '&hands=1'));
    await eventually('the newer tab', async () => (await shownText(desk))?.includes('PUBLIC-second'));
    const [first, second] = [strip.getByRole('button', { name: 'form' }), strip.getByRole('button', { name: 'second' })];
    await first.getByText(/^Not in front since/).waitFor();
    await second.getByText('In front of the customer').waitFor();
    expect(await second.getAttribute('aria-pressed')).toBe('true');
    for (const [name, size, colorScheme] of [['wide-light', { width: 1100, height: 760 }, 'light'], ['small-dark', { width: 390, height: 780 }, 'dark']] as const) {
      await desk.setViewportSize(size);
      await desk.emulateMedia({ colorScheme });
      expect(await accessibilityFaults(viewer)).toEqual([]);
      expect(await viewer.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await desk.screenshot({ path: join(pictures, `tabs-${name}.png`) });
    }
    await first.focus();
    await desk.keyboard.press('Enter');
    await eventually('the tab behind', async () => (await shownText(desk))?.includes('Open an account'));
    await eventually('the mark on it', async () => await first.getAttribute('aria-pressed') === 'true');
    await first.getByText(/^Not in front since/).waitFor();
    await other.evaluate(() => window.dispatchEvent(new Event('focus')));
    await eventually('the tab in front', async () => (await shownText(desk))?.includes('PUBLIC-second'));
    await press('Ask for another tab');
    await eventually('the question', async () => (await message())?.includes('being asked'));
    await other.evaluate(() => window.share?.pause());
    await eventually('no tabs', async () => await strip.getByRole('button').count() === 0);
  });

  it('CB109 offer another page to the customer', async () => {
    await open();
    await grant({});
    await press('Suggest a page');
    await viewer.getByLabel('Address on this website').fill('https://evil.example/');
    await press('Ask the customer');
    await eventually('the refusal', async () => (await message())?.includes('no address of this portal'));
    await viewer.getByLabel('Address on this website').fill(`${stand.portalUrl}/second.html`);
    await press('Ask the customer');
    await eventually('the answer', async () => (await message())?.includes('stays here'));
    expect(await page.evaluate(() => window.offers)).toEqual([`${stand.portalUrl}/second.html`]);
  });
});
