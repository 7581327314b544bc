/** The journal of hops: who had which contact when, which hop was the last, and in which forms it is told. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JournalHop } from '../src/journal/hop.ts';
import { readLine } from '../src/journal/line.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, type TestAgent, type TestCustomer } from './support/gateway.ts';

const config = `${callsConfig}
journal: { timeZone: Europe/Berlin, phoneAttribute: mobile }
`;

let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];

beforeAll(async () => { scene = await Scene.start({ config }); });
afterEach(() => scene.clear(customers.splice(0), agents.splice(0)));
afterAll(() => scene.stop());

async function atWork(...names: string[]): Promise<TestAgent[]> {
  agents = await Promise.all(names.map((name) => scene.atWork(name)));
  return agents;
}
async function arrive(attributes: Record<string, string> = {}): Promise<TestCustomer> {
  const customer = await scene.arrive('help', { customer: { id: 'c-1', name: '=1+1', attributes } });
  customers.push(customer);
  return customer;
}
async function read(by: TestAgent, query = ''): Promise<{ readonly type: string | null; readonly text: string }> {
  const response = await fetch(`${scene.test.url}/api/journal?${query}`, { headers: { Authorization: `Bearer ${by.login.token}` } });
  return { type: response.headers.get('content-type'), text: await response.text() };
}
async function hops(by: TestAgent, customer: TestCustomer): Promise<JournalHop[]> {
  const { text } = await read(by, 'limit=1000');
  return (JSON.parse(text) as { hops: JournalHop[] }).hops.filter(({ contactId }) => contactId === customer.contactId);
}

describe('the last hop', () => {
  it('HU13 is whoever was rung last, where the customer gave up in the queue after that', async () => {
    const [anna, carl] = await atWork('anna', 'carl') as [TestAgent, TestAgent];
    const customer = await arrive();
    const offer = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${offer.reservationId}/reject`);
    await customer.leave();
    await customer.phase('ended');
    expect(await hops(carl, customer)).toMatchObject([{ agent: 'Anna', outcome: 'rejected', end: true }]);
  });

  it('HU13 is the one with which a transferred contact ended, and after a call back that one alone; advice is not the last', async () => {
    const [anna, ben, carl] = await atWork('anna', 'ben', 'carl') as [TestAgent, TestAgent, TestAgent];
    const customer = await arrive();
    const offer = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${offer.reservationId}/accept`);
    await scene.connect(customer, anna);
    await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { agentId: ben.login.agent.id } });
    const handed = await ben.slot('reserved', customer.contactId);
    await ben.post(`/api/reservations/${handed.reservationId}/accept`);
    await scene.connect(customer, ben);
    await ben.post(`/api/contacts/${customer.contactId}/consult`, { to: { agentId: carl.login.agent.id } });
    await carl.slot('reserved', customer.contactId);
    await ben.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    expect((await hops(carl, customer)).map(({ agent, end }) => [agent, end])).toEqual([['Anna', false], ['Ben', true], ['Carl', false]]);

    await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    expect((await anna.post('/api/calls', { contactId: customer.contactId })).status).toBe(201);
    scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId });
    await customer.phase('rung', customer.views.all.length - 1);
    await customer.socket.timeout(5000).emitWithAck('answer', { accept: true });
    await scene.connect(customer, anna);
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended', customer.views.all.length);
    expect((await hops(carl, customer)).map(({ agent, end }) => [agent, end])).toEqual([['Anna', false], ['Ben', false], ['Carl', false], ['Anna', true]]);
  });
});

describe('the journal', () => {
  it('HU14 is told as JSON by pages, as CSV, and as lines; with the customer\'s number and the agent\'s extension as they were', async () => {
    const [anna, carl] = await atWork('anna', 'carl') as [TestAgent, TestAgent];
    const customer = await arrive({ mobile: '0347 / 261-9287' });
    const offer = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${offer.reservationId}/accept`);
    await scene.connect(customer, anna);
    const [open] = await hops(carl, customer);
    expect(open).toMatchObject({ to: null, callerNumber: '03472619287', calledNumber: '732' });
    expect((await read(carl, `format=lines&after=${(open?.ticket ?? 0) - 1}`)).text).toBe('');
    await customer.leave();
    await anna.slot('wrapUp', customer.contactId);

    const lines = await read(carl, 'format=lines');
    expect(lines.type).toContain('text/plain');
    const last = readLine(lines.text.trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ ticket: open?.ticket, caller: '03472619287', called: '732', end: true });
    expect(last?.from).toMatch(/^\d\d\.\d\d\.\d{4}_\d\d\.\d\d$/);
    await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved', notes: '=cmd' });
    const csv = await read(carl, `format=csv&after=${(open?.ticket ?? 0) - 1}`);
    expect(csv.type).toContain('text/csv');
    expect(csv.text).toMatch(/^ticket,from,to,caller,called,.*\r\n/);
    expect(csv.text).toContain(`,Anna,help,answered,true,${customer.contactId},`);
    expect(csv.text).toContain(`,Solved,'=cmd\r\n`);

    const paged = JSON.parse((await read(carl, 'limit=1')).text) as { hops: JournalHop[]; next: number };
    expect(paged.hops).toHaveLength(1);
    expect(paged.next).toBe(paged.hops[0]?.ticket);
    expect((JSON.parse((await read(carl, `after=${open?.ticket}`)).text) as { hops: unknown; next: unknown })).toEqual({ hops: [], next: null });
  });

  it('HU14 shows an agent their own hops alone, and is bounded by time and queue', async () => {
    const [ben, carl] = await atWork('ben', 'carl') as [TestAgent, TestAgent];
    expect((JSON.parse((await read(ben)).text) as { hops: JournalHop[] }).hops.every(({ agent }) => agent === 'Ben')).toBe(true);
    expect((JSON.parse((await read(carl, 'queue=loans')).text) as { hops: JournalHop[] }).hops).toEqual([]);
    expect((JSON.parse((await read(carl, `from=${new Date(Date.now() + 60_000).toISOString()}`)).text) as { hops: JournalHop[] }).hops).toEqual([]);
    expect((await call(scene.test.url, '/api/journal?format=xml', { token: carl.login.token })).status).toBe(400);
  });
});
