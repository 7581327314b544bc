/** The supervisor's page in real Chromium: the boards move with the floor, and what is changed is sent, by keyboard alone. */
import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logIn } from './browser.ts';
import { setDesk } from './desk.ts';
import { fakeFloor } from './fake-floor.ts';
import type { FakeGateway, Recorded } from './fake-gateway.ts';
import { emergency, engaged, fakeView } from './fake-views.ts';

const desk = setDesk();
let gateway: FakeGateway;
let page: Page;
let complained: string[];

beforeEach(() => {
  ({ gateway, page, complained } = desk);
  gateway.show(fakeView({ agent: { role: 'supervisor' } }));
});
afterEach(() => { expect(complained).toEqual([]); });

async function open(tab: string): Promise<void> {
  await logIn(page, gateway.url, `/supervisor/${tab}`);
  gateway.showFloor(fakeFloor());
}
const sent = (method: string, path: string): Promise<Recorded> => expect.poll(() => gateway.requests.findLast((request) => request.method === method && request.path === path), { timeout: 10_000 }).toBeTruthy()
  .then(() => gateway.requests.findLast((request) => request.method === method && request.path === path) ?? { method, path, body: null });

describe('the supervisor\'s page', () => {
  it('AD70 shows who can serve each queue and how it fares today, as it changes, and warns below the target', async () => {
    await open('queues');
    const cards = page.getByRole('row', { name: /Cards & payments/ });
    await cards.getByText('74 %').waitFor();
    expect(await cards.locator('[data-warn]').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('74 %')]));
    const floor = fakeFloor();
    gateway.showFloor({ ...floor, queues: floor.queues.map((queue) => ({ ...queue, today: { ...queue.today, serviceLevel: 0.91 } })) });
    await cards.getByText('91 %').waitFor();
    expect((await cards.locator('[data-warn]').allTextContents()).join()).not.toContain('91 %');
  });

  it('AD71 shows who is where and with what; a colleague\'s status is set in place, and a refusal is told', async () => {
    await open('agents');
    await page.getByRole('row', { name: /Ben Falk.*Tom Baker/ }).waitFor();
    const status = page.getByRole('combobox', { name: 'Status of Dora Müller' });
    expect(await status.inputValue()).toBe('break:Lunch');
    await status.focus();
    await status.selectOption('offline');
    expect((await sent('PUT', '/agents/a4/status')).body).toEqual({ status: 'offline' });
    gateway.refuse('/agents/a2/status', { type: '/problems/forbidden', title: 'Not allowed', status: 403, detail: 'Supervisors and administrators do this.' });
    await page.getByRole('combobox', { name: 'Status of Ben Falk' }).selectOption('break:Coffee');
    await page.getByRole('alert').getByText('Supervisors and administrators do this.').waitFor();
    await page.getByRole('searchbox').fill('mortg');
    await page.getByText('Dora Müller').waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(2);
    complained.length = 0;
  });

  it('AD84 looks on at a page that is shared with a colleague, by keyboard; closing it ends it, and so does the customer', async () => {
    await open('agents');
    const look = page.getByRole('button', { name: 'Look on at the page of Tom Baker' });
    await look.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Looking on at a page' });
    await dialog.getByText(/Shown to Ben Falk/).waitFor();
    await page.frameLocator('iframe.viewer-frame').getByText('The customer’s page').waitFor();
    await sent('POST', '/contacts/c9/cobrowse/monitor');
    expect((await new AxeBuilder({ page }).exclude('iframe').analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('iframe').waitFor({ state: 'detached' });
    await look.press('Enter');
    await page.frameLocator('iframe.viewer-frame').getByText('The customer’s page').waitFor();
    const floor = fakeFloor();
    gateway.showFloor({ ...floor, agents: floor.agents.map((agent) => ({ ...agent, contacts: agent.contacts.map((contact) => ({ ...contact, sharesPage: false })) })) });
    await dialog.getByText('The customer does not share the page any more.').waitFor();
    expect(await page.locator('iframe').count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await look.count()).toBe(0);
  });

  it('AD84 offers nobody to look on beside themselves', async () => {
    await open('agents');
    await page.getByRole('button', { name: 'Look on at the page of Tom Baker' }).waitFor();
    gateway.show(fakeView({ agent: { role: 'supervisor' }, contacts: [engaged({ contactId: 'c9' })] }));
    await page.getByRole('button', { name: 'Look on at the page of Tom Baker' }).waitFor({ state: 'detached' });
  });

  it('AD86 reads what happened while a page was shared, beside its ticket, and is told when it is not as it was written', async () => {
    await logIn(page, gateway.url, '/agent');
    await page.getByRole('link', { name: 'Tickets' }).click();
    const button = page.getByRole('button', { name: 'Audit of the shared page, ticket #10427' });
    await button.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'What happened while the page was shared' });
    await dialog.getByText('Entries: 4. Each is as it was written.').waitFor();
    await dialog.getByRole('row', { name: /Anna Berg Asked for grant: view/ }).waitFor();
    await dialog.getByRole('row', { name: /Customer Page shown https:\/\/bank.example\/accounts\/•••\/transfer/ }).waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    gateway.audit = { ...gateway.audit, verified: false, brokenAt: 43 };
    await button.press('Enter');
    await dialog.getByRole('alert').getByText('Entry 43 is not as it was written').waitFor();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    gateway.show(fakeView());
    await button.waitFor({ state: 'detached' });
  });

  it('AD71 an agent\'s skills are changed, added and taken away by keyboard, and put back to what the file says', async () => {
    await open('agents');
    await page.getByRole('button', { name: 'Skills of Carla Ruiz' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/Sara Lindqvist/).waitFor();
    await dialog.getByLabel('mortgages', { exact: true }).selectOption('5');
    await dialog.getByRole('button', { name: 'Take camera away' }).press('Enter');
    await dialog.getByLabel('Another skill').fill('French');
    await page.keyboard.press('Enter');
    await dialog.getByLabel('french', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    expect((await sent('PUT', '/agents/a3/skills')).body).toEqual({ skills: { cards: 5, mortgages: 5, french: 3 } });
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Skills of Ben Falk' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
    await sent('DELETE', '/agents/a2/skills');
  });

  it('AD73 shows the figures of a time as a table and in their course, and gives them as a file', async () => {
    await open('figures');
    await page.getByRole('rowheader', { name: 'Mortgages' }).waitFor();
    await page.getByRole('img', { name: 'Offered of Cards & payments over time' }).waitFor();
    await page.getByRole('combobox', { name: 'Figure' }).selectOption('serviceLevel');
    await page.getByRole('img', { name: 'Service level of Cards & payments over time' }).waitFor();
    await page.getByText('As a table').press('Enter');
    expect(await page.locator('.course-table tbody tr').count()).toBe(await page.locator('.chart-bar').count());
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as CSV' }).press('Enter')]);
    expect(file.suggestedFilename()).toMatch(/^figures-by-queue-\d{4}-\d\d-\d\d\.csv$/);
    expect(await readFile(await file.path(), 'utf8')).toBe('from,to,id,name,offered\r\n');
    await page.getByRole('combobox', { name: 'By' }).selectOption('agent');
    await page.getByRole('rowheader', { name: 'Carla Ruiz' }).waitFor();
    await page.getByRole('columnheader', { name: 'Occupancy' }).waitFor();
  });

  it('AD75 lets an administrator read the file again, and says what changed, or what is wrong where', async () => {
    gateway.show(fakeView({ agent: { role: 'admin' } }));
    await open('settings');
    gateway.refuse('/config/reload', { type: '/problems/config-refused', title: 'Not valid', status: 422, detail: 'Mend what `errors` names and load it again.', errors: [{ path: 'queues[0].lable', message: 'Unrecognized key' }] });
    const button = page.getByRole('button', { name: 'Read the file again' });
    await button.press('Enter');
    await page.getByRole('alert').getByText('queues[0].lable').waitFor();
    await button.press('Enter');
    await page.getByText('agents.ben, queues.cards').waitFor();
    await page.getByText('trunks.pbx').waitFor();
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await button.waitFor({ state: 'detached' });
    complained.length = 0;
  });

  it('AD74 shows where each setting comes from, changes it in place, resets it, and says what was refused', async () => {
    await open('settings');
    const priority = page.getByRole('row', { name: /^Priority/ });
    await priority.getByText(/Sara Lindqvist/).waitFor();
    await priority.getByRole('button', { name: 'Reset to 50' }).press('Enter');
    await sent('DELETE', '/queues/cards/settings/priority');
    await page.getByRole('combobox', { name: 'Whom it rings' }).selectOption('mostSkilled');
    expect((await sent('PATCH', '/queues/cards')).body).toEqual({ strategy: 'mostSkilled' });
    await page.getByRole('spinbutton', { name: 'Time to accept', exact: true }).fill('45');
    await page.keyboard.press('Enter');
    await expect.poll(() => gateway.requests.findLast(({ method }) => method === 'PATCH')?.body).toEqual({ offerSeconds: 45 });
    await page.getByRole('combobox', { name: 'Open' }).selectOption('open');
    await page.getByLabel('until').fill('2026-12-24T14:00');
    await page.getByRole('row', { name: /^Open/ }).getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => gateway.requests.findLast(({ method }) => method === 'PATCH')?.body).toEqual({ opening: { open: true, until: new Date('2026-12-24T14:00').toISOString() } });
    gateway.refuse('/queues/cards', { type: '/problems/setting-refused', title: 'Does not fit', status: 422, detail: 'queues.cards.strategy: expected a list.' });
    await page.getByRole('combobox', { name: 'Whom it rings' }).selectOption('roundRobin');
    await page.getByRole('alert').getByText('expected a list').waitFor();
    await page.getByText('agents.ben.skills').waitFor();
    complained.length = 0;
  });

  it('AD93 tells settings of several parts in words, changes them in a dialog by keyboard, and says what is wrong beside the part', async () => {
    await open('settings');
    const row = page.getByRole('row', { name: /Wrap-up/ });
    await row.getByText('optional, ends by itself').waitFor();
    await row.getByText('2 min', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Change… Wrap-up' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Wrap-up: Cards & payments' });
    await dialog.getByLabel('How').selectOption('mandatoryTimeboxed');
    await dialog.getByRole('spinbutton', { name: 'Ends after' }).fill('90');
    await dialog.getByRole('combobox', { name: 'Unit of Ends after' }).selectOption('s');
    await dialog.getByLabel('Outcomes').fill('Solved\n\n  Passed on ');
    // What the gateway refuses stands beside its part, and nothing is lost of what was typed.
    gateway.refuse('/queues/cards', { type: '/problems/invalid-input', title: 'Not valid', status: 400, errors: [{ path: 'wrapUp.dispositions.1', message: 'expected at most 100 characters' }] });
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await dialog.getByText('expected at most 100 characters').waitFor();
    expect(await dialog.getByLabel('Outcomes').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect((await sent('PATCH', '/queues/cards')).body).toEqual({ wrapUp: { mode: 'mandatoryTimeboxed', seconds: 90, dispositions: ['Solved', 'Passed on'] } });

    // What cannot be is told before anybody is asked.
    const requests = gateway.requests.length;
    await page.getByRole('button', { name: 'Change… Callbacks' }).click();
    await page.getByRole('spinbutton', { name: 'Tries', exact: true }).fill('99');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Expected a whole number from 1 to 10.').waitFor();
    expect(gateway.requests.slice(requests).filter(({ method }) => method === 'PATCH')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // Nothing on the page is called as a programmer calls it.
    const words = await page.locator('.table-settings').innerText();
    for (const key of ['wrapUp', 'serviceLevel', 'holdPlace', 'addQueues', 'redactSecrets', '{']) expect(words).not.toContain(key);
    expect(words).toContain('after 1 min: level 2 is enough');
    expect(words).toContain('cards from level 2');
    complained.length = 0;
  });

  it('HU17 shows who is in charge of each hunt and in which order it rings; setting and resetting it is one choice', async () => {
    gateway.show(fakeView({ agent: { role: 'supervisor' }, queues: [emergency] }));
    await logIn(page, gateway.url, '/supervisor/in-charge');
    const card = page.getByRole('region', { name: 'Card emergencies' });
    await card.getByText('As the contact-center file says').waitFor();
    const choice = card.getByRole('combobox', { name: 'In charge' });
    await choice.focus();
    await choice.selectOption('ben');
    expect((await sent('PUT', '/queues/emergency/in-charge')).body).toEqual({ inCharge: 'ben' });
    await card.getByText(/Set by Anna Berg/).waitFor();
    expect(await card.getByRole('listitem').allTextContents()).toEqual(['Ben Falk', 'Engineer on call', 'Anna Berg']);
    await card.getByRole('button', { name: 'Reset to the file' }).press('Enter');
    await sent('DELETE', '/queues/emergency/in-charge');
    await card.getByText('As the contact-center file says').waitFor();
    gateway.refuse('/queues/emergency/in-charge', { type: '/problems/forbidden', title: 'Not allowed', status: 403, detail: 'Supervisors and administrators do this.' });
    await choice.selectOption('ben');
    await card.getByRole('alert').getByText('Supervisors and administrators do this.').waitFor();
  });

  it('HU18 has the journal of the tickets that are shown as files', async () => {
    await logIn(page, gateway.url, '/agent');
    await page.getByRole('link', { name: 'Tickets' }).click();
    for (const [name, file] of [['Journal as CSV', 'journal.csv'], ['Journal as lines', 'journal.txt']] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name }).press('Enter');
      expect((await download).suggestedFilename()).toBe(file);
    }
  });
});
