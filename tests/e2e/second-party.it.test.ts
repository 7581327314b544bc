/**
 * Three people in one call, as they live it: an agent asks a colleague while the customer waits, all three talk, the colleague keeps the
 * customer. And a customer who hung up, called back. In real browsers, with sound checked by value.
 */
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { accept, agentTones, bothHear, callUp, customerTones, openStage, pictured, type Stage } from '../support/stage.ts';
import { expectHeard, expectSilence, inSomeWindow, settled } from '../../gateway/test/media-proof.ts';

let stage: Stage;
beforeAll(async () => { stage = await openStage(); });
afterAll(() => stage.close());

it('AD24, AD28, AD32, AD34, WG26 a customer is advised upon, talked to by two, taken over and called back', async () => {
  const customer = await stage.customer('/demo/transfer');
  const anna = await stage.agent('anna');
  const ben = await stage.agent('ben', { available: false });
  onTestFailed(() => pictured('second-party', { customer, anna, ben }));
  await callUp(customer, anna);
  await ben.getByRole('button', { name: 'Go available' }).click();
  await ben.getByRole('button', { name: /^Your status: Available/ }).waitFor();

  // Anna asks Ben; the customer is on hold and hears neither.
  await anna.keyboard.press('Alt+T');
  await anna.getByRole('combobox').fill('ben');
  await anna.getByRole('option', { name: /Ben.*Free/ }).waitFor();
  await anna.keyboard.press('Enter');
  await ben.getByText(/asks for your advice$/).waitFor();
  await accept(ben).click();
  await ben.getByText(/^You advise/).waitFor();
  await anna.getByText(/^You are talking with Ben/).waitFor();
  await expectSilence(customer);
  await settled(anna, ben);
  await inSomeWindow(() => Promise.all([expectHeard(anna, agentTones, customerTones, 1), expectHeard(ben, agentTones, customerTones, 1)]));

  // All three.
  await anna.keyboard.press('Alt+J');
  await customer.getByRole('heading', { name: /Anna .* and Ben/ }).waitFor();
  await ben.getByText('All three of you hear each other').waitFor();
  await settled(customer, anna, ben);
  await inSomeWindow(() => Promise.all([
    expectHeard(customer, agentTones, customerTones, 1), expectHeard(anna, [...agentTones, ...customerTones], [], 1), expectHeard(ben, [...agentTones, ...customerTones], [], 1),
  ]));
  await customer.getByRole('button', { name: 'Keypad' }).click();
  await customer.getByRole('button', { name: '4', exact: true }).click();
  await customer.getByRole('button', { name: '2', exact: true }).click();
  await anna.getByText('The customer pressed').waitFor();
  await expect.poll(() => anna.locator('.customer-digits strong').innerText()).toBe('42');

  // Ben keeps the customer.
  await anna.keyboard.press('Alt+C');
  await anna.getByText('You have handed the customer over.').waitFor();
  await ben.getByText(/is yours now: Anna/).waitFor();
  await customer.getByText(/^Ben .* is with you now$/).first().waitFor();
  await bothHear(customer, ben, 1);

  // Who took the call over has the customer to call back, as anybody who had them.
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await customer.getByText('Thank you for talking to us').first().waitFor();
  await ben.getByRole('button', { name: 'Call back' }).click();
  await customer.getByRole('heading', { name: /^Ben .*is calling you/ }).waitFor();
  await customer.getByRole('button', { name: 'Answer' }).click();
  await bothHear(customer, ben, 1);

  // Each hop has its ticket.
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await customer.getByText('Thank you for talking to us').first().waitFor();
  await ben.keyboard.press('Alt+I');
  await expect.poll(() => ben.getByRole('row', { name: /^#\d+/ }).count()).toBeGreaterThan(0);
  for (const page of [customer, anna, ben]) await page.context().close();
});

it('AD32, WG25 a customer who hung up is called back in their page, and both talk again', async () => {
  const customer = await stage.customer('/demo/transfer');
  const anna = await stage.agent('anna');
  onTestFailed(() => pictured('call-back', { customer, anna }));
  await callUp(customer, anna);
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await customer.getByText('Thank you for talking to us').first().waitFor();
  await anna.getByRole('button', { name: 'Call back' }).click();
  await customer.getByRole('heading', { name: /is calling you/ }).waitFor();
  await customer.getByRole('button', { name: 'Answer' }).click();
  await customer.getByText('You are talking to', { exact: true }).waitFor();
  await bothHear(customer, anna, 1);
});
