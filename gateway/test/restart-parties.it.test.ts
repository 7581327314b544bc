/** What survives kill -9 of a gateway with more than two in a call: the store knows it, whatever process comes next. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { call, TestAgent, TestCustomer } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';
import { ToldGateway } from './support/told-gateway.ts';

let dataDir: string;
let gateway: ToldGateway;
const dirs: string[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-parties-'));
  dirs.push(dataDir);
  gateway = await ToldGateway.start(dataDir);
});
afterAll(async () => {
  await gateway.kill('SIGTERM');
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

async function atWork(username: string): Promise<TestAgent> {
  const agent = await TestAgent.login(gateway.url, username);
  gateway.reachable(agent.login.agent.id);
  await agent.views.until('the endpoint', ({ agent: me }) => me.endpointRegistered);
  await agent.status('available');
  return agent;
}

async function inCall(agent: TestAgent): Promise<TestCustomer> {
  const customer = await TestCustomer.arrive(gateway.url, { queue: 'help' });
  const { reservationId, contactId } = await agent.slot('reserved', customer.contactId);
  await agent.post(`/api/reservations/${reservationId}/accept`);
  gateway.happens({ type: 'agentAnswered', contactId });
  gateway.happens({ type: 'customerMediaFlowing', contactId });
  await customer.phase('engaged');
  return customer;
}

/** Kills the gateway, starts its successor, and brings the customer and these agents back. */
async function afterKill(customer: TestCustomer, ...agents: readonly TestAgent[]): Promise<{ readonly customer: TestCustomer; readonly agents: TestAgent[] }> {
  await gateway.kill('SIGKILL');
  for (const one of [customer, ...agents]) one.close();
  gateway = await ToldGateway.start(dataDir);
  const back = await Promise.all(agents.map(({ login }) => TestAgent.login(gateway.url, login.agent.username)));
  for (const agent of back) gateway.reachable(agent.login.agent.id);
  return { customer: await TestCustomer.connect(gateway.url, { resume: customer.resume }), agents: back };
}

async function leave(customer: TestCustomer, agents: readonly TestAgent[]): Promise<void> {
  for (const one of [customer, ...agents]) one.close();
  await gateway.kill('SIGTERM');
}

describe('a gateway killed', () => {
  it('TR9 in a conference: the colleague is free, and the customer gets the agent back', async () => {
    const [anna, ben] = [await atWork('anna'), await atWork('ben')];
    const before = await inCall(anna);
    const { contactId } = before;
    await anna.post(`/api/contacts/${contactId}/consult`, { to: { agentId: ben.login.agent.id } });
    const { reservationId: secondId } = await ben.slot('reserved', contactId);
    await ben.post(`/api/reservations/${secondId}/accept`);
    gateway.happens({ type: 'secondAnswered', contactId, secondId });
    await anna.views.until('the colleague', ({ contacts }) => contacts[0]?.second?.state === 'up');
    await anna.post(`/api/contacts/${contactId}/consult/merge`);

    const { customer, agents: [annaBack, benBack] } = await afterKill(before, anna, ben);
    if (annaBack === undefined || benBack === undefined) throw new Error('unreachable: both came back');
    await benBack.views.until('being free', ({ agent, contacts }) => contacts.length === 0 && agent.state === 'idle');
    await annaBack.views.until('being told', ({ contacts }) => contacts[0]?.second === null && contacts[0].secondEnded?.outcome === 'lost');
    gateway.happens({ type: 'agentAnswered', contactId });
    gateway.happens({ type: 'customerMediaFlowing', contactId });
    expect((await customer.views.until('the agent back', ({ phase }) => phase.name === 'engaged' && !phase.agentAway)).phase).toMatchObject({ agent: { name: 'Anna' }, third: null });
    await leave(customer, [annaBack, benBack]);
  });

  it('TR9 while a transfer is offered: the customer is in the queue at their place, and the colleague free', async () => {
    const [anna, ben] = [await atWork('anna'), await atWork('ben')];
    const first = await inCall(anna);
    await anna.post(`/api/contacts/${first.contactId}/transfer`, { to: { agentId: ben.login.agent.id } });
    await ben.slot('reserved', first.contactId);
    const offered = await afterKill(first, ben);
    // Nobody else serves this queue while Anna wraps up.
    expect((await offered.customer.phase('waiting')).phase).toMatchObject({ position: 1 });
    const { body } = await call<{ contacts: unknown[] }>(gateway.url, '/api/agents/me', { token: offered.agents[0]?.login.token ?? '' });
    expect(body.contacts).toEqual([]);
    await leave(offered.customer, offered.agents);
  });

  it('TR9 while the customer is with a number: they are in the queue, and told', async () => {
    const anna = await atWork('anna');
    const before = await inCall(anna);
    await anna.post(`/api/contacts/${before.contactId}/consult`, { to: { number: '+49301234' } });
    const { body: { contacts } } = await call<{ contacts: unknown[] }>(gateway.url, '/api/agents/me', { token: anna.login.token });
    expect(contacts).toMatchObject([{ second: { state: 'ringing' } }]);
    const store = await storeClient(dataDir);
    const { rows: [hop] } = await store.query<{ hop_id: string }>('select hop_id from ticket where agent_id is null');
    await store.end();
    gateway.happens({ type: 'secondAnswered', contactId: before.contactId, secondId: hop?.hop_id ?? '' });
    await anna.views.until('the number', (view) => view.contacts[0]?.second?.state === 'up');
    await anna.post(`/api/contacts/${before.contactId}/consult/transfer`);
    await before.views.until('being with them', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Fraud desk');
    const { customer, agents } = await afterKill(before);
    expect((await customer.phase('waiting')).phase).toMatchObject({ requeued: 'agentLost' });
    await leave(customer, [anna, ...agents]);
  });

  it('TR9 while an agent calls back: the contact has ended as before, and nobody is held', async () => {
    const anna = await atWork('anna');
    const before = await inCall(anna);
    const { contactId } = before;
    await anna.post(`/api/contacts/${contactId}/hangup`);
    await before.phase('ended');
    await anna.post('/api/calls', { contactId });
    gateway.happens({ type: 'agentAnswered', contactId });
    await before.phase('rung');
    const { customer, agents } = await afterKill(before, anna);
    expect(customer.views.latest?.phase).toEqual({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    await agents[0]?.views.until('being free', ({ contacts }) => contacts.length === 0);
    await leave(customer, agents);
  });
});
