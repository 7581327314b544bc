/** What customers grant agents on their page, in a real browser: each question, each end, each new page, also offline. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#shared/cobrowse-hands.ts';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };

describe('grants on the customer’s page', () => {
  const { gateway, sharing } = widgetSite();

  async function granted(page: Page, kind: 'annotate' | 'control' | 'record'): Promise<void> {
    gateway.ask(kind);
    await page.getByRole('alertdialog').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Allow' }).click();
    await expect.poll(() => gateway.view.cobrowse.grants[kind], until).toBe('granted');
  }

  const move = { picture: { pageEpoch: 'p', snapshotEpoch: 1 }, seq: 1, action: { kind: 'move', at: { nodeId: 1, x: 0, y: 0 } } } as const;
  /** Whether the page would act: what is allowed and asked for an unknown picture is stale. */
  const wouldAct = async (): Promise<Outcome> => gateway.sharer.timeout(5_000).emitWithAck('act', move);

  it('WG70 each is asked for by itself, naming the agent, answered by trusted events only, and declined with Escape', async () => {
    const page = await sharing();
    for (const [kind, words] of [['annotate', 'point and draw'], ['control', 'click and type'], ['record', 'record what you show']] as const) {
      gateway.ask(kind);
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('heading', { name: words }).waitFor();
      expect(await dialog.getByRole('heading').textContent()).toContain('Anna Berger');
      await page.evaluate(() => {
        document.querySelector('get-help')?.shadowRoot?.querySelectorAll<HTMLElement>('.consent button').forEach((button) => button.click());
      });
      expect(gateway.grantAnswers.filter(({ grant }) => grant === kind)).toEqual([]);
      await dialog.getByRole('button', { name: 'Allow' }).click();
      await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: kind, accept: true });
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByText('Anna Berger can click and type').waitFor();
    await page.getByText('Anna Berger can draw here').waitFor();
    await page.getByText('This page is being recorded').waitFor();
    await page.getByRole('button', { name: 'End control' }).click();
    await expect.poll(() => gateway.view.cobrowse.grants.control, until).toBe('off');
    gateway.ask('control');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: 'control', accept: false });
    expect(gateway.view.cobrowse.grants).toEqual({ view: 'granted', annotate: 'granted', control: 'off', record: 'granted' });
  });

  it('WG71 each ends with one press, at once and also offline, and the gateway is told when it is back', async () => {
    const page = await sharing();
    await granted(page, 'annotate');
    await granted(page, 'control');
    await expect.poll(wouldAct, until).toBe('stale');
    const answers = gateway.grantAnswers.length;
    gateway.silent = true;
    gateway.cut();
    await page.getByRole('dialog').getByText('Your call is held.').waitFor();
    await page.getByRole('button', { name: 'End control' }).click();
    expect(await wouldAct()).toBe('notGranted');
    await page.getByText('Anna Berger can click and type').waitFor({ state: 'detached' });
    expect(await page.getByText('Anna Berger can draw here').count()).toBe(1);
    expect(gateway.grantAnswers.length).toBe(answers);
    gateway.silent = false;
    await expect.poll(() => gateway.grantAnswers.slice(answers), until).toEqual([{ grant: 'control', accept: false }]);
  });

  it('WG72 control is not taken along to another page, what is drawn may be; and Escape ends it from anywhere on the page', async () => {
    const page = await sharing();
    await granted(page, 'annotate');
    await granted(page, 'control');
    await page.goto(`${gateway.url}/other`);
    await page.getByText('Anna Berger sees this page').first().waitFor();
    await expect.poll(() => gateway.grantAnswers.at(-1), until).toEqual({ grant: 'control', accept: false });
    await expect.poll(() => gateway.view.cobrowse.grants.control, until).toBe('off');
    await page.getByText('Anna Berger can draw here').waitFor();
    expect(await wouldAct()).toBe('notGranted');
    await granted(page, 'control');
    await expect.poll(wouldAct, until).toBe('stale');
    await page.locator('h1').click();
    await page.keyboard.press('Escape');
    await expect.poll(() => gateway.view.cobrowse.grants.control, until).toBe('off');
    expect(await wouldAct()).toBe('notGranted');
  });

  it('WG73 whoever looks on beside the agent is named', async () => {
    const page = await sharing();
    await expect.poll(() => gateway.sharers, until).toBe(1);
    gateway.sharer.emit('viewers', [{ name: 'Anna Berger', as: 'agent' }, { name: 'Sara Otto', as: 'supervisor' }]);
    await page.getByText('Also watching: Sara Otto (supervisor)').waitFor();
    gateway.sharer.emit('viewers', [{ name: 'Anna Berger', as: 'agent' }]);
    await page.getByText('Also watching').waitFor({ state: 'detached' });
  });

  it('WG74 an offer to go elsewhere shows where, and is the customer’s to take', async () => {
    const page = await sharing();
    await expect.poll(() => gateway.sharers, until).toBe(1);
    const offer = (): Promise<string> => gateway.sharer.timeout(20_000).emitWithAck('offer', { url: `${gateway.url}/other?from=offer` });
    const first = offer();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('/other?from=offer').waitFor();
    await page.evaluate(() => {
      document.querySelector('get-help')?.shadowRoot?.querySelectorAll<HTMLElement>('.consent button').forEach((button) => button.click());
    });
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    expect(await first).toBe('declined');
    expect(page.url()).toContain('/page');
    const second = offer();
    await dialog.getByRole('button', { name: 'Go there' }).click();
    expect(await second).toBe('accepted');
    await page.waitForURL('**/other?from=offer');
    await page.getByText('Anna Berger sees this page').first().waitFor();
  });

  it('WG75 a pause holds over a navigation until the customer goes on', async () => {
    const page = await sharing();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Sharing is paused').waitFor();
    await page.goto(`${gateway.url}/other`);
    await page.getByText('Sharing is paused').waitFor();
    const frames = gateway.frames;
    expect(gateway.pauses.at(-1)).toBe('customer');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Anna Berger sees this page').first().waitFor();
    await expect.poll(() => gateway.frames > frames, until).toBe(true);
  });
});
