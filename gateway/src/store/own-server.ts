/** A server of the operator's own, named by DATABASE_URL: looked at once, so that a mistake is told at the start and in plain words. */
import pg from 'pg';
import { StoreError } from './store-error.ts';

/**
 * @returns how to connect
 * @throws StoreError naming host and database, never the password
 */
export async function ownServer(url: string): Promise<pg.PoolConfig> {
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
  return { connectionString: url };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
