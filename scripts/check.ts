/** `npm run check`: types, lint, layers, spec and the unit tests; what one runs before a commit. */
import { join } from 'node:path';
import { staticChecks } from './checks/static-checks.ts';
import { root } from './prepare/project.ts';
import { run } from './prepare/programs.ts';

const failed: string[] = [];
for (const check of staticChecks) {
  const wrong = await check.run();
  process.stdout.write(wrong === '' ? `  ok      ${check.name}\n` : `  FAILED  ${check.name}\n${wrong}\n`);
  if (wrong !== '') failed.push(check.name);
}
const unit = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit'], { cwd: root, shown: true });
if (unit.code !== 0) failed.push('unit tests');
process.stdout.write(failed.length === 0 ? 'All is well.\n' : `Failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
