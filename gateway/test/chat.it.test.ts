/** Chats: written in order and once whatever the line does, accepted without media, turned into calls and back, handed over with what was written. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '#shared/problem.ts';
import type { CreateSession } from '#shared/session-api.ts';
import type { ThreadPage, Written } from '#shared/thread-protocol.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, createSession, Refusal, TestCustomer, type TestAgent } from './support/gateway.ts';

const config = callsConfig
  .replace('queues: [help, loans] }', 'queues: [help, loans, brief, seen], channels: [voice, video, chat] }')
  .replace('queues:\n', `queues:\n  - { id: seen, label: Seen, skills: [banking], videoSkill: camera, wrapUp: { mode: none } }\n  - { id: brief, label: Brief, skills: [brief], chat: { quietSeconds: 3, warningSeconds: 2, redactSecrets: false }, wrapUp: { mode: none } }\n`)
  .replace('skills: [banking], sip', 'skills: [banking, brief], capacity: { chat: 2 }, sip').replace('skills: [loans] }\n  - { username: carl', 'skills: [loans], capacity: { voice: 0 } }\n  - { username: carl');

let scene: Scene;
let customers: TestCustomer[] = [];
let agents: TestAgent[] = [];

beforeAll(async () => { scene = await Scene.start({ config }); });
afterEach(async () => {
  await scene.clear(customers, agents);
  customers = [];
  agents = [];
});
afterAll(() => scene.stop());

async function atWork(username: string): Promise<TestAgent> {
  const agent = await scene.atWork(username);
  agents.push(agent);
  return agent;
}

async function chatter(queue = 'help', change: Partial<CreateSession> = {}): Promise<TestCustomer> {
  const { token } = await createSession(scene.test.url, { queue, ...change });
  const customer = scene.present(await TestCustomer.connect(scene.test.url, { token, channel: 'chat' }));
  customers.push(customer);
  return customer;
}

const write = (customer: TestCustomer, text: string, id = text): Promise<Reply<Written>> => customer.socket.emitWithAck('write', { id, text });
const thread = async (customer: TestCustomer, after = 0): Promise<string[]> => texts((await customer.socket.emitWithAck('thread', { after }) as Extract<Reply<ThreadPage>, { ok: true }>).value);
const texts = ({ messages }: ThreadPage): string[] => messages.map(({ number, author, text }) => `${number} ${author}: ${text}`);
const post = (agent: TestAgent, { contactId }: TestCustomer, path: string, body?: object) => agent.post<Written>(`/api/contacts/${contactId}/${path}`, body);
async function read(agent: TestAgent, { contactId }: TestCustomer, after = 0): Promise<string[]> {
  const { status, body } = await call<ThreadPage>(scene.test.url, `/api/contacts/${contactId}/messages?after=${after}`, { token: agent.login.token });
  return status === 200 ? texts(body) : [`refused: ${status}`];
}

async function accepted(agent: TestAgent, customer: TestCustomer): Promise<void> {
  const { reservationId } = await agent.slot('reserved', customer.contactId);
  expect((await agent.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await agent.slot('engaged', customer.contactId);
}

const has = (agent: TestAgent, what: string, fits: (contact: NonNullable<ReturnType<typeof contactOf>>) => boolean, { contactId }: TestCustomer) =>
  agent.views.until(what, (view) => view.contacts.some((contact) => contact.contactId === contactId && fits(contact)));
const contactOf = (agent: TestAgent, { contactId }: TestCustomer) => agent.views.latest?.contacts.find((contact) => contact.contactId === contactId);

describe('a chat', () => {
  it('CH10 is begun by a customer who chose it, and refused to one whose session has none', async () => {
    const { token } = await createSession(scene.test.url, { channels: ['voice'] });
    await expect(TestCustomer.connect(scene.test.url, { token, channel: 'chat' })).rejects.toSatisfy((error) => error instanceof Refusal && error.problem.type === '/problems/channel-refused');
    const customer = scene.present(await TestCustomer.connect(scene.test.url, { token }));
    customers.push(customer);
    expect(customer.views.latest).toMatchObject({ channel: 'voice', thread: null });
    expect(await write(customer, 'hello')).toMatchObject({ ok: false, problem: { type: '/problems/wrong-state' } });
    expect((await chatter()).views.latest).toMatchObject({ channel: 'chat', thread: { last: 0 }, phase: { name: 'waiting' } });
  });

  it('CH11 is written from the wait on, offered with what was written, and accepted without media', async () => {
    const customer = await chatter();
    expect(await write(customer, 'My card was declined.')).toMatchObject({ ok: true, value: { number: 1 } });
    const anna = await atWork('anna');
    expect(await anna.slot('reserved', customer.contactId)).toMatchObject({ channel: 'chat', thread: { last: 1, readByAgent: 0 } });
    expect(await read(anna, customer)).toEqual(['1 customer: My card was declined.']);
    await accepted(anna, customer);
    await customer.phase('chat');
    expect(await post(anna, customer, 'messages', { id: 'a', text: 'Let me look.' })).toMatchObject({ status: 201, body: { number: 2 } });
    await customer.views.until('the answer', ({ thread: state }) => state?.last === 2);
    expect(await thread(customer, 1)).toEqual(['2 agent: Let me look.']);
    customer.socket.emit('read', { upTo: 2 });
    await has(anna, 'the receipt', (contact) => contact.thread?.readByCustomer === 2, customer);
    expect(scene.calls.asked.filter((one) => 'contactId' in one && one.contactId === customer.contactId)).toEqual([]);
    expect((await post(anna, customer, 'hangup')).status).toBe(204);
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
    expect(await anna.slot('wrapUp', customer.contactId)).toMatchObject({ channel: 'chat', thread: { last: 2 } });
    expect(await write(customer, 'One more thing')).toMatchObject({ ok: false });
  });

  it('CH12 loses and doubles nothing when lines break: what is sent again is written once, and a return reads on where it was', async () => {
    const customer = await chatter();
    const anna = await atWork('anna');
    await accepted(anna, customer);
    // Many at once, from both sides, each of them twice.
    const sent = Array.from({ length: 12 }, (_, at) => at);
    const answers = await Promise.all(sent.flatMap((at) => [write(customer, `c${at}`), post(anna, customer, 'messages', { id: `a${at}`, text: `a${at}` }), write(customer, `c${at}`), post(anna, customer, 'messages', { id: `a${at}`, text: `a${at}` })]));
    expect(answers).toHaveLength(48);
    const before = await read(anna, customer);
    expect(before).toHaveLength(24);
    expect(before.map((line) => Number(line.split(' ')[0]))).toEqual(Array.from({ length: 24 }, (_, at) => at + 1));
    expect(new Set(before.map((line) => line.split(': ')[1])).size).toBe(24);
    customer.close();
    await has(anna, 'the absence', () => true, customer);
    await post(anna, customer, 'messages', { id: 'away', text: 'Are you there?' });
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    customers.push(back);
    expect(back.views.latest).toMatchObject({ phase: { name: 'chat' }, thread: { last: 25 } });
    expect(await thread(back, 24)).toEqual(['25 agent: Are you there?']);
    expect(await thread(back)).toEqual([...before, '25 agent: Are you there?']);
  });

  it('CH13 shows who is writing, for as long as they do', async () => {
    const customer = await chatter();
    const anna = await atWork('anna');
    await accepted(anna, customer);
    customer.socket.emit('typing');
    await has(anna, 'that the customer writes', (contact) => contact.thread?.typing === true, customer);
    await write(customer, 'There.');
    await has(anna, 'that they have written', (contact) => contact.thread?.typing === false && contact.thread.last === 1, customer);
    await post(anna, customer, 'messages/typing');
    await customer.views.until('that the agent writes', ({ thread: state }) => state?.typing === true);
    const seen = customer.views.all.length;
    await customer.views.until('that they stopped', ({ thread: state }) => state?.typing === false, seen);
  });

  it('CH14 keeps card and account numbers from being stored, where the queue does not say otherwise', async () => {
    const customer = await chatter();
    await write(customer, 'It is 4111 1111 1111 1111, valid till 2030, from DE89 3704 0044 0532 0130 00. Order 1234567.');
    const anna = await atWork('anna');
    await accepted(anna, customer);
    expect(await read(anna, customer)).toEqual(['1 customer: It is •••• 1111, valid till 2030, from •••• 3000. Order 1234567.']);
  });

  it('CH15 takes plain text of at most 4,000 characters, and no more of it than a person writes', async () => {
    const customer = await chatter();
    expect(await write(customer, ' ')).toMatchObject({ ok: false, problem: { type: '/problems/invalid-input' } });
    expect(await write(customer, 'x'.repeat(4001), 'long')).toMatchObject({ ok: false, problem: { type: '/problems/invalid-input' } });
    const flood = await Promise.all(Array.from({ length: 40 }, (_, at) => write(customer, `${at}`)));
    expect(flood.filter(({ ok }) => ok).length).toBe(30);
    expect(flood.find(({ ok }) => !ok)).toMatchObject({ problem: { type: '/problems/rate-limited' } });
  });

  it('CH16 warns a customer who owes an answer and then lets them go; the agent\'s silence ends nothing', async () => {
    const customer = await chatter('brief');
    const anna = await atWork('anna');
    await accepted(anna, customer);
    await write(customer, 'Hello?');
    await post(anna, customer, 'messages', { id: 'a', text: 'Which card?' });
    expect((await customer.views.until('the warning', ({ phase }) => phase.name === 'chat' && phase.endsAt !== null)).phase).toMatchObject({ callFailed: false });
    await write(customer, 'The blue one.');
    await customer.views.until('no warning', ({ phase, thread: state }) => phase.name === 'chat' && phase.endsAt === null && state?.last === 3);
    await post(anna, customer, 'messages', { id: 'b', text: 'And its number?' });
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'inactive' } });
  });

  it('CH17 comes to an agent beside others up to their places, and its wrap-ups are finished one by one', async () => {
    const anna = await atWork('anna');
    const [first, second, third] = [await chatter(), await chatter(), await chatter()];
    await accepted(anna, first);
    await accepted(anna, second);
    expect(anna.views.latest?.contacts).toHaveLength(2);
    expect(third.views.latest).toMatchObject({ phase: { name: 'waiting', position: 1 } });
    await post(anna, first, 'hangup');
    await post(anna, second, 'hangup');
    await anna.slot('wrapUp', first.contactId);
    await anna.slot('wrapUp', second.contactId);
    // Each wrap-up has its own outcome, and holds its place until it is there; no change of status ends it.
    await anna.status('break');
    await anna.status('available');
    expect(await post(anna, first, 'wrapup', { disposition: 'No such' })).toMatchObject({ status: 409 });
    expect(anna.views.latest?.contacts.map(({ slot }) => slot)).toEqual(['wrapUp', 'wrapUp']);
    expect((await post(anna, first, 'wrapup', { disposition: 'Solved', notes: 'Sent a new card.' })).status).toBe(204);
    await anna.slot('reserved', third.contactId);
    expect(contactOf(anna, second)?.slot).toBe('wrapUp');
    const { body } = await call<{ disposition: string; messages: number; channel: string }>(scene.test.url, `/api/contacts/${first.contactId}`, { token: anna.login.token });
    expect(body).toMatchObject({ disposition: 'Solved', channel: 'chat' });
  });

  it('CH18 becomes a call with the same agent when both want it, goes on beside it, and is a chat again afterwards', async () => {
    const customer = await chatter();
    const anna = await atWork('anna');
    await accepted(anna, customer);
    await write(customer, 'It is hard to explain.');
    expect((await post(anna, customer, 'call', { video: false })).status).toBe(204);
    await customer.views.until('the question', ({ phase }) => phase.name === 'chat' && phase.proposal?.by === 'agent');
    const { reservationId } = await anna.slot('engaged', customer.contactId);
    expect(await customer.socket.emitWithAck('proposeCall', { video: false })).toEqual({ ok: true, value: null });
    expect((await scene.calls.request('callAgent', customer.contactId)).call).toMatchObject({ reservationId, purpose: 'accepted' });
    await scene.connect(customer, anna);
    expect((await customer.phase('engaged')).phase).toMatchObject({ agent: { name: 'Anna' }, fromChat: true });
    expect(contactOf(anna, customer)).toMatchObject({ channel: 'voice', reservationId });
    // Nothing else comes to somebody who talks.
    const other = await chatter();
    await write(customer, 'See what I wrote?');
    await has(anna, 'the message beside the call', (contact) => contact.thread?.last === 2, customer);
    expect(other.views.latest?.phase.name).toBe('waiting');
    expect(await customer.socket.emitWithAck('endCall')).toEqual({ ok: true, value: null });
    await customer.views.until('the chat again', ({ phase, channel, media }) => phase.name === 'chat' && channel === 'chat' && media === null);
    expect(await read(anna, customer)).toHaveLength(2);
    await anna.slot('reserved', other.contactId);
  });

  it('CH19 stays a chat when the call is declined, cannot be made, or the agent has no place for it', async () => {
    const customer = await chatter();
    const anna = await atWork('anna');
    await accepted(anna, customer);
    expect(await customer.socket.emitWithAck('proposeCall', { video: true })).toEqual({ ok: true, value: null });
    await has(anna, 'the wish', (contact) => contact.chat?.proposal?.by === 'customer', customer);
    expect((await call(scene.test.url, `/api/contacts/${customer.contactId}/call`, { method: 'DELETE', token: anna.login.token })).status).toBe(204);
    await customer.views.until('the no', ({ phase }) => phase.name === 'chat' && phase.proposal === null);
    await customer.socket.emitWithAck('proposeCall', { video: false });
    await has(anna, 'the wish again', (contact) => contact.chat?.proposal?.by === 'customer', customer);
    expect((await post(anna, customer, 'call', { video: false })).status).toBe(204);
    await scene.calls.request('callAgent', customer.contactId);
    scene.calls.happens({ type: 'agentFailed', contactId: customer.contactId, status: 500 });
    await customer.views.until('the failure', ({ phase }) => phase.name === 'chat' && phase.callFailed);
    expect(anna.views.latest?.agent.status).toBe('available');
    const loans = await chatter('loans');
    const ben = await atWork('ben');
    await accepted(ben, loans);
    expect(await post(ben, loans, 'call', { video: false })).toMatchObject({ status: 409, body: { type: '/problems/party-busy' } });
  });

  it('CH45 becomes a call with the cameras on where session, queue and agent have them and both want that', async () => {
    const customer = await chatter('help');
    const anna = await atWork('anna');
    await accepted(anna, customer);
    await has(anna, 'the way to video', (contact) => contact.chat?.video === true, customer);
    expect((await customer.views.until('the way to video', ({ phase }) => phase.name === 'chat' && phase.video)).phase).toMatchObject({ proposal: null });
    // One who would rather not be seen says yes without.
    expect((await post(anna, customer, 'call', { video: true })).status).toBe(204);
    await customer.views.until('the question', ({ phase }) => phase.name === 'chat' && phase.proposal?.video === true);
    await customer.socket.emitWithAck('proposeCall', { video: false });
    await scene.calls.request('callAgent', customer.contactId);
    expect((await customer.phase('connecting')).phase).not.toHaveProperty('withCamera');
    await scene.connect(customer, anna);
    expect(contactOf(anna, customer)?.call).not.toHaveProperty('withCamera');
    const talked = customer.views.all.length;
    await customer.socket.emitWithAck('endCall');
    await customer.phase('chat', talked);
    expect(await customer.socket.emitWithAck('proposeCall', { video: true })).toEqual({ ok: true, value: null });
    await has(anna, 'the wish', (contact) => contact.chat?.proposal?.video === true, customer);
    expect((await post(anna, customer, 'call', { video: true })).status).toBe(204);
    await customer.views.until('both cameras', ({ phase }) => phase.name === 'connecting' && phase.withCamera === true, talked);
    await has(anna, 'both cameras', ({ call: of }) => of.withCamera === true, customer);
  });

  it('CH45 is asked for no camera where there is none: in the session, in the skills of the agent, or where they answer', async () => {
    const anna = await atWork('anna');
    const refused = { ok: false, problem: { type: '/problems/wrong-state', detail: expect.stringContaining('camera') as string } };
    const voiceOnly = await chatter('help', { channels: ['voice', 'chat'] });
    await accepted(anna, voiceOnly);
    expect((await voiceOnly.phase('chat')).phase).toMatchObject({ video: false });
    expect(await voiceOnly.socket.emitWithAck('proposeCall', { video: true })).toMatchObject(refused);
    expect(await post(anna, voiceOnly, 'call', { video: true })).toMatchObject({ status: 409 });
    const skilled = await chatter('seen');
    await accepted(anna, skilled);
    expect((await skilled.phase('chat')).phase).toMatchObject({ video: false });
    expect(await skilled.socket.emitWithAck('proposeCall', { video: true })).toMatchObject(refused);
    expect(contactOf(anna, skilled)?.chat?.video).toBe(false);
    // Talking is always possible.
    expect(await skilled.socket.emitWithAck('proposeCall', { video: false })).toEqual({ ok: true, value: null });
  });

  it('CH20 is handed to a queue with what was written; an agent who goes offline finishes what they have', async () => {
    const customer = await chatter();
    const anna = await atWork('anna');
    await accepted(anna, customer);
    await write(customer, 'About my loan.');
    expect(await post(anna, customer, 'transfer', { to: { number: '+49301234' } })).toMatchObject({ status: 409 });
    expect((await post(anna, customer, 'transfer', { to: { queue: 'loans' } })).status).toBe(204);
    await anna.slot('wrapUp', customer.contactId);
    const ben = await atWork('ben');
    await accepted(ben, customer);
    expect(await read(ben, customer)).toEqual(['1 customer: About my loan.']);
    expect(await post(anna, customer, 'messages', { id: 'late', text: 'Still me' })).toMatchObject({ status: 403 });
    // Set offline by themselves they finish what they have.
    await ben.status('offline');
    expect((await post(ben, customer, 'messages', { id: 'b', text: 'I can help with that.' })).status).toBe(201);
  });
});

describe('beside a call', () => {
  it('CH11 is written too, by customers whose session allows it', async () => {
    const { token } = await createSession(scene.test.url, { queue: 'help' });
    const customer = scene.present(await TestCustomer.connect(scene.test.url, { token }));
    customers.push(customer);
    const anna = await atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    await scene.calls.request('callAgent', customer.contactId);
    await scene.connect(customer, anna);
    await write(customer, 'https://bank.example/form');
    expect(await post(anna, customer, 'messages', { id: 'a', text: 'Thank you, I see it.' })).toMatchObject({ status: 201, body: { number: 2 } });
    expect(await thread(customer)).toEqual(['1 customer: https://bank.example/form', '2 agent: Thank you, I see it.']);
  });
});
