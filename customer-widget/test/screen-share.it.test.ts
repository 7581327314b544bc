/**
 * The customer's screen, in a real browser: the question, what the browser gives, and each end. Chromium's picker answers by itself here
 * (`--use-fake-ui-for-media-stream`) and gives a screen of its own making; all else about `getDisplayMedia` is as people have it.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pressGetHelp } from './browser.ts';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };

/** What the page's script sees of its own screens: how often the picker was opened, and the tracks that it gave. */
interface Watched { readonly screens: MediaStreamTrack[]; asked: number; closePicker: boolean }

describe('the customer’s screen', () => {
  const { gateway, visit } = widgetSite();

  async function inCall(): Promise<Page> {
    const { page } = await visit();
    await page.evaluate(() => {
      const watched: Watched = { screens: [], asked: 0, closePicker: false };
      Object.assign(globalThis, { watched });
      const open = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getDisplayMedia = async (options) => {
        watched.asked += 1;
        if (watched.closePicker) throw new DOMException('The person closed the picker', 'NotAllowedError');
        const stream = await open(options);
        watched.screens.push(...stream.getVideoTracks());
        return stream;
      };
    });
    await pressGetHelp(page);
    gateway.engage();
    await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    return page;
  }

  async function showing(): Promise<Page> {
    const page = await inCall();
    gateway.ask('screen');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Choose what to show' }).click();
    await page.getByText('Anna Berger sees your screen').waitFor();
    return page;
  }

  const screens = (page: Page): Promise<readonly string[]> => page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.screens.map(({ readyState }) => readyState));
  const pickers = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.asked);

  it('WG76 is shown after the customer’s own press alone, on a question that names the agent; a picker that is closed is a no', async () => {
    const page = await inCall();
    gateway.ask('screen');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('heading', { name: 'Anna Berger would like to see your screen' }).waitFor();
    await page.evaluate(() => {
      document.querySelector('get-help')?.shadowRoot?.querySelectorAll<HTMLElement>('.consent button').forEach((button) => button.click());
    });
    expect(await pickers(page)).toBe(0);
    expect(gateway.grantAnswers).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => gateway.grantAnswers, until).toEqual([{ grant: 'screen', accept: false }]);
    expect(await pickers(page)).toBe(0);

    await page.evaluate(() => { (globalThis as unknown as { watched: Watched }).watched.closePicker = true; });
    gateway.ask('screen');
    await dialog.getByRole('button', { name: 'Choose what to show' }).click();
    await expect.poll(() => gateway.grantAnswers.slice(1), until).toEqual([{ grant: 'screen', accept: false }]);
    expect(await pickers(page)).toBe(1);
    expect(await page.getByText('sees your screen').count()).toBe(0);

    await page.evaluate(() => { (globalThis as unknown as { watched: Watched }).watched.closePicker = false; });
    gateway.ask('screen');
    await dialog.getByRole('button', { name: 'Choose what to show' }).click();
    await page.getByText('Anna Berger sees your screen').waitFor();
    expect(gateway.grantAnswers.at(-1)).toEqual({ grant: 'screen', accept: true });
    expect(await screens(page)).toEqual(['live']);
  });

  it('WG77 ends with one press, at once and also offline, and the gateway is told when it is back', async () => {
    const page = await showing();
    gateway.silent = true;
    gateway.cut();
    await page.getByRole('dialog').getByText('Your call is held.').waitFor();
    await page.locator('get-help .signs.screen').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Anna Berger sees your screen').waitFor({ state: 'detached' });
    expect(await screens(page)).toEqual(['ended']);
    expect(gateway.grantAnswers).toEqual([{ grant: 'screen', accept: true }]);
    gateway.silent = false;
    await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: 'screen', accept: false });
  });

  it('WG77 ends by the browser’s own bar, by the agent, and with the call', async () => {
    const page = await showing();
    // What the browser's bar does: the track is over, and says so.
    await page.evaluate(() => {
      for (const track of (globalThis as unknown as { watched: Watched }).watched.screens) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    });
    await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: 'screen', accept: false });
    await page.getByText('Anna Berger sees your screen').waitFor({ state: 'detached' });

    const again = async (): Promise<void> => {
      gateway.ask('screen');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Choose what to show' }).click();
      await page.getByText('Anna Berger sees your screen').waitFor();
      expect((await screens(page)).at(-1)).toBe('live');
    };
    await again();
    const { screen: given, ...others } = gateway.view.cobrowse.grants;
    expect(given).toBe('granted');
    gateway.show({ cobrowse: { grants: others, agent: { name: 'Anna Berger' } } });
    await page.getByText('Anna Berger sees your screen').waitFor({ state: 'detached' });
    expect((await screens(page)).at(-1)).toBe('ended');

    await again();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await expect.poll(async () => (await screens(page)).at(-1), until).toBe('ended');
  });

  it('WG77 is not taken up again on another page, and the agent is told', async () => {
    const page = await showing();
    await page.goto(`${gateway.url}/other`);
    await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: 'screen', accept: false });
    expect(await page.getByText('sees your screen').count()).toBe(0);
  });

  it('WG78 a browser without screens to show declines by itself, and nobody is asked', async () => {
    const page = await inCall();
    await page.evaluate(() => { Object.defineProperty(navigator.mediaDevices, 'getDisplayMedia', { value: undefined }); });
    gateway.ask('screen');
    await expect.poll(() => gateway.grantAnswers, until).toEqual([{ grant: 'screen', accept: false }]);
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });
});
