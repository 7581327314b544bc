/** A customer who would rather not wait: asks to be called back on the page, reloads it, and is rung there at their turn; sound is checked by value. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { accept, bothHear, openStage, pictured, type Stage } from '../support/stage.ts';

let stage: Stage;
let customer: Page;
let agent: Page;

beforeAll(async () => { stage = await openStage(); });
afterAll(() => stage.close());

describe('a callback on the page', () => {
  it('CK32 keeps the place over a reload and a restart of the gateway, rings the page when an agent has accepted, and they talk', async () => {
    onTestFailed(() => pictured('callback', { customer, agent }));
    agent = await stage.agent('anna', { available: false });
    customer = await stage.customer('/demo/transfer');
    await customer.getByRole('button', { name: /Get Help/ }).click();
    await customer.getByRole('button', { name: 'Call me back' }).click();
    await customer.getByRole('heading', { name: 'We call you back' }).waitFor();
    await customer.getByRole('button', { name: 'Call me back' }).click();
    await customer.getByText('Keep this page open: it rings here.', { exact: true }).waitFor();
    await customer.reload();
    await customer.getByText('Keep this page open: it rings here.', { exact: true }).waitFor();
    await stage.restartGateway();
    await customer.getByText('You are next in line', { exact: true }).waitFor();

    await agent.getByText('Phone ready').waitFor();
    await agent.getByRole('button', { name: 'Go available' }).click();
    await agent.getByText('Callback · Customer service').waitFor();
    // The customer is not disturbed before an agent has taken it.
    expect(await customer.getByRole('button', { name: 'Answer' }).count()).toBe(0);
    await accept(agent).click();
    await customer.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
    await agent.getByText('Their page rings…').first().waitFor();
    await customer.getByRole('button', { name: 'Answer' }).click();
    await customer.getByText('You are talking to', { exact: true }).waitFor();
    await bothHear(customer, agent, 2);
    await agent.getByRole('button', { name: 'Hang up', exact: true }).click();
    await customer.getByText('Thank you for talking to us').first().waitFor();
  });
});
