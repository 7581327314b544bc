/** A gateway that is killed in the midst of flows: its successor finds every contact where it was, and asks again what nobody had answered. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrmServer } from './support/crm-server.ts';
import { patience, TestCustomer } from './support/gateway.ts';
import { freePort, GatewayProcess } from './support/process.ts';

let dataDir: string;
let port: number;
let config: string;
let gateway: GatewayProcess;
let crm: CrmServer;

beforeAll(async () => {
  crm = await CrmServer.start();
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-flow-'));
  port = await freePort();
  config = join(dataDir, 'center.yaml');
  await writeFile(config, `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [help] }]
queues:
  - id: help
    label: Help
    flow:
      - entitlement: { url: "${crm.url}/entitled", attribute: contract, timeout: 20, whenFailed: deny }
      - notice: { id: recorded, text: { en: We record this. } }
      - crm: { url: "${crm.url}/customer", rules: [{ when: { attribute: tier, is: gold }, priority: 60 }] }
`);
  gateway = await GatewayProcess.start({ port, dataDir, config });
});
afterAll(async () => {
  await gateway.kill('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
  crm.close();
});

async function restart(): Promise<void> {
  await gateway.kill('SIGKILL');
  gateway = await GatewayProcess.start({ port, dataDir, config });
}

const arrive = (id: string): Promise<TestCustomer> => TestCustomer.arrive(gateway.url, { customer: { id, attributes: { contract: 'K' } } });
const back = (customer: TestCustomer): Promise<TestCustomer> => TestCustomer.connect(gateway.url, { resume: customer.resume });
const askedFor = (path: string): number => crm.asked.filter((one) => one.path === path).length;
const notice = (customer: TestCustomer) => customer.views.until('the notice', ({ phase }) => phase.name === 'flow' && phase.notice !== null);
const confirm = (customer: TestCustomer): Promise<unknown> => customer.socket.timeout(patience).emitWithAck('notice', { step: 'notice recorded', accept: true });

describe('a gateway that dies in a flow', () => {
  it('FL13 leaves its successor every step: what was asked of others is asked again, what the customer confirmed is not, and the age stays', async () => {
    crm.asked.length = 0;
    crm.answers.set('/entitled', () => { /* never answers */ });
    crm.answer('/customer', { attributes: { tier: 'silver' } });
    const first = await arrive('c-1');
    await expect.poll(() => askedFor('/entitled'), { timeout: patience }).toBe(1);
    // The successor asks as it starts, before anybody is back.
    crm.answer('/entitled', { entitled: true });
    await restart();
    const again = await back(first);
    await notice(again);
    const second = await arrive('c-2');
    await notice(second);
    await restart();
    expect(askedFor('/entitled')).toBeGreaterThanOrEqual(3);

    const [one, two] = [await back(again), await back(second)];
    const known = askedFor('/entitled');
    for (const customer of [two, one]) await notice(customer);
    // The second goes into the queue sooner, and the first, who came before, before them all the same.
    await confirm(two);
    expect((await two.phase('waiting')).phase).toMatchObject({ position: 1 });
    await confirm(one);
    expect((await one.phase('waiting')).phase).toMatchObject({ position: 1 });
    await two.views.until('the second place', ({ phase }) => phase.name === 'waiting' && phase.position === 2);
    expect([askedFor('/entitled'), askedFor('/customer')]).toEqual([known, 2]);
    for (const customer of [first, again, second, one, two]) customer.close();
  });
});
