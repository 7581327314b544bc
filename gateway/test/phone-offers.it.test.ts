/** Agents at a phone, with and without a desktop; what calls ring on, and what is not rung. Media and SIP are told (support/fake-calls.ts). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from './support/calls-scene.ts';
import { call, TestAgent, type TestCustomer } from './support/gateway.ts';
import { storeClient } from './support/store-client.ts';

let scene: Scene;
let anna: TestAgent;
let customer: TestCustomer;
/** The gateway's clock runs ahead of ours by this much, so that no test sits out a lease. */
let ahead = 0;

beforeAll(async () => { scene = await Scene.start({ now: () => Date.now() + ahead }); });
afterEach(() => scene.clear([customer], [anna]));
afterAll(() => scene.stop());

const id = (): string => anna.login.agent.id;

/** Anna's desktop is closed and its lease over; her phone stays. */
async function withoutDesktop(): Promise<void> {
  anna = await scene.atWork('anna', 'phone');
  anna.socket.close();
  ahead += 31_000;
  const desk = async () => (await query<{ desk_until: Date | null; status: string }>('select desk_until, status from agent where id = $1'))[0];
  await expect.poll(desk).toEqual({ desk_until: null, status: 'available' });
}

async function query<Row extends object>(text: string): Promise<Row[]> {
  const store = await storeClient(scene.test.dataDir);
  const { rows } = await store.query<Row>(text, [id()]);
  await store.end();
  return rows;
}

const me = async () => (await call<NonNullable<typeof anna.views.latest>>(scene.test.url, '/api/agents/me', { token: anna.login.token })).body;

describe('an agent who answers with a phone', () => {
  it('RT20 accepts at the desktop, and the phone is rung to answer by itself', async () => {
    anna = await scene.atWork('anna', 'phone');
    customer = await scene.arrive();
    const { reservationId } = await anna.slot('reserved', customer.contactId);
    expect(scene.calls.asked.some(({ what }) => what === 'callAgent')).toBe(false);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    expect((await scene.calls.request('callAgent', customer.contactId)).call).toMatchObject({ ring: ['phone'], purpose: 'accepted' });
    await scene.connect(customer, anna, 'phone');
    expect((await me()).contacts[0]).toMatchObject({ call: { state: 'active', endpoint: { kind: 'phone', label: 'Yealink T46' } } });
  });

  it('RT21 is rung with the offer itself where no desktop is connected: answering is accepting', async () => {
    await withoutDesktop();
    customer = await scene.arrive();
    expect((await scene.calls.request('callAgent', customer.contactId)).call).toMatchObject({ agentId: id(), ring: ['phone'], purpose: 'offer' });
    expect((await customer.phase('offered')).phase).toEqual({ name: 'offered', transfer: null });
    scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId, endpoint: { kind: 'phone', label: 'Yealink T46' } });
    await customer.phase('connecting');
    scene.calls.happens({ type: 'customerMediaFlowing', contactId: customer.contactId });
    await customer.phase('engaged');
    await expect.poll(async () => (await me()).contacts[0]?.call.state).toBe('active');
  });

  it('RT22 rejects by declining or being busy, misses by not answering, and only the missed offer sets them aside', async () => {
    await withoutDesktop();
    customer = await scene.arrive();
    await scene.calls.request('callAgent', customer.contactId);
    scene.calls.happens({ type: 'agentFailed', contactId: customer.contactId, status: 603 });
    await customer.phase('waiting', customer.views.all.length - 1);
    expect((await me()).agent).toMatchObject({ status: 'available', state: 'idle' });
    const second = await scene.arrive();
    await scene.calls.request('callAgent', second.contactId);
    scene.calls.happens({ type: 'agentFailed', contactId: second.contactId, status: 408 });
    await expect.poll(async () => (await me()).agent.reason).toBe('Missed contact');
    const outcomes = await query<{ outcome: string }>('select outcome from ticket where agent_id = $1 order by number desc limit 2');
    expect(outcomes).toEqual([{ outcome: 'missed' }, { outcome: 'rejected' }]);
    await second.leave();
  });

  it('RT23 keeps their status and their calls without a desktop for as long as the phone can be rung', async () => {
    anna = await scene.atWork('anna', 'phone');
    customer = await scene.inCall(anna);
    anna.socket.close();
    ahead += 120_000;
    await expect.poll(async () => (await query<{ desk_until: Date | null }>('select desk_until from agent where id = $1'))[0]?.desk_until).toBeNull();
    expect(await me()).toMatchObject({ agent: { status: 'available', state: 'engaged' }, contacts: [{ call: { state: 'active' } }] });
    scene.calls.endpoint(id(), 'phone', { reachable: false });
    await expect.poll(async () => (await me()).agent.endpointRegistered).toBe(false);
    ahead += 31_000;
    await expect.poll(async () => (await me()).agent.status).toBe('offline');
    // A living call is taken from nobody.
    expect((await me()).contacts).toMatchObject([{ slot: 'engaged', call: { state: 'active' } }]);
  });

  it('RT24 is offered nothing while what they answer with is not registered or busy, whatever else is', async () => {
    anna = await scene.atWork('anna', 'phone');
    scene.calls.endpoint(id(), 'desktop', { reachable: true });
    scene.calls.endpoint(id(), 'phone', { reachable: true, busy: true });
    await anna.views.until('being busy', ({ agent }) => !agent.endpointRegistered && agent.endpoints.some(({ kind, busy }) => kind === 'phone' && busy), anna.views.all.length - 1);
    customer = await scene.arrive();
    expect((await me()).contacts).toEqual([]);
    scene.calls.endpoint(id(), 'phone', { reachable: true });
    await anna.slot('reserved', customer.contactId);
  });

  it('RT25 chooses what is rung, which is kept over the configuration and counts from the next call on', async () => {
    anna = await scene.atWork('anna', 'desktop');
    expect((await call(scene.test.url, '/api/agents/me/endpoint', { method: 'PUT', token: anna.login.token, body: { answerWith: 'fax' } })).status).toBe(400);
    const ben = scene.present(await TestAgent.login(scene.test.url, 'ben'));
    expect(await call(scene.test.url, '/api/agents/me/endpoint', { method: 'PUT', token: ben.login.token, body: { answerWith: 'phone' } })).toMatchObject({ status: 409, body: { detail: expect.stringContaining('no phone') } });
    await anna.answerWith('extension');
    await anna.views.until('not being reachable there', ({ agent }) => agent.answerWith === 'extension' && !agent.endpointRegistered);
    customer = await scene.arrive();
    expect((await me()).contacts).toEqual([]);
    await anna.answerWith('desktop');
    await anna.slot('reserved', customer.contactId);
  });

  it('RT26 has a limit on a wrap-up that only a desktop could finish', async () => {
    await withoutDesktop();
    customer = await scene.arrive();
    await scene.calls.request('callAgent', customer.contactId);
    scene.calls.happens({ type: 'agentAnswered', contactId: customer.contactId });
    scene.calls.happens({ type: 'customerMediaFlowing', contactId: customer.contactId });
    await customer.phase('engaged');
    await customer.leave();
    await expect.poll(async () => (await me()).agent.state).toBe('wrapUp');
    ahead += 121_000;
    await expect.poll(async () => (await me()).agent.state).toBe('idle');
  });
});
