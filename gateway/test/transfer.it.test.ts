/** Consultations, conferences and transfers, as desktops, phones and customers see them; media and SIP are told, not made (support/fake-calls.ts). */
import { noGrants } from '#shared/cobrowse-grants.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentContact, AgentView, Directory, Ticket } from '#shared/agent-protocol.ts';
import { agentViewSchema, directorySchema, ticketSchema } from '../src/http/agent-answers.ts';
import { Scene } from './support/calls-scene.ts';
import { call, TestAgent, type TestCustomer } from './support/gateway.ts';

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
  customer = await scene.inCall(anna);
}

const id = (agent: TestAgent): string => agent.login.agent.id;
const consult = (to: object) => anna.post(`/api/contacts/${customer.contactId}/consult`, { to });
const act = (name: string) => anna.post(`/api/contacts/${customer.contactId}/consult/${name}`);
const transfer = (to: object) => anna.post(`/api/contacts/${customer.contactId}/transfer`, { to });

/** The view of this agent's contact, as soon as it is so. */
async function sees(agent: TestAgent, what: string, fits: (contact: AgentContact) => boolean): Promise<AgentContact> {
  const view = await agent.views.until(what, ({ contacts }) => contacts.some(fits), Math.max(0, agent.views.all.length - 1));
  const found = view.contacts.find(fits);
  if (found === undefined) throw new Error('unreachable: until found it');
  return found;
}

/** Views may still show an offer that is over: each one is answered once. */
const answered = new Set<string>();
async function nextOffer(agent: TestAgent) {
  const offer = await sees(agent, 'a new offer', ({ slot, reservationId }) => slot === 'reserved' && !answered.has(reservationId));
  answered.add(offer.reservationId);
  return offer;
}

async function tickets(agent: TestAgent = anna): Promise<Ticket[]> {
  const { body } = await call<{ tickets: Ticket[] }>(scene.test.url, `/api/tickets?contact=${customer.contactId}`, { token: agent.login.token });
  return body.tickets;
}

/** Ben is asked, accepts at his desktop and answers. */
async function benAnswers(): Promise<string> {
  expect((await consult({ agentId: id(ben) })).status).toBe(204);
  const offer = await nextOffer(ben);
  expect((await ben.post(`/api/reservations/${offer.reservationId}/accept`)).status).toBe(204);
  const { call: asked } = await scene.calls.request('callSecond', customer.contactId);
  expect(asked).toMatchObject({ secondId: offer.reservationId, displayName: 'Anna', party: { kind: 'agent', agentId: id(ben), ring: ['desktop'], purpose: 'accepted' } });
  scene.calls.happens({ type: 'secondAnswered', contactId: customer.contactId, secondId: asked.secondId, endpoint: { kind: 'desktop', label: 'Browser' } });
  await sees(anna, 'Ben in the call', ({ second }) => second?.state === 'up');
  return asked.secondId;
}

