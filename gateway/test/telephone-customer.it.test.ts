/** Customers at a telephone: real SIP over UDP and RTP on both sides, a number behind a trunk and the agents' phones and desktop; heard by value. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { expectHeard, expectPhoneHears, inSomeWindow } from './media-proof.ts';
import { agentTones, domain, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';
import { call, portalKey, startTestGateway, testConfig } from './support/gateway.ts';
import type { TestGateway } from './support/gateway.ts';
import { header } from './support/dialog-stand.ts';
import { TonePhone } from './support/tone-phone.ts';

const annTones = [440, 1000];
const bobTones = [880, 1480];
const customerTones = [523, 1319];
const outsideTones = [620, 1760];
const patience = { timeout: 10_000, interval: 20 };
const number = '+4930123';

const open: Array<{ close(): void }> = [];

async function atNumber(port: number, frequencies: readonly number[], laws?: ReadonlyArray<'PCMU' | 'PCMA'>): Promise<TonePhone> {
  return TonePhone.start({ account: { username: 'trunk', password: '' }, port, frequencies, ...(laws === undefined ? {} : { laws }) });
}

describe('the customer\'s leg by telephone', () => {
  let playground: Playground;
  let customer: TonePhone;
  let outside: TonePhone;
  let contacts = 0;
  const pages: Page[] = [];

  beforeAll(async () => {
    customer = await atNumber(0, customerTones, ['PCMA']);
    outside = await atNumber(0, outsideTones);
    playground = await startPlayground({
      telephony: `
agents:
  - { username: ann, name: Ann, password: ann, skills: [], sip: { password: secret-of-ann } }
  - { username: bob, name: Bob, password: bob, skills: [], sip: { password: secret-of-bob } }
  - { username: eve, name: Eve, password: eve, skills: [] }
trunks:
  - { id: carrier, targets: ["sip:127.0.0.1:${customer.sip.port};transport=udp"], allowed: ["+4930*"], probeSeconds: 0 }
  - { id: other, targets: ["sip:127.0.0.1:${outside.sip.port};transport=udp"], allowed: ["+4989*"], probeSeconds: 0 }
`,
    });
    customer.sip.aim(playground.sipPort);
    outside.sip.aim(playground.sipPort);
  }, 60_000);
  afterAll(async () => { await playground.close(); customer.close(); outside.close(); });
  afterEach(async () => {
    await playground.service.close(`c${contacts}`, 'test over');
    for (const one of open.splice(0)) one.close();
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });

  async function phone(username: 'ann' | 'bob', frequencies: readonly number[]): Promise<TonePhone> {
    const made = await TonePhone.start({ account: { username, password: `secret-of-${username}` }, port: playground.sipPort, frequencies });
    open.push({ close: () => { void made.sip.register({ expires: 0 }).finally(() => made.close()); } });
    expect(await made.sip.register()).toMatch(/^SIP\/2\.0 200 /);
    return made;
  }

  /** The agent's phone has answered, and the customer's number after it. */
  async function talking(): Promise<{ readonly contactId: string; readonly ann: TonePhone; readonly invite: string }> {
    contacts += 1;
    const contactId = `c${contacts}`;
    const ann = await phone('ann', annTones);
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    await ann.answer();
    await playground.event('agentAnswered', contactId);
    await playground.service.callCustomer({ contactId, from: `sip:caller-${contactId}@${domain}`, number });
    const invite = await customer.answer();
    await playground.event('customerAnswered', contactId);
    return { contactId, ann, invite };
  }

  it('MD90 is dialled through the trunk under the caller URI; both hear each other, hold the hold sound, and digits go both ways by value', async () => {
    const { contactId, ann, invite } = await talking();
    expect(invite).toMatch(/^INVITE sip:\+4930123@/);
    expect(header(invite, 'From')).toContain(`sip:caller-${contactId}@`);
    // The house's own words stay inside.
    expect(invite).not.toContain('X-GetHelp-Contact');
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), expectPhoneHears(customer, annTones, customerTones)]);

    await playground.service.setHold(contactId, true);
    await inSomeWindow(() => expectPhoneHears(customer, [], annTones));
    await playground.service.setHold(contactId, false);
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), expectPhoneHears(customer, annTones, customerTones)]);

    customer.press('7');
    expect(await playground.event('dtmf', contactId)).toMatchObject({ from: 'customer', digit: '7' });
    await expect.poll(() => ann.digits.join(''), patience).toBe('7');
    await playground.service.sendDtmf(contactId, '19');
    await expect.poll(() => customer.digits.join(''), patience).toBe('19');
  }, 60_000);

  it('MD91 stays on the line between two agents and hears that it waits; it ends with the contact, and its hang-up is told as the customer\'s', async () => {
    const { contactId, ann, invite } = await talking();
    const bob = await phone('bob', bobTones);
    await playground.service.endAgentLeg(contactId, 'transferred');
    await expect.poll(() => ann.endedBy, patience).toContain('transferred');
    // The hold sound, and nobody's voice.
    const alone = performance.now() + 500;
    await expect.poll(() => customer.firstHeardSince(alone), patience).not.toBeNull();
    await inSomeWindow(() => expectPhoneHears(customer, [], annTones));
    await playground.service.callAgent(playground.call(contactId, 'bob', { ring: ['phone'] }));
    await bob.answer();
    await playground.event('agentAnswered', contactId, 2);
    await Promise.all([expectPhoneHears(bob, customerTones, bobTones), expectPhoneHears(customer, bobTones, customerTones)]);
    expect(await customer.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
    await playground.event('customerHungUp', contactId);
    expect(playground.events.some(({ type, contactId: of }) => type === 'agentHungUp' && of === contactId)).toBe(false);
    await playground.service.close(contactId, 'hangup');
    await expect.poll(() => bob.endedBy, patience).toContain('hangup');
  }, 60_000);

  it('MD91 is consulted about, joined by a third, and handed to a number, all without a page', async () => {
    const { contactId, ann } = await talking();
    await playground.service.callSecond({ contactId, secondId: 'x', from: `sip:caller@${domain}`, displayName: null, party: { kind: 'external', number: '+498955' } });
    await outside.answer();
    await playground.event('secondAnswered', contactId);
    await playground.service.setTalk(contactId, 'second');
    await Promise.all([expectPhoneHears(ann, outsideTones, customerTones), expectPhoneHears(outside, annTones, customerTones)]);
    await playground.service.setTalk(contactId, 'all');
    await Promise.all([expectPhoneHears(customer, [...annTones, ...outsideTones], customerTones), expectPhoneHears(outside, [...annTones, ...customerTones], outsideTones)]);
    await playground.service.promoteSecond(contactId, 'transferred');
    await expect.poll(() => ann.endedBy, patience).toContain('transferred');
    await Promise.all([expectPhoneHears(customer, outsideTones, annTones), expectPhoneHears(outside, customerTones, annTones)]);
    await playground.service.close(contactId, 'hangup');
    await expect.poll(() => customer.endedBy, patience).toContain('hangup');
  }, 90_000);

  it('MD94 that falls silent for good is told as lost, and its line is closed', async () => {
    const { contactId, ann } = await talking();
    await expectPhoneHears(ann, customerTones, annTones);
    customer.pause();
    await expect.poll(() => playground.events.some(({ type, contactId: of }) => type === 'customerLegLost' && of === contactId), { timeout: 40_000, interval: 100 }).toBe(true);
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
    await expect.poll(() => customer.endedBy, patience).toContain('Media lost');
  }, 60_000);

  it('MD92 that is busy, or nobody\'s, or gone before it answered, is told by its status', async () => {
    contacts += 1;
    const contactId = `c${contacts}`;
    await playground.service.prepare(contactId);
    const dial = async (status: number): Promise<void> => {
      await playground.service.callCustomer({ contactId, from: `sip:caller-${contactId}@${domain}`, number });
      customer.sip.reply(await customer.sip.next(/^INVITE /), status);
      await customer.sip.next(/^ACK /);
    };
    await dial(486);
    expect(await playground.event('customerFailed', contactId)).toMatchObject({ status: 486 });
    await dial(404);
    expect(await playground.event('customerFailed', contactId, 2)).toMatchObject({ status: 404 });
    await playground.service.callCustomer({ contactId, from: `sip:caller-${contactId}@${domain}`, number: '+33123' });
    expect(await playground.event('customerFailed', contactId, 3)).toMatchObject({ status: 403 });
    // Given up while it rings.
    await playground.service.callCustomer({ contactId, from: `sip:caller-${contactId}@${domain}`, number });
    const ringing = await customer.sip.next(/^INVITE /);
    customer.sip.reply(ringing, 180);
    await playground.service.close(contactId, 'canceled');
    await expect.poll(() => customer.sip.heard.some((line) => line.startsWith('CANCEL ')), patience).toBe(true);
  }, 30_000);

  it('MD93 talks to an agent in the browser: the desktop changes to what the trunk speaks', async () => {
    contacts += 1;
    const contactId = `c${contacts}`;
    const page = await playground.openAgent('eve');
    pages.push(page);
    await playground.service.callAgent(playground.call(contactId, 'eve'));
    await playground.event('agentAnswered', contactId);
    await playground.service.callCustomer({ contactId, from: `sip:caller-${contactId}@${domain}`, number });
    // The desktop came in Opus; the number's network speaks G.711 alone, and announces something first, which is heard where the agent waits.
    const invite = await customer.announce();
    await inSomeWindow(() => expectHeard(page, customerTones, agentTones, 1));
    await customer.pickUp(invite);
    await playground.event('customerAnswered', contactId);
    await Promise.all([expectPhoneHears(customer, agentTones, customerTones), inSomeWindow(() => expectHeard(page, customerTones, agentTones, 1))]);
  }, 60_000);
});

