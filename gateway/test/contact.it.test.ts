import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Problem } from '#shared/problem.ts';
import { agentViewSchema, contactDetailSchema, loggedInSchema, pastContactSchema } from '../src/http/agent-answers.ts';
import { aSession, call, createSession, otherPortalKey, portalKey, Refusal, startTestGateway, TestAgent, TestCustomer, type TestGateway } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let test: TestGateway;
let url: string;
const people: Array<{ close(): void }> = [];

beforeAll(async () => {
  test = await startTestGateway();
  ({ url } = test);
});
afterEach(async () => {
  for (const one of people.splice(0)) one.close();
});
afterAll(() => test.stop());

function present<T extends { close(): void }>(one: T): T {
  people.push(one);
  return one;
}

async function refusal(attempt: Promise<unknown>): Promise<Problem> {
  const error = await attempt.then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problem;
}

describe('sessions and tokens', () => {
  it('SE1 answers a portal with a caller URI nobody can guess, a token that works once, and the wait', async () => {
    const [one, two] = [await createSession(url), await createSession(url)];
    expect(one.from).toMatch(/^sip:[0-9a-f]{32}@gethelp\.invalid$/);
    expect(one.from).not.toBe(two.from);
    expect(one.wait).toMatchObject({ queue: 'help', open: true, position: 1 });
    expect(Date.parse(one.expiresAt) - Date.now()).toBeLessThanOrEqual(120_000);
    const customer = present(await TestCustomer.connect(url, { token: one.token }));
    expect(customer.views.latest).toMatchObject({ from: one.from, phase: { name: 'waiting', position: 1 } });
    expect(await refusal(TestCustomer.connect(url, { token: one.token }))).toMatchObject({ type: '/problems/token-used', status: 401 });
    await customer.leave();
  });

  it('SE2 refuses whoever has no portal\'s key, and lets keys be replaced without a gap', async () => {
    expect(await call(url, '/api/sessions', { body: aSession })).toMatchObject({ status: 401, body: { type: '/problems/api-key' } });
    expect(await call(url, '/api/sessions', { body: aSession, token: 'wrong' })).toMatchObject({ status: 401 });
    for (const key of [portalKey, 'test-portal-key-2']) expect((await call(url, '/api/sessions', { body: aSession, token: key })).status).toBe(201);
    expect(await call(url, '/api/sessions', { body: { ...aSession, queue: 'loans' }, token: otherPortalKey })).toMatchObject({ status: 400, body: { type: '/problems/unknown-queue' } });
  });

  it('SE3 says what is wrong with a request, where, and how to mend it', async () => {
    const bad = await call<Problem>(url, '/api/sessions', { token: portalKey, body: { customer: { id: '' }, inquiry: { pageUrl: 'javascript:alert(1)' } } });
    expect(bad.status).toBe(400);
    expect(bad.headers.get('content-type')).toContain('application/problem+json');
    expect(bad.body.errors?.map(({ path }) => path)).toEqual(['customer.id', 'inquiry.pageUrl']);
    expect(await call(url, '/api/sessions', { token: portalKey, body: '{' })).toMatchObject({ status: 400, body: { type: '/problems/not-json' } });
    expect(await call(url, '/api/sessions', { token: portalKey, body: { ...aSession, extra: 'x'.repeat(70_000) } })).toMatchObject({ status: 413 });
    expect(await call(url, '/api/nothing')).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
    expect(await call(url, '/api/sessions/%E0%A4%A', { token: portalKey })).toMatchObject({ status: 400, body: { type: '/problems/bad-request' } });
  });

  it('SE4 refuses tampered, foreign and malformed tokens, each with its reason and without a stack trace', async () => {
    const { token } = await createSession(url);
    const [head, payload, signature] = token.split('.');
    const forged = [head, Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: 'sip:other@gethelp.invalid' })).toString('base64url'), signature].join('.');
    expect(await refusal(TestCustomer.connect(url, { token: forged }))).toMatchObject({ type: '/problems/token-invalid' });
    const none = [Buffer.from('{"alg":"none"}').toString('base64url'), payload, ''].join('.');
    expect(await refusal(TestCustomer.connect(url, { token: none }))).toMatchObject({ type: '/problems/token-invalid' });
    const agent = present(await TestAgent.login(url, 'anna'));
    const problem = await refusal(TestCustomer.connect(url, { token: agent.login.token }));
    expect(problem).toMatchObject({ type: '/problems/token-audience' });
    expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts:/);
    expect(await refusal(TestCustomer.connect(url, {} as { token: string }))).toMatchObject({ type: '/problems/invalid-input' });
  });

  it('SE5 binds the token to the origins that the portal named, and a wrong origin does not spend it', async () => {
    const { token } = await createSession(url, { origins: ['https://bank.example'] });
    expect(await refusal(TestCustomer.connect(url, { token }, 'https://evil.example'))).toMatchObject({ type: '/problems/origin-refused' });
    expect(await refusal(TestCustomer.connect(url, { token }))).toMatchObject({ type: '/problems/origin-refused' });
    const customer = present(await TestCustomer.connect(url, { token }, 'https://bank.example'));
    expect(await refusal(TestCustomer.connect(url, { resume: customer.resume }, 'https://evil.example'))).toMatchObject({ type: '/problems/origin-refused' });
    await customer.leave();
  });

  it('SE15 keeps the pages of other origins out where the configuration names the portal\'s', async () => {
    const { body: { token } } = await call<{ token: string }>(url, '/api/sessions', { token: otherPortalKey, body: aSession });
    expect(await refusal(TestCustomer.connect(url, { token }, 'https://evil.example'))).toMatchObject({ type: '/problems/origin-refused' });
    const page = present(await TestCustomer.connect(url, { token }, 'https://other.example'));
    // An app has no Origin.
    await present(await TestCustomer.connect(url, { resume: page.resume })).leave();
  });

  it('SE6 gives a repeated request with the same idempotency key the same session, and refuses another body', async () => {
    const headers = { 'Idempotency-Key': 'press-1' };
    const ask = (body: object) => call<{ sessionId: string; token: string }>(url, '/api/sessions', { token: portalKey, body, headers });
    const [one, two] = [await ask(aSession), await ask(aSession)];
    expect(two.body.sessionId).toBe(one.body.sessionId);
    expect(await refusal(TestCustomer.connect(url, { token: one.body.token }))).toMatchObject({ type: '/problems/token-used' });
    const customer = present(await TestCustomer.connect(url, { token: two.body.token }));
    expect((await ask({ ...aSession, customer: null })).status).toBe(409);
    expect((await ask(aSession)).status).toBe(409);
    await customer.leave();
  });

  it('SE7 rotates the resume secret: the old one is good until the new one is first used', async () => {
    const first = present(await TestCustomer.arrive(url));
    const second = present(await TestCustomer.connect(url, { resume: first.resume }));
    expect(second.contactId).toBe(first.contactId);
    const third = present(await TestCustomer.connect(url, { resume: first.resume }));
    const fourth = present(await TestCustomer.connect(url, { resume: third.resume }));
    expect(await refusal(TestCustomer.connect(url, { resume: first.resume }))).toMatchObject({ type: '/problems/resume-invalid' });
    expect(await refusal(TestCustomer.connect(url, { resume: second.resume }))).toMatchObject({ type: '/problems/resume-invalid' });
    await fourth.leave();
  });

  it('SE8 gives the contact to the newest tab and tells the one before', async () => {
    const first = present(await TestCustomer.arrive(url));
    const second = present(await TestCustomer.connect(url, { resume: first.resume }));
    await first.events.until('being told', (event) => event === 'superseded');
    await first.events.until('being disconnected', (event) => event === 'disconnect');
    await second.leave();
    expect((await second.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
  });

  it('SE9 tells the portal where its session stands, ends it on request, and shows it to no other portal', async () => {
    const session = await createSession(url);
    const path = `/api/sessions/${session.sessionId}`;
    expect(await call(url, path, { token: portalKey })).toMatchObject({ body: { state: 'created', contactId: null } });
    const customer = present(await TestCustomer.connect(url, { token: session.token }));
    expect(await call(url, path, { token: portalKey })).toMatchObject({ body: { state: 'waiting', position: 1, contactId: customer.contactId } });
    expect(await call(url, path, { token: otherPortalKey })).toMatchObject({ status: 404 });
    expect(await call(url, path, { method: 'DELETE', token: portalKey })).toMatchObject({ status: 204 });
    await customer.phase('ended');
  });

  it('SE10 sends nobody to a closed queue, and says so before and after pressing', async () => {
    expect(await call(url, '/api/wait?queue=closed')).toMatchObject({ body: { open: false } });
    const customer = present(await TestCustomer.arrive(url, { queue: 'closed' }));
    expect(customer.views.latest?.phase).toEqual({ name: 'ended', end: { party: 'system', reason: 'closed' } });
  });

  it('SE11 chooses the queue by the page when the portal names none', async () => {
    expect((await createSession(url, { inquiry: { pageUrl: 'https://bank.example/loans/new?x=1' } })).wait.queue).toBe('loans');
    expect((await createSession(url, { queue: 'help', inquiry: { pageUrl: 'https://bank.example/loans' } })).wait.queue).toBe('help');
  });
});

