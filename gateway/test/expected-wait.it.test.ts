/** The expected wait that customers read, of chats and in hunts: nothing before anything is known, and then a range of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueueWait } from '#shared/session-api.ts';
import { Scene } from './support/calls-scene.ts';
import { call, createSession, TestCustomer, type TestAgent } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

const config = `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [help, emergency], channels: [voice, chat] }
queues:
  - { id: help, label: Help, skills: [banking], wrapUp: { mode: none } }
  - { id: emergency, label: Emergency, strategy: hunt, hunt: { list: [ben, carl], ringSeconds: 60 }, wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking], capacity: { chat: 1 } }
  - { username: ben, name: Ben, password: ben }
  - { username: carl, name: Carl, password: carl }
`;

let dataDir: string;
let scene: Scene;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gethelp-waits-'));
  scene = await Scene.start({ config, dataDir });
});
afterAll(async () => {
  await scene.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function chatter(): Promise<TestCustomer> {
  const { token } = await createSession(scene.test.url, { queue: 'help' });
  return scene.present(await TestCustomer.connect(scene.test.url, { token, channel: 'chat' }));
}
async function accept(agent: TestAgent, { contactId }: TestCustomer): Promise<void> {
  const { reservationId } = await agent.slot('reserved', contactId);
  expect((await agent.post(`/api/reservations/${reservationId}/accept`)).status).toBe(204);
  await agent.slot('engaged', contactId);
}
const told = (customer: TestCustomer) => customer.views.until('an expected wait', ({ phase }) => phase.name === 'waiting' && phase.ewt !== null);
const waitOf = async (queue: string): Promise<QueueWait> => (await call<QueueWait>(scene.test.url, `/api/wait?queue=${queue}`, {})).body;

describe('the expected wait', () => {
  it('RT90 is told to who waits for a chat once enough chats were handled, and to nobody who would call', async () => {
    const anna = await scene.atWork('anna');
    const early = await chatter();
    await accept(anna, early);
    const unknown = await chatter();
    await unknown.views.until('waiting', ({ phase }) => phase.name === 'waiting');
    expect(unknown.views.latest?.phase).toMatchObject({ position: 1, ewt: null });
    await anna.post(`/api/contacts/${early.contactId}/hangup`);
    await accept(anna, unknown);
    await anna.post(`/api/contacts/${unknown.contactId}/hangup`);
    for (let handled = 2; handled < 10; handled += 1) {
      const customer = await chatter();
      await accept(anna, customer);
      await anna.post(`/api/contacts/${customer.contactId}/hangup`);
      await customer.phase('ended');
    }
    const last = await chatter();
    await accept(anna, last);
    const waits = await chatter();
    const { phase } = await told(waits);
    expect(phase).toMatchObject({ position: 1, ewt: { low: expect.any(Number) as number, high: expect.any(Number) as number } });
    // No call was handled yet, and who chats is offered none: who would call is told nothing.
    await expect.poll(async () => (await waitOf('help')).ewt, { timeout: 15_000 }).toBeNull();
    await scene.clear([waits, last], [anna]);
  });

  it('RT91 is told in a hunt by its own history, as long as somebody of its list is at work', async () => {
    expect((await waitOf('emergency')).ewt).toBeNull();
    const store = await storeClient(dataDir);
    await store.query(`
      insert into queue_stay (contact_id, queue_id, entered_at, entered_by, left_at, outcome)
      select gen_random_uuid(), 'emergency', now() - interval '1 hour', 'arrival', now() - interval '1 hour' + at * interval '10 seconds', case when at % 2 = 0 then 'answered' else 'forwarded' end from generate_series(1, 30) at`);
    await store.end();
    const ben = await scene.atWork('ben');
    const first = await scene.arrive('emergency');
    await ben.slot('reserved', first.contactId);
    const second = await scene.arrive('emergency');
    const { phase } = await told(second);
    if (phase.name !== 'waiting') throw new Error('unreachable: it waits');
    // From half a minute to four and a half, in steps, less the moment that it has waited.
    expect(phase.ewt?.low).toBeLessThanOrEqual(30);
    expect(phase.ewt?.high).toBeGreaterThanOrEqual(240);
    expect(phase.ewt?.high).toBeLessThanOrEqual(285);
    await ben.status('offline');
    await expect.poll(async () => (await waitOf('emergency')).ewt, { timeout: 15_000 }).toBeNull();
    await scene.clear([first, second], [ben]);
  });
});
