/**
 * `npm test`: makes the machine ready for tests, then runs everything: static checks, unit tests, integration tests. Leaves the count in
 * `test-results/summary` (`N passed, N failed`), where `.ci/run` reads it. What is missing fails; nothing is skipped.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { staticChecks } from './checks/static-checks.ts';
import { readTestResults } from './checks/test-results.ts';
import { prepare } from './prepare/prepare.ts';
import { root } from './prepare/project.ts';
import { run } from './prepare/programs.ts';
import { ensureSystemPackages, testPackages } from './prepare/system-packages.ts';
import { Trouble } from './prepare/trouble.ts';

const results = join(root, 'test-results');
/** A test that hangs must end the run with a failure, not with the patience of whoever waits. */
const projectLimit = 75 * 60_000;

const count = { passed: 0, failed: 0 };
const durations: string[] = [];

await mkdir(results, { recursive: true });
await rm(join(results, 'summary'), { force: true });
const ready = await timed('preparing', async () => {
  try {
    await ensureSystemPackages(testPackages, 'run the tests');
    await prepare(process.env);
    return true;
  } catch (error) {
    fail(error instanceof Trouble ? error.message : error instanceof Error ? error.stack ?? error.message : String(error));
    return false;
  }
});
if (ready) {
  await timed('static checks', runStaticChecks);
  await timed('unit tests', () => runProject('unit'));
  await timed('integration tests', () => runProject('integration'));
}
const summary = `${count.passed} passed, ${count.failed} failed`;
await writeFile(join(results, 'summary'), `${summary}\n`);
process.stdout.write(`\n${durations.join(', ')}\n${summary}\n`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

async function runStaticChecks(): Promise<void> {
  for (const check of staticChecks) {
    const wrong = await check.run();
    if (wrong === '') {
      count.passed += 1;
      process.stdout.write(`  ok      ${check.name}\n`);
    } else fail(`${check.name}\n${wrong}`);
  }
}

async function runProject(project: 'unit' | 'integration'): Promise<void> {
  const report = join(results, `${project}.json`);
  await rm(report, { force: true });
  const { code } = await run(process.execPath, [
    join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, '--allowOnly=false', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ], { cwd: root, shown: true, limit: projectLimit });
  const outcome = readTestResults(await readFile(report, 'utf8').catch(() => null), code);
  count.passed += outcome.passed;
  count.failed += outcome.failed;
  for (const remark of outcome.remarks) process.stdout.write(`  FAILED  ${project}: ${remark}\n`);
}

function fail(what: string): void {
  count.failed += 1;
  process.stdout.write(`  FAILED  ${what}\n`);
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    durations.push(`${what} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}
