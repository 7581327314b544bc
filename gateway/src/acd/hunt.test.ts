import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { huntBegins, huntNext, huntUndone, type Hunt, type HuntProgress, type HuntStep, type Ringable } from './hunt.ts';

const list = ['anna', 'ben', 'carl', 'dora'];
const hunt = (change: Partial<Hunt> = {}): Hunt => ({ list, inCharge: 'anna', rounds: 1, ...change });
const all = (): Ringable => 'now';

/** Rings on until something else comes; nobody answers. */
function rung(rules: Hunt, ringable: (entry: string) => Ringable, most = 20): { readonly order: string[]; readonly end: HuntStep['kind'] } {
  const order: string[] = [];
  let progress: HuntProgress | null = null;
  for (;;) {
    const step = huntNext(rules, progress, ringable);
    if (step.kind !== 'ring' || order.length === most) return { order, end: step.kind };
    order.push(step.entry);
    ({ progress } = step);
  }
}

describe('a hunt', () => {
  it('HU1 begins with whoever is in charge, goes on down the list and round its end, and comes to its end after the last', () => {
    expect(rung(hunt({ inCharge: 'carl' }), all)).toEqual({ order: ['carl', 'dora', 'anna', 'ben'], end: 'exhausted' });
    expect(rung(hunt({ inCharge: 'somebody who left' }), all).order).toEqual(list);
  });

  it('HU1 goes round as often as it is told, each time from whoever is in charge', () => {
    expect(rung(hunt({ inCharge: 'dora', rounds: 2 }), all)).toEqual({ order: ['dora', 'anna', 'ben', 'carl', 'dora', 'anna', 'ben', 'carl'], end: 'exhausted' });
    expect(rung(hunt({ rounds: Infinity }), all, 13)).toMatchObject({ order: [...list, ...list, ...list, 'anna'], end: 'ring' });
  });

  it('HU2 skips whoever cannot be rung, and comes back to them when they can before the list is through', () => {
    expect(rung(hunt(), (entry) => entry === 'anna' || entry === 'carl' ? 'no' : 'now')).toEqual({ order: ['ben', 'dora'], end: 'exhausted' });
    const afterBen = { round: 1, tried: ['ben'], exhaustedAt: null };
    expect(huntNext(hunt(), afterBen, (entry) => entry === 'anna' ? 'now' : 'no')).toMatchObject({ kind: 'ring', entry: 'anna' });
    expect(huntNext(hunt(), afterBen, all)).toMatchObject({ kind: 'ring', entry: 'carl' });
  });

  it('HU3 waits for whoever was rung too short a time ago instead of ending, also when they are alone', () => {
    const afterAnna = { round: 1, tried: ['anna'], exhaustedAt: null };
    const alone = hunt({ list: ['anna'], rounds: Infinity });
    expect(huntNext(alone, afterAnna, () => 'later')).toEqual({ kind: 'wait' });
    expect(huntNext(alone, afterAnna, all)).toEqual({ kind: 'ring', entry: 'anna', progress: { round: 2, tried: ['anna'], exhaustedAt: null } });
  });

  it('HU3 begins again for whoever can be rung after the list was through, and says only once that it is', () => {
    const through = { round: 1, tried: list, exhaustedAt: 100 };
    expect(huntNext(hunt(), through, () => 'no')).toEqual({ kind: 'wait' });
    expect(huntNext(hunt(), through, (entry) => entry === 'carl' ? 'now' : 'later')).toMatchObject({ kind: 'ring', entry: 'carl', progress: { round: 1, tried: ['carl'], exhaustedAt: null } });
  });

  it('HU2 counts an offer that was withdrawn as no turn', () => {
    const step = huntNext(hunt(), huntBegins, all);
    expect(huntUndone(step.kind === 'ring' ? step.progress : null)).toEqual(huntBegins);
  });

  it('HU4 rings nobody twice in a round, goes through no more rounds than configured, and never ends while somebody of the round can be rung', () => {
    const answers = fc.constantFrom<Ringable>('now', 'later', 'no');
    fc.assert(fc.property(
      fc.uniqueArray(fc.constantFrom(...list), { minLength: 1 }), fc.constantFrom(...list), fc.constantFrom(1, 2, 3, Infinity), fc.array(fc.array(answers, { minLength: 4, maxLength: 4 }), { maxLength: 40 }),
      (some, inCharge, rounds, moments) => {
        const rules = { list: some, inCharge, rounds };
        let progress = null as HuntProgress | null;
        for (const moment of moments) {
          const ringable = (entry: string): Ringable => moment[list.indexOf(entry)] ?? 'no';
          const step: HuntStep = huntNext(rules, progress, ringable);
          const tried: readonly string[] = progress === null || progress.exhaustedAt !== null ? [] : progress.tried;
          const left = some.filter((entry) => !tried.includes(entry));
          if (left.some((entry) => ringable(entry) === 'now')) expect(step.kind).toBe('ring');
          if (step.kind === 'exhausted') {
            expect(some.some((entry) => ringable(entry) === 'later') && (progress?.round ?? 1) < rounds && tried.length > 0).toBe(false);
            progress = { round: progress?.round ?? 1, tried, exhaustedAt: 1 };
          } else if (step.kind === 'ring') {
            expect(ringable(step.entry)).toBe('now');
            expect(new Set(step.progress.tried).size).toBe(step.progress.tried.length);
            expect(step.progress.round).toBeLessThanOrEqual(rounds);
            ({ progress } = step);
          }
        }
      },
    ), { numRuns: 2000 });
  });
});
