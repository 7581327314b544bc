import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, patience, startTestGateway, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';
import { postmaster, signal } from './store-stand/stand.ts';

let test: TestGateway;

beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

describe('a store that is killed under the gateway', () => {
  it('ST16 learns afterwards who went and who came meanwhile', async () => {
    const { url, dataDir } = test;
    const gone = await TestCustomer.arrive(url, { queue: 'loans' });
    const anna = await TestAgent.atWork(url, 'anna');
    await anna.slot('reserved', gone.contactId);
    signal(await postmaster(dataDir) ?? 0, 'SIGKILL');
    await expect.poll(async () => (await call(url, '/readyz')).status, { interval: 10, timeout: patience }).toBe(503);
    gone.close();
    anna.unregister();
    await expect.poll(async () => (await call(url, '/readyz')).status, { timeout: patience }).toBe(200);
    const store = await storeClient(dataDir);
    store.on('error', () => { /* the gateway stops its server at the end */ });
    const told = async () => (await store.query(`select (select present from contact where id = $1), (select endpoint_registered from agent where username = 'anna')`, [gone.contactId])).rows[0] as unknown;
    await expect.poll(told, { timeout: patience }).toEqual({ present: false, endpoint_registered: false });
    await store.end();
    anna.close();
  });
});
