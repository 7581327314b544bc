import { expect, it } from 'vitest';
import { refusalOf } from './setting-problems.ts';

const problem = (more: object) => ({ type: '/problems/x', title: 'Refused', status: 422, ...more });

it('AD93 tells a refusal beside the part that it is about', () => {
  const told = (more: object): unknown => [...refusalOf(problem(more), 'cards', 'chat').fields];
  expect(told({ errors: [{ path: 'chat.warningSeconds', message: 'expected less' }, { path: 'chat', message: 'expected more' }] })).toEqual([['warningSeconds', 'expected less'], ['', 'expected more']]);
  expect(told({ detail: 'queues.cards.chat.quietSeconds: expected more.' })).toEqual([['quietSeconds', 'expected more.']]);
  expect(told({ detail: 'queues.other.chat.quietSeconds: expected more.' })).toEqual([['', 'queues.other.chat.quietSeconds: expected more.']]);
  expect(told({})).toEqual([['', 'Refused']]);
});
