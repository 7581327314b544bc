/** Contacts whose time is over go, with whatever is theirs; figures stay. */
import { pino } from 'pino';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FigureReport, QueueFigures } from '#shared/figures.ts';
import { Retention } from '../src/acd/retention.ts';
import { parseConfig } from '../src/config/load.ts';
import { openDatabase, type OpenDatabase } from '../src/store/database.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, TestAgent } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let scene: Scene;
let client: pg.Client;
let database: OpenDatabase;
let carl: TestAgent;

beforeAll(async () => {
  scene = await Scene.start({ config: callsConfig });
  client = await storeClient(scene.test.dataDir);
  const { host, port, user, database: name } = client;
  database = await openDatabase({ host, port, database: name, ...(user === undefined ? {} : { user }) }, (error) => { throw error; });
  carl = await TestAgent.login(scene.test.url, 'carl');
});
afterAll(async () => {
  carl.close();
  await database.close();
  await client.end();
  await scene.stop();
});

const rows = async (table: string, column = 'contact_id', id: string | null = null): Promise<number> => {
  const { rows: [row] } = await client.query<{ count: number }>(`select count(*)::int as count from ${table} ${id === null ? '' : `where ${column} = '${id}'`}`);
  return row?.count ?? 0;
};

describe('what is kept of contacts', () => {
  it('RC14 goes when its time is over, with all that refers to it; who still waits or has a wrap-up stays, and so do the figures', async () => {
    const anna = await scene.atWork('anna');
    const talked = await scene.inCall(anna);
    await anna.post(`/api/contacts/${talked.contactId}/messages`, { clientId: 'm1', text: 'Hello' });
    await anna.post(`/api/contacts/${talked.contactId}/hangup`);
    await talked.phase('ended');
    const inWrapUp = talked.contactId;
    const waiting = await scene.arrive('loans');
    await waiting.phase('waiting');
    // Two months pass.
    const days = 60;
    const retention = (after: number) => new Retention({ db: database.db, config: parseConfig(`${callsConfig}retention: { days: 30 }`, 'test.yaml', { production: false }), now: () => Date.now() + after * 24 * 3600_000, log: pino({ level: 'silent' }) });
    await retention(days).forget();
    expect([await rows('contact', 'id', inWrapUp), await rows('contact', 'id', waiting.contactId)]).toEqual([1, 1]);

    await anna.post(`/api/contacts/${talked.contactId}/wrapup`, { disposition: 'Solved', notes: 'Called about her card.' });
    await retention(1).forget();
    expect(await rows('contact', 'id', talked.contactId)).toBe(1);
    await retention(days).forget();
    const { rows: tables } = await client.query<{ table: string; column: string }>(`
      select conrelid::regclass::text as table, attname as column from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f' and confrelid = 'contact'::regclass`);
    expect(tables.map(({ table }) => table)).toEqual(expect.arrayContaining(['reservation', 'ticket', 'journal']));
    for (const { table, column } of tables) expect([table, await rows(table, column, talked.contactId)]).toEqual([table, 0]);
    expect([await rows('contact', 'id', talked.contactId), await rows('contact', 'id', waiting.contactId), await rows('session')]).toEqual([0, 1, 1]);
    const { body } = await call<FigureReport<QueueFigures>>(scene.test.url, '/api/figures', { token: carl.login.token });
    expect(body.totals.find(({ id }) => id === 'help')?.figures).toMatchObject({ offered: 1, answered: 1, handled: 1, dispositions: { Solved: 1 } });
    await scene.clear([waiting], [anna]);
  });

  it('RC14 is for ever, unless the file says otherwise', async () => {
    const before = await rows('contact');
    expect(before).toBeGreaterThan(0);
    const retention = new Retention({ db: database.db, config: parseConfig(callsConfig, 'test.yaml', { production: false }), now: () => Date.now() + 10_000 * 24 * 3600_000, log: pino({ level: 'silent' }) });
    expect(await retention.forget()).toBe(false);
    expect(await rows('contact')).toBe(before);
  });
});
