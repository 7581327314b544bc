import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig, TestAgent, TestCustomer } from './support/gateway.ts';
import { freePort, GatewayProcess } from './support/process.ts';

let dataDir: string;
let port: number;
let gateway: GatewayProcess;
let config: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-restart-'));
  port = await freePort();
  config = join(dataDir, 'center.yaml');
  // Places are held long enough for a restart on a slow machine.
  await writeFile(config, testConfig.replaceAll('holdPlace: 3', 'holdPlace: 60').replaceAll('offerSeconds: 2', 'offerSeconds: 60'));
  gateway = await GatewayProcess.start({ port, dataDir, config });
});
afterAll(async () => {
  await gateway.kill('SIGTERM');
  await rm(dataDir, { recursive: true, force: true });
});

async function positions(customers: readonly TestCustomer[]): Promise<number[]> {
  return Promise.all(customers.map(async (customer) => {
    const { phase } = await customer.phase('waiting');
    return phase.name === 'waiting' ? phase.position : 0;
  }));
}

describe('a gateway that dies', () => {
  it('CT9 leaves every waiting contact where it was, in order, for its successor after kill -9', async () => {
    const before: TestCustomer[] = [];
    for (const _ of [1, 2, 3]) before.push(await TestCustomer.arrive(gateway.url));
    expect(await positions(before)).toEqual([1, 2, 3]);
    await gateway.kill('SIGKILL');
    gateway = await GatewayProcess.start({ port, dataDir, config });

    const after: TestCustomer[] = [];
    // They come back in another order than they stood in.
    for (const customer of before.toReversed()) after.unshift(await TestCustomer.connect(gateway.url, { resume: customer.resume }));
    expect(after.map(({ contactId }) => contactId)).toEqual(before.map(({ contactId }) => contactId));
    expect(await positions(after)).toEqual([1, 2, 3]);

    const anna = await TestAgent.atWork(gateway.url, 'anna');
    expect((await anna.slot('reserved')).contactId).toBe(before[0]?.contactId);
    for (const one of after) await one.leave();
    for (const one of [...before, ...after, anna]) one.close();
  });

  it('CT9 rescinds the offer that died with it; the contact keeps its place and the agent is free', async () => {
    const customer = await TestCustomer.arrive(gateway.url, { queue: 'loans' });
    const anna = await TestAgent.login(gateway.url, 'anna');
    await anna.register();
    await anna.status('available');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await gateway.kill('SIGKILL');
    gateway = await GatewayProcess.start({ port, dataDir, config });
    const back = await TestCustomer.connect(gateway.url, { resume: customer.resume });
    const again = await TestAgent.login(gateway.url, 'anna');
    await again.register();
    expect((await again.slot('reserved', customer.contactId)).reservationId).not.toBe(reservationId);
    await back.leave();
    for (const one of [customer, back, anna, again]) one.close();
  });
});
