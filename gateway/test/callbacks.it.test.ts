/** Customers who are called back: what they ask for, what agents and supervisors see and do, and what survives. Media and SIP are told (support/fake-calls.ts). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenCallback } from '#shared/agent-protocol.ts';
import type { AskCallback, CustomerView } from '#shared/customer-protocol.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, createSession, portalKey, TestCustomer, type TestAgent } from './support/gateway.ts';

const config = (): string => `${callsConfig}
hours:
  - { id: office, timeZone: UTC, weekly: [{ days: [${tomorrow}], from: "08:00", to: "18:00" }] }
`
  .replace('queues: [help, loans] }', 'queues: [help, loans, office] }')
  .replace('agents:', '  - { id: office, label: Office, skills: [banking], hours: office, flow: [{ hours: { closed: { offer: [callback] } } }], callback: { phone: true } }\nagents:')
  .replace('offerSeconds: 20, holdPlace: 60, wrapUp: { mode: mandatory', 'offerSeconds: 20, holdPlace: 1, callback: { page: true, phone: true, scheduled: true, numbers: ["+4930*"], tries: 2, pauseSeconds: 1, slotCapacity: 1 }, wrapUp: { mode: mandatory');

/** Open from tomorrow on, whatever day it is. */
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const tomorrow = days[(new Date().getUTCDay() + 1) % 7] ?? '';

let dataDir: string;
let scene: Scene;
let skipped: number;
/** Time goes on by itself, and further where a test says so. */
const now = (): number => Date.now() + skipped;