describe('a consultation', () => {
  it('TR1 is offered to the colleague with the screen pop and who asks, while the customer stays with the agent', async () => {
    await atWork();
    expect((await consult({ agentId: id(ben) })).status).toBe(204);
    const offer = await ben.slot('reserved', customer.contactId);
    expect(offer).toMatchObject({ part: 'consulted', by: { name: 'Anna' }, customer: { name: 'Jane Doe' }, call: { state: 'none' } });
    expect(offer.ticket).toBeGreaterThanOrEqual(5000);
    expect(await sees(anna, 'Ben ringing', ({ second }) => second !== null)).toMatchObject({ second: { party: { kind: 'agent', name: 'Ben' }, state: 'ringing', talk: 'customer' }, call: { state: 'active' } });
    expect(agentViewSchema.safeParse(anna.views.latest).error).toBeUndefined();
    expect(customer.views.latest?.phase).toMatchObject({ name: 'engaged', onHold: false, third: null });
  });

  it('TR2 holds the customer when the colleague answers; the agent turns from one to the other, and all confer', async () => {
    await atWork();
    await benAnswers();
    expect((await scene.calls.request('setTalk', customer.contactId)).talk).toBe('second');
    await customer.views.until('being on hold', ({ phase }) => phase.name === 'engaged' && phase.onHold && phase.third === null);
    expect(await sees(ben, 'being in it', ({ call: mine }) => mine.state === 'active')).toMatchObject({ part: 'consulted', second: { talk: 'second' }, call: { endpoint: { kind: 'desktop' } } });
    expect((await act('swap')).status).toBe(204);
    await customer.views.until('being back', ({ phase }) => phase.name === 'engaged' && !phase.onHold, customer.views.all.length - 1);
    await sees(ben, 'waiting', ({ call: mine }) => mine.state === 'held');
    expect((await act('merge')).status).toBe(204);
    await customer.views.until('all three', ({ phase }) => phase.name === 'engaged' && phase.third?.name === 'Ben');
    expect((await scene.calls.request('setTalk', customer.contactId)).talk).toBe('all');
  });

  it('TR3 says why a conference cannot be, and leaves everybody as they were', async () => {
    await atWork();
    await benAnswers();
    scene.calls.refuseTalk = 'Yealink T46 cannot change to G.711.';
    expect(await act('merge')).toMatchObject({ status: 409, body: { type: '/problems/media-state', detail: 'Yealink T46 cannot change to G.711.' } });
    await sees(anna, 'talking to Ben as before', ({ second }) => second?.talk === 'second');
  });

  it('CB117 in a conference the colleague may look at the page that is shared, and a supervisor from beside; before and after, neither may', async () => {
    await atWork();
    const carl = (await TestAgent.login(scene.test.url, 'carl')).login;
    await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'view' });
    await customer.views.until('being asked', ({ cobrowse }) => cobrowse.grants.view === 'asked');
    const path = (what: string): string => `/api/contacts/${customer.contactId}/cobrowse/${what}`;
    const monitor = async (token: string): Promise<number> => (await call(scene.test.url, path('monitor'), { method: 'POST', token })).status;
    expect(await monitor(carl.token)).toBe(403);
    await customer.socket.emitWithAck('cobrowseGrant');
    expect([await monitor(carl.token), await monitor(ben.login.token), await monitor(anna.login.token)]).toEqual([201, 403, 403]);
    expect((await call(scene.test.url, path('token'), { method: 'POST', token: carl.token })).status).toBe(403);
    await benAnswers();
    expect((await ben.post(path('token'))).status).toBe(403);
    expect((await act('merge')).status).toBe(204);
    await sees(ben, 'the page', ({ cobrowse }) => cobrowse.grants.view === 'granted');
    expect((await ben.post(path('token'))).status).toBe(201);
    // To look is all: to ask for more is the agent's who has the customer.
    expect((await ben.post(path('ask'), { grant: 'control' })).status).toBe(403);
    expect((await anna.post(path('ask'), { grant: 'control' })).status).toBe(204);
    expect(await anna.post(path('ask'), { grant: 'annotate' })).toMatchObject({ status: 409, body: { type: '/problems/wrong-state' } });
    await customer.views.until('being asked for control', ({ cobrowse }) => cobrowse.grants.control === 'asked');
    expect(await customer.socket.emitWithAck('cobrowseAnswer', { grant: 'annotate', accept: true })).toMatchObject({ ok: false });
    expect(await customer.socket.emitWithAck('cobrowseAnswer', { grant: 'control', accept: true })).toMatchObject({ ok: true });
    await sees(anna, 'control', ({ cobrowse }) => cobrowse.grants.control === 'granted');
    expect((await call(scene.test.url, path('control'), { method: 'DELETE', token: anna.login.token })).status).toBe(204);
    await customer.views.until('control given back', ({ cobrowse }) => cobrowse.grants.control === 'off' && cobrowse.grants.view === 'granted');
  });

  it('TR4, TR33 becomes a transfer: the colleague has the customer, the agent a wrap-up, the ticket names both, and what is shared stays shared', async () => {
    await atWork();
    await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'view' });
    await customer.views.until('being asked', ({ cobrowse }) => cobrowse.grants.view === 'asked');
    await customer.socket.emitWithAck('cobrowseGrant');
    const secondId = await benAnswers();
    const viewer = (agent: TestAgent) => agent.post(`/api/contacts/${customer.contactId}/cobrowse/token`);
    expect([(await viewer(anna)).status, (await viewer(ben)).status]).toEqual([201, 403]);
    expect((await act('transfer')).status).toBe(204);
    await scene.calls.request('promoteSecond', customer.contactId);
    expect(await sees(ben, 'having the customer', ({ part }) => part === 'own')).toMatchObject({ slot: 'engaged', by: { name: 'Anna' }, reservationId: secondId, cobrowse: { grants: { view: 'granted' } }, call: { state: 'active' } });
    await anna.slot('wrapUp', customer.contactId);
    await customer.views.until('being with Ben', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Ben');
    expect([(await viewer(anna)).status, (await viewer(ben)).status]).toEqual([403, 201]);
    expect(customer.views.latest?.cobrowse).toEqual({ grants: { ...noGrants, view: 'granted' }, agent: { name: 'Ben' } });

    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/notes`, { method: 'PUT', token: ben.login.token, body: { notes: 'Ben\'s' } })).status).toBe(204);
    expect((await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved', notes: 'Anna\'s' })).status).toBe(204);
    const { body: detail } = await call<{ notes: string; agentId: string }>(scene.test.url, `/api/contacts/${customer.contactId}`, { token: ben.login.token });
    expect(detail).toMatchObject({ notes: 'Ben\'s', agentId: id(ben) });
    for (const reader of [anna, ben]) {
      const { body } = await call<{ tickets: Ticket[] }>(scene.test.url, `/api/contacts/${customer.contactId}`, { token: reader.login.token });
      expect(body.tickets.map(({ agent, disposition, notes }) => [agent, disposition, notes])).toEqual([['Ben', null, 'Ben\'s'], ['Anna', 'Solved', 'Anna\'s']]);
    }
    await ben.post(`/api/contacts/${customer.contactId}/hangup`);
    await ben.slot('wrapUp', customer.contactId);
    expect((await tickets())).toMatchObject([{ agent: 'Anna', outcome: 'answered', end: false }]);
    expect((await tickets(ben))).toMatchObject([{ agent: 'Ben', outcome: 'answered', end: true }]);
  });

  it('TR34 handed over, the agent\'s wrap-up stays what it was when the contact ends with the colleague', async () => {
    await atWork();
    await benAnswers();
    expect((await act('transfer')).status).toBe(204);
    await scene.calls.request('promoteSecond', customer.contactId);
    expect((await anna.slot('wrapUp', customer.contactId)).end).toBeNull();
    await ben.post(`/api/contacts/${customer.contactId}/hangup`);
    expect((await ben.slot('wrapUp', customer.contactId)).end).toMatchObject({ party: 'agent' });
    await anna.status('break', anna.views.latest?.breakReasons[0]);
    const later = await anna.views.until('the break', ({ agent }) => agent.status === 'break');
    expect(later.contacts).toMatchObject([{ contactId: customer.contactId, slot: 'wrapUp', end: null }]);
    for (const agent of [anna, ben]) await agent.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved', notes: '' });
  });

  it('TR5 ends without a transfer: dropped, refused, missed or hung up, the agent is with the customer and is told why', async () => {
    await atWork();
    await benAnswers();
    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/consult`, { method: 'DELETE', token: anna.login.token })).status).toBe(204);
    await scene.calls.request('endSecond', customer.contactId);
    await sees(anna, 'being alone with the customer', ({ second, secondEnded }) => second === null && secondEnded === null);
    await ben.views.until('being free', ({ contacts }) => contacts.length === 0, ben.views.all.length - 1);

    expect((await consult({ agentId: id(ben) })).status).toBe(204);
    const { reservationId } = await nextOffer(ben);
    expect((await ben.post(`/api/reservations/${reservationId}/reject`)).status).toBe(204);
    await sees(anna, 'being told', ({ secondEnded }) => secondEnded?.outcome === 'declined' && secondEnded.name === 'Ben');

    const secondId = await benAnswers();
    expect((await ben.post(`/api/contacts/${customer.contactId}/hangup`)).status).toBe(204);
    await sees(anna, 'being told', ({ secondEnded }) => secondEnded?.outcome === 'hungUp');
    scene.calls.happens({ type: 'secondHungUp', contactId: customer.contactId, secondId });
    expect((await tickets(ben)).map(({ outcome }) => outcome)).toEqual(['consulted', 'rejected', 'consulted']);
  });

  it('TR6 with a number: rung, answered, merged, and handed over; only what a trunk may dial', async () => {
    await atWork();
    expect(await consult({ number: '+1 900 1' })).toMatchObject({ status: 403, body: { type: '/problems/party-refused' } });
    expect((await consult({ number: '+49 30 1234' })).status).toBe(204);
    const { call: asked } = await scene.calls.request('callSecond', customer.contactId);
    expect(asked.party).toEqual({ kind: 'external', number: '+49301234' });
    expect((await act('transfer'))).toMatchObject({ status: 409 });
    scene.calls.happens({ type: 'secondAnswered', contactId: customer.contactId, secondId: asked.secondId });
    await sees(anna, 'the number', ({ second }) => second?.state === 'up' && second.party.kind === 'external' && second.party.label === 'Fraud desk');
    expect((await act('transfer')).status).toBe(204);
    await customer.views.until('being with them', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Fraud desk');
    await anna.slot('wrapUp', customer.contactId);
    scene.calls.happens({ type: 'agentHungUp', contactId: customer.contactId });
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
    const carl = await scene.atWork('carl');
    expect(await tickets(carl)).toMatchObject([{ called: '+49301234', agentId: null, outcome: 'answered', end: true }, { agent: 'Anna', outcome: 'answered', end: false }]);
    expect(ticketSchema.safeParse((await tickets(carl))[0]).error).toBeUndefined();
    await carl.status('offline');
  });

  it('TR7 ends with the customer\'s leaving, and the colleague is free without a wrap-up', async () => {
    await atWork();
    await benAnswers();
    await customer.leave();
    await anna.slot('wrapUp', customer.contactId);
    await ben.views.until('being free', ({ contacts, agent }) => contacts.length === 0 && agent.state === 'idle', ben.views.all.length - 1);
  });

  it('TR8 goes on between customer and colleague when the agent vanishes from a conference, and not otherwise', async () => {
    await atWork();
    await benAnswers();
    await act('merge');
    scene.calls.happens({ type: 'agentHungUp', contactId: customer.contactId });
    await sees(ben, 'having the customer', ({ part }) => part === 'own');
    await customer.views.until('being with Ben', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Ben' && phase.third === null);
  });
});

