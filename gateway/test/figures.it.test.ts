/** Figures of people who come, wait, talk and are handed on: by a clock that the test moves. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentFigures, FigureReport, OwnFigures, QueueFigures } from '#shared/figures.ts';
import type { Problem } from '#shared/problem.ts';
import { callsConfig, Scene } from './support/calls-scene.ts';
import { call, createSession, TestAgent, TestCustomer } from './support/gateway.ts';

let ahead = 0;
let scene: Scene;
let carl: TestAgent;
const atWork: TestAgent[] = [];

const config = `${callsConfig.replace('queues: [help, loans] }', 'queues: [help, loans], channels: [voice, video, chat] }').replace('wrapUp: { mode: mandatory, dispositions: [Solved] } }', 'wrapUp: { mode: mandatory, dispositions: [Solved] }, serviceLevel: { seconds: 18, formula: negative } }')}
figures: { timeZone: Europe/Berlin }
`;

beforeAll(async () => {
  scene = await Scene.start({ config, now: () => Date.now() + ahead });
  carl = await TestAgent.login(scene.test.url, 'carl');
});
afterAll(() => scene.stop());

/** Time passes, and nobody's lease runs out over it. */
async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 10) {
    ahead += Math.min(10, left) * 1000;
    for (const agent of atWork) await agent.post('/api/agents/me/sip-ticket');
    for (const agent of atWork) await agent.status('available');
  }
}

async function figures<Figures extends QueueFigures | AgentFigures>(by: 'queue' | 'agent', name: string, token = carl.login.token): Promise<Figures> {
  const { status, body } = await call<FigureReport<Figures>>(scene.test.url, `/api/figures?by=${by}`, { token });
  expect(status).toBe(200);
  const row = body.totals.find((one) => one.name === name);
  if (row === undefined) throw new Error(`no figures of ${name} among ${body.totals.map((one) => one.name).join(', ')}`);
  return row.figures;
}

/** The test's clock runs on beside what it is moved, for as long as the machine takes. */
const about = (seconds: number) => ({ asymmetricMatch: (value: number) => value > seconds - 1 && value < seconds + 8, toString: () => `about ${seconds}` });