beforeEach(async () => {
  skipped = 0;
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-callbacks-'));
  scene = await Scene.start({ config: config(), dataDir, now });
});
afterEach(async () => {
  await scene.clear([], []);
  await scene.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const ask = (customer: TestCustomer, asked: AskCallback) => customer.socket.emitWithAck('callback', asked);
const accept = (agent: TestAgent, reservationId: string) => agent.post(`/api/reservations/${reservationId}/accept`);
const waiting = (customer: TestCustomer, fits: (phase: Extract<CustomerView['phase'], { name: 'waiting' }>) => boolean, after = 0) =>
  customer.views.until('a place in the queue', ({ phase }) => phase.name === 'waiting' && fits(phase), after);
const listed = async (agent: TestAgent): Promise<readonly OpenCallback[]> =>
  (await call<{ callbacks: OpenCallback[] }>(scene.test.url, '/api/callbacks', { token: agent.login.token })).body.callbacks;

const timesFor = async (customer: TestCustomer): Promise<readonly string[]> => {
  const reply = await customer.socket.emitWithAck('callbackTimes');
  return reply.ok ? reply.value.times : [];
};

/** Who asked and went: nobody's page is open any more. */
async function gone(number?: string): Promise<TestCustomer> {
  const customer = await scene.arrive();
  expect(await ask(customer, number === undefined ? {} : { number })).toEqual({ ok: true, value: null });
  await waiting(customer, ({ callback }) => callback !== null);
  customer.close();
  return customer;
}

/** The agent accepts, and the number is being dialled. */
async function dialling(agent: TestAgent, contactId: string): Promise<void> {
  const seen = scene.calls.asked.length;
  const { reservationId } = await agent.slot('reserved', contactId, agent.views.all.length - 1);
  expect((await accept(agent, reservationId)).status).toBe(204);
  await scene.calls.request('callAgent', contactId, seen);
  scene.calls.happens({ type: 'agentAnswered', contactId, endpoint: { kind: 'desktop', label: 'Browser' } });
  expect((await scene.calls.request('callCustomer', contactId, seen)).call).toMatchObject({ contactId, number: '+4930123' });
}

describe('asking to be called back', () => {
  it('CK20 is offered to whom the queue calls back, and says why it cannot be', async () => {
    const elsewhere = await scene.arrive('loans');
    expect(elsewhere.views.latest?.callbacks).toBeNull();
    expect(await ask(elsewhere, { number: '+4930123' })).toMatchObject({ ok: false, problem: { status: 403 } });
    const customer = await scene.arrive();
    expect(customer.views.latest?.callbacks).toEqual({ page: true, phone: true, scheduled: true });
    // No trunk dials it; the queue does not; an agent's own extension; no number at all; no time of the queue's.
    for (const [asked, status] of [
      [{ number: '+33123456' }, 403], [{ number: '+4989123' }, 403], [{ number: '732' }, 403], [{ number: 'sip:anna@gethelp.invalid' }, 403], [{ number: 'x' }, 403],
      [{ at: new Date(Date.now() + 1000).toISOString() }, 409], [{ at: 'tomorrow' }, 400],
    ] as const) {
      expect({ asked, reply: await ask(customer, asked) }).toMatchObject({ asked, reply: { ok: false, problem: { status } } });
    }
    expect(await ask(customer, { number: '+49 30 123' })).toEqual({ ok: true, value: null });
    expect((await waiting(customer, ({ callback }) => callback !== null)).phase).toMatchObject({ position: 1, callback: { number: '+4930123', at: null, notBefore: null, calling: false } });
    const second = await scene.arrive();
    expect(await ask(second, { number: '+4930123' })).toMatchObject({ ok: false, problem: { status: 409, detail: expect.stringContaining('already') } });
    expect(second.views.latest?.phase).toMatchObject({ name: 'waiting', callback: null });
  });

  it('CK21 keeps the place of a customer who left: it counts for those behind, and who comes back sees it', async () => {
    const first = await gone('+4930123');
    const carl = await scene.atWork('carl');
    // They stand in no line: only those who wait by themselves have a longest wait.
    await carl.views.until('the figures', ({ queues }) => queues.some(({ id, waiting: many, callbacks, oldestQueuedAt }) => id === 'help' && many === 1 && callbacks.waiting === 1 && oldestQueuedAt === null));
    const second = await scene.arrive();
    await waiting(second, ({ position }) => position === 2);
    skipped += 10_000;
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: first.resume }));
    expect(back.views.latest?.phase).toMatchObject({ name: 'waiting', position: 1, callback: { number: '+4930123' } });
    expect(await back.socket.emitWithAck('callbackWithdraw')).toEqual({ ok: true, value: null });
    await waiting(back, ({ callback, position }) => callback === null && position === 1);
    expect(await back.socket.emitWithAck('callbackWithdraw')).toMatchObject({ ok: false, problem: { status: 409 } });
    back.close();
    // Without it they are absent like anybody else.
    skipped += 10_000;
    await waiting(second, ({ position }) => position === 1);
  });

  it('CK22 is called at its turn: the agent sees the number, is called first, and talks to the telephone', async () => {
    const customer = await gone('+4930123');
    const anna = await scene.atWork('anna');
    const offered = await anna.slot('reserved', customer.contactId);
    expect(offered).toMatchObject({ callback: { number: '+4930123', at: null, triesLeft: 2, rings: null }, telephone: null });
    await dialling(anna, customer.contactId);
    await anna.views.until('the dialling', ({ contacts }) => contacts.some(({ callback }) => callback?.rings === 'telephone'));
    scene.calls.happens({ type: 'customerAnswered', contactId: customer.contactId });
    await anna.views.until('the call', ({ contacts }) => contacts.some((contact) => contact.call.state === 'active' && contact.telephone?.number === '+4930123' && contact.callback === null));
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    expect(back.views.latest).toMatchObject({ phase: { name: 'engaged', onTelephone: true }, media: null });
    scene.calls.happens({ type: 'customerHungUp', contactId: customer.contactId });
    expect((await back.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'hangup' } });
    await scene.calls.request('close', customer.contactId);
    await anna.slot('wrapUp', customer.contactId);
  });

  it('CK22 rings an open page first, and is answered there', async () => {
    const customer = await scene.arrive();
    await ask(customer, {});
    const anna = await scene.atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await accept(anna, reservationId);
    await scene.calls.request('callAgent', customer.contactId);
    // Nothing rings before the agent is there.
    expect(customer.views.all.some(({ phase }) => phase.name === 'rung')).toBe(false);
    scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId });
    expect((await customer.phase('rung')).phase).toMatchObject({ agent: { name: 'Anna' } });
    expect(await customer.socket.emitWithAck('answer', { accept: true })).toEqual({ ok: true, value: null });
    await scene.calls.request('prepare', customer.contactId);
    await scene.connect(customer, anna);
    expect((await customer.phase('engaged')).phase).toMatchObject({ onTelephone: false });
  });

  it('CK22 on a page that is closed is skipped, not offered, until it is open again', async () => {
    const first = await gone();
    const second = await scene.arrive();
    const anna = await scene.atWork('anna');
    const { reservationId } = await anna.slot('reserved', second.contactId);
    await anna.post(`/api/reservations/${reservationId}/reject`);
    skipped += 10_000;
    scene.present(await TestCustomer.connect(scene.test.url, { resume: first.resume }));
    await anna.slot('reserved', first.contactId);
  });
});

