/** Flows in whole gateways: real systems are asked over HTTP, customers answer over their sockets, agents get what comes out of it. */
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Explained, ExplainRequest } from '#shared/flow-api.ts';
import type { Problem } from '#shared/problem.ts';
import type { CreateSession } from '#shared/session-api.ts';
import { Scene } from './support/calls-scene.ts';
import { CrmServer } from './support/crm-server.ts';
import { call, createSession, patience, TestCustomer, type Answer, type TestAgent } from './support/gateway.ts';

const config = (crm: string): string => `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [all, checked, looked, known, told, shut, night, full, busy, slow, duty, backup] }]
queues:
  - id: all
    label: All
    hours: office
    flow:
      - hours: { closed: { queue: night } }
      - notice: { id: recorded, text: { en: We record this. } }
      - entitlement: { url: "${crm}/entitled", attribute: contract }
      - crm: { url: "${crm}/customer", rules: [{ when: { attribute: tier, is: gold }, priority: 90 }] }
      - dissuasion: { tooLong: { over: 600, instead: { queue: backup, priority: 55 } } }
      - overflow: { after: 120, queue: backup }
  - { id: checked, label: Checked, flow: [{ entitlement: { url: "${crm}/entitled", headers: { Authorization: "Bearer crm-secret" }, attribute: contract, timeout: 1, whenFailed: deny, denied: { message: { en: Not in your contract } } } }] }
  - { id: looked, label: Looked, flow: [{ crm: { url: "${crm}/customer", rules: [{ when: { attribute: tier, is: gold }, priority: 90 }, { when: { attribute: debt, atLeast: 1000 }, queue: backup }] } }] }
  - { id: known, label: Known, skills: [banking], offerSeconds: 60, wrapUp: { mode: none }, flow: [{ lastAgent: { ringSeconds: 5 } }] }
  - { id: told, label: Told, flow: [{ notice: { id: recorded, text: { en: We record this., de: Wir zeichnen auf. }, declined: end } }] }
  - { id: shut, label: Shut, hours: never }
  - { id: night, label: Night, hours: never, flow: [{ hours: { closed: { queue: backup } } }] }
  - { id: full, label: Full, flow: [{ dissuasion: { tooFull: { over: 1, instead: { offer: [wait], message: { en: Very busy } } } } }] }
  - { id: busy, label: Busy, callback: { page: true }, flow: [{ dissuasion: { tooFull: { over: 1, instead: { offer: [callback] } } } }] }
  - { id: slow, label: Slow, skills: [nobody], flow: [{ overflow: { after: 1, queue: backup } }] }
  - { id: duty, label: Duty, strategy: hunt, hunt: { list: [ben, anna] } }
  - { id: backup, label: Backup, skills: [rescue], offerSeconds: 60, wrapUp: { mode: none } }
hours:
  - { id: never, timeZone: UTC, weekly: [] }
  - { id: office, timeZone: Europe/Berlin, weekly: [{ days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00" }], holidays: ["2026-12-25"] }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking, rescue] }
  - { username: ben, name: Ben, password: ben, skills: [banking] }
  - { username: sara, name: Sara, password: sara, role: supervisor }
`;

let crm: CrmServer;
let scene: Scene;
const here = { customers: new Set<TestCustomer>(), agents: new Set<TestAgent>() };

beforeAll(async () => {
  crm = await CrmServer.start();
  scene = await Scene.start({ config: config(crm.url) });
});
afterEach(async () => {
  await scene.clear([...here.customers], [...here.agents]);
  here.customers.clear();
  here.agents.clear();
  crm.answers.clear();
  crm.asked.splice(0);
});
afterAll(async () => {
  await scene.stop();
  crm.close();
});

let customers = 0;
/** Somebody new, unless the test says who. */
async function arrive(queue: string, customer: Partial<NonNullable<CreateSession['customer']>> = {}): Promise<TestCustomer> {
  customers += 1;
  const arrived = scene.present(await TestCustomer.arrive(scene.test.url, { queue, customer: { id: `c-${customers}`, name: 'Jane Doe', attributes: { contract: 'K-1' }, ...customer } }));
  here.customers.add(arrived);
  return arrived;
}

async function atWork(username: string): Promise<TestAgent> {
  const agent = await scene.atWork(username);
  here.agents.add(agent);
  return agent;
}

const queueOf = async (customer: TestCustomer): Promise<string> => (await customer.phase('waiting')).queue.id;

