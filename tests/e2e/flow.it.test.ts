/**
 * What comes before the queue, once, as people live it at the demo bank: a customer agrees to the notice before loans, talks to an agent, and when they
 * come again that agent is rung first, as the supervisor was told it would be.
 */
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { accept, openStage, pictured, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('the way to the queue, end to end', () => {
  it('FL1, FL5, FL9, FL15 leads over the notice to an agent, and the next time to the same one', async () => {
    const customer = await stage.customer('/demo/loans');
    const anna = await stage.agent('anna');
    const sara = await stage.agent('sara', { available: false });
    onTestFailed(() => pictured('flow', { customer, anna, sara }));

    await customer.getByRole('button', { name: /Get Help/ }).click();
    await customer.getByRole('dialog').getByText('For advice on loans we look at your income', { exact: false }).waitFor();
    // Nobody is offered somebody who has not agreed.
    expect(await accept(anna).count()).toBe(0);
    await customer.keyboard.press('1');
    await accept(anna).click();
    await customer.getByText('You are talking to', { exact: true }).waitFor();
    await customer.getByRole('button', { name: 'Hang up' }).click();

    // Sara is idle longer than Anna is from now on, and would be next.
    await sara.getByRole('button', { name: 'Go available' }).click();
    await sara.getByRole('button', { name: /^Your status: Available/ }).waitFor();
    await anna.getByText('Advice given', { exact: true }).click();
    await anna.getByRole('button', { name: /^Finish/ }).click();
    await anna.getByText('Ready for the next customer').waitFor();

    await sara.goto(`${stage.url}/supervisor/explain`);
    await sara.getByLabel('Queue').selectOption({ label: 'Loans and mortgages' });
    await sara.getByLabel('Customer number').fill('C-204117');
    await sara.getByRole('button', { name: 'Explain' }).click();
    await sara.getByText('Anna Berger, alone for 15 s').waitFor();
    await sara.goto(`${stage.url}/agent`);
    await sara.getByText('Phone ready').waitFor();

    await customer.getByRole('button', { name: 'Start again' }).click();
    await customer.getByRole('button', { name: 'I agree' }).click();
    await accept(anna).waitFor();
    expect(await accept(sara).count()).toBe(0);
  });
});
