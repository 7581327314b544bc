/** The embedded server's files (PostgreSQL calls them a cluster): made once and whole, started, and asked who runs on them. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import type { Account } from './server-account.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { StoreError } from './store-error.ts';

const run = promisify(execFile);
const superuser = 'gethelp';
const initdbLimit = 120_000;
/** `sun_path` holds 107 bytes and PostgreSQL appends `/.s.PGSQL.5432`. */
const longestSocketDirectory = 107 - '/.s.PGSQL.5432'.length;

export interface Cluster {
  readonly dataDir: string;
  readonly directory: string;
  readonly logFile: string;
  readonly socketDirectory: string;
  /** Where the socket is unless the path would be too long for one. */
  readonly ownSocketDirectory: string;
  readonly connection: pg.PoolConfig;
  readonly binaries: ServerBinaries;
}

export async function createCluster(options: {
  readonly dataDir: string; readonly binaries: ServerBinaries; readonly account: Account; readonly progress: (step: string) => void;
}): Promise<Cluster> {
  const { binaries, account, progress } = options;
  const dataDir = resolve(options.dataDir);
  const directory = join(dataDir, 'postgres');
  const ownSocketDirectory = join(dataDir, 'run');
  const socketDirectory = Buffer.byteLength(ownSocketDirectory) <= longestSocketDirectory
    ? ownSocketDirectory : join(tmpdir(), `gethelp-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  await mkdir(socketDirectory, { recursive: true, mode: 0o700 });
  await account.own(socketDirectory);
  const logFile = join(dataDir, 'postgres.log');
  await (await open(logFile, 'a', 0o600)).close();

  if (!await exists(join(directory, 'PG_VERSION'))) {
    progress('Creating the database (first start only)');
    await initialise({ directory, binaries, account });
  }
  return {
    dataDir, directory, logFile, socketDirectory, ownSocketDirectory, binaries,
    connection: { host: socketDirectory, port: 5432, user: superuser, database: 'postgres' },
  };
}

/** Made aside and moved into place when whole, so that a start that is cut off leaves nothing that looks finished. */
async function initialise({ directory, binaries, account }: { readonly directory: string; readonly binaries: ServerBinaries; readonly account: Account }): Promise<void> {
  const aside = `${directory}.new-${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { mode: 0o700 });
  await account.own(aside);
  // The socket's directory is closed to everybody but its owner, so that no password is needed on it.
  const { program, args, ids } = account.command(binaries.initdb, ['--pgdata', aside, '--username', superuser, '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-instructions']);
  try {
    await run(program, [...args], { timeout: initdbLimit, cwd: '/', env: serverEnvironment(), ...ids });
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    const words = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new StoreError(`the database could not be created in ${directory}: ${words}`, { cause });
  }
  // Rename does not replace a directory that has something in it: of two first starts at once the slower one uses the faster one's.
  await rename(aside, directory).catch(async (error: unknown) => {
    await rm(aside, { recursive: true, force: true });
    if (!await exists(join(directory, 'PG_VERSION'))) throw error;
  });
  await removeCutOff(directory);
}

/** What first starts that were killed have left beside the database. A failure to remove it only costs disk space. */
async function removeCutOff(directory: string): Promise<void> {
  const start = `${basename(directory)}.new-`;
  const left = (await readdir(dirname(directory))).filter((name) => name.startsWith(start) && !isRunning(Number(name.slice(start.length))));
  await Promise.all(left.map((name) => rm(join(dirname(directory), name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => { /* see above */ })));
}

export async function majorVersion(cluster: Cluster): Promise<string> {
  return (await readFile(join(cluster.directory, 'PG_VERSION'), 'utf8')).trim();
}

/** Starts the server detached: it outlives a crash of ours, and the next start attaches to it. */
export function launch(cluster: Cluster, account: Account): { readonly exited: boolean } {
  const settings = {
    listen_addresses: '', unix_socket_directories: cluster.socketDirectory, unix_socket_permissions: '0700', max_connections: '50', shared_buffers: '64MB',
    // Callers hear of their own mistakes; the server's log is for the server.
    log_min_messages: 'warning', log_min_error_statement: 'panic', timezone: 'UTC',
  };
  const { program, args, ids } = account.command(cluster.binaries.postgres, [
    '-D', cluster.directory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const log = openSync(cluster.logFile, 'a');
  const child = spawn(program, [...args], { detached: true, stdio: ['ignore', log, log], cwd: '/', env: serverEnvironment(), ...ids });
  closeSync(log);
  child.unref();
  const state = { exited: false };
  child.once('exit', () => { state.exited = true; });
  child.once('error', () => { state.exited = true; });
  return state;
}

/** The running postmaster's process id, or null. PostgreSQL writes it first thing and removes it last. */
export async function readPostmaster(cluster: Cluster): Promise<number | null> {
  const text = await readFile(join(cluster.directory, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 && isRunning(pid) ? pid : null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Nothing of ours: the server needs none of it, and it would be readable in /proc by its account. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { LANG: 'C.UTF-8', TZ: 'UTC' };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
