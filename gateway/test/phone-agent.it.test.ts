/** Whole gateways and real phones: an agent without a desktop is offered contacts at their phone, and what they do there is what becomes of the contact. */
import { afterEach, describe, expect, it } from 'vitest';
import { call, createSession, startTestGateway, testConfig, TestAgent, TestCustomer } from './support/gateway.ts';
import type { TestGateway } from './support/gateway.ts';
import { domain } from './support/telephony-stand.ts';
import { TonePhone } from './support/tone-phone.ts';

const config = testConfig.replace('{ username: anna, name: Anna, password: anna,', '{ username: anna, name: Anna, password: anna, answerWith: phone, sip: { password: secret-of-anna },');
const patience = { timeout: 10_000, interval: 20 };

const open: Array<{ close(): void }> = [];
let gateway: TestGateway | null = null;
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await gateway?.stop();
  gateway = null;
});

async function registered(): Promise<{ readonly url: string; readonly phone: TonePhone }> {
  gateway = await startTestGateway({ config, variables: { SIP_UDP_PORT: '0', SIP_DOMAIN: domain } });
  const { url, sipPort } = gateway;
  const phone = await TonePhone.start({ account: { username: 'anna', password: 'secret-of-anna' }, port: sipPort, frequencies: [440] });
  open.push(phone);
  expect(await phone.sip.register()).toMatch(/^SIP\/2\.0 200 /);
  return { url, phone };
}

async function atDesk(url: string): Promise<TestAgent> {
  const anna = await TestAgent.login(url, 'anna');
  open.push(anna);
  await anna.views.until('the phone', ({ agent }) => agent.endpointRegistered);
  await anna.status('available');
  return anna;
}

/** No desktop: logged in by a script of theirs, and available. */
async function withoutDesk(url: string): Promise<void> {
  const { body } = await call<{ readonly token: string }>(url, '/api/agents/login', { body: { username: 'anna', password: 'anna' } });
  expect((await call(url, '/api/agents/me/status', { method: 'PUT', token: body.token, body: { status: 'available' } })).status).toBe(204);
}

async function customer(url: string): Promise<TestCustomer> {
  const { token } = await createSession(url);
  const arrived = await TestCustomer.connect(url, { token });
  open.push(arrived);
  return arrived;
}

describe('an agent with a phone', () => {
  it('MD59 accepts at a desktop, is called there with auto-answer, and the desktop shows what carries the call', async () => {
    const { url, phone } = await registered();
    const anna = await atDesk(url);
    const waiting = await customer(url);
    const { reservationId, contactId } = await anna.slot('reserved');
    const accepted = anna.post(`/api/reservations/${reservationId}/accept`);
    const invite = await phone.answer();
    expect((await accepted).status).toBe(204);
    expect(invite).toMatch(/\r\nCall-Info: [^\r]*answer-after=0/);
    const view = await anna.views.until('the phone carries it', ({ contacts }) => contacts.some((one) => one.contactId === contactId && one.call.endpoint?.kind === 'phone'));
    expect(view.contacts[0]?.call.endpoint?.label).toContain('Raw Phone');
    waiting.socket.emit('leave', () => { /* the view tells */ });
    await expect.poll(() => phone.endedBy, patience).toMatch(/^SIP;cause=200/);
  }, 60_000);

  it('MD59 is offered contacts by INVITE where no desktop is connected; a busy phone is a rejection, and the customer keeps their place', async () => {
    const { url, phone } = await registered();
    await withoutDesk(url);
    const waiting = await customer(url);
    const offer = await phone.sip.next(/^INVITE /, 15_000);
    expect(offer).not.toMatch(/answer-after/);
    phone.sip.reply(offer, 180);
    await waiting.views.until('the offer', ({ phase }) => phase.name === 'offered');
    phone.sip.reply(offer, 486);
    await waiting.views.until('the queue again', ({ phase }) => phase.name === 'waiting', waiting.views.all.length);
  }, 60_000);
});
