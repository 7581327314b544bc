/** Hunts in whole gateways: who is rung after whom, who is in charge, and what is left of it as tickets. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedIn, Ticket } from '#shared/agent-protocol.ts';
import type { InCharge } from '#shared/hunt-api.ts';
import type { Problem } from '#shared/problem.ts';
import { Scene } from './support/calls-scene.ts';
import { call, type TestAgent, type TestCustomer } from './support/gateway.ts';

const config = `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [emergency, oncall, patient, help], setsInCharge: true }
  - { id: shop, name: Shop, keys: [{ id: only, secret: shop-portal-key }], queues: [emergency] }
queues:
  - { id: emergency, label: Emergency, strategy: hunt, hunt: { list: [anna, ben, carl], ringSeconds: 1, overflow: help }, wrapUp: { mode: none } }
  - { id: patient, label: Patient, strategy: hunt, hunt: { list: [anna, ben], ringSeconds: 60 }, wrapUp: { mode: none } }
  - { id: oncall, label: On call, strategy: hunt, hunt: { list: [anna, { number: "+49301234", label: Engineer }], ringSeconds: 30, loop: true }, wrapUp: { mode: none } }
  - { id: help, label: Help, skills: [banking], wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna }
  - { username: ben, name: Ben, password: ben }
  - { username: carl, name: Carl, password: carl }
  - { username: sue, name: Sue, password: sue, role: supervisor }
trunks:
  - { id: pbx, targets: ["sip:127.0.0.1:5999"], allowed: ["+49*"] }
`;

let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];

beforeAll(async () => { scene = await Scene.start({ config }); });
afterEach(async () => {
  await scene.clear(customers.splice(0), agents.splice(0));
});
afterAll(() => scene.stop());

async function atWork(...names: string[]): Promise<TestAgent[]> {
  agents = await Promise.all(names.map((name) => scene.atWork(name)));
  return agents;
}
async function arrive(queue: string): Promise<TestCustomer> {
  const customer = await scene.arrive(queue);
  customers.push(customer);
  return customer;
}
/** As a supervisor reads them, in their order. */
async function hops(customer: TestCustomer): Promise<Ticket[]> {
  const { body: { token } } = await call<LoggedIn>(scene.test.url, '/api/agents/login', { body: { username: 'sue', password: 'sue' } });
  const { body } = await call<{ tickets: Ticket[] }>(scene.test.url, `/api/contacts/${customer.contactId}`, { token });
  return body.tickets.toReversed();
}
const inCharge = (method: string, token: string, body?: unknown, queue = 'emergency') => call<InCharge & Problem>(scene.test.url, `/api/queues/${queue}/in-charge`, { method, token, ...(body === undefined ? {} : { body }) });