describe('a queue that is closed', () => {
  it('CK33 offers a callback where its flow says so, and makes it at the next opening', async () => {
    const customer = scene.present(await TestCustomer.arrive(scene.test.url, { queue: 'office' }));
    const { phase, callbacks } = await customer.phase('dissuaded');
    expect(phase).toMatchObject({ why: 'closed', choices: ['callback'], opensAt: expect.any(String) });
    expect(callbacks).toEqual({ page: false, phone: true, scheduled: false });
    const before = customer.views.all.length;
    expect(await ask(customer, { number: '+4930123' })).toEqual({ ok: true, value: null });
    const opensAt = phase.name === 'dissuaded' ? phase.opensAt : null;
    expect((await waiting(customer, ({ callback }) => callback !== null, before)).phase).toMatchObject({ position: 1, callback: { number: '+4930123', notBefore: opensAt } });
    customer.close();
    skipped = Date.parse(opensAt ?? '') - Date.now() + 1000;
    const carl = await scene.atWork('carl');
    await expect.poll(async () => await listed(carl), { timeout: 10_000 }).toMatchObject([{ state: 'waiting', notBefore: null }]);
    await dialling(await scene.atWork('anna'), customer.contactId);
  });
});

describe('a callback that comes to nothing', () => {
  it('CK23 frees the agent without penalty at each try, and ends after the last', async () => {
    const customer = await gone('+4930123');
    const anna = await scene.atWork('anna');
    await dialling(anna, customer.contactId);
    scene.calls.happens({ type: 'customerFailed', contactId: customer.contactId, status: 486 });
    await anna.views.until('being free', ({ agent, contacts }) => agent.status === 'available' && contacts.length === 0, anna.views.all.length - 1);
    const carl = await scene.atWork('carl');
    expect(await listed(carl)).toMatchObject([{ state: 'paused', triesLeft: 1, notBefore: expect.any(String) }]);
    // The pause is over by itself.
    await dialling(anna, customer.contactId);
    scene.calls.happens({ type: 'customerFailed', contactId: customer.contactId, status: 480 });
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    expect((await back.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'notReached' } });
    const { body } = await call<{ tickets: unknown }>(scene.test.url, `/api/tickets?contact=${customer.contactId}`, { token: anna.login.token });
    expect(body.tickets).toMatchObject([{ outcome: 'missed' }, { outcome: 'rejected' }]);
    expect(anna.views.latest?.agent.status).toBe('available');
    expect(await listed(carl)).toEqual([]);
  });

  it('CK23 to a number that nobody has ends at once', async () => {
    const customer = await gone('+4930123');
    const anna = await scene.atWork('anna');
    await dialling(anna, customer.contactId);
    scene.calls.happens({ type: 'customerFailed', contactId: customer.contactId, status: 404 });
    await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    expect(await listed(await scene.atWork('carl'))).toEqual([]);
  });

  it('CK23 that the agent gives up before it rings goes to somebody else, and not to them at once', async () => {
    const customer = await gone('+4930123');
    const anna = await scene.atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await accept(anna, reservationId);
    await scene.calls.request('callAgent', customer.contactId);
    expect((await anna.post(`/api/contacts/${customer.contactId}/hangup`)).status).toBe(204);
    await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    expect(await listed(await scene.atWork('carl'))).toMatchObject([{ state: 'waiting', triesLeft: 2 }]);
  });

  it('CK24 canceled in the moment of the reservation lets nobody accept it', async () => {
    const customer = await gone('+4930123');
    const anna = await scene.atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    const [, accepted] = await Promise.all([back.leave(), accept(anna, reservationId)]);
    expect([204, 409]).toContain(accepted.status);
    expect((await back.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
    await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    expect(scene.calls.asked.some(({ what }) => what === 'callCustomer')).toBe(false);
  });

  it('CK24 is canceled by the portal, which ends the session, and by a supervisor', async () => {
    const session = await createSession(scene.test.url);
    const customer = scene.present(await TestCustomer.connect(scene.test.url, { token: session.token }));
    expect((await call(scene.test.url, `/api/sessions/${session.sessionId}/callback`, { token: portalKey, body: { number: '+4989555' } })).status).toBe(204);
    await waiting(customer, ({ callback }) => callback?.number === '+4989555');
    expect((await call(scene.test.url, `/api/sessions/${session.sessionId}`, { method: 'DELETE', token: portalKey })).status).toBe(204);
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });

    const other = await gone('+4930123');
    const [anna, carl] = [await scene.atWork('anna'), await scene.atWork('carl')];
    await anna.slot('reserved', other.contactId);
    const cancel = (agent: TestAgent) => call(scene.test.url, `/api/callbacks/${other.contactId}`, { method: 'DELETE', token: agent.login.token });
    expect((await cancel(anna)).status).toBe(404);
    expect((await cancel(carl)).status).toBe(204);
    await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    expect((await cancel(carl)).status).toBe(404);
  });
});

