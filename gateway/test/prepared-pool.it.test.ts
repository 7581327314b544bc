/** Statements that recur, on a real PostgreSQL and one connection. */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isOutage } from '../src/store/outage.ts';
import { PreparedPool } from '../src/store/prepared-pool.ts';
import { StoreStand } from './store-stand/stand.ts';

const name = 'pool under test';

let stand: StoreStand;
let db: Kysely<unknown>;
let store: Awaited<ReturnType<StoreStand['start']>>;
beforeEach(async () => {
  stand = new StoreStand();
  store = await stand.start(await stand.newDataDir());
  const pool = new pg.Pool({ ...store.connection, max: 1, pipeline: true, application_name: name });
  // As the store does (store/database.ts): a connection that breaks is replaced.
  pool.on('connect', (client) => { client.on('error', () => undefined); });
  pool.on('error', () => undefined);
  db = new Kysely({ dialect: new PostgresDialect({ pool: new PreparedPool(pool) }) });
});
afterEach(async () => {
  await db.destroy();
  await stand.close();
});

const prepared = async (): Promise<string[]> => {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db);
  return rows.map(({ statement }) => statement);
};
const half = async (value: number): Promise<number | undefined> => (await sql<{ half: number }>`select ${value}::int / 2 as half`.execute(db)).rows[0]?.half;

it('ST30 a pool that has ended has left the server', async () => {
  await sql`select 1`.execute(db);
  await db.destroy();
  await sql`select 1`.execute(db).then(() => { throw new Error('it answered'); }, () => undefined);
  const connection = new pg.Client(store.connection);
  await connection.connect();
  const { rows } = await connection.query<{ others: number }>(`select count(*)::int as others from pg_stat_activity where application_name = '${name}'`);
  await connection.end();
  expect(rows).toEqual([{ others: 0 }]);
});

it('ST30 a statement that recurs is prepared once for a connection, one that does not is not', async () => {
  for (const value of [2, 4, 6, 8]) expect(await half(value)).toBe(value / 2);
  // Lists of changing length are each a text of their own.
  await sql`select 1 where 1 in (${sql.join([1, 2, 3])})`.execute(db);
  expect(await prepared()).toEqual(['select $1::int / 2 as half']);
});

it('ST30 a statement that fails, or whose transaction has failed, does so as any other and serves again afterwards', async () => {
  const divide = (by: number): Promise<unknown> => sql`select 1 / ${by}::int as result`.execute(db);
  for (let time = 0; time < 4; time += 1) await expect(divide(0)).rejects.toThrow('division by zero');
  await expect(divide(1)).resolves.toMatchObject({ rows: [{ result: 1 }] });

  await expect(db.transaction().execute(async (tx) => {
    await sql`select 1 / 0`.execute(tx).catch(() => undefined);
    for (let time = 0; time < 4; time += 1) await sql`select ${time}::text as late`.execute(tx).catch(() => undefined);
    throw new Error('given up');
  })).rejects.toThrow('given up');
  expect((await sql<{ late: string }>`select ${7}::text as late`.execute(db)).rows).toEqual([{ late: '7' }]);
});

it('ST30 a transaction begins with its first statement, and is as any other: kept, given up, or broken', async () => {
  await sql`create table kept (value int)`.execute(db);
  const values = async (): Promise<number[]> => (await sql<{ value: number }>`select value from kept order by value`.execute(db)).rows.map(({ value }) => value);
  await db.transaction().execute((tx) => sql`insert into kept values (1)`.execute(tx));
  await db.transaction().execute(() => Promise.resolve());
  await expect(db.transaction().execute(async (tx) => {
    await sql`insert into kept values (2)`.execute(tx);
    throw new Error('given up');
  })).rejects.toThrow('given up');
  await expect(db.transaction().execute((tx) => sql`insert into kept values (${'three'}::int)`.execute(tx))).rejects.toThrow('invalid input syntax');
  expect(await values()).toEqual([1]);

  // The server ends the connection that the transaction is about to begin on.
  const { rows: [own] } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const other = new pg.Client(store.connection);
  await other.connect();
  await expect(db.transaction().execute(async (tx) => {
    await other.query('select pg_terminate_backend($1, 5000)', [own?.pid]);
    await sql`insert into kept values (4)`.execute(tx);
  })).rejects.toSatisfy(isOutage);
  await other.end();
  expect(await values()).toEqual([1]);
});
