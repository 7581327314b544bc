/**
 * A chat as two people live it: written before anybody is there, answered, talked out with sound that is checked by value, written on, ended, and found
 * again in the history. In real browsers.
 */
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { accept, bothHear, openStage, pictured, type Stage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => { stage = await openStage({ chat: true }); });
afterAll(() => stage.close());

it('CH18 WG65 AD63 a chat becomes a call that is heard, a chat again after a reload of both, and a conversation in the history', async () => {
  const customer = await stage.customer('/demo/cards');
  const anna = await stage.agent('anna');
  onTestFailed(() => pictured('chat', { customer, anna }));

  // Written while nobody has taken it up, and read in the offer.
  await customer.getByRole('button', { name: /Get Help/ }).click();
  await customer.getByRole('button', { name: /^Chat/ }).click();
  await customer.getByRole('textbox', { name: 'Your message' }).fill('My card was declined abroad.');
  await customer.keyboard.press('Enter');
  await anna.getByRole('blockquote').getByText('My card was declined abroad.').waitFor();
  await accept(anna).click();
  await customer.getByRole('heading', { name: /^Anna/ }).waitFor();
  await anna.getByRole('textbox', { name: 'Write to the customer' }).waitFor();
  await anna.keyboard.press('Alt+E');
  await anna.keyboard.type('Shall we talk about it?');
  await anna.keyboard.press('Enter');
  await customer.getByRole('log').getByText('Shall we talk about it?').waitFor();

  // Both are there again after a reload, with everything that was written.
  await Promise.all([customer.reload(), anna.reload()]);
  for (const page of [customer, anna]) {
    await page.getByRole('log').getByText('My card was declined abroad.').waitFor();
    await page.getByRole('log').getByText('Shall we talk about it?').waitFor();
  }

  // The agent asks, the customer says yes, and they hear each other; what was written stands beside the call.
  await anna.keyboard.press('Alt+P');
  await customer.getByRole('button', { name: 'Talk now' }).click();
  await customer.getByText('You are talking to', { exact: true }).waitFor();
  await bothHear(customer, anna, 1);
  await anna.getByRole('textbox', { name: 'Write to the customer' }).fill('The form: http://localhost/form');
  await anna.keyboard.press('Enter');
  await customer.getByRole('log').getByRole('link', { name: 'http://localhost/form' }).waitFor();

  // After the call they write on, in the same contact.
  await customer.getByRole('button', { name: 'Hang up' }).click();
  await customer.getByRole('button', { name: 'End chat' }).waitFor();
  await anna.getByRole('button', { name: 'End chat' }).waitFor();
  await customer.getByRole('textbox', { name: 'Your message' }).fill('Thank you!');
  await customer.keyboard.press('Enter');
  await anna.getByRole('log').getByText('Thank you!').waitFor();
  await anna.keyboard.press('Alt+X');
  await customer.getByRole('heading', { name: 'Thank you for writing to us' }).waitFor();
  await anna.getByRole('radio', { name: 'Solved' }).check({ force: true });
  await anna.keyboard.press('Control+Enter');

  // And it is there for whoever looks later.
  await anna.getByText('Ready for the next customer').waitFor();
  await anna.keyboard.press('Alt+Y');
  await anna.getByRole('button', { name: 'Conversation (4)' }).click();
  const conversation = anna.getByRole('dialog');
  await conversation.getByText('Thank you!').waitFor();
  expect(await conversation.locator('.bubble p').allTextContents()).toEqual(['My card was declined abroad.', 'Shall we talk about it?', 'The form: http://localhost/form', 'Thank you!']);
});
