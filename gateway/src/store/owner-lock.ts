/** One gateway on one database: two would each believe that they alone carry its calls, and disturb each other's contacts. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from './store-error.ts';

/** Held on a connection of its own: it goes with that, so a crash leaves nothing behind. */
const ownerLock = 5_119_031;
/** How long a dead gateway's lock may outlive it. */
const ownerLimit = 2000;
const pause = 30;

/** @throws StoreError with `occupied` as its words when another gateway holds the database. */
export async function becomeOwner(connection: pg.PoolConfig, occupied: string): Promise<pg.Client> {
  const client = new pg.Client(connection);
  await client.connect();
  const deadline = Date.now() + ownerLimit;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [ownerLock]);
    if (rows[0]?.mine === true) return client;
    if (Date.now() > deadline) {
      await client.end();
      throw new StoreError(occupied);
    }
    await wait(pause);
  }
}
