/**
 * The built front ends: `dist/widget`, `dist/desktop`, `dist/viewer`, each from the `vite*.config.ts` of its package, in the order of their
 * names. Only what changed is built: the hash of what went in lies beside what came out.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './project.ts';
import { run } from './programs.ts';
import { say } from './progress.ts';
import { Trouble } from './trouble.ts';

export interface Pages {
  /** Inside dist/. */
  readonly name: string;
  readonly package: string;
  /** Folders whose files go in, next to the package's own. */
  readonly uses: readonly string[];
}

export const allPages: readonly Pages[] = [
  { name: 'widget', package: 'customer-widget', uses: ['shared/src', 'cobrowse/src'] },
  { name: 'desktop', package: 'agent-desktop', uses: ['shared/src', 'cobrowse/src'] },
  { name: 'viewer', package: 'cobrowse', uses: ['shared/src'] },
];

/**
 * @param directory the checkout
 * @returns the names of what was built
 * @throws Trouble with the builder's words
 */
export async function buildPages(directory: string = root, wanted: readonly Pages[] = allPages): Promise<readonly string[]> {
  const built: string[] = [];
  for (const pages of wanted) {
    const mark = join(directory, 'dist', pages.name, '.built-from');
    const hash = await inputsHash(directory, pages);
    if (await readFile(mark, 'utf8').catch(() => null) === hash) continue;
    say(`Building the ${pages.name}`);
    await rm(mark, { force: true });
    for (const config of await viteConfigs(directory, pages)) {
      const { code, output } = await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', config, '--logLevel', 'warn'], { cwd: directory });
      if (code !== 0) throw new Trouble(`${config} could not be built; mend it and run the command again. Vite said:\n${output.trim()}`);
    }
    await writeFile(mark, hash);
    built.push(pages.name);
  }
  return built;
}

async function viteConfigs(directory: string, pages: Pages): Promise<readonly string[]> {
  const files = await readdir(join(directory, pages.package));
  return files.filter((file) => /^vite.*\.config\.ts$/.test(file)).toSorted().map((file) => join(pages.package, file));
}

async function inputsHash(directory: string, pages: Pages): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(directory, 'package-lock.json')));
  for (const folder of [pages.package, ...pages.uses]) {
    for (const file of await inputs(directory, folder)) hash.update(file).update('\0').update(await readFile(join(directory, file)));
  }
  return hash.digest('hex');
}

async function inputs(directory: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((file) => !/(^|\/)(test|node_modules)\/|\.test\.tsx?$/.test(file)).toSorted();
}
