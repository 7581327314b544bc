import { describe, expect, it } from 'vitest';
import { firstCalm, maxCalm, stormBudget, stormWindow } from '../policy/limits.ts';
import { StormGauge } from './storm.ts';

describe('the storm gauge', () => {
  it('CB15 counts within a window, and starts anew with the next', () => {
    const gauge = new StormGauge();
    expect(gauge.isStorm(stormBudget, 0)).toBe(false);
    expect(gauge.isStorm(1, stormWindow - 1)).toBe(true);
    expect(gauge.isStorm(stormBudget, 2 * stormWindow)).toBe(false);
  });

  it('CB15 leaves a page alone for longer when storms follow one another, within bounds', () => {
    const gauge = new StormGauge();
    const rests = Array.from({ length: 8 }, (_, index) => gauge.handleStorm(index * 1000));
    expect(rests[0]).toBe(firstCalm);
    expect(rests[1]).toBe(2 * firstCalm);
    expect(rests.at(-1)).toBe(maxCalm);
    expect(gauge.handleStorm(1e9)).toBe(firstCalm);
  });
});
