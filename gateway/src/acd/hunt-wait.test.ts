import { expect, it } from 'vitest';
import { huntWait } from './hunt-wait.ts';

const waits = Array.from({ length: 100 }, (_, at) => (at + 1) * 1000);

it('RT91 tells a range of what is still to come in a hunt, by its own history, and nothing where there is too little or nobody waited so long', () => {
  const fresh = huntWait(waits, 0);
  expect([fresh?.low, fresh?.expected, fresh?.high].map((ms) => Math.round((ms ?? 0) / 10_000))).toEqual([1, 5, 9]);
  // Half of them were answered by now: of the others half within the next quarter.
  const later = huntWait(waits, 50_000);
  expect(Math.round((later?.expected ?? 0) / 5000)).toBe(5);
  expect(later?.high).toBeLessThan(50_000);
  expect(huntWait(waits, 100_000)).toBeNull();
  expect(huntWait(waits.slice(0, 9), 0)).toBeNull();
  expect(huntWait([], 0)).toBeNull();
});
