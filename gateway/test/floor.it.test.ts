/** What supervisors watch: the floor as it stands, told as it changes, and the same for Prometheus. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Floor } from '#shared/floor.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, patience, TestAgent } from './support/gateway.ts';

let ahead = 0;
let scene: Scene;
let carl: TestAgent;
let floors: Floor[];

beforeAll(async () => {
  scene = await Scene.start({ config: callsConfig, now: () => Date.now() + ahead });
  carl = await TestAgent.login(scene.test.url, 'carl');
  floors = [];
  carl.socket.on('floor', (floor) => floors.push(floor));
});
afterAll(async () => {
  carl.close();
  await scene.stop();
});

const seen = (fits: (floor: Floor) => boolean): Promise<unknown> => expect.poll(() => floors.some(fits), { timeout: patience, interval: 20 }).toBe(true);
const anna = (floor: Floor) => floor.agents.find(({ name }) => name === 'Anna');

describe('the floor', () => {
  it('FG10 is told to supervisors as it changes: who is where and with what, and how the queues fare today', async () => {
    const agent = await scene.atWork('anna');
    await seen((floor) => anna(floor)?.state === 'idle' && floor.queues.find(({ id }) => id === 'help')?.agents.free === 1);
    const customer = await scene.inCall(agent);
    await seen((floor) => anna(floor)?.contacts[0]?.contactId === customer.contactId && anna(floor)?.state === 'engaged');
    const { status, body } = await call<Floor>(scene.test.url, '/api/figures/now', { token: carl.login.token });
    expect(status).toBe(200);
    expect(anna(body)).toMatchObject({ status: 'available', skills: { banking: 3 }, contacts: [{ queue: 'help', slot: 'engaged', part: 'own', customer: 'Jane Doe', sharesPage: false }] });
    await agent.post(`/api/contacts/${customer.contactId}/cobrowse/ask`, { grant: 'view' });
    await customer.views.until('being asked', ({ cobrowse }) => cobrowse.grants.view === 'asked');
    await customer.socket.emitWithAck('cobrowseGrant');
    await seen((floor) => anna(floor)?.contacts[0]?.sharesPage === true);
    expect(body.queues.find(({ id }) => id === 'help')).toMatchObject({ target: 0.8, withinSeconds: 20, today: { offered: 1, answered: 1, abandoned: 0, serviceLevel: 1 }, agents: { free: 0, busy: 1, onBreak: 0 } });
    await scene.clear([customer], [agent]);
    await seen((floor) => anna(floor) === undefined);
  });

  it('FG10 is told to nobody else', async () => {
    const ben = await TestAgent.login(scene.test.url, 'ben');
    const told: Floor[] = [];
    ben.socket.on('floor', (floor) => told.push(floor));
    const before = floors.length;
    await ben.status('break');
    await seen((floor) => floor.agents.some(({ name, status }) => name === 'Ben' && status === 'break') && floors.length > before);
    expect(told).toEqual([]);
    expect((await call(scene.test.url, '/api/figures/now', { token: ben.login.token })).status).toBe(403);
    await ben.status('offline');
    ben.close();
  });

  it('FG11 is measured: waits by how they ended, handle times, the service level and what agents do', async () => {
    const metrics = async (): Promise<string> => (await fetch(`${scene.test.url}/metrics`)).text();
    await metrics();
    const agent = await scene.atWork('anna');
    const customer = await scene.inCall(agent);
    expect(await metrics()).toContain('gethelp_agents{doing="engaged"} 1');
    await agent.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    await agent.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    const another = await scene.arrive('loans');
    await another.phase('waiting');
    await another.leave();
    await another.phase('ended');
    // Counted when it has settled, each once.
    ahead += 10_000;
    await Promise.all([metrics(), metrics()]);
    const text = await metrics();
    expect(text).toMatch(/gethelp_queue_wait_seconds_count\{(queue="help",outcome="answered"|outcome="answered",queue="help")\} 2\n/);
    expect(text).toMatch(/gethelp_queue_wait_seconds_count\{(queue="loans",outcome="abandoned"|outcome="abandoned",queue="loans")\} 1\n/);
    expect(text).toContain('gethelp_handle_seconds_count{queue="help"} 2');
    expect(text).toContain('gethelp_service_level{queue="help"} 1');
    await scene.clear([], [agent]);
  });
});