describe('a blind transfer', () => {
  it('TR10 to a colleague is offered at once; the customer hears who it is, and the agent wraps up', async () => {
    await atWork();
    expect((await transfer({ agentId: id(ben) })).status).toBe(204);
    await scene.calls.request('endAgentLeg', customer.contactId);
    expect((await customer.phase('offered', customer.views.all.length - 1)).phase).toEqual({ name: 'offered', transfer: { to: 'Ben' } });
    const offer = await ben.slot('reserved', customer.contactId);
    expect(offer).toMatchObject({ part: 'own', by: { name: 'Anna' } });
    await anna.slot('wrapUp', customer.contactId);
    await ben.post(`/api/reservations/${offer.reservationId}/accept`);
    await scene.connect(customer, ben);
    await customer.views.until('being with Ben', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Ben');
  });

  it('TR11 that the colleague does not take puts the customer back at the old place, and tells them', async () => {
    await atWork();
    await transfer({ agentId: id(ben) });
    const offer = await ben.slot('reserved', customer.contactId);
    await ben.post(`/api/reservations/${offer.reservationId}/reject`);
    expect((await customer.phase('waiting', customer.views.all.length - 1)).phase).toMatchObject({ position: 1, requeued: 'agentUnavailable' });
  });

  it('TR12 to somebody who is busy, away or unknown is refused with the way to go on, and nothing changes', async () => {
    await atWork();
    await ben.status('break', 'Lunch');
    expect(await transfer({ agentId: id(ben) })).toMatchObject({ status: 409, body: { type: '/problems/party-busy', detail: expect.stringContaining('Ben is on a break') } });
    await ben.status('available');
    const other = await scene.inCall(ben, 'loans');
    expect(await transfer({ agentId: id(ben) })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('with another contact') } });
    expect(await transfer({ agentId: id(anna) })).toMatchObject({ status: 404 });
    expect(await transfer({ agentId: crypto.randomUUID() })).toMatchObject({ status: 404 });
    expect(await transfer({ queue: 'nowhere' })).toMatchObject({ status: 404, body: { detail: expect.stringContaining('help, loans') } });
    expect(await ben.post(`/api/contacts/${customer.contactId}/transfer`, { to: { queue: 'loans' } })).toMatchObject({ status: 403, body: { type: '/problems/not-on-call' } });
    expect(customer.views.latest?.phase).toMatchObject({ name: 'engaged', agent: { name: 'Anna' } });
    expect(anna.views.latest?.contacts).toMatchObject([{ slot: 'engaged' }]);
    await other.leave();
  });

  it('TR13 before the call stands is refused', async () => {
    anna = await scene.atWork('anna');
    ben = await scene.atWork('ben');
    customer = await scene.arrive();
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    expect((await transfer({ queue: 'loans' })).status).toBe(409);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    expect(await transfer({ queue: 'loans' })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('until you are connected') } });
  });

  it('TR14 to a queue keeps the customer\'s age, and the next agent of that queue is offered them', async () => {
    await atWork();
    expect((await transfer({ queue: 'loans' })).status).toBe(204);
    await customer.views.until('being told', ({ phase, queue }) => queue.id === 'loans' && (phase.name === 'offered' || (phase.name === 'waiting' && phase.requeued === 'transferred')));
    expect(await ben.slot('reserved', customer.contactId)).toMatchObject({ queue: { id: 'loans' }, part: 'own' });
    await anna.slot('wrapUp', customer.contactId);
  });

  it('TR15 to a number goes on without an agent, and comes back to the agent when the number fails', async () => {
    await atWork();
    expect((await transfer({ number: '+49 30 99' })).status).toBe(204);
    const { call: asked } = await scene.calls.request('callSecond', customer.contactId);
    expect((await customer.phase('offered', customer.views.all.length - 1)).phase).toEqual({ name: 'offered', transfer: { to: null } });
    await anna.slot('wrapUp', customer.contactId);
    scene.calls.happens({ type: 'secondFailed', contactId: customer.contactId, secondId: asked.secondId, status: 486 });
    const back = await sees(anna, 'the customer back', ({ slot }) => slot === 'reserved');
    await anna.post(`/api/reservations/${back.reservationId}/accept`);
    await scene.connect(customer, anna);
    expect((await transfer({ number: '+49 30 1234' })).status).toBe(204);
    const again = await scene.calls.request('callSecond', customer.contactId, scene.calls.asked.length - 2);
    scene.calls.happens({ type: 'secondAnswered', contactId: customer.contactId, secondId: again.call.secondId });
    await scene.calls.request('promoteSecond', customer.contactId);
    await customer.views.until('being with them', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Fraud desk');
    await customer.leave();
  });
});

