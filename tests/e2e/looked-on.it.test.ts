/**
 * A shared page in more than two people's hands, over a whole gateway: a supervisor looks on, and the customer passes to a colleague while the first agent
 * has control. And who would rather write: a message left in the widget, answered at the desk.
 */
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import type { AgentView } from '#shared/agent-protocol.ts';
import { accept, openStage, pictured, type DemoCenter, type Stage } from '../support/stage.ts';
import { call } from '../../gateway/test/support/gateway.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ change: takesMessages });
});
afterAll(() => stage.close());

function takesMessages(center: DemoCenter): object {
  return { ...center, queues: center.queues.map((queue) => ({ ...queue, messages: { fromWidget: true } })) };
}

/** The viewer's tools inside a desktop, and the rebuilt page inside of it. */
const tools = (page: Page): FrameLocator => page.frameLocator('iframe');
const shown = (page: Page) => (): Promise<string> => tools(page).frameLocator('.stage.shown iframe').locator('h1').first().innerText().catch(() => '');
const until = { timeout: 20_000 };

function picturesOnFailure(name: string, pages: Readonly<Record<string, Page>>): void {
  onTestFailed(() => pictured(name, pages));
}

describe('a page that is shared', () => {
  it('CB102 CB117 WG26 WG73 AD84 is looked on at by a supervisor, and passes with the customer to a colleague, who has no control', async () => {
    const customer = await stage.customer('/demo/transfer');
    const [anna, ben, sara] = await Promise.all([stage.agent('anna'), stage.agent('ben', { available: false }), stage.desk('sara')]);
    await sara.getByRole('link', { name: 'Supervision' }).waitFor();
    picturesOnFailure('looked-on', { customer, anna, ben, sara });
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await accept(anna).click();
    await anna.getByRole('button', { name: 'Ask to see the page' }).click();
    await customer.getByRole('button', { name: 'Show this page' }).click();
    await expect.poll(shown(anna), until).toMatch(/transfer/i);

    // The supervisor sees what Anna sees, can ask for nothing, and is named to the customer until they close it.
    await sara.goto(`${stage.url}/supervisor/agents`);
    await sara.getByRole('button', { name: 'Look on at the page of Mara Lindholm' }).click();
    await sara.getByText(/^Shown to Anna Berger/).waitFor();
    await expect.poll(shown(sara), until).toMatch(/transfer/i);
    await customer.getByText('Also watching: Sara Lindqvist (supervisor)').waitFor();
    await tools(sara).getByRole('button', { name: 'Fit' }).waitFor();
    expect(await tools(sara).getByRole('button', { name: 'Ask for control' }).count()).toBe(0);

    await tools(anna).getByRole('button', { name: 'Ask for control' }).click();
    await customer.getByRole('alertdialog').getByRole('button', { name: 'Allow' }).click();
    await customer.getByText('Anna Berger can click and type').waitFor();
    await tools(anna).getByRole('button', { name: 'Control', exact: true, pressed: true }).waitFor();

    // Anna hands the customer over at once, with control in her hand.
    await ben.getByRole('button', { name: 'Go available' }).click();
    await ben.getByRole('button', { name: /^Your status: Available/ }).waitFor();
    // Her keys are in the page now: she presses the desk's own button.
    await anna.getByRole('button', { name: /^Transfer/ }).first().click();
    await anna.getByRole('combobox').fill('ben');
    await anna.getByRole('option', { name: /Ben.*Free/ }).waitFor();
    await anna.keyboard.press('Alt+Enter');
    await accept(ben).click();
    await customer.getByText(/^Ben .* is with you now$/).first().waitFor();
    await customer.getByText('Ben Okafor sees this page').first().waitFor();
    await customer.getByText('Anna Berger can click and type').waitFor({ state: 'detached' });
    expect(await customer.getByText('can click and type').count()).toBe(0);
    await anna.locator('iframe').waitFor({ state: 'detached' });
    await expect.poll(shown(ben), until).toMatch(/transfer/i);
    await tools(ben).getByRole('button', { name: 'Ask for control' }).waitFor();
    expect(await tools(ben).getByRole('button', { name: 'Control', exact: true }).count()).toBe(0);
    const { contacts } = await stage.api<AgentView>('ben', '/api/agents/me');
    expect(contacts.map(({ cobrowse }) => [cobrowse.grants.view, cobrowse.grants.control])).toEqual([['granted', 'off']]);

    // The supervisor's look goes with the customer, too, and ends when they close it.
    await sara.getByText(/^Shown to Ben Okafor/).waitFor();
    await expect.poll(shown(sara), until).toMatch(/transfer/i);
    await sara.keyboard.press('Escape');
    await customer.getByText('Also watching', { exact: false }).waitFor({ state: 'detached' });
    await customer.getByRole('button', { name: 'Hang up' }).click();
    await ben.locator('iframe').waitFor({ state: 'detached' });
    for (const page of [customer, anna, ben, sara]) await page.context().close();
  }, 120_000);
});

describe('a message left in the widget', () => {
  it('CH40 WG90 WG91 is answered at the desk, with the page long closed, and the portal has the answer', async () => {
    const customer = await stage.customer('/demo/cards');
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await customer.getByRole('button', { name: 'Write', exact: true }).click();
    await customer.getByLabel('Subject (if you like)').fill('My card');
    await customer.getByLabel('Your message').fill('It was declined abroad.');
    await customer.getByLabel('E-mail address or telephone number (if you like)').fill('mara@example.com');
    await customer.getByRole('button', { name: 'Send' }).click();
    await customer.getByRole('heading', { name: 'We have your message' }).waitFor();
    await customer.getByText('We will answer to mara@example.com.', { exact: false }).first().waitFor();
    await customer.context().close();

    const anna = await stage.agent('anna');
    picturesOnFailure('message-left', { anna });
    await accept(anna).click();
    await anna.getByText('It was declined abroad.').first().waitFor();
    await anna.getByText('replies go to mara@example.com').first().waitFor();
    const { contacts } = await stage.api<AgentView>('anna', '/api/agents/me');
    const contactId = contacts[0]?.contactId ?? '';
    await anna.getByRole('textbox', { name: 'Write to the customer' }).fill('It works again.');
    await anna.keyboard.press('Enter');
    await anna.getByRole('log').getByText('It works again.').waitFor();
    await anna.getByRole('button', { name: 'Complete' }).click();
    const ofPortal = async (): Promise<unknown> => (await call<{ state: string; messages: Array<{ author: string; text: string }> }>(stage.url, `/api/inbound/${contactId}`, { token: 'demo-portal-key' })).body;
    await expect.poll(ofPortal, until).toMatchObject({ state: 'ended', messages: [{ author: 'customer', text: 'It was declined abroad.' }, { author: 'agent', text: 'It works again.' }] });
  }, 120_000);
});