describe('a client that does not keep to the protocol', () => {
  it('SE12 gets problems for nonsense, is cut off when it floods, and does no harm to the gateway', async () => {
    const customer = present(await TestCustomer.arrive(url));
    const raw = customer.socket as unknown as { emit(event: string, ...values: unknown[]): void; timeout(ms: number): { emitWithAck(event: string, ...values: unknown[]): Promise<unknown> } };
    expect(await raw.timeout(5000).emitWithAck('media', { type: 'produce', epoch: 'x' })).toMatchObject({ ok: false, problem: { type: '/problems/invalid-input' } });
    expect(await raw.timeout(5000).emitWithAck('media', { type: 'open', epoch: 'x' })).toMatchObject({ ok: false });
    expect(await raw.timeout(5000).emitWithAck('cobrowseGrant')).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
    raw.emit('media');
    raw.emit('media', null, 'no callback');
    raw.emit('leave', 5);
    raw.emit('page', { url: 'javascript:alert(1)', title: 'x' });
    raw.emit('unheard of', {});
    await customer.phase('ended');
    for (let times = 0; times < 400; times += 1) raw.emit('page', { times });
    await customer.events.until('being cut off', (event) => event === 'disconnect');
    expect((await call(url, '/readyz')).status).toBe(200);
  });
});

