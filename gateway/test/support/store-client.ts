/** A connection of a test's own to the store of a gateway under test: to hold a row as another transaction would, and to look. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { superuser } from '../../src/store/server-cluster.ts';
import { patience } from './gateway.ts';

export async function storeAddress(dataDir: string): Promise<{ readonly host: string; readonly port: number; readonly user: string; readonly database: string }> {
  // Line 5 of the server's own file names the directory of its socket.
  const host = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[4] ?? '';
  return { host, port: 5432, user: superuser, database: 'postgres' };
}

export async function storeClient(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client(await storeAddress(dataDir));
  await client.connect();
  return client;
}

/** Resolves when that many other transactions wait for a lock. */
export async function blocked(client: pg.Client, count: number): Promise<void> {
  const waiting = async (): Promise<number> => {
    const { rows } = await client.query<{ waiting: number }>(`select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock'`);
    return rows[0]?.waiting ?? 0;
  };
  await expect.poll(waiting, { interval: 10, timeout: patience }).toBeGreaterThanOrEqual(count);
}
