import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drawing, FarPlace } from '#shared/cobrowse-hands.ts';
import { pathOf, thinned } from './shapes.ts';

const box = { left: 100, top: 50, width: 200, height: 40 };

describe('a drawing', () => {
  it('CB113 keeps its place in its element wherever that is and however large', () => {
    const arrow: Drawing = { kind: 'arrow', id: 'a', nodeId: 1, from: [0, 0], to: [1, 1] };
    expect(pathOf(arrow, box)).toMatch(/^M100 50L300 90M/);
    expect(pathOf(arrow, { left: 0, top: 0, width: 20, height: 20 })).toMatch(/^M0 0L20 20M/);
    expect(pathOf({ kind: 'highlight', id: 'h', nodeId: 1 }, box)).toMatch(/^M103 45h194a8 8/);
    expect(pathOf({ kind: 'pen', id: 'p', nodeId: 1, points: [[0, 0], [0.5, 0.5], [1, 1]] }, box)).toBe('M100 50Q200 70 250 80L300 90');
  });

  it('CB113 holds its bound, and both of its ends', () => {
    const place = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(fc.property(fc.array(place, { minLength: 2, maxLength: 2000 }), (points: FarPlace[]) => {
      const kept = thinned(points, 64);
      expect(kept.length).toBeLessThanOrEqual(64);
      expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
    }));
  });
});
