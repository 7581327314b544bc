/** Who gives contacts to agents: the same of both ACDs, the built-in one and another over HTTP; and what only another one can do to us. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AcdServer } from '../../docs/examples/acd-server.ts';
import { Scene } from './support/calls-scene.ts';
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import { TestSharer } from './support/cobrowse-peers.ts';
import { call, TestAgent, TestCustomer } from './support/gateway.ts';

const secret = 'signs-between-us-and-the-acd';

const configFor = (acd: string): string => `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [help, other, again] }
queues:
  - { id: help, label: Help, skills: [banking], offerSeconds: 30, holdPlace: 60, wrapUp: { mode: none }${acd} }
  - { id: again, label: Again, skills: [banking], offerSeconds: 30, holdPlace: 60, wrapUp: { mode: none }, flow: [lastAgent: { ringSeconds: 30 }]${acd} }
  - { id: other, label: Other, skills: [loans], wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking] }
  - { username: ben, name: Ben, password: ben, skills: [banking] }
  - { username: carl, name: Carl, password: carl, skills: [loans] }
  - { username: sara, name: Sara, password: sara, role: supervisor }
`;
const acdOf = (server: AcdServer, more = ''): string => `, acd: { url: "${server.url}", secret: ${secret}, timeout: 2, fallbackAfter: 60${more} }`;

let acd: AcdServer;
let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];

async function atWork(username: string): Promise<TestAgent> {
  const agent = await scene.atWork(username);
  agents.push(agent);
  return agent;
}
async function arrive(queue = 'help', change: Parameters<Scene['arrive']>[1] = {}): Promise<TestCustomer> {
  const customer = await scene.arrive(queue, change);
  customers.push(customer);
  return customer;
}
const told = (contactId: string, type: string, event?: string) => expect.poll(() => acd.told.filter((one) => one.contactId === contactId && one.type === type && one.event === event), { timeout: 15_000 });
const accept = async (agent: TestAgent, customer: TestCustomer, after = 0) => {
  const { reservationId } = await agent.slot('reserved', customer.contactId, after);
  expect((await agent.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await scene.calls.request('callAgent', customer.contactId);
  await scene.connect(customer, agent);
};
const leave = () => scene.clear(customers.splice(0), agents.splice(0));

describe.each(['built in', 'over HTTP'] as const)('an ACD %s', (kind) => {
  beforeAll(async () => {
    acd = new AcdServer(secret, ['anna', 'ben']);
    await acd.listen();
    scene = await Scene.start({ config: configFor(kind === 'built in' ? '' : acdOf(acd)) });
    acd.serve(scene.test.url);
  });
  afterEach(leave);
  afterAll(async () => {
    await scene.stop();
    await acd.close();
  });

  it('XA1 brings a waiting contact and a free agent together, whoever comes first', async () => {
    const first = await arrive();
    const anna = await atWork('anna');
    await anna.slot('reserved', first.contactId);
    const ben = await atWork('ben');
    const second = await arrive();
    await ben.slot('reserved', second.contactId);
  });

  it('XA2 keeps the order in which they came', async () => {
    const first = await arrive();
    const second = await arrive();
    await second.views.until('the second place', ({ phase }) => phase.name === 'waiting' && phase.position === 2);
    const anna = await atWork('anna');
    await anna.slot('reserved', first.contactId);
    expect(anna.views.latest?.contacts).toHaveLength(1);
  });

  it('XA3 gives a contact that was rejected to the next, at its place', async () => {
    const customer = await arrive();
    const anna = await atWork('anna');
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    const ben = await atWork('ben');
    expect((await anna.post(`/api/reservations/${reservationId}/reject`)).status).toBe(204);
    await ben.slot('reserved', customer.contactId);
  });

  it('XA4 offers nobody whose customer has left', async () => {
    const gone = await arrive();
    await gone.views.until('waiting', ({ phase }) => phase.name === 'waiting');
    await gone.leave();
    const next = await arrive();
    const anna = await atWork('anna');
    await anna.slot('reserved', next.contactId);
    expect(anna.views.all.flatMap(({ contacts }) => contacts).filter(({ contactId }) => contactId === gone.contactId)).toEqual([]);
    if (kind === 'over HTTP') await told(gone.contactId, 'cancel').toMatchObject([{ reason: 'canceled' }]);
  });

  it('XA5 gives an agent who talks nothing more until they are free', async () => {
    const anna = await atWork('anna');
    const first = await arrive();
    await accept(anna, first);
    const second = await arrive();
    await second.views.until('waiting', ({ phase }) => phase.name === 'waiting');
    const ben = await atWork('ben');
    await ben.slot('reserved', second.contactId);
    expect(anna.views.latest?.contacts).toHaveLength(1);
    const third = await arrive();
    await third.views.until('waiting', ({ phase }) => phase.name === 'waiting');
    await anna.post(`/api/contacts/${first.contactId}/hangup`);
    await anna.slot('reserved', third.contactId);
  });

  it('XA6 says to those who wait which place is theirs', async () => {
    const customers = [await arrive(), await arrive(), await arrive()];
    for (const [index, customer] of customers.entries()) await customer.views.until('its place', ({ phase }) => phase.name === 'waiting' && phase.position === index + 1);
  });

  it('XA15 gives who comes back to the agent who dealt with them last', async () => {
    const returning = { customer: { id: 'c-7', name: 'Ada' } };
    const ben = await atWork('ben');
    const before = await arrive('again', returning);
    await accept(ben, before);
    // Anna is idle longer than he is, and the first of the other ACD's list: anybody else would be hers.
    const anna = await atWork('anna');
    await ben.post(`/api/contacts/${before.contactId}/hangup`);
    await ben.views.until('being free', ({ contacts }) => contacts.length === 0, ben.views.all.length - 1);
    const again = await arrive('again', returning);
    await ben.slot('reserved', again.contactId);
    expect(anna.views.all.flatMap(({ contacts }) => contacts)).toEqual([]);
    if (kind === 'over HTTP') {
      const [submitted] = acd.told.filter((one) => one.contactId === again.contactId && one.type === 'submit');
      expect(submitted?.contact?.lastAgent).toEqual({ agent: 'ben', until: expect.stringMatching(/^\d{4}-.*Z$/) as string });
      expect(acd.told.find((one) => one.contactId === before.contactId && one.type === 'submit')?.contact?.lastAgent).toBeNull();
    }
  });

  it('XA16 audits what happens while a page is shared', async () => {
    const anna = await atWork('anna');
    const customer = await arrive();
    await accept(anna, customer);
    expect((await anna.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'view' })).status).toBe(204);
    await customer.views.until('the question', ({ cobrowse }) => cobrowse.grants.view === 'asked');
    await TestSharer.consent(customer);
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    const sara = scene.present(await TestAgent.login(scene.test.url, 'sara'));
    const audit = await call<AuditReport>(scene.test.url, `/api/contacts/${customer.contactId}/cobrowse/audit`, { token: sara.login.token });
    expect(audit.body).toMatchObject({ verified: true, brokenAt: null });
    const grants = audit.body.entries.filter(({ detail }) => detail['grant'] === 'view').map(({ actor, action }) => `${actor.kind} ${action}`);
    expect(grants).toEqual(['agent asked', 'customer granted', 'system lapsed']);
  });
});

describe('another ACD', () => {
  beforeAll(async () => {
    acd = new AcdServer(secret, []);
    await acd.listen();
    scene = await Scene.start({ config: configFor(acdOf(acd)) });
    acd.serve(scene.test.url);
  });
  afterEach(leave);
  afterAll(async () => {
    await scene.stop();
    await acd.close();
  });

  it('XA7 has the contacts of its queues alone: nobody else gives them to an agent, and its word on the wait is what customers read', async () => {
    const anna = await atWork('anna');
    const customer = await arrive();
    const { phase } = await customer.views.until('its expected wait', (view) => view.phase.name === 'waiting' && view.phase.ewt?.high === 180);
    expect(phase).toMatchObject({ position: 1, ewt: { low: 0, high: 180 } });
    expect(anna.views.latest?.contacts).toEqual([]);
    expect(acd.told.find((one) => one.contactId === customer.contactId)).toMatchObject({
      type: 'submit', queue: 'help', contact: { channel: 'voice', priority: 50, present: true, customer: { id: 'c-1', name: 'Jane Doe' }, attributes: { segment: 'gold' }, skills: null },
    });
  });

  it('XA8 is told what became of its assignments and of the contact, in that order', async () => {
    const customer = await arrive();
    const anna = await atWork('anna');
    await told(customer.contactId, 'submit').toHaveLength(1);
    const [one, two] = [randomUUID(), randomUUID()];
    expect(await acd.send({ id: one, contactId: customer.contactId, agent: 'anna', expiresIn: 600 })).toBe(204);
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await told(customer.contactId, 'update', 'offered').toHaveLength(1);
    await anna.post(`/api/reservations/${reservationId}/reject`);
    await told(customer.contactId, 'update', 'rejected').toMatchObject([{ agent: 'anna', assignment: one }]);
    await anna.views.until('being free', ({ contacts }) => contacts.length === 0, anna.views.all.length - 1);
    const seen = anna.views.all.length;
    expect(await acd.send({ id: two, contactId: customer.contactId, agent: 'anna' })).toBe(204);
    await accept(anna, customer, seen);
    await told(customer.contactId, 'update', 'accepted').toMatchObject([{ agent: 'anna', assignment: two }]);
    await anna.post(`/api/contacts/${customer.contactId}/hangup`);
    await told(customer.contactId, 'update', 'ended').toHaveLength(1);
    expect(acd.told.filter((one) => one.contactId === customer.contactId).map(({ type, event }) => event ?? type)).toEqual(['submit', 'offered', 'rejected', 'offered', 'accepted', 'ended']);
  });

  it('XA9 is refused with why: the agent is not free or unknown, the contact has moved on', async () => {
    const customer = await arrive();
    const anna = await atWork('anna');
    await told(customer.contactId, 'submit').toHaveLength(1);
    const assign = (agent: string, contactId = customer.contactId) => acd.send({ id: randomUUID(), contactId, agent });
    expect([await assign('ben'), await assign('nobody'), await assign('anna', randomUUID())]).toEqual([409, 404, 404]);
    // Of many at once one is made.
    const statuses = await Promise.all(Array.from({ length: 6 }, () => assign('anna')));
    expect(statuses.toSorted((one, other) => one - other)).toEqual([204, 409, 409, 409, 409, 409]);
    await anna.slot('reserved', customer.contactId);
    const second = await arrive();
    await told(second.contactId, 'submit').toHaveLength(1);
    expect(await assign('anna', second.contactId)).toBe(409);
    await second.leave();
    expect(await assign('anna', second.contactId)).toBe(409);
  });

  it('XA10 is not believed without its signature, or too late; what is sent again is done once', async () => {
    const customer = await arrive();
    const anna = await atWork('anna');
    await told(customer.contactId, 'submit').toHaveLength(1);
    const assignment = { id: randomUUID(), contactId: customer.contactId, agent: 'anna' };
    expect(await acd.send(assignment, { secret: 'some-other-secret' })).toBe(401);
    expect(await acd.send(assignment, { at: Date.now() - 301_000 })).toBe(401);
    expect(await acd.send(assignment, { at: Date.now() + 301_000 })).toBe(401);
    expect(await acd.send(assignment)).toBe(204);
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${reservationId}/reject`);
    await told(customer.contactId, 'update', 'rejected').toHaveLength(1);
    // A replay is answered as before, and makes no second reservation; nothing else goes by that id.
    expect(await acd.send(assignment)).toBe(204);
    expect(await acd.send({ ...assignment, agent: 'ben' })).toBe(409);
    await expect.poll(() => [customer.views.latest?.phase.name, anna.views.latest?.contacts]).toEqual(['waiting', []]);
    // What was refused stays so, though it could be done now.
    const refused = { id: randomUUID(), contactId: customer.contactId, agent: 'ben' };
    expect(await acd.send(refused)).toBe(409);
    const ben = await atWork('ben');
    expect(await acd.send(refused)).toBe(409);
    expect(ben.views.latest?.contacts).toEqual([]);
  });
});

describe('an ACD that is away', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gethelp-acd-'));
    acd = new AcdServer(secret, ['anna']);
    await acd.listen();
  });
  afterEach(async () => {
    await leave();
    await scene.stop();
  });
  afterAll(async () => {
    await acd.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('XA11 is told when it is back what it missed; until then its contacts are given to agents here', async () => {
    scene = await Scene.start({ config: configFor(acdOf(acd).replace('fallbackAfter: 60', 'fallbackAfter: 2')) });
    const known = await arrive();
    await told(known.contactId, 'submit').toHaveLength(1);
    await acd.close();
    const unknown = await arrive();
    const anna = await atWork('anna');
    const { reservationId } = await anna.slot('reserved', known.contactId);
    await anna.post(`/api/reservations/${reservationId}/reject`);
    const ben = await atWork('ben');
    await ben.slot('reserved', known.contactId);
    await anna.slot('reserved', unknown.contactId);
    await acd.listen();
    await told(unknown.contactId, 'submit').toHaveLength(1);
  });

  it('XA12 loses its contacts to another queue where its own says so', async () => {
    await acd.close();
    scene = await Scene.start({ config: configFor(acdOf(acd, ', whenAway: other').replace('fallbackAfter: 60', 'fallbackAfter: 1')) });
    const carl = await atWork('carl');
    const customer = await arrive();
    await carl.slot('reserved', customer.contactId);
    await customer.views.until('the other queue', ({ queue }) => queue.id === 'other');
    await acd.listen();
  });

  it('XA13 finds its contacts as it knew them when the gateway was started anew', async () => {
    const config = configFor(acdOf(acd));
    scene = await Scene.start({ config, dataDir });
    const customer = await arrive();
    await told(customer.contactId, 'submit').toHaveLength(1);
    const { resume, contactId } = customer;
    customers.splice(0);
    customer.close();
    await scene.stop();
    scene = await Scene.start({ config, dataDir });
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume }));
    customers.push(back);
    await back.views.until('its place', ({ phase }) => phase.name === 'waiting');
    acd.serve(scene.test.url);
    const anna = await atWork('anna');
    await anna.slot('reserved', contactId);
    expect(acd.told.filter((one) => one.contactId === contactId && one.type === 'submit')).toHaveLength(1);
  });
});