describe('an entitlement check', () => {
  it('FL6 lets those wait who are entitled, and tells the others so', async () => {
    crm.answer('/entitled', { entitled: true });
    expect(await queueOf(await arrive('checked'))).toBe('checked');
    expect(crm.asked).toEqual([{ path: '/entitled', authorization: 'Bearer crm-secret', body: { contract: 'K-1', customerId: 'c-1', queue: 'checked' } }]);
    crm.answer('/entitled', { entitled: false });
    expect((await (await arrive('checked')).phase('ended')).phase).toEqual({ name: 'ended', end: { party: 'system', reason: 'notEntitled' }, message: { en: 'Not in your contract' } });
    expect((await (await arrive('checked', { attributes: {} })).phase('ended')).phase).toMatchObject({ end: { reason: 'notEntitled' } });
  });

  it.each<readonly [string, (response: ServerResponse) => void]>([
    ['slow', () => { /* no answer at all */ }],
    ['broken', (response) => { response.end('{"entitled": tru'); }],
    ['huge', (response) => { response.end(JSON.stringify({ entitled: true, padding: 'x'.repeat(1_000_000) })); }],
    ['a redirect', (response) => { response.writeHead(307, { Location: `${crm.url}/open` }).end(); }],
    ['a failure', (response) => { response.writeHead(503).end(); }],
  ])('FL7 takes an answer that is %s for none, as configured', async (_what, answer) => {
    crm.answers.set('/entitled', answer);
    crm.answer('/open', { entitled: true });
    expect((await (await arrive('checked')).phase('ended')).phase).toMatchObject({ end: { reason: 'notEntitled' } });
    expect(crm.asked.map(({ path }) => path)).toEqual(['/entitled']);
    expect(await (await fetch(`${scene.test.url}/metrics`)).text()).toMatch(/^gethelp_flow_lookups_total\{step="entitlement",outcome="(timeout|unreadable|tooLarge|redirected|refused)"\} 1$/m);
  });

  it('FL6 lets the customer leave while it is asked', async () => {
    crm.answers.set('/entitled', () => { /* no answer at all */ });
    const customer = await arrive('checked');
    await customer.phase('flow');
    await expect.poll(() => crm.asked.length).toBe(1);
    await customer.leave();
    expect((await customer.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
  });
});

describe('what the CRM says', () => {
  it('FL8 sets priority and queue, and is in the screen pop', async () => {
    crm.answer('/customer', { attributes: { debt: 2000, advisor: 'Ms Kim' } });
    const customer = await arrive('looked');
    await customer.views.until('the queue', ({ queue, phase }) => queue.id === 'backup' && phase.name === 'waiting');
    const anna = await atWork('anna');
    expect((await anna.slot('reserved', customer.contactId)).customer?.attributes).toEqual({ contract: 'K-1', debt: 2000, advisor: 'Ms Kim' });
    await customer.leave();

    crm.answer('/customer', { attributes: { tier: 'silver' } });
    const silver = await arrive('looked');
    await silver.phase('waiting');
    crm.answer('/customer', { attributes: { tier: 'gold' } });
    const gold = await arrive('looked');
    // Forty points of priority are a lead of forty minutes.
    expect((await gold.phase('waiting')).phase).toMatchObject({ position: 1 });
  });
});

describe('the last agent', () => {
  it('FL9 is rung alone, though another is idle longer, and then anybody', async () => {
    const ben = await atWork('ben');
    const first = await arrive('known', { id: 'regular' });
    const { reservationId } = await ben.slot('reserved', first.contactId);
    await ben.post(`/api/reservations/${reservationId}/accept`);
    await scene.calls.request('callAgent', first.contactId);
    await scene.connect(first, ben);
    await first.leave();
    // Anna has never talked to them, and would be next by her idle time.
    const anna = await atWork('anna');
    await ben.status('break');
    await ben.status('available');
    const again = await arrive('known', { id: 'regular' });
    const offer = await ben.slot('reserved', again.contactId);
    expect(Date.parse(offer.offerExpiresAt ?? '') - Date.parse(offer.since)).toBeLessThanOrEqual(5500);
    // Missed as any other offer: they are set aside, and the contact is anybody's.
    await anna.slot('reserved', again.contactId);
    await ben.views.until('being set aside', ({ agent }) => agent.status === 'break');
  });

  it('FL9 is passed over where they are not free', async () => {
    const ben = await atWork('ben');
    const first = await arrive('known', { id: 'other' });
    const { reservationId } = await ben.slot('reserved', first.contactId);
    await ben.post(`/api/reservations/${reservationId}/accept`);
    await scene.calls.request('callAgent', first.contactId);
    await scene.connect(first, ben);
    await first.leave();
    await ben.status('break');
    const anna = await atWork('anna');
    const again = await arrive('known', { id: 'other' });
    await anna.slot('reserved', again.contactId);
  });
});

describe('a notice', () => {
  const answer = (customer: TestCustomer, accept: boolean): Promise<unknown> => customer.socket.timeout(patience).emitWithAck('notice', { step: 'notice recorded', accept });

  it('FL5 is confirmed, or declined', async () => {
    const customer = await arrive('told');
    const told = await customer.views.until('the notice', ({ phase }) => phase.name === 'flow' && phase.notice !== null);
    expect(told.phase).toMatchObject({ notice: { step: 'notice recorded', text: { en: 'We record this.', de: 'Wir zeichnen auf.' }, key: '1' } });
    expect(await answer(customer, true)).toMatchObject({ ok: true });
    expect(await queueOf(customer)).toBe('told');
    expect(await answer(customer, true)).toMatchObject({ ok: false, problem: { status: 409 } });
    const other = await arrive('told');
    await other.views.until('the notice', ({ phase }) => phase.name === 'flow' && phase.notice !== null);
    await answer(other, false);
    expect((await other.phase('ended')).phase).toMatchObject({ end: { party: 'customer', reason: 'declined' } });
  });

  it('FL13 is still asked after a reload', async () => {
    const customer = await arrive('told');
    await customer.views.until('the notice', ({ phase }) => phase.name === 'flow' && phase.notice !== null);
    customer.close();
    const back = scene.present(await TestCustomer.connect(scene.test.url, { resume: customer.resume }));
    here.customers.add(back);
    expect(back.views.all[0]?.phase).toMatchObject({ name: 'flow', notice: { step: 'notice recorded' } });
    await answer(back, true);
    await back.phase('waiting');
  });
});

describe('where waiting is not the answer', () => {
  it('FL4 a closed queue takes nobody, or another one does', async () => {
    expect((await createSession(scene.test.url, { queue: 'shut' })).wait).toMatchObject({ open: false, takes: false });
    expect((await (await arrive('shut')).phase('ended')).phase).toMatchObject({ end: { reason: 'closed' } });
    expect((await createSession(scene.test.url, { queue: 'night' })).wait).toMatchObject({ open: false, takes: true });
    await (await arrive('night')).views.until('the other queue', ({ queue, phase }) => queue.id === 'backup' && phase.name === 'waiting');
  });

  it('FL10 a full queue says so, and the customer may wait all the same', async () => {
    await (await arrive('full')).phase('waiting');
    const second = await arrive('full');
    expect((await second.phase('dissuaded')).phase).toMatchObject({ why: 'tooFull', choices: ['wait'], message: { en: 'Very busy' } });
    expect(await second.socket.timeout(patience).emitWithAck('wait')).toEqual({ ok: true, value: null });
    expect((await second.phase('waiting')).phase).toMatchObject({ position: 2 });
  });

  it('FL10 a busy queue calls back, where it offers that, at the place that the customer has', async () => {
    await (await arrive('busy')).phase('waiting');
    const second = await arrive('busy');
    expect((await second.phase('dissuaded')).callbacks).toEqual({ page: true, phone: false, scheduled: false });
    expect(await second.socket.timeout(patience).emitWithAck('wait')).toMatchObject({ ok: false });
    expect(await second.socket.timeout(patience).emitWithAck('callback', {})).toEqual({ ok: true, value: null });
    expect((await second.phase('waiting')).phase).toMatchObject({ position: 2, callback: { number: null } });
  });

  it('FL11 a queue that takes too long hands over to the next, which puts the contact where its age belongs', async () => {
    const early = await arrive('slow');
    await early.phase('waiting');
    const late = await arrive('backup');
    await late.phase('waiting');
    await early.views.until('the other queue', ({ queue, phase }) => queue.id === 'backup' && phase.name === 'waiting');
    const anna = await atWork('anna');
    await anna.slot('reserved', early.contactId);
    const { body } = await call<{ journal: ReadonlyArray<{ event: string; phase: string }> }>(scene.test.url, `/api/contacts/${early.contactId}`, { token: anna.login.token });
    expect(body.journal.map(({ event, phase }) => `${event} ${phase}`)).toEqual(['arrived flow', 'customerConnected flow', 'flowWent waiting', 'tick flow', 'flowWent waiting', 'reserved offered', 'mediaPrepared offered']);
  });
});

describe('what a flow would do', () => {
  const explain = async (body: ExplainRequest, username = 'sara'): Promise<Answer<Explained & Problem>> => {
    const { body: { token } } = await call<{ token: string }>(scene.test.url, '/api/agents/login', { body: { username, password: username } });
    return call<Explained & Problem>(scene.test.url, '/api/flow/explain', { token, body });
  };
  const steps = ({ body }: Answer<Explained>): string[] => body.steps.map(({ queue, name, outcome, why }) => `${queue} ${name}: ${outcome}, ${why.code}`);
  const tuesday = '2026-11-24T10:00:00+01:00';
  const jane = { id: 'c-explained', attributes: { contract: 'K-1' } };

  it('FL15, FL16 is told step by step, at any time and by what is assumed; nobody else is asked', async () => {
    const usual = await explain({ queue: 'all', customer: jane, at: tuesday, assume: { entitled: true, crm: { tier: 'gold' }, waiting: 3, ewt: { low: 60, high: 120 }, loggedIn: 2 } });
    expect(steps(usual)).toEqual([
      'all hours: passed, open', 'all notice recorded: asked, mustConfirm', 'all entitlement: passed, entitled', 'all crm: passed, ruleFits', 'all dissuasion: passed, bearable', 'all overflow: passed, overflows',
    ]);
    expect(usual.body.verdict).toEqual({ kind: 'waits', queue: 'all', label: 'All', priority: 90, waiting: 3, ewt: { low: 60, high: 120 }, first: null, next: null, overflow: { after: 120, queue: 'backup' } });

    const long = await explain({ queue: 'all', customer: jane, at: tuesday, assume: { entitled: true, ewt: { low: 600, high: 900 } } });
    expect(steps(long).slice(3)).toEqual(['all crm: passed, lookupNotAsked', 'all dissuasion: queue, tooLong', 'backup hours: passed, open']);
    expect(long.body.verdict).toMatchObject({ kind: 'waits', queue: 'backup', priority: 55 });

    const denied = await explain({ queue: 'all', customer: jane, at: tuesday, assume: { entitled: false } });
    expect(denied.body.verdict).toEqual({ kind: 'ended', queue: 'all', end: { party: 'system', reason: 'notEntitled' }, message: null });
    // On a holiday the night queue is next, which is closed as well and goes on to the backup.
    const holiday = await explain({ queue: 'all', at: '2026-12-25T10:00:00+01:00' });
    expect(steps(holiday)).toEqual(['all hours: queue, closed', 'night hours: queue, closed', 'backup hours: passed, open']);
    expect(crm.asked).toEqual([]);
  });

  it('FL15 is what is done: for the same customers, explained and come, with the other systems asked', async () => {
    crm.answer('/entitled', { entitled: false });
    crm.answer('/customer', { attributes: { debt: 5000 } });
    const ben = await atWork('ben');
    for (const queue of ['checked', 'looked', 'known', 'shut', 'night', 'backup']) {
      const { body: { verdict } } = await explain({ queue, customer: jane, ask: true });
      const customer = await arrive(queue, jane);
      const view = await customer.views.until('the end of the flow', ({ phase }) => phase.name !== 'flow');
      if (verdict.kind === 'ended') expect(view.phase).toMatchObject({ name: 'ended', end: verdict.end });
      else expect(view.queue.id).toBe(verdict.queue);
      if (queue === 'known') {
        expect(verdict).toMatchObject({ next: { name: 'Ben' } });
        await ben.slot('reserved', customer.contactId);
      }
      await customer.leave();
    }
    expect((await call<{ contacts: unknown[] }>(scene.test.url, '/api/agents/me', { token: ben.login.token })).body.contacts).toEqual([]);
  });

  it('FL15 names whom a hunt would ring first, of those who are there', async () => {
    await atWork('anna');
    expect((await explain({ queue: 'duty' })).body.verdict).toMatchObject({ kind: 'waits', next: { name: 'Anna' } });
    await atWork('ben');
    expect((await explain({ queue: 'duty' })).body.verdict).toMatchObject({ next: { name: 'Ben' } });
  });

  it('FL15 is for supervisors, and tells what is wrong with the question', async () => {
    expect((await explain({ queue: 'all' }, 'ben')).status).toBe(403);
    expect((await explain({ queue: 'nowhere' })).body).toMatchObject({ status: 400, detail: expect.stringContaining('There is no queue "nowhere"; there are: all, checked') as string });
    expect((await explain({ queue: 'all', at: 'tomorrow' })).status).toBe(400);
  });
});
