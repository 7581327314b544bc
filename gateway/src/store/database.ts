/** Opens the database and brings its schema up to date. */
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { PreparedPool } from './prepared-pool.ts';
import { migrations } from './migrations.ts';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/** A query runs on the database or within a transaction. */
export type Queries = Db | Transaction<Database>;

export interface OpenDatabase {
  readonly db: Db;
  close(): Promise<void>;
}

/**
 * @throws when a migration fails; the database is then as before it, since each runs in a transaction.
 */
export async function openDatabase(connection: pg.PoolConfig, onError: (error: Error) => void): Promise<OpenDatabase> {
  const pool = new pg.Pool({ max: 10, pipeline: true, connectionTimeoutMillis: 10_000, statement_timeout: 30_000, ...connection });
  // A connection that breaks (server restarted) is replaced by the pool; unheard, its error would end the process. The pool itself listens
  // only to idle ones: one that breaks between two statements of a transaction tells nobody but us.
  pool.on('connect', (client) => { client.on('error', onError); });
  pool.on('error', () => { /* an idle client's, heard above */ });
  const db: Db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: new PreparedPool(pool) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error instanceof Error ? error : new Error(`the store's schema could not be brought up to date: ${JSON.stringify(error)}`);
  }
  return { db, close: () => db.destroy() };
}
