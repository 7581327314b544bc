import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience, startTestGateway, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let test: TestGateway;
/** The gateway's clock runs ahead of ours by this much, so that no test sits out a lease. */
let ahead = 0;

beforeAll(async () => {
  test = await startTestGateway({ now: () => Date.now() + ahead });
});
afterAll(() => test.stop());

describe('an agent who vanishes', () => {
  it('RT11 is set offline when the lease runs out, and what they were offered goes to somebody else', async () => {
    const { url } = test;
    const anna = await TestAgent.atWork(url, 'anna');
    const customer = await TestCustomer.arrive(url, { queue: 'loans' });
    await anna.slot('reserved', customer.contactId);
    const watcher = await TestAgent.login(url, 'ben');
    anna.close();
    ahead += 31_000;
    await customer.views.until('being back in the queue', ({ phase }) => phase.name === 'waiting', customer.views.all.length);
    const back = await TestAgent.login(url, 'anna');
    const view = await back.views.until('the first view', () => true);
    expect(view).toMatchObject({ agent: { status: 'offline', state: 'idle' }, contacts: [] });
    await customer.leave();
    for (const one of [back, watcher, customer]) one.close();
  });

  it('RT17 is set offline also while another contact is broken and cannot be woken', async () => {
    const { url } = test;
    const broken = await TestCustomer.arrive(url);
    const store = await storeClient(test.dataDir);
    await store.query(`update contact set state = '{ "phase": { "name": "unknown" } }', wake_at = now() - interval '1 day' where id = $1`, [broken.contactId]);
    const anna = await TestAgent.atWork(url, 'anna');
    anna.close();
    ahead += 31_000;
    const status = async () => (await store.query<{ status: string }>(`select status from agent where username = 'anna'`)).rows[0]?.status;
    await expect.poll(status, { timeout: patience }).toBe('offline');
    await store.query(`update contact set phase = 'ended' where id = $1`, [broken.contactId]);
    await store.end();
    broken.close();
  });

  it('RT12 keeps status and reservation through a reload, which is shorter than the lease', async () => {
    const { url } = test;
    const anna = await TestAgent.atWork(url, 'anna');
    const customer = await TestCustomer.arrive(url, { queue: 'loans' });
    await anna.slot('reserved', customer.contactId);
    anna.close();
    const reloaded = await TestAgent.login(url, 'anna');
    expect((await reloaded.slot('reserved')).contactId).toBe(customer.contactId);
    expect(reloaded.views.latest?.agent.status).toBe('available');
    await customer.leave();
    for (const one of [reloaded, customer]) one.close();
  });
});
