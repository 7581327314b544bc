import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backOffMilliseconds } from './back-off.ts';

it('AD17 tries again at once with a ticket, then ever later, but never later than 5 s', () => {
  expect(backOffMilliseconds(1, 0.5)).toBe(0);
  expect(backOffMilliseconds(3, 0.999)).toBeGreaterThan(backOffMilliseconds(2, 0.999));
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
    expect(backOffMilliseconds(failures, random)).toBeGreaterThanOrEqual(0);
    expect(backOffMilliseconds(failures, random)).toBeLessThanOrEqual(5000);
  }));
});