/** A whole gateway with a number behind its trunk, and two agents who have nothing but phones. */
async function center(): Promise<{ readonly gateway: TestGateway; readonly customer: TonePhone; readonly agent: (username: 'anna' | 'ben', tones: readonly number[]) => Promise<{ readonly phone: TonePhone; readonly token: string; readonly id: string }> }> {
  const customer = await atNumber(0, customerTones);
  open.push(customer);
  const phones = (['anna', 'ben'] as const).reduce((config, name) => config.replace(`password: ${name},`, `password: ${name}, answerWith: phone, sip: { password: secret-of-${name} },`), testConfig);
  const gateway = await startTestGateway({
    config: `${phones}
trunks:
  - { id: carrier, targets: ["sip:127.0.0.1:${customer.sip.port};transport=udp"], allowed: ["+4930*"], probeSeconds: 0 }
`, variables: { SIP_UDP_PORT: '0', SIP_DOMAIN: domain },
  });
  customer.sip.aim(gateway.sipPort);
  return {
    gateway, customer,
    agent: async (username, frequencies) => {
      const phone = await TonePhone.start({ account: { username, password: `secret-of-${username}` }, port: gateway.sipPort, frequencies });
      open.push(phone);
      expect(await phone.sip.register()).toMatch(/^SIP\/2\.0 200 /);
      const { body: { token, agent } } = await call<{ readonly token: string; readonly agent: { readonly id: string } }>(gateway.url, '/api/agents/login', { body: { username, password: username } });
      await expect.poll(async () => (await call<{ agent: { endpointRegistered: boolean } }>(gateway.url, '/api/agents/me', { token })).body.agent.endpointRegistered, patience).toBe(true);
      expect((await call(gateway.url, '/api/agents/me/status', { method: 'PUT', token, body: { status: 'available' } })).status).toBe(204);
      return { phone, token, id: agent.id };
    },
  };
}