describe('a restart', () => {
  const restart = async (): Promise<void> => {
    await scene.clear([], []);
    await scene.stop();
    scene = await Scene.start({ config: config(), dataDir, now });
  };

  it('CK25 keeps who is to be called back, with place and tries, and who has a time', async () => {
    const first = await gone('+4930123');
    const later = await scene.arrive();
    const times = await timesFor(later);
    expect(await ask(later, { number: '+4930777', at: times[0] ?? '' })).toEqual({ ok: true, value: null });
    await later.phase('scheduled');
    await restart();
    const [anna, carl] = [await scene.atWork('anna'), await scene.atWork('carl')];
    expect(await listed(carl)).toMatchObject([{ contactId: first.contactId }, { contactId: later.contactId, state: 'scheduled', at: times[0], number: '+4930777' }]);
    await dialling(anna, first.contactId);
  });

  it('CK25 calls a customer who was talking on a telephone again, and their agent first', async () => {
    const customer = await gone('+4930123');
    const before = await scene.atWork('anna');
    await dialling(before, customer.contactId);
    scene.calls.happens({ type: 'customerAnswered', contactId: customer.contactId });
    await before.slot('engaged', customer.contactId);
    await before.views.until('the call', ({ contacts }) => contacts.some((contact) => contact.call.state === 'active'));
    await restart();
    const anna = await scene.atWork('anna');
    expect(await anna.slot('reserved', customer.contactId)).toMatchObject({ callback: { number: '+4930123', triesLeft: 2 } });
    await dialling(anna, customer.contactId);
  });
});

