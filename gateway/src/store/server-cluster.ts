/** The embedded server's files (PostgreSQL calls them a cluster): made once and whole, started, and asked who runs on them. */
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './server-account.ts';
import type { ServerBinaries } from './server-binaries.ts';
import { StoreError } from './store-error.ts';

const run = promisify(execFile);
export const superuser = 'gethelp';
const initdbLimit = 120_000;
/** `sun_path` holds 107 bytes and PostgreSQL appends `/.s.PGSQL.5432`. */
const longestSocketDirectory = 107 - '/.s.PGSQL.5432'.length;

export interface Cluster {
  /** As the kernel names it, so that one directory has one name whichever links led to it. */
  readonly dataDir: string;
  readonly directory: string;
  readonly logFile: string;
  readonly binaries: ServerBinaries;
  readonly account: Account;
}

/** What `postmaster.pid` says. */
export interface Postmaster {
  readonly pid: number;
  /** Null: not written yet. */
  readonly socketDirectory: string | null;
  /** The process id belongs to another program by now: a container or a machine was started anew since. */
  readonly gone: boolean;
}

/** Made aside and moved into place when whole, so that a start that is cut off leaves nothing that looks finished. */
export async function createDatabase({ directory, binaries, account }: Cluster): Promise<void> {
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
    if (await majorVersion(directory) === null) throw error;
  });
  await removeCutOff(directory, join(directory, '..'));
}

/** What first starts that were killed have left beside the database. A failure to remove it only costs disk space. */
async function removeCutOff(directory: string, beside: string): Promise<void> {
  const start = `${basename(directory)}.new-`;
  const left = (await readdir(beside)).filter((name) => name.startsWith(start) && !isAlive(Number(name.slice(start.length))));
  await Promise.all(left.map((name) => rm(join(beside, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => { /* see above */ })));
}

/** @returns e.g. `18`; null where there is no database */
export function majorVersion(directory: string): Promise<string | null> {
  return readFile(join(directory, 'PG_VERSION'), 'utf8').then((text) => text.trim(), (error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

/** In the data directory; where that lies too deep for a socket's name, in a new one under `/tmp`, which nobody could have put there before. */
export async function makeSocketDirectory({ dataDir, account }: Cluster): Promise<string> {
  const inside = join(dataDir, 'run');
  const fits = Buffer.byteLength(inside) <= longestSocketDirectory;
  const directory = fits ? inside : await mkdtemp('/tmp/gethelp-');
  if (fits) await mkdir(inside, { recursive: true, mode: 0o700 });
  await account.own(directory);
  return directory;
}

export async function removeSocketDirectory({ dataDir }: Cluster, directory: string): Promise<void> {
  if (directory !== join(dataDir, 'run')) await rm(directory, { recursive: true, force: true });
}

/** Starts the server detached: it outlives a crash of ours, and the next start attaches to it. */
export function launch(cluster: Cluster, { socketDirectory, stale }: { readonly socketDirectory: string; readonly stale: Postmaster | null }): { readonly exited: boolean } {
  const settings = {
    listen_addresses: '', unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`, unix_socket_permissions: '0700', max_connections: '50', shared_buffers: '64MB',
    // Callers hear of their own mistakes; the server's log is for the server, and stays small.
    log_min_messages: 'warning', log_min_error_statement: 'panic', log_checkpoints: 'off', timezone: 'UTC',
  };
  const { program, args, ids } = cluster.account.command(cluster.binaries.postgres, [
    '-D', cluster.directory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  // With this, pg_ctl's own means, PostgreSQL does not take the new holder of an old process id for a server (CreateLockFile in miscinit.c).
  // That no old server's children are left it then still makes sure of, by their shared memory.
  const env = stale === null ? serverEnvironment() : { ...serverEnvironment(), PG_GRANDPARENT_PID: String(stale.pid) };
  const log = openSync(cluster.logFile, 'a', 0o600);
  const child = spawn(program, [...args], { detached: true, stdio: ['ignore', log, log], cwd: '/', env, ...ids });
  closeSync(log);
  child.unref();
  const state = { exited: false };
  child.once('exit', () => { state.exited = true; });
  child.once('error', () => { state.exited = true; });
  return state;
}

/** PostgreSQL writes `postmaster.pid` first thing and removes it last; a killed one leaves it. */
export async function readPostmaster({ directory }: Cluster): Promise<Postmaster | null> {
  const lines = (await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  return { pid, socketDirectory: lines[4] === undefined || lines[4] === '' ? null : lines[4], gone: !await runsOn(pid, directory) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** By its command line, which `launch` wrote; what has ended and not been collected has none. Where there is no /proc, a live id counts. */
async function runsOn(pid: number, directory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (commandLine !== null) return commandLine.split('\0').includes(directory);
  return !await stat('/proc/self').then(() => true, () => false);
}

/** Nothing of ours: the server needs none of it, and it would be readable in /proc by its account. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { LANG: 'C.UTF-8', TZ: 'UTC' };
}
