/** Upstream's prebuilt worker, from where mediasoup's own install script takes it. Closed sites cannot reach it, so it gets little time. */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './programs.ts';
import { say } from './progress.ts';

const answerLimit = 8_000;
const downloadLimit = 60_000;

/** @returns whether a worker that runs on this machine is now at `to` */
export async function fetchPrebuiltWorker({ version, to, runs, environment }: {
  readonly version: string;
  readonly to: string;
  readonly runs: (worker: string) => Promise<boolean>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<boolean> {
  // The same variables as mediasoup's own script, so that a site's mirror works here too.
  if (environment['MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD']) return false;
  const base = environment['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] || 'https://github.com/versatica/mediasoup/releases/download';
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.', 1)[0]}` : '';
  const url = `${base}/${version}/mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
  const archive = await download(url);
  if (archive === null) {
    say('No prebuilt media worker can be fetched; building it here');
    return false;
  }
  const aside = join(dirname(to), `prebuilt-${process.pid}`);
  try {
    await mkdir(aside, { recursive: true });
    const file = join(aside, 'worker.tgz');
    await writeFile(file, archive);
    const worker = join(aside, 'mediasoup-worker');
    if ((await run('tar', ['-xzf', file, '-C', aside, 'mediasoup-worker'])).code !== 0) return false;
    await chmod(worker, 0o755);
    if (!await runs(worker)) {
      say("Upstream's prebuilt media worker does not run on this machine; building it here");
      return false;
    }
    await rename(worker, to);
    return true;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** @returns null when it cannot be had: no network, no such file, too slow */
async function download(url: string): Promise<Buffer | null> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), answerLimit);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(downloadLimit)]) });
    clearTimeout(timer);
    return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
