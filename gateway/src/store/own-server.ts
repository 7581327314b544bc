/** A server of the operator's own, named by DATABASE_URL: looked at once, so that a mistake is told at the start and in plain words. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { becomeOwner } from './owner-lock.ts';
import { StoreError } from './store-error.ts';

/** From the loss of the connection that holds the database for us to the next try to hold it again. */
const regainPause = 1000;

/** The operator's server, held for this gateway alone and left running when it stops. */
export async function ownStore(url: string, log: Logger): Promise<{ readonly connection: pg.PoolConfig; stop(): Promise<void> }> {
  const connection = await ownServer(url);
  const occupied = `another GetHelp already uses the database ${place(url)} that DATABASE_URL names. Stop it first, or give this one a database of its own.`;
  const stopping = new AbortController();
  let owner = await becomeOwner(connection, occupied);
  const regain = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await wait(regainPause);
      try {
        owner = await becomeOwner(connection, occupied);
        guard();
        return;
      } catch (error) {
        log.error({ err: error }, 'the database is not held for this gateway; trying again');
      }
    }
  };
  const guard = (): void => {
    owner.on('error', () => { /* 'end' follows and says it all */ });
    owner.once('end', () => { if (!stopping.signal.aborted) void regain(); });
  };
  guard();
  return {
    connection,
    stop: async () => {
      stopping.abort();
      await owner.end().catch(() => { /* the server is gone already */ });
    },
  };
}

/**
 * @returns how to connect
 * @throws StoreError naming host and database, never the password
 */
async function ownServer(url: string): Promise<pg.PoolConfig> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query('select 1');
  } catch (cause) {
    throw new StoreError(`DATABASE_URL: no connection to ${place(url)} (${message(cause)}). Check that the server runs, and user, password and database.`, { cause });
  } finally {
    await client.end().catch(() => { /* never connected */ });
  }
  return { connectionString: url };
}

/** Host and database: the URL's password must not reach a console or a log. A socket's URL may have no host. */
function place(url: string): string {
  if (!URL.canParse(url)) return 'there';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
