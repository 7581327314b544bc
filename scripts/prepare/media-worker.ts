/**
 * The media worker, the native program that mediasoup starts: one that is there, else ours from the cache, else upstream's prebuilt one, else
 * built from the sources in the npm package. Each of them must run before it is taken, and is moved into place whole.
 */
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fetchPrebuiltWorker } from './prebuilt-worker.ts';
import { cacheDirectory, root } from './project.ts';
import { run } from './programs.ts';
import { progress, say } from './progress.ts';
import { buildPackages, ensureSystemPackages } from './system-packages.ts';
import { Trouble } from './trouble.ts';

/** Where the sources are, how they are built, and what that needs. */
export interface WorkerOrigin {
  readonly packageDirectory: string;
  /** A folder with a Makefile that knows WORKER, BUILD and `count`. */
  readonly recipe: string;
  readonly systemPackages: readonly string[];
}

const mediasoup: WorkerOrigin = { packageDirectory: join(root, 'node_modules/mediasoup'), recipe: join(root, 'scripts/media-worker'), systemPackages: buildPackages };
/** What the worker says when it runs but is not told its version (mediasoup's main.cpp); any other end means that it does not run here. */
const needsVersion = 41;
const buildLimit = 60 * 60_000;

/** @throws Trouble when none of the ways leads to a worker */
export async function ensureMediaWorker(environment: Readonly<Record<string, string | undefined>>, origin: WorkerOrigin = mediasoup): Promise<void> {
  const own = environment['MEDIASOUP_WORKER_BIN'];
  if (own !== undefined && own !== '') {
    if (await runs(own)) return;
    throw new Trouble(`MEDIASOUP_WORKER_BIN: ${own} does not run on this machine. Correct it or leave it out.`);
  }
  const inPlace = join(origin.packageDirectory, 'worker/out/Release/mediasoup-worker');
  if (await runs(inPlace)) return;

  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(origin.packageDirectory, 'package.json'), 'utf8')));
  const key = `${version}-${process.platform}-${process.arch}-${await recipeHash(origin.recipe)}`;
  const cache = cacheDirectory(environment);
  const cached = join(cache, `mediasoup-worker-${key}`);
  if (!await runs(cached)) {
    await mkdir(cache, { recursive: true });
    if (!await fetchPrebuiltWorker({ version, to: cached, runs, environment })) await build({ origin, buildDirectory: join(cache, `build-${key}`), to: cached });
  }
  await put(cached, inPlace);
  say('Media worker in place');
}

async function build({ origin, buildDirectory, to }: { readonly origin: WorkerOrigin; readonly buildDirectory: string; readonly to: string }): Promise<void> {
  await ensureSystemPackages(origin.systemPackages, 'build the media worker');
  const make = ['-f', join(origin.recipe, 'Makefile'), `WORKER=${join(origin.packageDirectory, 'worker')}`, `BUILD=${buildDirectory}`];
  const total = (await run('make', [...make, '-s', 'count'])).output.trim();
  const shown = progress('Building the media worker (once, some minutes)');
  let compiled = await countObjects(buildDirectory);
  const { code, output } = await run('make', [...make, `-j${availableParallelism()}`], {
    limit: buildLimit,
    onText: (text) => {
      compiled += text.match(/^compiled /gm)?.length ?? 0;
      shown.update(`${compiled} of ${total} files`);
    },
  });
  const built = join(buildDirectory, 'mediasoup-worker');
  if (code !== 0 || !await runs(built)) {
    throw new Trouble(
      `The media worker could not be built. Its last words:\n${output.trim().split('\n').slice(-12).join('\n')}\n` +
      `Run the same command again to go on where it stopped; remove ${buildDirectory} to begin anew. ` +
      'Or name a worker of your own in MEDIASOUP_WORKER_BIN.',
    );
  }
  shown.done(`${total} of ${total} files`);
  await put(built, to);
  await rm(buildDirectory, { recursive: true, force: true });
}

/** What an earlier build that was cut off has left. */
async function countObjects(directory: string): Promise<number> {
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  return files.filter((file) => file.endsWith('.o')).length;
}

async function recipeHash(recipe: string): Promise<string> {
  const hash = createHash('sha256');
  const files = (await readdir(recipe, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'README.md');
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) hash.update(file.slice(recipe.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

/** Copied beside its place and renamed, so that a worker in place is always a whole one, also while another process starts it. */
async function put(from: string, to: string): Promise<void> {
  const aside = `${to}.${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, aside);
  await chmod(aside, 0o755);
  await rename(aside, to);
}

async function runs(worker: string): Promise<boolean> {
  const { MEDIASOUP_VERSION: _, ...environment } = process.env;
  return (await run(worker, [], { env: environment, limit: 10_000 })).code === needsVersion;
}
