/**
 * The store's server: PostgreSQL from npm's binaries in the data directory, on a unix socket only; or the one that DATABASE_URL names.
 * By pg_ctl's rules: one server on a data directory, and one that still runs after a crash of ours is attached to, not doubled.
 */
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';
import { ownStore } from './own-server.ts';
import { becomeOwner } from './owner-lock.ts';
import { accountFor } from './server-account.ts';
import { serverBinaries } from './server-binaries.ts';
import { createDatabase, majorVersion, removeSocketDirectory, superuser, type Cluster } from './server-cluster.ts';
import { ensureRunning, stopServer } from './server-running.ts';
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

/** @throws StoreError in words for whoever starts the gateway. */
export async function startStore({ dataDir, databaseUrl, log, progress }: StoreOptions): Promise<Store> {
  if (databaseUrl !== null) return ownStore(databaseUrl, log);
  const cluster = await openCluster(dataDir, progress);
  const { socketDirectory, attached } = await ensureRunning(cluster, { progress, socketDirectory: null });
  if (attached) log.info('attached to the embedded PostgreSQL that was still running');
  const connection: pg.PoolConfig = { host: socketDirectory, port: 5432, user: superuser, database: 'postgres' };
  const occupied = `another GetHelp already runs on ${cluster.dataDir}. Stop it first, or give this one a DATA_DIR of its own.`;
  let owner = await becomeOwner(connection, occupied);
  let stopping = false;

  /** A server that dies under us is started again where the pool looks for it; the pool connects anew by itself. */
  const guard = (client: pg.Client): void => {
    client.on('error', () => { /* 'end' follows and says it all */ });
    client.once('end', () => {
      if (stopping) return;
      log.error('the embedded PostgreSQL went away; starting it again');
      revive().catch((error: unknown) => log.fatal({ err: error }, 'the embedded PostgreSQL could not be started again'));
    });
  };
  const revive = async (): Promise<void> => {
    await ensureRunning(cluster, { progress: (step) => log.info(step), socketDirectory });
    const client = await becomeOwner(connection, occupied);
    if (stopping) {
      await client.end();
      return;
    }
    owner = client;
    guard(owner);
    log.info('the embedded PostgreSQL is back');
  };
  guard(owner);

  return {
    connection,
    stop: async () => {
      stopping = true;
      await owner.end().catch(() => { /* the server is gone already */ });
      await stopServer(cluster);
      await removeSocketDirectory(cluster, socketDirectory);
    },
  };
}

/** The database's files, made when there are none. */
async function openCluster(named: string, progress: (step: string) => void): Promise<Cluster> {
  const binaries = await serverBinaries();
  await mkdir(named, { recursive: true }).catch((cause: unknown) => {
    throw new StoreError(`DATA_DIR: ${named} cannot be made (${cause instanceof Error ? cause.message : String(cause)}). Name a directory that this account may write to.`, { cause });
  });
  const dataDir = await realpath(named);
  const directory = join(dataDir, 'postgres');
  const account = await accountFor({ dataDir, directory, program: binaries.postgres });
  const cluster: Cluster = { dataDir, directory, logFile: join(dataDir, 'postgres.log'), binaries, account };
  if (await majorVersion(directory) === null) {
    progress('Creating the database (first start only)');
    await createDatabase(cluster);
  }
  const found = await majorVersion(directory);
  if (found === binaries.major) return cluster;
  throw new StoreError(
    `${directory} was made by PostgreSQL ${found}, and this version of GetHelp brings ${binaries.major}. ` +
    'Start the earlier version of GetHelp, dump its database, and restore it into a new DATA_DIR (docs/operators.md, Upgrade).',
  );
}
