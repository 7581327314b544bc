/** Handing over to whoever has a skill, with a priority; and asking whichever supervisor is free. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Directory } from '#shared/agent-protocol.ts';
import { Scene } from './support/calls-scene.ts';
import { call, type TestAgent, type TestCustomer } from './support/gateway.ts';

let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];

beforeAll(async () => { scene = await Scene.start(); });
afterEach(() => scene.clear(customers.splice(0), agents.splice(0)));
afterAll(() => scene.stop());

async function atWork(...names: string[]): Promise<TestAgent[]> {
  for (const name of names) agents.push(await scene.atWork(name));
  return agents;
}
async function inCall(agent: TestAgent): Promise<TestCustomer> {
  const customer = await scene.inCall(agent);
  customers.push(customer);
  return customer;
}
const directory = async (agent: TestAgent) => (await call<Directory>(scene.test.url, '/api/directory', { token: agent.login.token })).body;

describe('a transfer to a skill', () => {
  it('TR35 goes to whoever has it, in the contact\'s own queue, at its age and history, and the agent wraps up', async () => {
    const [anna] = await atWork('anna') as [TestAgent];
    const customer = await inCall(anna);
    const waiting = await inCallOfBen();
    expect((await directory(anna)).skills).toEqual([{ skill: 'banking', free: 0 }, { skill: 'loans', free: 0 }]);
    expect((await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { skills: ['loans'], priority: 90 } })).status).toBe(204);
    const requeued = await customer.phase('waiting', customer.views.all.length - 1);
    expect(requeued).toMatchObject({ queue: { id: 'help' }, phase: { requeued: 'transferred' } });
    await anna.slot('wrapUp', customer.contactId);
    // Ben has loans and not what the queue asks for; Anna, who has that, is free first.
    await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    await waiting.ben.post(`/api/contacts/${waiting.customer.contactId}/hangup`);
    const popped = await waiting.ben.slot('reserved', customer.contactId);
    expect(popped.queue.id).toBe('help');
    await waiting.ben.post(`/api/reservations/${popped.reservationId}/reject`);
    // Rejected, it still wants that skill.
    expect((await call<{ contacts: unknown[] }>(scene.test.url, '/api/agents/me', { token: anna.login.token })).body.contacts).toEqual([]);
    const { body } = await call<{ tickets: Array<{ agent: string }> }>(scene.test.url, `/api/contacts/${customer.contactId}`, { token: anna.login.token });
    expect(body.tickets.map(({ agent }) => agent)).toEqual(['Ben', 'Anna']);
  });

  it('TR35 is refused where nobody at work has the skill, and a skill cannot be consulted', async () => {
    const [anna] = await atWork('anna') as [TestAgent];
    const customer = await inCall(anna);
    const { status, body } = await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { skills: { banking: 5, diving: 1 } } });
    expect(status).toBe(409);
    expect(body.detail).toContain('Nobody at work has banking at level 5 and diving at level 1; what they have is: banking');
    expect((await anna.post(`/api/contacts/${customer.contactId}/consult`, { to: { skills: ['banking'] } })).status).toBe(409);
    expect((await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { skills: [] } })).status).toBe(400);
  });

  it('TR36 goes to a queue with a priority of its own', async () => {
    const [anna] = await atWork('anna', 'ben') as [TestAgent];
    const customer = await inCall(anna);
    expect((await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { queue: 'loans', priority: 101 } })).status).toBe(400);
    expect((await anna.post(`/api/contacts/${customer.contactId}/transfer`, { to: { queue: 'loans', priority: 100 } })).status).toBe(204);
    await agents[1]?.slot('reserved', customer.contactId);
  });
});

describe('asking a supervisor', () => {
  it('TR37 consults whichever supervisor is free, without naming one', async () => {
    const [anna, carl] = await atWork('anna', 'carl') as [TestAgent, TestAgent];
    const customer = await inCall(anna);
    expect((await directory(anna)).supervisorFree).toBe(true);
    expect((await anna.post(`/api/contacts/${customer.contactId}/consult`, { to: { supervisor: true } })).status).toBe(204);
    expect(await carl.slot('reserved', customer.contactId)).toMatchObject({ part: 'consulted', by: { name: 'Anna' } });
    expect((await directory(anna)).supervisorFree).toBe(false);
  });

  it('TR37 says that nobody is there, and leaves the call as it is', async () => {
    const [anna] = await atWork('anna') as [TestAgent];
    const customer = await inCall(anna);
    const { status, body } = await anna.post(`/api/contacts/${customer.contactId}/consult`, { to: { supervisor: true } });
    expect([status, body.detail]).toEqual([409, 'No supervisor is free now. Try again in a moment, or choose somebody else.']);
    expect(anna.views.latest?.contacts[0]).toMatchObject({ second: null, call: { state: 'active' } });
  });
});

/** Ben busy with a customer of his own queue. */
async function inCallOfBen(): Promise<{ readonly ben: TestAgent; readonly customer: TestCustomer }> {
  const ben = await scene.atWork('ben');
  agents.push(ben);
  const customer = await scene.inCall(ben, 'loans');
  customers.push(customer);
  return { ben, customer };
}
