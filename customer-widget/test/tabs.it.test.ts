/** A page that is shared and the portal's other tabs, in one real browser: each asks for itself, and all of them end together. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };
const pictures = join(import.meta.dirname, '../../test-results/widget');

describe('a shared page and the portal’s other tabs', () => {
  const { gateway, sharing } = widgetSite();

  beforeAll(() => { mkdirSync(pictures, { recursive: true }); });

  async function besideOf(page: Page): Promise<Page> {
    const other = await page.context().newPage();
    await other.goto(`${gateway.url}/other`);
    await question(other).waitFor();
    return other;
  }

  const question = (page: Page) => page.getByRole('region', { name: 'Share this tab' });
  const share = (page: Page) => question(page).getByRole('button', { name: 'Share this tab' }).click();

  it('WG80 another tab asks whether it is shared, too, and shares itself on a trusted press alone; the call stays where it is', async () => {
    const page = await sharing();
    const other = await besideOf(page);
    expect(await question(other).textContent()).toContain('You are sharing your page with Anna Berger in another tab.');
    await other.evaluate(() => document.querySelector('get-help')?.shadowRoot?.querySelectorAll<HTMLElement>('.tab-question .primary').forEach((button) => button.click()));
    expect(await question(other).count()).toBe(1);
    expect(gateway.sharers).toBe(1);
    for (const [name, size, colorScheme] of [['wide-light', { width: 1100, height: 700 }, 'light'], ['small-dark', { width: 390, height: 780 }, 'dark']] as const) {
      await other.setViewportSize(size);
      await other.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect((await new AxeBuilder({ page: other }).include('get-help').analyze()).violations).toEqual([]);
      await other.screenshot({ path: join(pictures, `tab-asked-${name}.png`) });
    }
    await share(other);
    await expect.poll(() => gateway.sharers, until).toBe(2);
    await other.getByText('Anna Berger sees this page').waitFor();
    expect((await new AxeBuilder({ page: other }).include('get-help').analyze()).violations).toEqual([]);
    await other.screenshot({ path: join(pictures, 'tab-shared-small-dark.png') });
    await page.getByText('Anna Berger sees this page').first().waitFor();
    expect(gateway.connected).toBe(true);
    // A tab that the page opens itself begins with a copy of its storage, and takes no call over for that.
    const opened = page.context().waitForEvent('page');
    await page.evaluate(() => { open('/other'); });
    await question(await opened).waitFor();
    await page.getByText('Anna Berger sees this page').first().waitFor();
    expect(gateway.sharers).toBe(2);
  });

  it('WG81 a pause and a stop work in all tabs, whichever they are pressed in, also offline', async () => {
    const page = await sharing();
    const other = await besideOf(page);
    await share(other);
    await other.getByText('Anna Berger sees this page').waitFor();
    await other.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Sharing is paused').first().waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await other.getByText('Anna Berger sees this page').waitFor();
    await other.goto(`${gateway.url}/page`);
    await other.getByText('Anna Berger sees this page').waitFor();
    await expect.poll(() => gateway.sharers, until).toBe(2);
    const opened = page.context().waitForEvent('page');
    await other.evaluate(() => { open('/other'); });
    await question(await opened).waitFor();
    // Not even the relay can be reached.
    gateway.silent = true;
    gateway.cut();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
    await other.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'detached' });
    await question(await opened).waitFor({ state: 'detached' });
    await page.context().setOffline(false);
  });

  it('WG81 a stop in another tab is told to the gateway, also when the tab with the contact was loading', async () => {
    const page = await sharing();
    const other = await besideOf(page);
    await share(other);
    await other.getByText('Anna Berger sees this page').waitFor();
    await page.goto('about:blank');
    await other.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.goto(`${gateway.url}/page`);
    await expect.poll(() => gateway.view.cobrowse.grants.view, until).toBe('off');
    await expect.poll(() => gateway.sharers, until).toBe(0);
    expect(await question(other).count()).toBe(0);
    // That stop is no stop of what the customer shares later.
    await page.getByRole('button', { name: 'Share page' }).click();
    await page.getByRole('button', { name: 'Show this page' }).click();
    await question(other).waitFor();
    await page.getByText('Anna Berger sees this page').first().waitFor();
    expect(gateway.view.cobrowse.grants.view).toBe('granted');
  });

  it('WG82 the agent’s question for another tab is shown in every tab, also where the customer had said no, and shares nothing', async () => {
    const page = await sharing();
    const other = await besideOf(page);
    await question(other).getByRole('button', { name: 'Not now' }).click();
    await question(other).waitFor({ state: 'detached' });
    await other.goto(`${gateway.url}/page`);
    await page.getByText('Anna Berger sees this page').first().waitFor();
    expect(await question(other).count()).toBe(0);
    gateway.sharer.emit('tabWanted');
    await question(other).getByText('Anna Berger would like to see another of your tabs.').waitFor();
    await page.getByText('Go to it and press “Share this tab”').first().waitFor();
    await page.screenshot({ path: join(pictures, 'tab-wanted.png') });
    expect(gateway.sharers).toBe(1);
    await share(other);
    await expect.poll(() => gateway.sharers, until).toBe(2);
    await page.getByText('Go to it and press “Share this tab”').first().waitFor({ state: 'detached' });
  });
});
