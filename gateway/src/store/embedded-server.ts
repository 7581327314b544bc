/**
 * The store's server: PostgreSQL from npm's binaries in the data directory, on a unix socket only; or the one that DATABASE_URL names.
 * By pg_ctl's rules: one server on a data directory, and one that still runs after a crash of ours is attached to, not doubled.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { accountFor, type Account } from './server-account.ts';
import { createCluster, launch, majorVersion, readPostmaster, type Cluster } from './server-cluster.ts';
import { serverBinaries } from './server-binaries.ts';
import { StoreError } from './store-error.ts';

export interface StoreOptions {
  readonly dataDir: string;
  /** An own server; null for the embedded one. */
  readonly databaseUrl: string | null;
  readonly log: Logger;
  /** Told what takes time. */
  readonly progress: (step: string) => void;
}

export interface Store {
  readonly connection: pg.PoolConfig;
  /** Stops the embedded server; leaves an own one alone. */
  stop(): Promise<void>;
}

/** Held by the one gateway that uses an embedded server; it goes with its connection, so a crash leaves nothing behind. */
const ownerLock = 5_119_031;
const readyLimit = 30_000;
/** How long a dead gateway's lock, or a dead postmaster's children, may outlive it. */
const leftoverLimit = 10_000;
const stopLimit = 10_000;
const pause = 30;

/** @throws StoreError in words for whoever starts the gateway. */
export async function startStore({ dataDir, databaseUrl, log, progress }: StoreOptions): Promise<Store> {
  if (databaseUrl !== null) return ownServer(databaseUrl);
  const binaries = await serverBinaries();
  const account = await accountFor(dataDir);
  const cluster = await createCluster({ dataDir, binaries, account, progress });
  await refuseOtherVersion(cluster);
  await ensureRunning(cluster, account, log, progress);
  const owner = await becomeOwner(cluster);
  owner.on('error', (error) => log.error({ err: error }, 'the embedded PostgreSQL closed our connection'));
  return {
    connection: cluster.connection,
    stop: async () => {
      await owner.end().catch(() => { /* the server is gone already */ });
      await stopServer(cluster);
    },
  };
}

async function ownServer(url: string): Promise<Store> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    const { host, pathname } = new URL(url);
    // The URL's password must not reach a console or a log.
    throw new StoreError(`DATABASE_URL: no connection to ${host}${pathname} (${message(cause)}). Check that the server runs, and user, password and database.`, { cause });
  } finally {
    await client.end().catch(() => { /* never connected */ });
  }
  return { connection: { connectionString: url }, stop: () => Promise.resolve() };
}

async function refuseOtherVersion(cluster: Cluster): Promise<void> {
  const found = await majorVersion(cluster);
  if (found === cluster.binaries.major) return;
  throw new StoreError(
    `${cluster.directory} was made by PostgreSQL ${found}, and this version of GetHelp brings ${cluster.binaries.major}. ` +
    'Start the earlier version of GetHelp, dump its database, and restore it into a new DATA_DIR (docs/operators.md, Upgrade).',
  );
}

/** Attaches to a server that runs, waits for one that starts, or starts one. */
async function ensureRunning(cluster: Cluster, account: Account, log: Logger, progress: (step: string) => void): Promise<void> {
  const deadline = Date.now() + readyLimit;
  let child: ReturnType<typeof launch> | null = null;
  let failures = 0;
  while (Date.now() < deadline) {
    if (await accepts(cluster)) {
      if (child === null) log.info('attached to the embedded PostgreSQL that was still running');
      return;
    }
    const running = await readPostmaster(cluster);
    if (child !== null && child.exited) {
      // Another gateway was faster, or children of a killed postmaster are still leaving.
      child = null;
      failures += 1;
      if (failures * 500 > leftoverLimit) break;
      await wait(500);
    } else if (child === null && running === null) {
      if (failures === 0) progress('Starting PostgreSQL');
      child = launch(cluster, account);
    }
    await wait(pause);
  }
  throw new StoreError(`the embedded PostgreSQL did not start within ${readyLimit / 1000} s; its own words are in ${cluster.logFile}`);
}

async function accepts(cluster: Cluster): Promise<boolean> {
  const client = new pg.Client({ ...cluster.connection, connectionTimeoutMillis: 2000 });
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

/** Two gateways on one data directory would each believe that they alone carry its calls. */
async function becomeOwner(cluster: Cluster): Promise<pg.Client> {
  const client = new pg.Client(cluster.connection);
  await client.connect();
  const deadline = Date.now() + leftoverLimit / 5;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [ownerLock]);
    if (rows[0]?.mine === true) return client;
    if (Date.now() > deadline) {
      await client.end();
      throw new StoreError(`another GetHelp already runs on ${cluster.dataDir}. Stop it first, or give this one a DATA_DIR of its own.`);
    }
    await wait(pause);
  }
}

async function stopServer(cluster: Cluster): Promise<void> {
  const pid = await readPostmaster(cluster);
  if (pid === null) return;
  // SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written.
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + stopLimit;
  while (await readPostmaster(cluster) !== null) {
    if (Date.now() > deadline) {
      process.kill(pid, 'SIGQUIT');
      break;
    }
    await wait(pause);
  }
  if (cluster.socketDirectory !== cluster.ownSocketDirectory) await rm(cluster.socketDirectory, { recursive: true, force: true });
}

function message(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
