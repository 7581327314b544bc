import { describe, expect, it } from 'vitest';
import { sharerBudgets } from '../policy/limits.ts';
import { SharerBudget } from './sharer-budget.ts';

describe('the sharer’s budget', () => {
  it.each(['work', 'frames', 'bytes'] as const)('CB11 bounds the %s that one sharer takes, and gives them back slowly', (name) => {
    const { atOnce, perSecond } = sharerBudgets[name];
    const budget = new SharerBudget(0);
    budget.spend({ [name]: atOnce - 1 });
    expect(budget.isExhausted(0)).toBe(false);
    budget.spend({ [name]: 1 + perSecond });
    expect(budget.isExhausted(0)).toBe(true);
    expect(budget.isExhausted(900)).toBe(true);
    expect(budget.isExhausted(1_100)).toBe(false);
    budget.spend({ [name]: 10 * atOnce });
    expect(budget.isExhausted(1_101)).toBe(true);
    expect(budget.isExhausted(1e9)).toBe(false);
  });
});
