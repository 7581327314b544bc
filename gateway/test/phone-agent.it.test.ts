/** A whole gateway and agents who have nothing but a phone: real sockets, real SIP; only the customer's media is left out. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentView, LoggedIn } from '#shared/agent-protocol.ts';
import { header } from './support/dialog-stand.ts';
import { call, patience, startTestGateway, TestCustomer, type TestGateway } from './support/gateway.ts';
import { freePort } from './support/process.ts';
import { domain } from './support/telephony-stand.ts';
import { TonePhone } from './support/tone-phone.ts';

const config = `
portals:
  - { id: bank, name: Bank, keys: [{ id: only, secret: test-portal-key }], queues: [help] }
queues:
  - { id: help, label: Help, skills: [banking], offerSeconds: 10, holdPlace: 60, wrapUp: { mode: none } }
agents:
  - { username: anna, name: Anna, password: anna, skills: [banking], answerWith: phone, sip: { password: secret-of-anna } }
`;

let test: TestGateway;
let phone: TonePhone;
let token: string;
const customers: TestCustomer[] = [];

const me = async () => (await call<AgentView>(test.url, '/api/agents/me', { token })).body;
const status = (to: string) => call(test.url, '/api/agents/me/status', { method: 'PUT', token, body: { status: to } });

beforeAll(async () => {
  const port = await freePort();
  test = await startTestGateway({ config, variables: { SIP_UDP_PORT: String(port), SIP_DOMAIN: domain } });
  ({ body: { token } } = await call<LoggedIn>(test.url, '/api/agents/login', { body: { username: 'anna', password: 'anna' } }));
  phone = await TonePhone.start({ account: { username: 'anna', password: 'secret-of-anna' }, port, frequencies: [440] });
  expect(await phone.sip.register()).toMatch(/^SIP\/2\.0 200 /);
});
afterEach(async () => {
  await status('offline');
  for (const customer of customers.splice(0)) {
    if (customer.socket.connected) await customer.leave();
    customer.close();
  }
});
afterAll(async () => {
  phone.close();
  await test.stop();
});

async function arrive(): Promise<TestCustomer> {
  const customer = await TestCustomer.arrive(test.url);
  customers.push(customer);
  return customer;
}

describe('an agent with a phone alone', () => {
  it('RT21 is rung in the customer\'s name, and has the contact by picking up', async () => {
    await expect.poll(async () => (await me()).agent, { timeout: patience }).toMatchObject({ answerWith: 'phone', endpointRegistered: true });
    expect((await status('available')).status).toBe(204);
    const customer = await arrive();
    const invite = await phone.answer();
    expect(header(invite, 'From')).toContain(`<${customer.views.latest?.from}>`);
    expect(invite).not.toMatch(/answer-after=0/);
    await customer.phase('connecting');
    await expect.poll(async () => (await me()).contacts, { timeout: patience }).toMatchObject([{ contactId: customer.contactId, slot: 'engaged', call: { state: 'connecting', endpoint: { kind: 'phone' } } }]);
    await customer.leave();
    await expect.poll(() => phone.endedBy, { timeout: patience }).toContain('hangup');
    await expect.poll(async () => (await me()).contacts, { timeout: patience }).toEqual([]);
  });

  it('RT22 declines with its button, keeps being available, and is not rung for this customer again', async () => {
    await status('available');
    const customer = await arrive();
    const invite = await phone.sip.next(/^INVITE /);
    phone.sip.reply(invite, 486);
    await customer.views.until('being back', ({ phase }) => phase.name === 'waiting', customer.views.all.length - 1);
    expect((await me()).agent).toMatchObject({ status: 'available', state: 'idle' });
  });

  it('TR29 that calls a customer who is not there hears why', async () => {
    await status('available');
    const customer = await arrive();
    phone.sip.reply(await phone.sip.next(/^INVITE /), 486);
    const from = customer.views.latest?.from ?? '';
    await customer.views.until('being back', ({ phase }) => phase.name === 'waiting', customer.views.all.length - 1);
    await customer.leave();
    customer.close();
    const dialed = await phone.call(from);
    expect(await dialed.established).toMatch(/^SIP\/2\.0 480 /);
  });
});
