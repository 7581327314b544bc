import { expect, it } from 'vitest';
import { DigitSender } from './digit-sender.ts';

it('AD25 sends digits in their order, gathered while a request is under way, and stops at one that failed', async () => {
  const sent: string[] = [];
  const answers: Array<(went: boolean) => void> = [];
  const sender = new DigitSender((digits) => {
    sent.push(digits);
    return new Promise((resolve) => { answers.push(resolve); });
  });
  const answer = async (went: boolean): Promise<void> => { answers.shift()?.(went); await Promise.resolve(); await Promise.resolve(); };
  for (const digit of '42#') sender.press(digit);
  expect(sent).toEqual(['4']);
  await answer(true);
  expect(sent).toEqual(['4', '2#']);
  sender.press('7');
  await answer(false);
  expect(sent).toEqual(['4', '2#']);
  sender.press('8');
  expect(sent).toEqual(['4', '2#', '8']);
  await answer(true);
  for (const digit of '9'.repeat(40)) sender.press(digit);
  await answer(true);
  expect(sent.slice(3)).toEqual(['9', '9'.repeat(32)]);
});