describe('two at once', () => {
  it('TR16 who want the same colleague: one gets them, the other is told', async () => {
    await atWork();
    const carl = await scene.atWork('carl');
    const all = await Promise.all([consult({ agentId: id(carl) }), transfer({ agentId: id(carl) }), consult({ agentId: id(carl) })]);
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    // Any of them may be the first; once it is handed over, the contact is not Anna's to ask about.
    expect(all.filter(({ status }) => status === (all[1].status === 204 ? 403 : 409))).toHaveLength(2);
    const { body } = await call<AgentView>(scene.test.url, '/api/agents/me', { token: carl.login.token });
    expect(body.contacts).toHaveLength(1);
    await scene.clear([customer], [anna, carl]);
  });

  it('TR16 also against the matcher, which would give the colleague another contact', async () => {
    await atWork();
    const [asked, other] = await Promise.all([consult({ agentId: id(ben) }), scene.arrive('loans')]);
    const { body } = await call<AgentView>(scene.test.url, '/api/agents/me', { token: ben.login.token });
    expect(body.contacts).toHaveLength(1);
    expect(body.contacts[0]?.contactId).toBe(asked.status === 204 ? customer.contactId : other.contactId);
    await other.leave();
  });
});

describe('a phone', () => {
  it('TR20 transfers by REFER as the desktop does, and is told what became of it', async () => {
    await atWork();
    const { contactId } = customer;
    const refused = scene.calls.refer({ contactId, to: { kind: 'external', number: '+1900' } });
    await expect.poll(() => refused).toEqual([100, 403]);
    const done = scene.calls.refer({ contactId, to: { kind: 'agent', agentId: id(ben) } });
    await expect.poll(() => done).toEqual([100, 200]);
    await ben.slot('reserved', contactId);
    const late = scene.calls.refer({ contactId, to: { kind: 'second' } });
    await expect.poll(() => late.at(-1)).toBeGreaterThanOrEqual(400);
  });

  it('TR21 consults by a second call, and hands the customer over by REFER with Replaces', async () => {
    await atWork();
    const { contactId } = customer;
    expect(await scene.calls.consultByPhone({ contactId, to: { kind: 'external', number: '+1900' } })).toEqual({ status: 403 });
    const taken = await scene.calls.consultByPhone({ contactId, to: { kind: 'external', number: '+49301234' } });
    const { call: asked } = await scene.calls.request('callSecond', contactId);
    expect(taken).toEqual({ secondId: asked.secondId });
    scene.calls.happens({ type: 'secondAnswered', contactId, secondId: asked.secondId });
    await sees(anna, 'the number', ({ second }) => second?.state === 'up');
    const done = scene.calls.refer({ contactId, to: { kind: 'second' } });
    await expect.poll(() => done).toEqual([100, 200]);
    await customer.views.until('being with them', ({ phase }) => phase.name === 'engaged' && phase.agent.name === 'Fraud desk');
  });
});

