/** A store that an earlier version wrote is taken over with everything that is under way in it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadlineOf, transition } from '../src/contact/transition.ts';
import type { ContactLimits } from '../src/contact/state.ts';
import { noGrants } from '#shared/cobrowse-grants.ts';
import { limitsOf } from '../src/contact/limits.ts';
import { parseConfig } from '../src/config/load.ts';
import { openContacts } from '../src/store/contacts.ts';
import { openDatabase } from '../src/store/database.ts';
import { startStore } from '../src/store/embedded-server.ts';
import { migrations } from '../src/store/migrations.ts';
import { testConfig } from './support/gateway.ts';

let dataDir: string;
let store: Awaited<ReturnType<typeof startStore>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-upgrade-'));
  store = await startStore({ dataDir, databaseUrl: null, log: pino({ level: 'silent' }), progress: () => { /* nobody watches */ } });
});
afterAll(async () => {
  await store.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** As the first version stored them. */
const phases = {
  waiting: { name: 'waiting', requeued: null },
  offered: { name: 'offered', reservationId: '00000000-0000-4000-8000-000000000001', agentId: '00000000-0000-4000-8000-00000000000a', expiresAt: 20_000 },
  call: {
    name: 'call', reservationId: '00000000-0000-4000-8000-000000000002', agentId: '00000000-0000-4000-8000-00000000000a', acceptedAt: 0, connectedAt: 1, onHold: false,
    agent: { state: 'up', until: null }, customer: { state: 'up', until: null },
  },
} as const;

describe('an upgrade', () => {
  it('ST17 gives contacts that are under way what their state has grown, so that they go on', async () => {
    const before = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool(store.connection) }) });
    const first = Object.fromEntries(Object.entries(migrations).slice(0, 1));
    const { error } = await new Migrator({ db: before, provider: { getMigrations: () => Promise.resolve(first) } }).migrateToLatest();
    expect(error).toBeUndefined();
    await sql`insert into agent values ('00000000-0000-4000-8000-00000000000a', 'anna', 'Anna', 'agent', '["banking"]', '-', 'available', null, now(), now(), null, false, true)`.execute(before);
    for (const [name, phase] of Object.entries(phases)) {
      const state = { phase, queuedAt: 0, returnedAt: null, absentUntil: null, notTo: [], noMediaUsed: false, mediaEpoch: null, cobrowse: name === 'call' ? 'granted' : 'off' };
      await sql`
        with new_session as (
          insert into session select gen_random_uuid(), 'bank', ${name}, '{"customer":null,"inquiry":{"pageUrl":"https://bank.example"}}', 'help', gen_random_uuid()::text, now(), now(), null, now() returning id
        )
        insert into contact select gen_random_uuid(), id, ${name}, 'help', 50, null, ${name}, ${JSON.stringify(state)}::jsonb, now(), true, now(), 0, '{"url":"https://bank.example","title":""}',
          gen_random_uuid()::text, null, now(), null, null, null, null, null, null, '' from new_session`.execute(before);
    }
    await before.destroy();

    const database = await openDatabase(store.connection, () => { /* nothing is lost here */ });
    const config = parseConfig(testConfig, 'test.yaml', { production: false });
    const limits: ContactLimits = limitsOf(config, 'help');
    const contacts = await openContacts(database.db);
    expect(contacts).toHaveLength(3);
    const after = contacts.map(({ state }) => transition(state, { type: 'gatewayRestarted' }, 1000, limits));
    expect(after.map(({ state }) => state.phase.name).toSorted((a, b) => a.localeCompare(b))).toEqual(['call', 'waiting', 'waiting']);
    for (const { state } of after) {
      expect(deadlineOf(state, limits)).toBeGreaterThan(1000);
      expect(state).toMatchObject({ digits: '', secondEnded: null });
      if (state.phase.name === 'call') expect(state.phase).toMatchObject({ second: null, dialed: null, answerWith: 'desktop', agent: { state: 'away' } });
      // Whoever agreed to be seen is seen on, and to nothing more.
      expect(state.cobrowse).toEqual({ ...noGrants, view: state.phase.name === 'call' ? 'granted' : 'off' });
    }
    await database.close();
  });
});
