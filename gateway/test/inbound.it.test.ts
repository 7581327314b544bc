/** What portals hand in: taken once, kept in one thread, queued behind those who wait for an answer now, answered at the desk and completed. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PortalReply } from '#shared/inbound-api.ts';
import type { ThreadMessage, Written } from '#shared/thread-protocol.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, createSession, otherPortalKey, portalKey, TestCustomer, type Answer, type TestAgent } from './support/gateway.ts';

const replySecret = 'signs-what-goes-to-the-portal';
interface Received { readonly id: string; readonly isSigned: boolean; readonly reply: PortalReply }
const received: Received[] = [];
/** What the portal answers next; then 204. */
let refusals: number[] = [];
const portalServer = createServer((request, response) => {
  text(request).then((body) => {
    const [id, at] = [String(request.headers['webhook-id']), String(request.headers['webhook-timestamp'])];
    const expected = `v1,${createHmac('sha256', replySecret).update(`${id}.${at}.${body}`).digest('base64')}`;
    received.push({ id, isSigned: request.headers['webhook-signature'] === expected && Math.abs(Number(at) - Date.now() / 1000) < 60, reply: JSON.parse(body) as PortalReply });
    response.writeHead(refusals.shift() ?? 204).end();
  }, () => response.destroy());
}).listen(0, '127.0.0.1');

const config = () => callsConfig
  .replace('queues: [help, loans] }', `queues: [help, loans], channels: [voice, video, chat], replies: { url: "http://127.0.0.1:${(portalServer.address() as AddressInfo).port}/replies", secret: ${replySecret} } }\n  - { id: other, name: Other, keys: [{ id: only, secret: ${otherPortalKey} }], queues: [help] }`)
  .replace('mode: mandatory, dispositions: [Solved] } }', 'mode: mandatory, dispositions: [Solved] }, messages: { answerWithin: 600 } }');

let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];
let count = 0;

beforeAll(async () => { scene = await Scene.start({ config: config() }); });
afterEach(async () => {
  await scene.clear(customers, agents);
  agents = [];
  customers = [];
});
afterAll(async () => {
  portalServer.close();
  await scene.stop();
});

async function atWork(username: string): Promise<TestAgent> {
  const agent = await scene.atWork(username);
  agents.push(agent);
  return agent;
}

interface Taken { readonly contactId: string; readonly number: number; readonly continued: boolean }

/** A mail of Jan's, with what is out of the ordinary. */
async function handIn(change: object = {}, token = portalKey): Promise<Answer<Taken>> {
  count += 1;
  return call<Taken>(scene.test.url, '/api/inbound', { token, body: { externalId: `mail-${count}`, from: { address: 'jan@example.com', name: 'Jan Novak' }, subject: 'Statement', text: 'Where is it?', ...change } });
}
const state = async (contactId: string, token = portalKey) => call<{ state: string; disposition: string | null; messages: ThreadMessage[] }>(scene.test.url, `/api/inbound/${contactId}`, { token });
const act = (agent: TestAgent, contactId: string, path: string, body?: object) => agent.post<Written>(`/api/contacts/${contactId}/${path}`, body);