describe('the rest of the API', () => {
  it('TR30 lists whom one can transfer to, with who is free', async () => {
    await atWork();
    const { body } = await call<Directory>(scene.test.url, '/api/directory', { token: ben.login.token });
    expect(directorySchema.safeParse(body).error).toBeUndefined();
    expect(body.agents).toEqual([
      { agentId: id(anna), name: 'Anna', status: 'available', state: 'engaged', reachable: true }, expect.objectContaining({ name: 'Carl', status: 'offline' }),
    ]);
    expect(body).toMatchObject({ queues: [{ id: 'help', open: true }, { id: 'loans' }], numbers: [{ label: 'Fraud desk', number: '+49301234' }], dialPad: true });
  });

  it('TR31 carries digits both ways, shows the agent what the customer pressed, and keeps none of them', async () => {
    await atWork();
    const { contactId } = customer;
    expect((await anna.post(`/api/contacts/${contactId}/dtmf`, { digits: '12#' })).status).toBe(204);
    expect((await scene.calls.request('sendDtmf', contactId)).digits).toBe('12#');
    expect((await anna.post(`/api/contacts/${contactId}/dtmf`, { digits: 'x' })).status).toBe(400);
    expect((await ben.post(`/api/contacts/${contactId}/dtmf`, { digits: '1' })).status).toBe(403);
    expect(await customer.socket.emitWithAck('dtmf', { digits: '42' })).toEqual({ ok: true, value: null });
    expect((await scene.calls.request('customerDtmf', contactId)).digits).toBe('42');
    for (const digit of ['4', '2']) scene.calls.happens({ type: 'dtmf', contactId, from: 'customer', digit });
    await sees(anna, 'the digits', ({ digits }) => digits === '42');
    const { body } = await call<{ journal: unknown }>(scene.test.url, `/api/contacts/${contactId}`, { token: anna.login.token });
    expect(JSON.stringify(body.journal)).not.toContain('dtmf');
    await customer.leave();
    expect(await customer.socket.emitWithAck('dtmf', { digits: '1' })).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
  });

  it('TR32 numbers tickets from the configured start, lists one\'s own or, to supervisors, all, and pages', async () => {
    await atWork();
    const list = async (agent: TestAgent, search = '') => (await call<{ tickets: Ticket[] }>(scene.test.url, `/api/tickets${search}`, { token: agent.login.token })).body.tickets;
    const [mine] = await list(anna);
    expect(mine).toMatchObject({ contactId: customer.contactId, caller: customer.views.latest?.from, called: 'sip:anna@gethelp.invalid', agent: 'Anna', outcome: 'answered', to: null, end: false });
    expect(anna.views.latest?.contacts[0]?.ticket).toBe(mine?.ticket);
    const carl = await scene.atWork('carl');
    const all = await list(carl, '?limit=200');
    expect(Math.min(...all.map(({ ticket }) => ticket))).toBe(5000);
    expect(all.map(({ ticket }) => ticket)).toEqual(all.map(({ ticket }) => ticket).toSorted((a, b) => b - a));
    expect(new Set(all.map(({ agent }) => agent)).size).toBeGreaterThan(1);
    expect((await list(anna)).every(({ agent }) => agent === 'Anna')).toBe(true);
    expect(await list(carl, `?limit=2&before=${all[0]?.ticket}`)).toEqual(all.slice(1, 3));
    expect(await list(carl, `?to=${encodeURIComponent(mine?.from ?? '')}&limit=1`)).toEqual(all.filter(({ from }) => from < (mine?.from ?? '')).slice(0, 1));
    expect(await list(carl, `?from=${encodeURIComponent(mine?.from ?? '')}`)).toEqual([mine]);
    expect((await call(scene.test.url, '/api/tickets?from=yesterday', { token: carl.login.token })).status).toBe(400);
    await carl.status('offline');
  });
});
