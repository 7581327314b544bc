import { describe, expect, it } from 'vitest';
import { WorkBudget } from './work-budget.ts';

describe('the work budget', () => {
  it('CB11 bounds the time that one sharer takes, and gives it back slowly', () => {
    const budget = new WorkBudget(0);
    budget.spend(2_999);
    expect(budget.isExhausted(0)).toBe(false);
    budget.spend(500);
    expect(budget.isExhausted(0)).toBe(true);
    expect(budget.isExhausted(1_000)).toBe(true);
    expect(budget.isExhausted(3_000)).toBe(false);
    budget.spend(10_000);
    expect(budget.isExhausted(3_001)).toBe(true);
    expect(budget.isExhausted(1e9)).toBe(false);
  });
});
