import { describe, expect, it } from 'vitest';
import { grantFor, tools, zoomStep } from './tools.ts';

describe('the viewer’s tools', () => {
  it('CB118 need the grant that they are for, and looking needs none', () => {
    expect(tools.map(grantFor)).toEqual([null, 'annotate', 'annotate', 'annotate', 'annotate', 'control']);
  });

  it('CB118 zoom by steps from whatever fits, and stop at the ends', () => {
    expect([zoomStep(0.62, 1), zoomStep(0.62, -1), zoomStep(1, 1), zoomStep(1, -1)]).toEqual([0.75, 0.5, 1.25, 0.75]);
    expect([zoomStep(2, 1), zoomStep(3, 1), zoomStep(0.5, -1), zoomStep(0.2, -1)]).toEqual([2, 2, 0.5, 0.5]);
  });
});
