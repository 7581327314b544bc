/** What happens at once while contacts and agents are brought together: each race is made by holding the row that it is about. */
import type pg from 'pg';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSession, startTestGateway, testConfig, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';
import { blocked, storeClient } from './support/store-client.ts';

let test: TestGateway;
let url: string;
let store: pg.Client;
const people: Array<{ close(): void }> = [];

beforeAll(async () => {
  test = await startTestGateway({ config: testConfig.replaceAll('offerSeconds: 2', 'offerSeconds: 60').replaceAll('holdPlace: 3', 'holdPlace: 60') });
  ({ url } = test);
  store = await storeClient(test.dataDir);
});
afterEach(() => {
  for (const one of people.splice(0)) one.close();
});
afterAll(async () => {
  await store.end();
  await test.stop();
});

function present<T extends { close(): void }>(one: T): T {
  people.push(one);
  return one;
}

/** Holds one row as another transaction would while `work` begins; answers how to let it go. */
async function hold(query: string, value: string): Promise<() => Promise<unknown>> {
  await store.query('begin');
  await store.query(`${query} for update`, [value]);
  return () => store.query('commit');
}

describe('matching at the same time as', () => {
  it('RT3 a change that touches the contact and moves nothing: the contact is offered all the same', async () => {
    const customer = present(await TestCustomer.arrive(url));
    // As the notice of the customer's page does, which asks for no new run.
    const release = await hold('select id from contact where id = $1', customer.contactId);
    const anna = present(await TestAgent.atWork(url, 'anna'));
    await anna.views.until('being available', ({ agent }) => agent.status === 'available');
    await release();
    expect((await anna.slot('reserved')).contactId).toBe(customer.contactId);
    await customer.leave();
    await anna.status('offline');
  });

  it('RT3 a long queue of a higher priority whom the idle agent cannot serve: the others are reached', async () => {
    const loans = present(await TestCustomer.arrive(url, { queue: 'loans' }));
    const help = present(await TestCustomer.arrive(url));
    await store.query('begin');
    await store.query(`create temporary table many on commit drop as select gen_random_uuid() as id from generate_series(1, 450)`);
    await store.query(`insert into session select many.id, portal_id, many.id::text, request, queue_id, many.id::text, token_expires_at, token_used_at, null, created_at
      from session, many where session.from_uri = $1`, [loans.views.latest?.from]);
    const { rows: [own] } = await store.query<{ columns: string }>(`select string_agg(column_name, ', ') as columns from information_schema.columns where table_name = 'contact' and is_generated = 'NEVER'`);
    await store.query(`insert into contact (${own?.columns}) select ${own?.columns?.split(', ').map((column) => `copy.${column}`).join(', ')} from contact, many,
      jsonb_populate_record(contact, jsonb_build_object('id', many.id, 'session_id', many.id, 'from_uri', many.id, 'resume_hash', many.id, 'previous_resume_hash', null)) copy
      where contact.id = $1`, [loans.contactId]);
    await store.query('commit');
    const ben = present(await TestAgent.atWork(url, 'ben'));
    expect((await ben.slot('reserved')).contactId).toBe(help.contactId);
    await store.query(`delete from contact where resume_hash = id::text`);
    await help.leave();
    await loans.leave();
    await ben.status('offline');
  });

  it('RT13 the agent\'s going offline: they keep no offer', async () => {
    const anna = present(await TestAgent.login(url, 'anna'));
    await anna.register();
    const customer = present(await TestCustomer.arrive(url));
    const release = await hold('select id from contact where id = $1', customer.contactId);
    await anna.status('available');
    await blocked(store, 1);
    const seen = anna.views.all.length;
    const offline = anna.status('offline');
    await anna.views.until('being offline', ({ agent }) => agent.status === 'offline', seen);
    await release();
    await offline;
    const { rows } = await store.query('select phase, (select count(*)::int from slot) as slots from contact where id = $1', [customer.contactId]);
    expect(rows).toEqual([{ phase: 'waiting', slots: 0 }]);
    await customer.leave();
  });

  it('RT14 the customer\'s leaving: no media is left behind for a contact that is over', async () => {
    const anna = present(await TestAgent.login(url, 'anna'));
    await anna.register();
    const customer = present(await TestCustomer.arrive(url));
    const release = await hold('select id from contact where id = $1', customer.contactId);
    await anna.status('available');
    await blocked(store, 1);
    const left = customer.leave();
    await blocked(store, 2);
    await release();
    await left;
    await customer.phase('ended');
    await anna.views.until('being idle', ({ agent, contacts }) => agent.state === 'idle' && contacts.length === 0);
    await anna.status('offline');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^gethelp_media_calls 0$/m);
  });

  it('RT15 the customer\'s going away before they are welcomed: nobody is offered a contact without a customer', async () => {
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const { token, from } = await createSession(url);
    const release = await hold('select id from session where from_uri = $1', from);
    const socket = io(`${url}/customer`, { auth: { token }, forceNew: true, reconnection: false, transports: ['websocket'] });
    await blocked(store, 1);
    socket.close();
    await release();
    const contact = async () => (await store.query<{ present: boolean; phase: string }>('select present, phase from contact where from_uri = $1', [from])).rows[0];
    await expect.poll(contact).toBeDefined();
    // Somebody who came later is served, and this one was passed over.
    const customer = present(await TestCustomer.arrive(url));
    expect((await anna.slot('reserved')).contactId).toBe(customer.contactId);
    expect(await contact()).toEqual({ present: false, phase: 'waiting' });
    await customer.leave();
    await anna.status('offline');
  });
});