describe('a hunt', () => {
  it('HU5 rings whoever is in charge and then the others in order, and the contact goes to the queue that follows when nobody took it', async () => {
    const [anna, ben, carl] = await atWork('anna', 'ben', 'carl');
    const sue = scene.present(await scene.atWork('sue'));
    agents.push(sue);
    expect((await inCharge('PUT', sue.login.token, { inCharge: 'ben' })).status).toBe(200);
    const customer = await arrive('emergency');
    const first = await ben?.slot('reserved', customer.contactId);
    await ben?.post(`/api/reservations/${first?.reservationId}/reject`);
    await carl?.slot('reserved', customer.contactId);
    // Carl does not answer in his second: Anna is next, round the end of the list.
    const last = await anna?.slot('reserved', customer.contactId);
    expect(carl?.views.latest?.agent.status).toBe('available');
    await anna?.post(`/api/reservations/${last?.reservationId}/reject`);
    await customer.views.until('the queue that follows', ({ queue, phase }) => queue.id === 'help' && phase.name === 'waiting');
    expect((await hops(customer)).map(({ agent, outcome, end }) => [agent, outcome, end])).toEqual([['Ben', 'rejected', false], ['Carl', 'missed', false], ['Anna', 'rejected', false]]);
    await inCharge('DELETE', sue.login.token);
  });

  it('HU6 skips whoever is not there without a hop; with nobody left the contact waits, and is given to whoever becomes free', async () => {
    const [ben] = await atWork('ben');
    const customer = await arrive('patient');
    const offer = await ben?.slot('reserved', customer.contactId);
    await ben?.post(`/api/reservations/${offer?.reservationId}/reject`);
    // Ben is left in peace; Anna comes to work.
    const anna = await scene.atWork('anna');
    agents.push(anna);
    const taken = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${taken.reservationId}/reject`);
    // Through once more: whoever says that they are free again is rung again, well before the pause is over.
    await ben?.status('break', 'Lunch');
    await ben?.status('available');
    await ben?.slot('reserved', customer.contactId, ben.views.all.length);
    expect((await hops(customer)).map(({ agent }) => agent)).toEqual(['Ben', 'Anna', 'Ben']);
  });

  it('HU7 puts the customer through to a number of the list, goes on when it does not answer, and ends with it when it did', async () => {
    const [anna] = await atWork('anna');
    const customer = await arrive('oncall');
    const offer = await anna?.slot('reserved', customer.contactId);
    await anna?.post(`/api/reservations/${offer?.reservationId}/reject`);
    const { call: first } = await scene.calls.request('callSecond', customer.contactId);
    expect(first).toMatchObject({ party: { kind: 'external', number: '+49301234' } });
    expect((await customer.phase('offered', customer.views.all.length - 1)).phase).toMatchObject({ transfer: null });
    const asked = scene.calls.asked.length;
    scene.calls.happens({ type: 'secondFailed', contactId: customer.contactId, secondId: first.secondId, status: 486 });
    await scene.calls.request('close', customer.contactId, asked);
    // Round again, and not at once to whoever rejected it just now; but Anna says that she is free.
    await anna?.status('break', 'Lunch');
    await anna?.status('available');
    const again = await anna?.slot('reserved', customer.contactId, anna.views.all.length);
    const before = scene.calls.asked.length;
    await anna?.post(`/api/reservations/${again?.reservationId}/reject`);
    expect(await hops(customer)).toMatchObject([{ agent: 'Anna', outcome: 'rejected' }, { called: '+49301234', outcome: 'rejected' }, { agent: 'Anna' }]);
    expect(scene.calls.asked.slice(before).filter(({ what }) => what === 'callSecond')).toEqual([]);
  });

  it('HU7 ends with a number that answered, and a customer who leaves while it rings has hung up on nobody', async () => {
    await atWork('sue');
    const customer = await arrive('oncall');
    const { call: { secondId } } = await scene.calls.request('callSecond', customer.contactId);
    scene.calls.happens({ type: 'secondAnswered', contactId: customer.contactId, secondId });
    scene.calls.happens({ type: 'customerMediaFlowing', contactId: customer.contactId });
    expect((await customer.phase('engaged')).phase).toMatchObject({ agent: { name: 'Engineer' } });
    scene.calls.happens({ type: 'agentHungUp', contactId: customer.contactId });
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
    expect(await hops(customer)).toMatchObject([{ called: '+49301234', outcome: 'answered', end: true }]);

    const other = await arrive('oncall');
    await scene.calls.request('callSecond', other.contactId);
    await other.leave();
    expect((await other.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
    await scene.calls.request('close', other.contactId);
  });
});

describe('who is in charge', () => {
  it('HU8 is set in one place by a supervisor or a trusted portal, wins over the configuration, says where it comes from, and is reset', async () => {
    const sue = await scene.atWork('sue');
    agents = [sue];
    expect((await inCharge('GET', sue.login.token)).body).toEqual({
      queue: 'emergency', inCharge: 'anna', origin: { from: 'config' },
      list: [{ entry: 'anna', label: 'Anna' }, { entry: 'ben', label: 'Ben' }, { entry: 'carl', label: 'Carl' }],
    });
    const set = await inCharge('PUT', 'test-portal-key', { inCharge: 'carl' });
    expect(set.body).toMatchObject({ inCharge: 'carl', origin: { from: 'runtime', by: 'Bank' } });
    expect((await inCharge('GET', sue.login.token)).body).toEqual(set.body);
    expect((await inCharge('DELETE', sue.login.token)).body).toMatchObject({ inCharge: 'anna', origin: { from: 'config' } });
  });

  it('HU8 is refused to agents and other portals, for a queue that does not hunt, and for somebody who is not in the list', async () => {
    const [anna] = await atWork('anna', 'sue');
    const sue = agents[1]?.login.token ?? '';
    expect((await inCharge('PUT', anna?.login.token ?? '', { inCharge: 'anna' })).status).toBe(403);
    expect((await inCharge('PUT', 'shop-portal-key', { inCharge: 'anna' })).body).toMatchObject({ status: 403, detail: expect.stringContaining('setsInCharge') });
    expect((await inCharge('PUT', 'nobody')).status).toBe(401);
    expect((await inCharge('PUT', sue, { inCharge: 'anna' }, 'help')).status).toBe(409);
    expect((await inCharge('PUT', sue, { inCharge: 'anna' }, 'none')).status).toBe(404);
    expect((await inCharge('PUT', sue, { inCharge: 'sue' })).body.detail).toContain('anna, ben, carl');
  });
});

describe('the strategy of a queue at run time', () => {
  it('HU23 is no way into a hunt or out of it: the change is refused as a whole, says what the file would have to say, and nobody who waits notices', async () => {
    const [anna] = await atWork('anna', 'sue');
    const sue = agents[1]?.login.token ?? '';
    const patch = (queue: string, body: object) => call<Problem>(scene.test.url, `/api/queues/${queue}`, { method: 'PATCH', token: sue, body });
    const customer = await arrive('patient');
    const offer = await anna?.slot('reserved', customer.contactId);
    const out = await patch('patient', { priority: 80, strategy: 'longestIdle' });
    expect(out.body).toMatchObject({ status: 422, type: '/problems/setting-refused', detail: expect.stringContaining('expected hunt, because this queue has a `hunt`') });
    const into = await patch('help', { strategy: 'hunt' });
    expect(into.body).toMatchObject({ status: 422, detail: expect.stringContaining('the list that strategy: hunt rings') });
    expect((await patch('help', { hunt: { list: ['anna'] } })).status).toBe(422);
    expect((await patch('patient', { skills: ['banking'] })).body).toMatchObject({ status: 422, detail: expect.stringContaining('the list says who is rung') });
    const { body } = await call<{ settings: unknown[] }>(scene.test.url, '/api/settings', { token: sue });
    expect(body.settings).toEqual([]);
    expect((await anna?.slot('reserved', customer.contactId, (anna?.views.all.length ?? 1) - 1))?.reservationId).toBe(offer?.reservationId);
    // What a hunt does have can be changed, its list for one.
    expect((await patch('patient', { hunt: { list: ['ben'], ringSeconds: 60 } })).status).toBe(200);
    expect((await call(scene.test.url, '/api/queues/patient/settings/hunt', { method: 'DELETE', token: sue })).status).toBe(204);
  });
});