describe('the documented API', () => {
  it('OP22 answers what its OpenAPI document says', async () => {
    const { body: document } = await call<{ openapi: string; paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }>(url, '/api/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/sessions', '/api/wait', '/api/agents/login', '/api/reservations/{id}/accept', '/api/contacts/{id}/wrapup', '/api/queues']));
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) expect(Object.keys(responses), `${method} ${path}`).toContain('default');
    }
    const anna = present(await TestAgent.atWork(url, 'anna'));
    expect(loggedInSchema.safeParse(anna.login).error).toBeUndefined();
    const customer = present(await TestCustomer.arrive(url));
    await anna.slot('reserved', customer.contactId);
    const me = await call(url, '/api/agents/me', { token: anna.login.token });
    expect(agentViewSchema.safeParse(me.body).error).toBeUndefined();
    const detail = await call(url, `/api/contacts/${customer.contactId}`, { token: anna.login.token });
    expect(contactDetailSchema.safeParse(detail.body).error).toBeUndefined();
    await customer.leave();
    const past = await call(url, '/api/contacts', { token: anna.login.token });
    expect(z.object({ contacts: z.array(pastContactSchema) }).safeParse(past.body).error).toBeUndefined();
    await anna.status('offline');
  });
});

describe('routing', () => {
  it('RT5 shows the agent who is calling before they answer, and puts an agent who misses the contact aside', async () => {
    const agent = present(await TestAgent.atWork(url, 'anna'));
    const customer = present(await TestCustomer.arrive(url));
    const contact = await agent.slot('reserved');
    expect(contact).toMatchObject({ contactId: customer.contactId, customer: { id: 'c-1', name: 'Jane Doe', attributes: { segment: 'gold' } }, inquiry: { pageUrl: 'https://bank.example/accounts' }, queue: { id: 'help' } });
    expect((await customer.phase('offered')).media?.epoch ?? (await customer.views.until('the media', ({ media }) => media !== null)).media?.epoch).toBeTruthy();
    // Nobody answers: the offer runs out after the queue's two seconds.
    await agent.views.until('being set aside', ({ agent: me }) => me.status === 'break' && me.reason === 'Missed contact');
    await customer.views.until('waiting again', ({ phase, media }) => phase.name === 'waiting' && media === null, customer.views.all.length - 1);
    await customer.leave();
    await agent.status('offline');
  });

  it('RT6 never offers a rejected contact to the same agent at once, and gives it to another', async () => {
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const customer = present(await TestCustomer.arrive(url));
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    expect((await anna.post(`/api/reservations/${reservationId}/reject`)).status).toBe(204);
    expect((await anna.post(`/api/reservations/${reservationId}/accept`)).status).toBe(409);
    await anna.views.until('being idle again', ({ agent, contacts }) => agent.status === 'available' && contacts.length === 0, anna.views.all.length);
    const ben = present(await TestAgent.atWork(url, 'ben'));
    expect((await ben.slot('reserved')).contactId).toBe(customer.contactId);
    await customer.leave();
    await anna.status('offline');
    await ben.status('offline');
  });

  it('RT7 serves by priority and age, and skips an absent customer who keeps the place', async () => {
    const first = present(await TestCustomer.arrive(url));
    const second = present(await TestCustomer.arrive(url));
    expect((await second.phase('waiting')).phase).toMatchObject({ position: 2 });
    first.close();
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const contact = await anna.slot('reserved');
    expect(contact.contactId).toBe(second.contactId);
    await second.leave();
    await anna.views.until('the reservation canceled', ({ contacts }) => contacts.length === 0, anna.views.all.length);
    const back = present(await TestCustomer.connect(url, { resume: first.resume }));
    expect((await anna.slot('reserved', first.contactId)).contactId).toBe(first.contactId);
    await back.leave();
    await anna.status('offline');
  });

  it('RT8 ends the contact of a customer who stays away longer than their place is held', async () => {
    const customer = present(await TestCustomer.arrive(url));
    customer.close();
    const session = await createSession(url);
    const next = present(await TestCustomer.connect(url, { token: session.token }));
    expect((await next.phase('waiting')).phase).toMatchObject({ position: 2 });
    expect((await next.views.until('moving up', ({ phase }) => phase.name === 'waiting' && phase.position === 1)).contactId).toBe(next.contactId);
    await next.leave();
  });

  it('RT9 returns the contact to the queue and frees the agent when the accepted agent\'s endpoint does not answer', async () => {
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const customer = present(await TestCustomer.arrive(url, { queue: 'loans' }));
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    expect((await anna.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
    await customer.phase('connecting');
    anna.unregister();
    expect((await customer.views.until('being back in the queue', ({ phase }) => phase.name === 'waiting' && phase.requeued === 'agentUnavailable')).phase).toMatchObject({ position: 1 });
    await anna.views.until('being set aside', ({ agent, contacts }) => agent.reason === 'Softphone not reachable' && contacts.length === 0);
    await customer.leave();
    await anna.status('offline');
  });

  it('RT16 keeps the notes of whoever has the contact as they are typed, and frees nobody', async () => {
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const ben = present(await TestAgent.login(url, 'ben'));
    const customer = present(await TestCustomer.arrive(url));
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    const keep = async (agent: TestAgent, notes: unknown) =>
      (await call(url, `/api/contacts/${customer.contactId}/notes`, { method: 'PUT', token: agent.login.token, body: { notes } })).status;
    expect(await keep(anna, 'too early')).toBe(409);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    expect([await keep(anna, 'Lost'), await keep(anna, 'Lost her card'), await keep(ben, 'not mine'), await keep(anna, 'x'.repeat(10_001))]).toEqual([204, 204, 409, 400]);
    const store = await storeClient(test.dataDir);
    const { rows } = await store.query('select notes, (select state from slot where contact_id = contact.id) as slot from contact where id = $1', [customer.contactId]);
    await store.end();
    expect(rows).toEqual([{ notes: 'Lost her card', slot: 'engaged' }]);
    await customer.leave();
    await anna.status('offline');
  });

  it('SE16 takes text that the store cannot keep, and leaves out what it cannot', async () => {
    const half = '\ud83d';
    const odd = { customer: { id: 'c-\0odd', name: `Jane ${half}`, attributes: { 'a\0b': 'x\0y' } }, inquiry: aSession.inquiry };
    const { status, body } = await call<{ token: string }>(url, '/api/sessions', { token: portalKey, body: odd });
    expect(status).toBe(201);
    expect((await call(url, '/api/agents/login', { body: { username: 'an\0na', password: 'wrong' } })).status).toBe(401);
    expect((await call(url, '/api/wait?queue=he%00lp')).status).toBe(200);
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const customer = present(await TestCustomer.connect(url, { token: body.token }));
    expect((await anna.slot('reserved', customer.contactId)).customer).toEqual({ id: 'c-odd', name: 'Jane \ufffd', attributes: { ab: 'xy' } });
    customer.socket.emit('page', { url: 'https://bank.example/loans', title: `Loans ${half}\0` });
    await anna.views.until('the page', ({ contacts }) => contacts[0]?.page.title === 'Loans \ufffd');
    await customer.leave();
    await anna.status('offline');
  });

  it('RT10 lets nobody act on a contact that is not theirs', async () => {
    const anna = present(await TestAgent.atWork(url, 'anna'));
    const ben = present(await TestAgent.login(url, 'ben'));
    const customer = present(await TestCustomer.arrive(url));
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    expect((await ben.post(`/api/reservations/${reservationId}/accept`)).status).toBe(404);
    expect((await ben.post(`/api/contacts/${customer.contactId}/hangup`)).status).toBe(403);
    expect((await ben.post(`/api/contacts/${customer.contactId}/cobrowse/token`)).status).toBe(403);
    expect((await call(url, `/api/contacts/${customer.contactId}`, { token: ben.login.token })).status).toBe(404);
    expect((await call(url, '/api/agents/me')).status).toBe(401);
    await customer.leave();
    await anna.status('offline');
  });
});
