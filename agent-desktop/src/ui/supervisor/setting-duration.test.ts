import { expect, it } from 'vitest';
import { inSeconds, inUnits } from './setting-duration.ts';

it('AD93 tells durations in the largest unit that loses nothing', () => {
  expect([0, 20, 59, 60, 90, 180, 3600, 5400, 86_400, 604_800].map(inUnits)).toEqual([
    { amount: 0, unit: 's' }, { amount: 20, unit: 's' }, { amount: 59, unit: 's' }, { amount: 1, unit: 'min' }, { amount: 90, unit: 's' }, { amount: 3, unit: 'min' },
    { amount: 1, unit: 'h' }, { amount: 90, unit: 'min' }, { amount: 1, unit: 'd' }, { amount: 7, unit: 'd' },
  ]);
  for (const seconds of [0, 45, 61, 7200, 100_000]) {
    const { amount, unit } = inUnits(seconds);
    expect(inSeconds(amount, unit)).toBe(seconds);
  }
});
