/** Agents who call customers: from the queue, after the end, at the desktop and from a phone. Media and SIP are told (support/fake-calls.ts). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from './support/calls-scene.ts';
import { call, TestCustomer, type TestAgent } from './support/gateway.ts';

let scene: Scene;
let anna: TestAgent;
let ben: TestAgent;
let customer: TestCustomer;

beforeAll(async () => { scene = await Scene.start(); });
afterEach(() => scene.clear([customer], [anna, ben]));
afterAll(() => scene.stop());

async function atWork(): Promise<void> {
  anna = await scene.atWork('anna');
  ben = await scene.atWork('ben');
}

const dial = (agent: TestAgent, whom: object) => agent.post('/api/calls', whom);
const answer = (accept: boolean) => customer.socket.emitWithAck('answer', { accept });

/** A call that ended with the agent in its wrap-up, and a customer who has not closed the page. */
async function ended(): Promise<void> {
  customer = await scene.inCall(anna);
  await anna.post(`/api/contacts/${customer.contactId}/hangup`);
  await anna.slot('wrapUp', customer.contactId);
  await customer.phase('ended');
}

describe('calling a customer', () => {
  it('TR25 takes one who waits: the agent\'s endpoint first, then the customer', async () => {
    await atWork();
    await anna.status('break', 'Lunch');
    customer = await scene.arrive();
    const seen = scene.calls.asked.length;
    expect(await dial(anna, { contactId: customer.contactId })).toMatchObject({ status: 201, body: { contactId: customer.contactId } });
    await customer.phase('connecting');
    expect((await scene.calls.request('callAgent', customer.contactId, seen)).call).toMatchObject({ agentId: anna.login.agent.id, purpose: 'accepted' });
    await scene.connect(customer, anna);
    expect((await customer.phase('engaged')).phase).toMatchObject({ agent: { name: 'Anna' } });
  });

  it('TR26 rings the page of one whose contact ended, and goes on with it when they answer', async () => {
    await atWork();
    await ended();
    const first = anna.views.latest?.contacts[0]?.ticket ?? 0;
    const before = customer.views.all.length;
    expect((await dial(anna, { uri: customer.views.latest?.from })).status).toBe(201);
    await scene.calls.request('callAgent', customer.contactId);
    scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId });
    const { phase } = await customer.phase('rung', before);
    expect(phase).toMatchObject({ agent: { name: 'Anna' } });
    expect(await answer(true)).toEqual({ ok: true, value: null });
    await scene.connect(customer, anna);
    await customer.phase('engaged', before);
    expect(anna.views.latest?.contacts).toMatchObject([{ slot: 'engaged', part: 'own' }]);
    expect(anna.views.latest?.contacts[0]?.ticket).toBeGreaterThan(first);
    const { body } = await call<{ journal: Array<{ event: string }> }>(scene.test.url, `/api/contacts/${customer.contactId}`, { token: anna.login.token });
    expect(body.journal.map(({ event }) => event)).toEqual(expect.arrayContaining(['hangup', 'dialed', 'answered']));
    expect(await answer(true)).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
  });

  it('TR26 rings it for a colleague too, who took the call over after a consultation', async () => {
    await atWork();
    customer = await scene.inCall(anna);
    const { contactId } = customer;
    expect((await anna.post(`/api/contacts/${contactId}/consult`, { to: { agentId: ben.login.agent.id } })).status).toBe(204);
    const { reservationId } = await ben.slot('reserved', contactId);
    expect((await ben.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
    const { call: { secondId } } = await scene.calls.request('callSecond', contactId);
    scene.calls.happens({ type: 'secondAnswered', contactId, secondId, endpoint: { kind: 'desktop', label: 'Browser' } });
    await anna.views.until('Ben in the call', ({ contacts }) => contacts.some(({ second }) => second?.state === 'up'));
    expect((await anna.post(`/api/contacts/${contactId}/consult/transfer`)).status).toBe(204);
    await scene.calls.request('promoteSecond', contactId);
    await ben.views.until('having the customer', ({ contacts }) => contacts.some(({ part, slot }) => part === 'own' && slot === 'engaged'));
    await customer.leave();
    await customer.phase('ended');
    await ben.slot('wrapUp', contactId);

    const [before, seen] = [customer.views.all.length, scene.calls.asked.length];
    expect((await dial(ben, { contactId })).status).toBe(201);
    expect((await scene.calls.request('callAgent', contactId, seen)).call).toMatchObject({ agentId: ben.login.agent.id, purpose: 'accepted' });
    scene.calls.happens({ type: 'agentAnswered', contactId });
    expect((await customer.phase('rung', before)).phase).toMatchObject({ agent: { name: 'Ben' } });
    expect(await answer(true)).toEqual({ ok: true, value: null });
    await scene.connect(customer, ben);
    await customer.phase('engaged', before);
  });

  it('TR27 leaves a contact as it had ended when the customer declines, or the agent gives up', async () => {
    await atWork();
    await ended();
    for (const giveUp of [() => answer(false), () => anna.post(`/api/contacts/${customer.contactId}/hangup`)]) {
      const before = customer.views.all.length;
      const seen = scene.calls.asked.length;
      expect((await dial(anna, { contactId: customer.contactId })).status).toBe(201);
      await scene.calls.request('callAgent', customer.contactId, seen);
      scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId });
      await customer.phase('rung', before);
      await giveUp();
      const rung = customer.views.all.findLastIndex(({ phase }) => phase.name === 'rung');
      expect((await customer.phase('ended', rung)).phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
      await scene.calls.request('close', customer.contactId, seen);
      await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    }
    const { body } = await call<{ tickets: unknown }>(scene.test.url, `/api/tickets?contact=${customer.contactId}`, { token: anna.login.token });
    expect(body.tickets).toMatchObject([{ outcome: null }, { outcome: 'rejected' }, { outcome: 'answered', end: true }]);
  });

  it('TR28 says why it cannot be: not there, not theirs, in a call, or the agent is not free', async () => {
    await atWork();
    expect((await dial(anna, { contactId: crypto.randomUUID() })).status).toBe(404);
    expect((await dial(anna, { uri: 'sip:nobody@gethelp.invalid' })).status).toBe(404);
    expect((await dial(anna, { uri: 'tel:1' })).status).toBe(400);
    await ended();
    expect(await dial(ben, { contactId: customer.contactId })).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
    customer.close();
    await expect.poll(async () => await dial(anna, { contactId: customer.contactId })).toMatchObject({ status: 409, body: { type: '/problems/customer-away' } });
    const earlier = customer;
    customer = await scene.arrive('loans');
    await ben.slot('reserved', customer.contactId);
    expect(await dial(anna, { contactId: customer.contactId })).toMatchObject({ status: 409, body: { type: '/problems/party-busy' } });
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: earlier.resume }));
    const { reservationId } = await ben.slot('reserved', customer.contactId);
    await ben.post(`/api/reservations/${reservationId}/reject`);
    scene.calls.endpoint(anna.login.agent.id, 'desktop', { reachable: false });
    await anna.views.until('being unreachable', ({ agent }) => !agent.endpointRegistered);
    expect(await dial(anna, { contactId: back.contactId })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('cannot be rung') } });
  });

  it('TR29 works from a phone by calling the caller URI, and a refusal is a SIP status', async () => {
    await atWork();
    await anna.status('break', 'Lunch');
    customer = await scene.arrive();
    const callerUri = customer.views.latest?.from ?? '';
    const dialed = (agent: TestAgent) => scene.calls.dialByPhone({ agentId: agent.login.agent.id, endpointId: 'phone', callerUri });
    const seen = scene.calls.asked.length;
    expect(await dialed(ben)).toEqual({ status: 403 });
    expect(await dialed(anna)).toEqual({ contactId: customer.contactId });
    await customer.phase('connecting');
    await scene.connect(customer, anna, 'phone');
    expect(scene.calls.asked.slice(seen).some(({ what }) => what === 'callAgent')).toBe(false);
    expect(await dialed(ben)).toEqual({ status: 486 });
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    const before = customer.views.all.length;
    expect(await dialed(anna)).toEqual({ contactId: customer.contactId });
    // The phone rings already; the page does at once.
    await customer.phase('rung', before);
    await answer(true);
    await scene.calls.request('prepare', customer.contactId, seen);
    await scene.connect(customer, anna, 'phone');
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    customer.close();
    await expect.poll(() => dialed(anna)).toEqual({ status: 480 });
  });
});