describe('a time that is agreed on', () => {
  it('CK26 is one of the queue\'s with room left, and is called before the others when it has come', async () => {
    const early = await scene.arrive();
    const times = await timesFor(early);
    const at = times[0] ?? '';
    expect(Date.parse(at)).toBeGreaterThan(Date.now());
    expect(await ask(early, { number: '+4930123', at })).toEqual({ ok: true, value: null });
    expect((await early.phase('scheduled')).phase).toMatchObject({ callback: { number: '+4930123', at } });
    expect(await ask(await scene.arrive(), { number: '+4930124', at })).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('taken') } });
    early.close();
    const behind = await scene.arrive();
    expect(await timesFor(behind)).not.toContain(at);
    const carl = await scene.atWork('carl');
    await carl.views.until('the figures', ({ queues }) => queues.some(({ id, callbacks }) => id === 'help' && callbacks.scheduled === 1 && callbacks.waiting === 0));
    skipped = Date.parse(at) - Date.now();
    await carl.views.until('its time', ({ queues }) => queues.some(({ id, callbacks }) => id === 'help' && callbacks.scheduled === 0 && callbacks.waiting === 1));
    const anna = await scene.atWork('anna');
    expect(await anna.slot('reserved', early.contactId)).toMatchObject({ callback: { at }, waitedSeconds: expect.any(Number) });
    expect(anna.views.latest?.contacts[0]?.waitedSeconds).toBeLessThan(60);
  });

  it('CK26 is agreed on by portals without anybody waiting, and put off by supervisors', async () => {
    const { body: { times } } = await call<{ times: string[] }>(scene.test.url, '/api/callbacks/times?queue=help');
    const made = await call<{ contactId: string; sessionId: string }>(scene.test.url, '/api/callbacks', {
      token: portalKey, body: { customer: { id: 'c-9', name: 'Max Roth' }, inquiry: { pageUrl: 'https://bank.example/x' }, queue: 'help', number: '+4989555', at: times[1] },
    });
    expect(made.status).toBe(201);
    const carl = await scene.atWork('carl');
    expect(await listed(carl)).toMatchObject([{ contactId: made.body.contactId, customer: 'Max Roth', state: 'scheduled', at: times[1] }]);
    expect((await call(scene.test.url, `/api/sessions/${made.body.sessionId}`, { token: portalKey })).body).toMatchObject({ state: 'scheduled' });
    const put = (at: string) => call(scene.test.url, `/api/callbacks/${made.body.contactId}`, { method: 'PUT', token: carl.login.token, body: { at } });
    expect((await put(new Date(Date.now() - 1000).toISOString())).status).toBe(409);
    expect((await put(times[3] ?? '')).status).toBe(204);
    expect(await listed(carl)).toMatchObject([{ at: times[3] }]);
    // The agents of the queue may call before the time.
    const anna = await scene.atWork('anna');
    expect((await anna.post('/api/calls', { contactId: made.body.contactId })).status).toBe(201);
    await scene.calls.request('callAgent', made.body.contactId);
    scene.calls.happens({ type: 'agentAnswered', contactId: made.body.contactId });
    expect((await scene.calls.request('callCustomer', made.body.contactId)).call).toMatchObject({ number: '+4989555' });
  });

  it('CK27 with an agent is theirs: listed for them, and offered to them first', async () => {
    const anna = await scene.atWork('anna');
    const customer = await scene.inCall(anna);
    await customer.leave();
    await anna.slot('wrapUp', customer.contactId);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const made = await anna.post<{ contactId: string }>(`/api/contacts/${customer.contactId}/callback`, { number: '+49 89 555', at });
    expect(made.status).toBe(201);
    expect(await listed(anna)).toMatchObject([{ contactId: made.body.contactId, number: '+4989555', at, agent: { name: 'Anna' }, customer: 'Jane Doe' }]);
    const ben = await scene.atWork('ben');
    expect(await listed(ben)).toEqual([]);
    expect((await ben.post(`/api/contacts/${customer.contactId}/callback`, { number: '+4989556', at })).status).toBe(404);
    await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    skipped = 3_600_000;
    await anna.status('available');
    expect(await anna.slot('reserved', made.body.contactId)).toMatchObject({ customer: { name: 'Jane Doe' }, callback: { number: '+4989555' } });
  });
});
