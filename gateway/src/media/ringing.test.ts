import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestStatus } from './ringing.ts';

describe('of several failures', () => {
  it.each([
    [[480, 486], 486], [[408, 404], 404], [[486, 603], 603], [[480, 503], 480], [[500, 404, 480], 404], [[302], 480], [[], 480], [[600, 603, 486], 600],
  ])('MD47 %j comes to %i', (statuses, best) => {
    expect(bestStatus(statuses)).toBe(best);
  });

  it('MD47 it is one of them, in whatever order they came', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 400, max: 699 }), { minLength: 1 }), (statuses) => {
      expect(statuses).toContain(bestStatus(statuses));
    }));
  });
});
