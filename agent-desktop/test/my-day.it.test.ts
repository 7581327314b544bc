/** The agent's own figures in real Chromium: shown, renewed by themselves, and kept while that fails. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logIn } from './browser.ts';
import { setDesk } from './desk.ts';
import { fakeOwnFigures, noOwnFigures } from './fake-floor.ts';
import type { FakeGateway } from './fake-gateway.ts';
import { fakeView, wrappingUp } from './fake-views.ts';

const desk = setDesk();
let gateway: FakeGateway;
let page: Page;
let complained: string[];

beforeEach(() => { ({ gateway, page, complained } = desk); });
afterEach(() => { expect(complained).toEqual([]); });

const asked = (): number => gateway.requests.filter(({ path }) => path === '/agents/me/figures').length;
const card = (name: string) => page.locator('.figure-card', { hasText: name }).locator('dd');
const withHandled = (handled: number) => ({ ...fakeOwnFigures, total: { ...fakeOwnFigures.total, handled } });

describe('my day', () => {
  it('AD91 is opened by a key and shows what was handled by channel, the offers, what was handed over, and the time by status', async () => {
    gateway.show(fakeView());
    await logIn(page, gateway.url);
    await page.getByText('Phone ready').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+G');
    await page.getByRole('heading', { name: 'My day' }).waitFor();
    await expect.poll(() => card('Handled').textContent()).toBe('31');
    expect(await card('Occupancy').textContent()).toBe('78 %');
    expect((await page.getByRole('row', { name: /Chats/ }).getByRole('cell').allTextContents())).toEqual(['9', '6:52', '52:48', '0:00', '9:00']);
    const facts = (title: string) => page.locator('.my-day-card', { hasText: title }).locator('.my-day-facts > div').allTextContents();
    expect(await facts('Offered to you')).toEqual(['Offers33', 'Accepted31', 'Missed2', 'Declined1']);
    expect(await facts('Handed over')).toEqual(['Transfers in2', 'Transfers out4', 'Advice3 · 6:50']);
    expect(await facts('Your time')).toEqual(['Available6:41:40', 'Break: Lunch40:00', 'Break: Missed contact8:20']);
    await page.keyboard.press('Alt+G');
    await page.getByRole('heading', { name: 'My day' }).waitFor({ state: 'detached' });
  });

  it('AD91 looks at yesterday and this week by keyboard alone, and says when there is nothing', async () => {
    gateway.show(fakeView());
    await logIn(page, gateway.url);
    await page.getByRole('link', { name: 'My day' }).press('Enter');
    await card('Handled').waitFor();
    gateway.ownFigures = noOwnFigures;
    const [one] = await Promise.all([page.waitForRequest(/figures\?span=yesterday/), page.getByRole('combobox', { name: 'Time' }).press('ArrowDown')]);
    expect(one.method()).toBe('GET');
    await page.getByText('You were not at work in this time.').waitFor();
    await Promise.all([page.waitForRequest(/figures\?span=week/), page.getByRole('combobox', { name: 'Time' }).press('ArrowDown')]);
  });

  it('AD91 renews itself: when a contact is done, when the page is looked at again, and as time passes', async () => {
    await page.clock.install();
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await logIn(page, gateway.url);
    await page.getByRole('link', { name: 'My day' }).click();
    await expect.poll(() => card('Handled').textContent()).toBe('31');
    gateway.ownFigures = withHandled(32);
    gateway.show(fakeView());
    await expect.poll(() => card('Handled').textContent()).toBe('32');
    gateway.ownFigures = withHandled(33);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => card('Handled').textContent()).toBe('33');
    gateway.ownFigures = withHandled(34);
    const before = asked();
    await page.clock.runFor(31_000);
    await expect.poll(() => card('Handled').textContent()).toBe('34');
    expect(asked()).toBe(before + 1);
  });

  it('AD91 keeps what it had while it cannot be renewed, says so, and goes on by itself', async () => {
    gateway.show(fakeView());
    await logIn(page, gateway.url);
    await page.getByRole('link', { name: 'My day' }).click();
    await expect.poll(() => card('Handled').textContent()).toBe('31');
    gateway.ownFigures = null;
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByRole('alert').getByText('Not renewed since').waitFor();
    expect(await card('Handled').textContent()).toBe('31');
    gateway.ownFigures = withHandled(40);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => card('Handled').textContent()).toBe('40');
    expect(await page.getByText('Not renewed since').count()).toBe(0);
  });
});