describe('figures', () => {
  it('FG1 FG2 FG3 credit each agent with their own share of a transferred call, count each stay once, and judge by the queue\'s formula', async () => {
    const anna = await scene.atWork('anna');
    atWork.push(anna);
    // The first is answered in time, after ten seconds; the second waits behind and gives up after twenty.
    const first: TestCustomer = await scene.arrive('help');
    const { reservationId } = await anna.slot('reserved', first.contactId);
    await pass(10);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    await scene.connect(first, anna);
    const second = await scene.arrive('help');
    await second.phase('waiting');
    await pass(20);
    await second.leave();
    await second.phase('ended');
    await anna.post(`/api/contacts/${first.contactId}/hold`);
    await pass(30);
    await anna.post(`/api/contacts/${first.contactId}/resume`);
    await pass(10);

    // Handed to another queue, where Ben has them at once.
    const ben = await scene.atWork('ben');
    atWork.push(ben);
    expect((await anna.post(`/api/contacts/${first.contactId}/transfer`, { to: { queue: 'loans' } })).status).toBe(204);
    const offered = await ben.slot('reserved', first.contactId);
    await pass(12);
    expect((await anna.post(`/api/contacts/${first.contactId}/wrapup`, { disposition: 'Solved', notes: '' })).status).toBe(204);
    await ben.post(`/api/reservations/${offered.reservationId}/reject`);
    await first.views.until('being in the queue again', ({ phase }) => phase.name === 'waiting');
    expect((await figures<AgentFigures>('agent', 'Ben'))).toMatchObject({ offers: 1, accepted: 0, rejected: 1, missed: 0, handled: 0 });

    const help = await figures<QueueFigures>('queue', 'Help');
    expect(help).toMatchObject({
      offered: 2, answered: 1, abandoned: 1, shortAbandoned: 0, serviceLevel: 0.5, averageSpeedOfAnswer: about(10), longestWait: about(20),
      handled: 1, talkSeconds: about(30), holdSeconds: about(30), wrapUpSeconds: about(12), averageHandleTime: about(72), transfersOut: 1, transfersIn: 0, dispositions: { Solved: 1 },
    });
    expect(await figures<AgentFigures>('agent', 'Anna')).toMatchObject({
      offers: 1, accepted: 1, handled: 1, talkSeconds: about(30), holdSeconds: about(30), wrapUpSeconds: about(12), transfersOut: 1, transfersIn: 0, dispositions: { Solved: 1 },
      // Busy since she accepted, ten seconds after she came.
      busySeconds: about(72), loggedInSeconds: about(82), occupancy: expect.closeTo(72 / 82, 1) as number,
    });
    // The rejection was no end of the stay: it is one, and goes on.
    expect(await figures<QueueFigures>('queue', 'Loans')).toMatchObject({ offered: 1, answered: 0, transfersIn: 1, handled: 0, rejected: 1 });
    await first.leave();
    await first.phase('ended');
    expect(await figures<QueueFigures>('queue', 'Loans')).toMatchObject({ offered: 1, abandoned: 1, serviceLevel: null, longestWait: about(12) });
  });

  it('FG1 do not count who gives up at once, and tell who did not want to wait from who was missed', async () => {
    const before = await figures<QueueFigures>('queue', 'Help');
    await scene.clear([], atWork.splice(0));
    const customer = await scene.arrive('help');
    await customer.phase('waiting');
    ahead += 3000;
    await customer.leave();
    await customer.phase('ended');
    expect(await figures<QueueFigures>('queue', 'Help')).toMatchObject({ offered: before.offered, abandoned: before.abandoned, shortAbandoned: 1, serviceLevel: 0.5 });

    const anna = await scene.atWork('anna');
    const another = await scene.arrive('help');
    await anna.slot('reserved', another.contactId);
    ahead += 21_000;
    await anna.views.until('being set aside', ({ agent }) => agent.status === 'break');
    expect(await figures<AgentFigures>('agent', 'Anna')).toMatchObject({ offers: 2, missed: 1 });
    await scene.clear([another], [anna]);
  });

  it('FG3 tell advice from talk: the consulted agent\'s time is theirs when the customer is', async () => {
    const anna = await scene.atWork('anna');
    const ben = await scene.atWork('ben');
    atWork.push(anna, ben);
    const before = await figures<AgentFigures>('agent', 'Anna');
    const customer = await scene.inCall(anna);
    expect((await anna.post(`/api/contacts/${customer.contactId}/consult`, { to: { agentId: ben.login.agent.id } })).status).toBe(204);
    const { reservationId } = await ben.slot('reserved', customer.contactId);
    await ben.post(`/api/reservations/${reservationId}/accept`);
    await scene.calls.request('callSecond', customer.contactId);
    scene.calls.happens({ type: 'secondAnswered', contactId: customer.contactId, secondId: reservationId, endpoint: { kind: 'desktop', label: 'Browser' } });
    await anna.views.until('the consultation', ({ contacts }) => contacts.some(({ second }) => second?.state === 'up'), anna.views.all.length - 1);
    await pass(20);
    expect((await anna.post(`/api/contacts/${customer.contactId}/consult/transfer`)).status).toBe(204);
    await pass(10);
    await ben.post(`/api/contacts/${customer.contactId}/hangup`);
    await customer.phase('ended');
    await anna.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    await ben.post(`/api/contacts/${customer.contactId}/wrapup`, { disposition: 'Solved' });
    expect(await figures<AgentFigures>('agent', 'Ben')).toMatchObject({ consulted: 1, consultSeconds: about(20), handled: 1, talkSeconds: about(10), transfersIn: 1 });
    // Hers was on hold meanwhile.
    const after = await figures<AgentFigures>('agent', 'Anna');
    expect([after.holdSeconds - before.holdSeconds, after.transfersOut - before.transfersOut, after.handled - before.handled]).toEqual([about(20), 1, 1]);
    await scene.clear([], atWork.splice(0));
  });

  it('FG6 are read by supervisors; an agent reads their own, and those of queues where configured', async () => {
    const anna = await TestAgent.login(scene.test.url, 'anna');
    const { body } = await call<FigureReport<AgentFigures>>(scene.test.url, '/api/figures?by=agent', { token: anna.login.token });
    expect(body.totals.map(({ name }) => name)).toEqual(['Anna']);
    const refused = await call<Problem>(scene.test.url, '/api/figures', { token: anna.login.token });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('figures.agentsSeeQueues')]);
    anna.close();
  });

  it('FG12 are read by an agent of themselves: calls and chats apart, their part of a transferred one, and their time by status and reason', async () => {
    const own = async (token: string, span = 'today'): Promise<OwnFigures> => {
      const { status, body } = await call<OwnFigures>(scene.test.url, `/api/agents/me/figures?span=${span}`, { token });
      expect(status).toBe(200);
      return body;
    };
    const anna = await scene.atWork('anna');
    atWork.push(anna);
    const before = await own(anna.login.token);
    const handled = ({ channels }: OwnFigures, channel: string) => channels.find((one) => one.channel === channel) ?? { handled: 0, talkSeconds: 0, wrapUpSeconds: 0 };
    const spent = ({ statuses }: OwnFigures, wanted: string, why: string | null = null) => statuses.find(({ status, reason }) => status === wanted && reason === why)?.seconds ?? 0;

    // A chat of fifteen seconds with five of wrap-up, in less than her desktop's lease, which nothing here renews.
    const { token } = await createSession(scene.test.url, { queue: 'help' });
    const chatter = scene.present(await TestCustomer.connect(scene.test.url, { token, channel: 'chat' }));
    const { reservationId } = await anna.slot('reserved', chatter.contactId);
    await anna.post(`/api/reservations/${reservationId}/accept`);
    await anna.slot('engaged', chatter.contactId);
    await pass(15);
    await anna.post(`/api/contacts/${chatter.contactId}/hangup`);
    await anna.slot('wrapUp', chatter.contactId);
    await pass(5);
    await anna.post(`/api/contacts/${chatter.contactId}/wrapup`, { disposition: 'Solved' });
    // A call that she hands on after ten seconds: the twenty that follow are nobody's of hers.
    const caller = await scene.inCall(anna);
    await pass(10);
    expect((await anna.post(`/api/contacts/${caller.contactId}/transfer`, { to: { queue: 'loans' } })).status).toBe(204);
    await anna.post(`/api/contacts/${caller.contactId}/wrapup`, { disposition: 'Solved' });
    await pass(20);
    await caller.leave();
    await anna.status('break', 'Lunch');
    await anna.views.until('the break', ({ agent }) => agent.status === 'break' && agent.reason === 'Lunch');
    ahead += 40_000;

    const after = await own(anna.login.token);
    expect([handled(after, 'voice').handled - handled(before, 'voice').handled, handled(after, 'voice').talkSeconds - handled(before, 'voice').talkSeconds]).toEqual([1, about(10)]);
    expect(handled(after, 'chat')).toEqual({ channel: 'chat', handled: 1, averageHandleTime: about(20), talkSeconds: about(15), holdSeconds: 0, wrapUpSeconds: about(5) });
    expect([after.total.transfersOut - before.total.transfersOut, after.total.handled - before.total.handled]).toEqual([1, 2]);
    expect(spent(after, 'break', 'Lunch')).toEqual(about(40));
    // What the parts say adds up to what the whole says.
    expect(after.channels.reduce((sum, one) => sum + one.handled, 0)).toBe(after.total.handled);
    expect(after.statuses.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(after.total.loggedInSeconds, 3);
    expect(spent(after, 'available')).toBeCloseTo(after.total.availableSeconds, 3);
    expect(after.timeZone).toBe('Europe/Berlin');
    expect((await own(anna.login.token, 'week')).total.handled).toBeGreaterThanOrEqual(after.total.handled);
    expect((await own(anna.login.token, 'yesterday')).total.handled).toBe(0);
    // Everybody reads themselves alone.
    expect((await own(carl.login.token)).channels).toEqual([]);
    expect((await call<Problem>(scene.test.url, '/api/agents/me/figures?span=month', { token: anna.login.token })).status).toBe(400);
    await scene.clear([], atWork.splice(0));
  });

  it('FG8 say what cannot be asked', async () => {
    const ask = (query: string) => call<Problem>(scene.test.url, `/api/figures?${query}`, { token: carl.login.token });
    for (const query of ['from=2026-01-01&to=2026-12-31&interval=15m', 'from=2026-02-01&to=2026-01-01', 'timeZone=Mars/Base', 'interval=1w', 'from=yesterday']) {
      expect((await ask(query)).status).toBe(400);
    }
    expect((await ask('from=2026-01-01&to=2026-12-31&interval=15m')).body.errors?.[0]?.message).toContain('at most 8 days of 15m');
  });

  it('FG9 come as CSV, one line for each queue and interval', async () => {
    const response = await fetch(`${scene.test.url}/api/figures?format=csv&interval=1h`, { headers: { Authorization: `Bearer ${carl.login.token}` } });
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [header, ...lines] = (await response.text()).trimEnd().split('\r\n');
    expect(header).toMatch(/^from,to,id,name,offered,answered,abandoned,/);
    expect(lines.filter((line) => line.includes(',help,'))).not.toHaveLength(0);
    expect(lines.some((line) => line.includes('Solved: '))).toBe(true);
  });
});
