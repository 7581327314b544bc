/** Our TypeScript files, from the root, with what is in them. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../prepare/project.ts';

const folders = ['shared', 'gateway', 'cobrowse', 'customer-widget', 'agent-desktop', 'tests', 'scripts'] as const;

export interface SourceFile {
  readonly file: string;
  readonly source: string;
}

export async function sourceFiles(): Promise<readonly SourceFile[]> {
  const found = await Promise.all(folders.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  }));
  const files = found.flat().filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !/(^|\/)(node_modules|dist)\//.test(file)).toSorted();
  return Promise.all(files.map(async (file) => ({ file, source: await readFile(join(root, file), 'utf8') })));
}
