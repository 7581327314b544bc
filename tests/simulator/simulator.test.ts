import { describe, expect, it } from 'vitest';
import { compare } from './against-erlang.ts';
import { Asterisk, OpenSips, Oracle, Ours } from './estimators.ts';
import { judge } from './judge.ts';
import { dailyWave, severalSkills, stationary } from './scenarios.ts';

/** Three standard errors: of the few comparisons below none is outside by chance, and the seeds are fixed. */
const sure = 3;

describe('a simulated center', () => {
  it.each([[1, 0.7, 1], [5, 0.8, 1], [20, 0.9, 1]])('RT49 serves as Erlang C says, with the product\'s own matching: %i agents at load %f', (agents, load, seed) => {
    const { meanWait, served } = compare({ agents, load, contacts: 30_000, seed });
    expect(Math.abs(meanWait.simulated - meanWait.known)).toBeLessThan(sure * meanWait.error);
    expect(Math.abs(served.simulated - served.known)).toBeLessThan(sure * served.error);
  });

  it('RT45 is told waits nearly as well as by somebody who knows all its laws, when nothing changes', () => {
    const { verdicts: [ours, oracle] } = judge(stationary(60), [new Ours(), new Oracle(100)], 25);
    expect(ours?.meanError).toBeLessThan(1.1 * (oracle?.meanError ?? 0));
    expect(ours?.within).toBeGreaterThan(0.7);
    expect(ours?.within).toBeLessThan(0.9);
  });

  it.each([dailyWave(96), severalSkills(48)])('RT45 is told waits better than by the formulas of the field: $name', (scenario) => {
    const { verdicts: [ours, openSips, asterisk] } = judge(scenario, [new Ours(), new OpenSips(), new Asterisk()], 20);
    expect(ours?.meanError).toBeLessThan(0.95 * (openSips?.meanError ?? 0));
    expect(ours?.meanError).toBeLessThan(0.95 * (asterisk?.meanError ?? 0));
    expect(ours?.within).toBeGreaterThan(0.7);
    expect(ours?.within).toBeLessThan(0.9);
  });
});
