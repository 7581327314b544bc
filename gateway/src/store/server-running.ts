/** The embedded server's running: attached to or started, and stopped. */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { launch, makeSocketDirectory, readPostmaster, removeSocketDirectory, superuser, type Cluster, type Postmaster } from './server-cluster.ts';
import { StoreError } from './store-error.ts';

const readyLimit = 30_000;
/** How often a start is tried while what stands in its way may pass: a killed postmaster's children, or another gateway that was faster. */
const attempts = 20;
const betweenAttempts = 500;
const mayPass = /lock file|shared memory/;
const stopLimit = 10_000;
const pause = 30;

/**
 * Attaches to a server that runs, waits for one that starts or stops, or starts one.
 * @param options.socketDirectory where a server that is started must listen; null: wherever it fits
 */
export async function ensureRunning(cluster: Cluster, { progress, socketDirectory }: {
  readonly progress: (step: string) => void; readonly socketDirectory: string | null;
}): Promise<{ readonly socketDirectory: string; readonly attached: boolean }> {
  const deadline = Date.now() + readyLimit;
  let child: ReturnType<typeof launch> | null = null;
  let own = socketDirectory;
  let failures = 0;
  while (Date.now() < deadline && failures < attempts) {
    const running = await readPostmaster(cluster);
    if (isServing(running) && await accepts(running.socketDirectory)) {
      if (own !== null && own !== running.socketDirectory) await removeSocketDirectory(cluster, own);
      return { socketDirectory: running.socketDirectory, attached: child === null };
    }
    if (child?.exited === true) {
      child = null;
      failures += 1;
      if (!mayPass.test(await lastWords(cluster))) break;
      await wait(betweenAttempts);
    } else if (child === null && (running === null || running.gone)) {
      if (failures === 0) progress('Starting PostgreSQL');
      own ??= await makeSocketDirectory(cluster);
      child = launch(cluster, { socketDirectory: own, stale: running });
    }
    await wait(pause);
  }
  throw new StoreError(`the embedded PostgreSQL does not start: ${await lastWords(cluster)} (its log: ${cluster.logFile})`);
}

function isServing(postmaster: Postmaster | null): postmaster is Postmaster & { readonly socketDirectory: string } {
  return postmaster !== null && !postmaster.gone && postmaster.socketDirectory !== null;
}

async function accepts(host: string): Promise<boolean> {
  const client = new pg.Client({ host, port: 5432, user: superuser, database: 'postgres', connectionTimeoutMillis: 2000 });
  client.on('error', () => { /* the answer below tells */ });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => { /* never connected */ });
  }
}

export async function stopServer(cluster: Cluster): Promise<void> {
  // SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written. SIGQUIT leaves the rest to the next start's recovery.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = Date.now() + stopLimit;
    for (let asked = false; Date.now() < deadline; await wait(pause)) {
      const running = await readPostmaster(cluster);
      if (running === null || running.gone) return;
      if (!asked) tell(running.pid, signal);
      asked = true;
    }
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It went by itself between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function lastWords({ logFile }: Cluster): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n');
  const last = lines.findLastIndex((line) => /FATAL:|PANIC:|error|denied/i.test(line));
  return last < 0 ? 'no word from it' : lines.slice(last, last + 3).map((line) => line.replace(/^[\d-]+ [\d:.]+ \S+ \[\d+\] /, '')).join(' ').trim();
}
