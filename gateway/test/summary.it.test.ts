/** What is told of a contact after its end: to whoever answered or was rung last, at the desktop and on their telephone, and to nobody else. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from './support/calls-scene.ts';
import { header } from './support/dialog-stand.ts';
import { call, type TestAgent, type TestCustomer } from './support/gateway.ts';
import { RawPhone } from './support/raw-phone.ts';
import { domain } from './support/telephony-stand.ts';

const config = `
portals: [{ id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [emergency, quiet] }]
queues:
  - { id: emergency, label: Emergency, strategy: hunt, hunt: { list: [anna, ben], ringSeconds: 60 }, summary: true, wrapUp: { mode: none } }
  - { id: quiet, label: Quiet, wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna, sip: { password: secret-of-anna } }
  - { username: ben, name: Ben, password: ben, sip: { password: secret-of-ben } }
trunks: [{ id: pbx, targets: ["sip:127.0.0.1:5999"], allowed: ["+49*"] }]
journal: { timeZone: Europe/Berlin }
`;

let scene: Scene;
let agents: TestAgent[] = [];
let customers: TestCustomer[] = [];
let phones: RawPhone[] = [];

beforeAll(async () => { scene = await Scene.start({ config, variables: { SIP_UDP_PORT: '0', SIP_TCP_PORT: '0', SIP_DOMAIN: domain } }); });
afterEach(async () => {
  await scene.clear(customers.splice(0), agents.splice(0));
  for (const phone of phones.splice(0)) {
    await phone.register({ expires: 0 });
    phone.close();
  }
});
afterAll(() => scene.stop());

async function atWork(): Promise<[TestAgent, TestAgent]> {
  const both: [TestAgent, TestAgent] = [await scene.atWork('anna'), await scene.atWork('ben')];
  agents = [...both];
  return both;
}
async function arrive(queue: string, attributes: Record<string, string>): Promise<TestCustomer> {
  const customer = await scene.arrive(queue, { customer: { id: 'c-1', name: 'Jane "J" Doe', attributes } });
  customers.push(customer);
  return customer;
}
async function registered(username: string, transport: 'udp' | 'tcp'): Promise<RawPhone> {
  const { udp, tcp } = scene.test.gateway.sip;
  const account = { username, password: `secret-of-${username}` };
  const phone = transport === 'udp' ? await RawPhone.udp(udp[0]?.port ?? 0, account) : await RawPhone.tcp(tcp[0]?.port ?? 0, account);
  phones.push(phone);
  await phone.register();
  return phone;
}
const summaries = (agent: TestAgent) => agent.views.latest?.summaries ?? [];

describe('a summary', () => {
  it.each(['udp', 'tcp'] as const)('HU15 reaches whoever was rung last at the desktop and, over %s, their phone, whose text comes from whom they can call back; nobody else hears of it', async (transport) => {
    const [anna, ben] = await atWork();
    const [annas, bens] = [await registered('anna', transport), await registered('ben', transport)];
    const customer = await arrive('emergency', { phone: '+49 30 1234' });
    const first = await anna.slot('reserved', customer.contactId);
    await anna.post(`/api/reservations/${first.reservationId}/reject`);
    await ben.slot('reserved', customer.contactId);
    await customer.leave();

    const message = await bens.text();
    expect(header(message, 'From')).toMatch(/^"Jane 'J' Doe" <sip:\+49301234@[^>]+>;tag=/);
    expect(header(message, 'To')).toMatch(/<sip:ben@/);
    expect(header(message, 'Content-Type')).toMatch(/^text\/plain/);
    expect(message).toMatch(/\r\n\r\nEmergency\r\nJane "J" Doe, \+49301234\r\n\d\d\.\d\d\.\d{4} \d\d:\d\d - .*\r\nrung last: ben\r\nTicket \d+$/);
    bens.reply(message, 200);
    const view = await ben.views.until('the summary', ({ summaries: told }) => told.some(({ contactId }) => contactId === customer.contactId));
    expect(view.summaries[0]).toMatchObject({ queue: { label: 'Emergency' }, customer: 'Jane "J" Doe', caller: '+49301234', answered: false });
    // Taken once, it is not sent again; and Anna, who was rung before, is told nothing.
    const { id } = view.summaries[0] ?? { id: '' };
    expect((await call(scene.test.url, `/api/agents/me/summaries/${id}`, { method: 'DELETE', token: anna.login.token })).status).toBe(404);
    expect((await call(scene.test.url, `/api/agents/me/summaries/${id}`, { method: 'DELETE', token: ben.login.token })).status).toBe(204);
    await ben.views.until('its dismissal', ({ summaries: told }) => told.length === 0, ben.views.all.length - 1);
    expect(summaries(anna)).toEqual([]);
    expect(annas.heard.filter((line) => line.startsWith('MESSAGE'))).toEqual([]);
  });

  it('HU16 waits for a phone that is off, and is sent again until it is taken; its From is the contact where there is no number to dial', async () => {
    const [anna] = await atWork();
    const customer = await arrive('emergency', {});
    await anna.slot('reserved', customer.contactId);
    await customer.leave();
    await anna.views.until('the summary', ({ summaries: told }) => told.length > 0);
    const phone = await registered('anna', 'udp');
    // Whoever is back is told at once, and not when the pause is over.
    scene.calls.endpoint(anna.login.agent.id, 'phone', { reachable: true });
    const refused = await phone.text();
    phone.reply(refused, 480);
    const again = await phone.text();
    expect(header(again, 'From')).toContain(`<${customer.views.all[0]?.from ?? 'nobody'}>`);
    expect(header(again, 'Call-ID')).not.toBe(header(refused, 'Call-ID'));
    phone.reply(again, 202);
  });

  it('HU15 is told of no queue that does not ask for it', async () => {
    const [anna] = await atWork();
    const before = summaries(anna).length;
    const customer = await arrive('quiet', {});
    await Promise.race(agents.map((agent) => agent.slot('reserved', customer.contactId)));
    await customer.leave();
    await customer.phase('ended');
    const { body } = await call<{ summaries: unknown[] }>(scene.test.url, '/api/agents/me', { token: anna.login.token });
    expect(body.summaries).toHaveLength(before);
  });
});
