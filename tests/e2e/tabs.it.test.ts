/** A customer with two tabs of the bank and an agent, over a whole gateway: each tab is shared by its own press, seen when looked at, and ended with the other. */
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { accept, openStage, pictured, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('two tabs of the portal', () => {
  it('CB45 CB60 are shared one by one, on the customer’s press, and one stop ends both', async () => {
    const customer = await stage.customer('/demo/transfer');
    const agent = await stage.agent('anna');
    const shown = async (): Promise<string> => sharedPage(agent).locator('h1').first().innerText().catch(() => '');
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await accept(agent).click();
    await agent.getByRole('button', { name: 'Ask to see the page' }).click();
    await customer.getByRole('button', { name: 'Show this page' }).click();
    await expect.poll(shown, { timeout: 20_000 }).toMatch(/transfer/i);
    const tools = agent.frameLocator('iframe');
    const strip = tools.getByRole('group', { name: 'Tabs that the customer shares' });

    const other = await customer.context().newPage();
    onTestFailed(() => pictured('tabs', { agent, other }));
    await other.goto(`${stage.url}/demo/cards`);
    const question = other.getByRole('region', { name: 'Share this tab' });
    await question.getByRole('button', { name: 'Not now' }).click();
    await tools.getByRole('button', { name: 'Ask for another tab' }).click();
    await question.getByText('Anna Berger would like to see another of your tabs.').waitFor();
    expect(await shown()).toMatch(/transfer/i);
    await question.getByRole('button', { name: 'Share this tab' }).click();
    await expect.poll(shown, { timeout: 20_000 }).toMatch(/cards/i);
    await strip.getByRole('button', { name: '/demo/cards' }).getByText('In front of the customer').waitFor();
    await agent.screenshot({ path: 'test-results/tabs-agent.png' });

    // The agent looks at the other one, and the customer reads so; then the customer goes there themselves, and back.
    await strip.getByRole('button', { name: '/demo/transfer' }).click();
    await expect.poll(shown, { timeout: 20_000 }).toMatch(/transfer/i);
    await other.getByText('Anna Berger looks at another of your tabs').waitFor();
    await other.evaluate('window.dispatchEvent(new Event("focus"))');
    await expect.poll(shown, { timeout: 20_000 }).toMatch(/cards/i);
    await other.getByText('Anna Berger sees this page').waitFor();

    await other.getByRole('button', { name: 'Stop', exact: true }).click();
    await agent.getByText('The customer has stopped showing their page.').waitFor();
    await customer.getByText('Anna Berger sees this page').waitFor({ state: 'detached' });
    await customer.getByText('You are talking to', { exact: true }).waitFor();
  });
});

/** The rebuilt page inside the viewer inside the desktop. */
function sharedPage(page: Page): FrameLocator {
  return page.frameLocator('iframe').frameLocator('.stage.shown iframe');
}
