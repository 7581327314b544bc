/** The checks that run no code of ours: types, lint, layers, rules of the spec. Each counts as one test. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from '../prepare/project.ts';
import { run } from '../prepare/programs.ts';
import { layerViolations } from './layers.ts';
import { moduleFacts } from './module-facts.ts';
import { sourceFiles } from './source-files.ts';
import { specViolations } from './spec-rules.ts';
import { testTitles } from './test-titles.ts';

export interface Check {
  readonly name: string;
  /** @returns what is wrong, in words; empty when nothing is */
  run(): Promise<string>;
}

export const typeProjects = ['.', 'customer-widget', 'customer-widget/test', 'agent-desktop', 'agent-desktop/test', 'cobrowse', 'cobrowse/test'] as const;

export const staticChecks: readonly Check[] = [
  ...typeProjects.map((project): Check => ({ name: `types of ${project === '.' ? 'the servers' : project}`, run: () => tool('tsc', ['-p', project]) })),
  { name: 'lint', run: () => tool('oxlint', ['--type-aware', '--quiet', '.']) },
  { name: 'layers', run: async () => layerViolations((await sourceFiles()).map(({ file, source }) => moduleFacts(file, source))).join('\n') },
  { name: 'rules of docs/spec.md', run: checkSpec },
];

async function checkSpec(): Promise<string> {
  const tests = (await sourceFiles()).filter(({ file }) => file.endsWith('.test.ts'));
  const spec = await readFile(join(root, 'docs/spec.md'), 'utf8');
  return specViolations(spec, tests.map(({ file, source }) => ({ file, titles: testTitles(file, source) }))).join('\n');
}

async function tool(name: string, args: readonly string[]): Promise<string> {
  const { code, output } = await run(join(root, 'node_modules/.bin', name), args, { cwd: root });
  return code === 0 ? '' : stripVTControlCharacters(output).trim() || `${name} ended with ${code}`;
}
