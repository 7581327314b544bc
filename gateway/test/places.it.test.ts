/** What the store itself refuses, whoever asks: more contacts at an agent than they have places for. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, TestCustomer, type TestGateway } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let test: TestGateway;
const stores: pg.Client[] = [];
const customers: TestCustomer[] = [];

beforeAll(async () => {
  test = await startTestGateway();
  for (let at = 0; at < 8; at += 1) stores.push(await storeClient(test.dataDir));
  for (let at = 0; at < 8; at += 1) customers.push(await TestCustomer.arrive(test.url));
});
afterAll(async () => {
  for (const customer of customers) customer.close();
  await Promise.all(stores.map((store) => store.end()));
  await test.stop();
});

/** As whoever forgets the matcher's lock would: each in a transaction of its own, all at once. */
async function book(agentId: string, channel: string): Promise<string[]> {
  return Promise.all(stores.map(async (store, at) => {
    const id = randomUUID();
    try {
      await store.query('begin');
      await store.query(`insert into reservation (id, contact_id, agent_id, state, channel, offered_at, expires_at) values ($1, $2, $3, 'accepted', $4, now(), now())`, [id, customers[at]?.contactId, agentId, channel]);
      await store.query(`insert into slot (id, contact_id, agent_id, state, channel, since) values ($1, $2, $3, 'wrapUp', $4, now())`, [id, customers[at]?.contactId, agentId, channel]);
      await store.query('commit');
      return 'booked';
    } catch (error) {
      await store.query('rollback');
      return error instanceof pg.DatabaseError && error.constraint === 'slot_place' ? 'refused' : String(error);
    }
  }));
}

describe('places', () => {
  it('CH3 are never overbooked, however many would take one at once, and are free again when a contact is finished', async () => {
    const [store] = stores;
    const agent = await store?.query<{ id: string }>(`select id from agent where username = 'anna'`);
    const agentId = agent?.rows[0]?.id ?? '';
    for (const [channel, most] of [['voice', 1], ['chat', 3], ['message', 5]] as const) {
      const booked = (await book(agentId, channel)).filter((outcome) => outcome === 'booked').length;
      expect(booked).toBeGreaterThan(0);
      expect(booked).toBeLessThanOrEqual(most);
      // Those that met another in the same place may try again: every place is taken then, and not one more.
      for (let turn = booked; turn < most; turn += 1) await book(agentId, channel);
      expect((await book(agentId, channel)).every((outcome) => outcome !== 'booked')).toBe(true);
      const places = await store?.query<{ place: number }>('select place from slot where agent_id = $1 and channel = $2 order by place', [agentId, channel]);
      expect(places?.rows.map(({ place }) => place)).toEqual(Array.from({ length: most }, (_, place) => place));
      await store?.query('delete from slot where agent_id = $1', [agentId]);
    }
  });
});