describe('a callback from its beginning to its end', () => {
  const asked = (url: string) => call<{ sessionId: string; contactId: string }>(url, '/api/callbacks', {
    token: portalKey, body: { customer: { id: 'c-7', name: 'Jane Doe' }, inquiry: { pageUrl: 'https://bank.example/x' }, queue: 'help', number },
  });
  const ended = (url: string, contactId: string, token: string) => expect.poll(async () => (await call<{ endParty: string; endReason: string }>(url, `/api/contacts/${contactId}`, { token })).body, patience);

  it('CK29 rings the agent\'s phone as the offer, then the customer\'s number; they talk, and whoever hangs up ends it', async () => {
    const { gateway, customer, agent } = await center();
    try {
      const { status, body: { contactId } } = await asked(gateway.url);
      expect(status).toBe(201);
      const { phone, token } = await agent('anna', annTones);
      const [, invite] = await Promise.all([phone.answer(), customer.answer()]);
      await Promise.all([expectPhoneHears(phone, customerTones, annTones), expectPhoneHears(customer, annTones, customerTones)]);
      expect(await customer.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
      await expect.poll(() => phone.endedBy, patience).toContain('cause=200');
      await ended(gateway.url, contactId, token).toMatchObject({ endParty: 'customer', endReason: 'hangup' });
    } finally {
      for (const one of open.splice(0)) one.close();
      await gateway.stop();
    }
  }, 60_000);

  it('CK34 is handed to a colleague while the customer stays on their telephone, and ends when that one hangs up', async () => {
    const { gateway, customer, agent } = await center();
    try {
      const { body: { contactId } } = await asked(gateway.url);
      const anna = await agent('anna', annTones);
      await Promise.all([anna.phone.answer(), customer.answer()]);
      await expectPhoneHears(customer, annTones, customerTones);
      const ben = await agent('ben', bobTones);
      const answering = ben.phone.answer();
      expect((await call(gateway.url, `/api/contacts/${contactId}/transfer`, { token: anna.token, body: { to: { agentId: ben.id } } })).status).toBe(204);
      const invite = await answering;
      await expect.poll(() => anna.phone.endedBy, patience).toContain('transferred');
      await Promise.all([expectPhoneHears(ben.phone, customerTones, bobTones), expectPhoneHears(customer, bobTones, annTones)]);
      expect(customer.endedBy).toBeNull();
      expect(await ben.phone.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
      await expect.poll(() => customer.endedBy, patience).toContain('cause=200');
      await ended(gateway.url, contactId, ben.token).toMatchObject({ endParty: 'agent', endReason: 'hangup' });
    } finally {
      for (const one of open.splice(0)) one.close();
      await gateway.stop();
    }
  }, 60_000);
});
