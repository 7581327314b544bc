/** Messages that customers leave in the widget, in whole gateways: while they wait, advised against it, and while it is closed. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerView, LeaveMessage } from '#shared/customer-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, createSession, patience, portalKey, TestCustomer, type TestAgent } from './support/gateway.ts';

const messages = 'messages: { fromWidget: true, answerWithin: 600, priority: 20 }, wrapUp: { mode: none }';
const config = callsConfig.replace('queues: [help, loans]', 'queues: [help, loans, writes, full, shut, night], channels: [voice, video, chat]').replace('agents:', `
  - { id: writes, label: Writes, skills: [banking], ${messages} }
  - { id: full, label: Full, skills: [banking], ${messages}, flow: [{ dissuasion: { tooFull: { over: 0, instead: { offer: [wait, message] } } } }] }
  - { id: shut, label: Shut, skills: [banking], hours: never, ${messages} }
  - { id: night, label: Night, skills: [banking], hours: never, ${messages}, flow: [{ hours: { closed: { offer: [message], message: { en: Write to us } } } }] }
hours: [{ id: never, timeZone: UTC, weekly: [] }]
agents:`);

let scene: Scene;
let dataDir: string;
let agents: TestAgent[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-messages-'));
  scene = await Scene.start({ config, dataDir });
});
afterEach(async () => {
  await scene.clear([], agents);
  agents = [];
});
afterAll(async () => {
  await scene.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const words = (change: Partial<LeaveMessage> = {}): LeaveMessage => ({ id: randomUUID(), subject: 'My card', text: 'It is gone.', replyTo: 'jane@example.com', ...change });
const leave = (customer: TestCustomer, message: object): Promise<Reply<null>> => customer.socket.timeout(patience).emitWithAck('leaveMessage', message as LeaveMessage);
const ofPortal = async (contactId: string) => (await call<{ state: string; messages: ThreadMessage[] }>(scene.test.url, `/api/inbound/${contactId}`, { token: portalKey })).body;

/** Who was left is there to be worked at: an agent takes it, answers and completes it. */
async function answered(contactId: string, queue: string): Promise<void> {
  const anna = await scene.atWork('anna');
  agents.push(anna);
  const { reservationId, inbound, queueLabel } = await anna.slot('reserved', contactId).then((contact) => ({ ...contact, queueLabel: contact.queue.label }));
  expect(queueLabel.toLowerCase()).toBe(queue);
  expect(inbound).toMatchObject({ source: 'widget', subject: 'My card', replyTo: 'jane@example.com' });
  expect((await anna.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await anna.slot('engaged', contactId);
  expect((await anna.post(`/api/contacts/${contactId}/messages`, { id: 'r1', text: 'We blocked it.' })).status).toBe(201);
  await anna.post(`/api/contacts/${contactId}/hangup`);
  await expect.poll(async () => (await ofPortal(contactId)).state, { timeout: patience }).toBe('ended');
  expect((await ofPortal(contactId)).messages.map(({ author, text }) => [author, text])).toEqual([['customer', 'It is gone.'], ['agent', 'We blocked it.']]);
}

describe('a message that is left', () => {
  const ways: ReadonlyArray<readonly [string, string, CustomerView['phase']['name']]> = [
    ['waits', 'writes', 'waiting'], ['is advised against waiting', 'full', 'dissuaded'], ['comes to a closed queue', 'shut', 'dissuaded'], ['is offered it by the flow of a closed queue', 'night', 'dissuaded'],
  ];
  it.each(ways)('CH40 is taken from a customer who %s, and answered at the desk', async (_how, queue, phase) => {
    const customer = scene.present(await scene.arrive(queue));
    expect((await customer.phase(phase)).messages).toEqual({ needsReplyTo: false });
    expect(await leave(customer, words())).toEqual({ ok: true, value: null });
    expect(await customer.phase('messageLeft')).toMatchObject({ channel: 'message', queue: { id: queue }, messages: null, phase: { replyTo: 'jane@example.com' } });
    customer.close();
    await answered(customer.contactId, queue);
  });

  it('CH42 is one however often it is sent, also at once; another one is refused', async () => {
    const customer = scene.present(await scene.arrive('writes'));
    const message = words();
    expect(await Promise.all([leave(customer, message), leave(customer, message), leave(customer, message)])).toEqual(Array.from({ length: 3 }, () => ({ ok: true, value: null })));
    expect(await leave(customer, message)).toEqual({ ok: true, value: null });
    expect(await leave(customer, { ...message, text: 'Other words.' })).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
    expect(await leave(customer, words())).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
    await answered(customer.contactId, 'writes');
  });

  it('CH41 is there after a restart, for its page and for the desk, though the page left', async () => {
    const customer = scene.present(await scene.arrive('writes'));
    expect(await leave(customer, words())).toMatchObject({ ok: true });
    await customer.leave();
    customer.close();
    await scene.stop();
    scene = await Scene.start({ config, dataDir });
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    expect((await back.phase('messageLeft')).phase).toEqual({ name: 'messageLeft', replyTo: 'jane@example.com' });
    await answered(customer.contactId, 'writes');
  });

  it('CH43 is refused where no message is taken, without words, and without an address that can be answered where none is known', async () => {
    const known = scene.present(await scene.arrive('writes'));
    for (const wrong of [words({ text: ' ' }), words({ replyTo: 'nobody' }), words({ id: 'mine' }), { ...words(), more: true }]) expect(await leave(known, wrong)).toMatchObject({ ok: false, problem: { type: '/problems/invalid-input' } });
    const { id, text } = words();
    const stranger = scene.present(await scene.arrive('writes', { customer: null }));
    expect((await stranger.phase('waiting')).messages).toEqual({ needsReplyTo: true });
    expect(await leave(stranger, { id, text })).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state', detail: expect.stringContaining('replyTo') } });
    expect(await leave(stranger, { id, text, replyTo: '+49 (30) 123-456' })).toEqual({ ok: true, value: null });
    expect(await leave(known, { id, text })).toEqual({ ok: true, value: null });
    expect((await known.phase('messageLeft')).phase).toEqual({ name: 'messageLeft', replyTo: null });
    const elsewhere = scene.present(await scene.arrive('help'));
    expect((await elsewhere.phase('waiting')).messages).toBeNull();
    expect(await leave(elsewhere, words())).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
    await elsewhere.leave();
  });

  it('FL20 lets customers in while a queue is closed that takes messages, and tells when it opens', async () => {
    expect((await createSession(scene.test.url, { queue: 'shut' })).wait).toMatchObject({ open: false, takes: true, onlyMessages: true });
    expect((await createSession(scene.test.url, { queue: 'writes' })).wait).not.toHaveProperty('onlyMessages');
    const customer = scene.present(await scene.arrive('shut'));
    expect((await customer.phase('dissuaded')).phase).toMatchObject({ why: 'closed', choices: ['message'], message: null });
    await customer.leave();
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
  });
});
