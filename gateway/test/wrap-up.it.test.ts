/** What follows a call, by the queue's mode: how long it lasts, what it wants, and what does not end it. By a clock that the test moves. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from './support/calls-scene.ts';
import type { TestAgent, TestCustomer } from './support/gateway.ts';

const config = `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [none, optional, mandatory, timeboxed] }
queues:
  - { id: none, label: None, wrapUp: { mode: none } }
  - { id: optional, label: Optional, wrapUp: { mode: optional, seconds: 20, dispositions: [Solved] } }
  - { id: mandatory, label: Mandatory, wrapUp: { mode: mandatory, seconds: 1, dispositions: [Solved] } }
  - { id: timeboxed, label: Timeboxed, wrapUp: { mode: mandatoryTimeboxed, seconds: 20, dispositions: [Solved] } }
agents:
  - { username: anna, name: Anna, password: anna }
`;

let ahead = 0;
let scene: Scene;
let anna: TestAgent;
const customers: TestCustomer[] = [];

beforeAll(async () => { scene = await Scene.start({ config, now: () => Date.now() + ahead }); });
afterEach(() => scene.clear(customers.splice(0), [anna]));
afterAll(() => scene.stop());

/** A call that has just ended. */
async function called(queue: string): Promise<TestCustomer> {
  anna = await scene.atWork('anna');
  const customer = await scene.arrive(queue);
  customers.push(customer);
  const { reservationId } = await anna.slot('reserved', customer.contactId);
  await anna.post(`/api/reservations/${reservationId}/accept`);
  await scene.calls.request('callAgent', customer.contactId);
  await scene.connect(customer, anna);
  expect((await anna.post(`/api/contacts/${customer.contactId}/hangup`)).status).toBe(204);
  await customer.phase('ended');
  return customer;
}
const finish = ({ contactId }: TestCustomer, disposition: string | null) => anna.post(`/api/contacts/${contactId}/wrapup`, { disposition, notes: '' });
const isFree = () => anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
const holds = ({ contactId }: TestCustomer): boolean => anna.views.latest?.contacts.some((one) => one.contactId === contactId && one.slot === 'wrapUp') ?? false;

describe('a wrap-up', () => {
  it('RT92 is none where the queue wants none', async () => {
    const customer = await called('none');
    await isFree();
    expect(anna.views.all.flatMap(({ contacts }) => contacts).filter(({ contactId, slot }) => contactId === customer.contactId && slot === 'wrapUp')).toEqual([]);
  });

  it('RT92 ends by itself where it is optional, and is finished without an outcome', async () => {
    const customer = await called('optional');
    const { wrapUp } = await anna.slot('wrapUp', customer.contactId);
    expect(wrapUp).toMatchObject({ mode: 'optional', endsAt: expect.any(String) as string });
    ahead += 21_000;
    await isFree();
    const another = await scene.arrive('optional');
    customers.push(another);
    const { reservationId } = await anna.slot('reserved', another.contactId);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    await scene.connect(another, anna);
    await anna.post(`/api/contacts/${another.contactId}/hangup`);
    await anna.slot('wrapUp', another.contactId);
    expect((await finish(another, null)).status).toBe(204);
    await isFree();
  });

  it('RT92 lasts until there is an outcome of the queue where it is mandatory, whatever time passes and whatever status the agent takes', async () => {
    const customer = await called('mandatory');
    const { wrapUp } = await anna.slot('wrapUp', customer.contactId);
    expect(wrapUp.endsAt).toBeNull();
    // A lease is longer than this.
    ahead += 20_000;
    for (const status of ['break', 'available', 'offline', 'available'] as const) {
      const before = anna.views.all.length;
      await anna.status(status);
      await anna.views.until(`the status ${status}`, ({ agent }) => agent.status === status, before);
      expect(holds(customer)).toBe(true);
    }
    for (const disposition of [null, 'Invented']) expect(await finish(customer, disposition)).toMatchObject({ status: 409, body: { detail: 'A disposition is expected, one of: Solved.' } });
    expect(holds(customer)).toBe(true);
    expect((await finish(customer, 'Solved')).status).toBe(204);
    await isFree();
  });

  it('RT92 wants an outcome, and ends all the same, where it is mandatory and has its time', async () => {
    const customer = await called('timeboxed');
    await anna.slot('wrapUp', customer.contactId);
    expect((await finish(customer, null)).status).toBe(409);
    expect(holds(customer)).toBe(true);
    ahead += 21_000;
    await isFree();
  });
});
