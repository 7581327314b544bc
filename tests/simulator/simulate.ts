/**
 * `npm run simulate [hours]`: the product's matching against Erlang C, and its expected wait against an oracle and two formulas of the field, on three
 * traces from fixed seeds.
 */
import { compare, within, type Measure } from './against-erlang.ts';
import { Asterisk, OpenSips, Oracle, Ours } from './estimators.ts';
import { judge } from './judge.ts';
import { dailyWave, severalSkills, stationary } from './scenarios.ts';

const hours = Number(process.argv[2] ?? 120);

print(`Matching against Erlang C (mean handle time 240 s; service level within ${within} s; ± one standard error)`);
for (const [agents, load] of [[1, 0.7], [5, 0.8], [20, 0.9], [50, 0.95]] as const) {
  const { meanWait, served } = compare({ agents, load, contacts: hours * 2000, seed: 5 });
  print(`  ${String(agents).padStart(3)} agents, load ${load}: mean wait ${against(meanWait, 's')}; service level ${against(served, '')}`);
}
for (const scenario of [stationary(hours), dailyWave(hours), severalSkills(hours)]) {
  const started = performance.now();
  const { waits, meanWait, verdicts } = judge(scenario, [new Ours(), new Oracle(300), new OpenSips(), new Asterisk()], 20);
  print(`\nExpected wait, ${scenario.name}: ${waits} who had to wait ${meanWait.toFixed(0)} s on the average, told once, as they came (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  for (const { name, meanError, within: share, width } of verdicts) {
    const range = width > 0 ? `, ${(share * 100).toFixed(0)} % of the waits within a range of ${width.toFixed(0)} s` : '';
    print(`  ${name.padEnd(9)} mean error ${meanError.toFixed(1).padStart(6)} s${range}`);
  }
}

function against({ simulated, error, known }: Measure, unit: string): string {
  const digits = unit === '' ? 4 : 2;
  return `${simulated.toFixed(digits)} ± ${error.toFixed(digits)} ${unit} (Erlang C: ${known.toFixed(digits)}; ${(Math.abs(simulated - known) / error).toFixed(1)} standard errors)`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