async function accepted(agent: TestAgent, contactId: string): Promise<void> {
  const { reservationId } = await agent.slot('reserved', contactId);
  expect((await agent.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await agent.slot('engaged', contactId);
}

describe('what is handed in', () => {
  it('CH32 is offered with its subject and sender, answered, and completed with an outcome; the portal reads the reply', async () => {
    const { status, body: { contactId, continued } } = await handIn({ link: 'https://crm.example/1' });
    expect([status, continued]).toEqual([201, false]);
    expect((await state(contactId)).body).toMatchObject({ state: 'waiting' });
    const anna = await atWork('anna');
    expect(await anna.slot('reserved', contactId)).toMatchObject({
      channel: 'message', customer: null, inbound: { source: 'mail', subject: 'Statement', sender: 'Jan Novak <jan@example.com>', replyTo: 'jan@example.com', link: 'https://crm.example/1' }, thread: { last: 1 },
    });
    await accepted(anna, contactId);
    expect((await state(contactId)).body.state).toBe('atAgent');
    expect((await act(anna, contactId, 'messages', { id: 'r', text: 'Below Documents.' })).status).toBe(201);
    expect((await act(anna, contactId, 'hangup')).status).toBe(204);
    await anna.slot('wrapUp', contactId);
    expect((await act(anna, contactId, 'wrapup', { disposition: null })).status).toBe(409);
    expect((await act(anna, contactId, 'wrapup', { disposition: 'Solved' })).status).toBe(204);
    const { body } = await state(contactId);
    expect(body).toMatchObject({ state: 'ended', disposition: 'Solved' });
    expect(body.messages.map(({ author, name, text }) => [author, name, text])).toEqual([['customer', null, 'Where is it?'], ['agent', 'Anna', 'Below Documents.']]);
    expect((await state(contactId, otherPortalKey)).status).toBe(404);
    expect(scene.calls.asked.filter((one) => 'contactId' in one && one.contactId === contactId)).toEqual([]);
  });

  it('CH33 is one however often it comes, also all at once; the same id with other words is refused', async () => {
    const mail = { externalId: 'twice', threadId: 'thread-1' };
    const all = await Promise.all(Array.from({ length: 8 }, () => handIn(mail)));
    expect(new Set(all.map(({ status, body }) => `${status} ${body.contactId} ${body.number}`)).size).toBe(1);
    expect((await handIn({ ...mail, text: 'Something else' })).status).toBe(409);
    const contactId = all[0]?.body.contactId ?? '';
    // Those of one thread that come at once go to one contact, in one order.
    const more = await Promise.all(Array.from({ length: 6 }, () => handIn({ threadId: 'thread-1' })));
    expect(new Set(more.map(({ body }) => body.contactId))).toEqual(new Set([contactId]));
    expect(more.map(({ body }) => body.number).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7]);
    const anna = await atWork('anna');
    await accepted(anna, contactId);
    expect((await handIn({ threadId: 'thread-1', text: 'And another thing' })).body).toEqual({ contactId, number: 8, continued: true });
    await anna.views.until('the later message', ({ contacts }) => contacts.some((one) => one.contactId === contactId && one.thread?.last === 8));
    await act(anna, contactId, 'hangup');
    await anna.slot('wrapUp', contactId);
    await act(anna, contactId, 'wrapup', { disposition: 'Solved' });
    // What comes after the end is a contact of its own, and whoever gets it sees what was before.
    const { body: next } = await handIn({ threadId: 'thread-1' });
    expect(next).toMatchObject({ number: 1, continued: false });
    expect((await anna.slot('reserved', next.contactId)).history).toEqual(expect.arrayContaining([expect.objectContaining({ contactId, messages: 8, channel: 'message' })]));
  });

  it('CH34 waits behind those who want an answer now until it is due, and interrupts nobody who talks', async () => {
    const { body: mail } = await handIn();
    const customer = scene.present(await TestCustomer.connect(scene.test.url, { token: (await createSession(scene.test.url, { queue: 'help' })).token }));
    customers.push(customer);
    const anna = await atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    await scene.calls.request('callAgent', customer.contactId);
    await scene.connect(customer, anna);
    expect(anna.views.latest?.contacts).toHaveLength(1);
    await act(anna, customer.contactId, 'hangup');
    await anna.slot('wrapUp', customer.contactId);
    await act(anna, customer.contactId, 'wrapup', { disposition: 'Solved' });
    await accepted(anna, mail.contactId);
    // Who answers mails is called away for a call.
    const other = scene.present(await TestCustomer.connect(scene.test.url, { token: (await createSession(scene.test.url, { queue: 'help' })).token }));
    customers.push(other);
    await anna.slot('reserved', other.contactId);
  });

  it('CH35 of the channel task is worked at the same way, by those who have places for tasks', async () => {
    const { body: { contactId } } = await handIn({ channel: 'task', queue: 'loans', subject: 'Call the branch', text: 'They wait for an answer until noon.' });
    const ben = await atWork('ben');
    await accepted(ben, contactId);
    expect(ben.views.latest?.contacts[0]).toMatchObject({ channel: 'task', inbound: { subject: 'Call the branch' } });
  });

  it('CH36 is refused with what was expected: no key, a foreign queue, no text', async () => {
    expect((await handIn({}, 'no-such-portal-key')).status).toBe(401);
    expect((await handIn({ queue: 'loans' }, otherPortalKey)).status).toBe(400);
    expect(await handIn({ text: ' ' })).toMatchObject({ status: 400, body: { type: '/problems/invalid-input' } });
  });

  it('CH37 has its replies sent to the portal: signed, in their order, each again until it is taken', async () => {
    received.length = 0;
    refusals = [503];
    const { body: { contactId } } = await handIn({ externalId: 'asked', threadId: 'conversation' });
    const anna = await atWork('anna');
    await accepted(anna, contactId);
    for (const id of ['one', 'one', 'two']) expect((await act(anna, contactId, 'messages', { id, text: `Reply ${id}` })).status).toBe(201);
    await expect.poll(() => received.map(({ id, isSigned }) => [id, isSigned]), { timeout: 20_000 }).toEqual([[`${contactId}.2`, true], [`${contactId}.2`, true], [`${contactId}.3`, true]]);
    expect(received[2]?.reply).toEqual({
      type: 'reply', contactId, externalId: 'asked', threadId: 'conversation', to: 'jan@example.com', subject: 'Statement',
      message: { number: 3, at: expect.any(String) as string, name: 'Anna', text: 'Reply two' },
    });
  });
});
