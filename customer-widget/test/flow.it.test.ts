/** Before the queue, in a real browser: what a customer is told and asked, and what they can do about it. */
import { describe, expect, it } from 'vitest';
import { pressGetHelp } from './browser.ts';
import { closedWait } from './fake-gateway.ts';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };

describe('before the queue', () => {
  const { gateway, visit } = widgetSite();
  const page = async (path = '/page') => (await visit(path)).page;

  it('FL18 shows the notice in the language of the page, and confirms it by tap or declines it', async () => {
    gateway.view = { ...gateway.view, phase: { name: 'flow', notice: null } };
    const shown = await page('/page?lang=de');
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Einen Moment, bitte' }).waitFor();
    gateway.tell();
    await shown.getByRole('dialog').getByText('Wir zeichnen dieses Gespräch auf', { exact: false }).first().waitFor();
    await shown.getByRole('button', { name: 'Einverstanden' }).click();
    await expect.poll(() => gateway.noticeAnswers, until).toEqual([{ step: 'notice recorded', accept: true }]);
    await shown.getByRole('button', { name: 'Nein, danke' }).click();
    await expect.poll(() => gateway.noticeAnswers.at(-1), until).toEqual({ step: 'notice recorded', accept: false });
  });

  it('FL18 confirms by the key that the notice names, not by any other, and by no script of the page', async () => {
    const shown = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.tell({ fr: 'En français seulement.' });
    await shown.getByRole('dialog').getByText('En français seulement.').first().waitFor();
    await shown.evaluate(() => {
      const root = document.querySelector('get-help')?.shadowRoot;
      root?.querySelector('dialog')?.dispatchEvent(new KeyboardEvent('keydown', { key: '1', bubbles: true }));
      for (const button of root?.querySelectorAll<HTMLButtonElement>('.foot button') ?? []) button.click();
    });
    await shown.keyboard.press('2');
    expect(gateway.noticeAnswers).toEqual([]);
    await shown.keyboard.press('1');
    await expect.poll(() => gateway.noticeAnswers, until).toEqual([{ step: 'notice recorded', accept: true }]);
  });

  it('FL18 is still there after a reload, and unfolds when it is asked', async () => {
    const shown = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    await shown.keyboard.press('Escape');
    await shown.getByRole('button', { name: 'Open Get Help' }).waitFor();
    gateway.tell();
    await shown.getByRole('heading', { name: 'Before we begin' }).waitFor();
    await shown.reload();
    await shown.getByRole('heading', { name: 'Before we begin' }).waitFor();
  });

  it('FL18 lets a dissuaded customer wait all the same, or leave', async () => {
    const shown = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.dissuade({ message: { en: 'We are short of people today.' } });
    await shown.getByRole('heading', { name: 'It will take a while' }).waitFor();
    await shown.getByRole('dialog').getByText('We are short of people today.').waitFor();
    await shown.getByRole('button', { name: 'Wait all the same' }).click();
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    expect(gateway.waitsChosen).toBe(1);
    gateway.dissuade();
    await shown.getByRole('button', { name: 'Leave', exact: true }).click();
    await shown.getByRole('heading', { name: 'You have left the queue' }).waitFor();
  });

  it('FL18 goes on where the queue is closed and takes people all the same', async () => {
    gateway.wait = { ...closedWait, takes: true };
    gateway.view = { ...gateway.view, queue: { id: 'night', label: 'Night service' } };
    const shown = await page();
    await pressGetHelp(shown);
    await shown.getByText('Night service').waitFor();
    expect(gateway.connected).toBe(true);
  });

  it('FL18 shows what the queue says to the end', async () => {
    const shown = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.phase({ name: 'ended', end: { party: 'system', reason: 'notEntitled' }, message: { en: 'Your contract does not include this.' } });
    await shown.getByRole('heading', { name: 'This service is not in your contract' }).waitFor();
    await shown.getByRole('dialog').getByText('Your contract does not include this.').waitFor();
  });
});
