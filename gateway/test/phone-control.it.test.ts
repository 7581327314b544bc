/** What agents' phones do by themselves, and what numbers behind a trunk are: no desktop is needed to call a customer, consult, transfer or pick up. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { AgentDials, PhoneConsult, PhoneTransfer } from '../src/contact/call-port.ts';
import { expectHeard, expectPhoneHears, expectSilence, inSomeWindow } from './media-proof.ts';
import { customerTones, domain, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';
import { header } from './support/dialog-stand.ts';
import { TonePhone } from './support/tone-phone.ts';
import type { TonePhoneCall } from './support/tone-phone.ts';

const annTones = [440, 1000];
const bobTones = [620, 1480];
const outsideTones = [800, 1800];
const patience = { timeout: 10_000, interval: 20 };
const callerUri = `sip:${'0a'.repeat(16)}@${domain}`;

let playground: Playground;
let trunk: TonePhone;
let contacts = 0;
let dials: AgentDials[] = [];
let consults: PhoneConsult[] = [];
let transfers: PhoneTransfer[] = [];
const phones: TonePhone[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const sipPort = probe.address().port;
  probe.close();
  await once(probe, 'close');
  trunk = await TonePhone.start({ account: { username: 'trunk', password: '' }, port: sipPort, frequencies: outsideTones });
  playground = await startPlayground({
    sipPort, limits: { ownCallLimit: 60_000 },
    telephony: `
agents:
  - { username: ann, name: Ann, password: ann, skills: [], sip: { password: secret-of-ann } }
  - { username: bob, name: Bob, password: bob, skills: [], sip: { password: secret-of-bob } }
trunks:
  - { id: carrier, targets: ["sip:127.0.0.1:${trunk.sip.port};transport=udp"], allowed: ["+49*"] }
`,
  });
  playground.service.onAgentDials((asked) => { dials.push(asked); });
  playground.service.onPhoneConsult((asked) => { consults.push(asked); });
  playground.service.onPhoneTransfer((asked) => { transfers.push(asked); });
}, 60_000);
afterAll(async () => { await playground.close(); trunk.close(); });
afterEach(async () => {
  await playground.service.close(`f${contacts}`, 'test over');
  for (const phone of phones.splice(0)) {
    await phone.sip.register({ expires: 0 });
    phone.close();
  }
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  [dials, consults, transfers] = [[], [], []];
});

async function phone(username: 'ann' | 'bob', frequencies: readonly number[], laws?: ReadonlyArray<'PCMU' | 'PCMA'>): Promise<TonePhone> {
  const made = await TonePhone.start({ account: { username, password: `secret-of-${username}` }, port: playground.sipPort, frequencies, ...(laws === undefined ? {} : { laws }) });
  phones.push(made);
  expect(await made.sip.register()).toMatch(/^SIP\/2\.0 200 /);
  return made;
}

function nextContact(): string {
  contacts += 1;
  return `f${contacts}`;
}

async function customer(contactId: string): Promise<Page> {
  const page = await playground.openCustomer(contactId);
  pages.push(page);
  return page;
}

/** A contact that Ann has on her phone. */
async function engaged(): Promise<{ readonly contactId: string; readonly ann: TonePhone; readonly page: Page; readonly invite: string }> {
  const contactId = nextContact();
  const [ann, page] = [await phone('ann', annTones), await customer(contactId)];
  await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
  const invite = await ann.answer();
  await playground.event('customerMediaFlowing', contactId);
  return { contactId, ann, page, invite };
}

describe('a phone calls', () => {
  it('MD50 a customer: it hears ringing until the customer\'s media stands, and is the agent\'s line then', async () => {
    const contactId = nextContact();
    const ann = await phone('ann', annTones);
    const { established } = await ann.call(callerUri);
    await expect.poll(() => dials.length, patience).toBe(1);
    expect(dials[0]).toMatchObject({ agentId: 'agent-ann', callerUri });
    dials[0]?.take(contactId);
    await ann.sip.next(/^SIP\/2\.0 180 /);
    const page = await customer(contactId);
    expect(await established).toMatch(/^SIP\/2\.0 200 /);
    expect(await playground.event('agentAnswered', contactId)).toMatchObject({ endpoint: { kind: 'phone' } });
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), inSomeWindow(() => expectHeard(page, annTones, customerTones, 2))]);
  }, 60_000);

  it('MD50 a customer who is not to be had: the phone is refused with the status that says why', async () => {
    const ann = await phone('ann', annTones);
    const { established } = await ann.call(callerUri);
    await expect.poll(() => dials.length, patience).toBe(1);
    dials[0]?.refuse(486, 'With somebody else');
    expect(await established).toMatch(/^SIP\/2\.0 486 With somebody else/);
    const declined = await ann.call(callerUri);
    await expect.poll(() => dials.length, patience).toBe(2);
    const contactId = nextContact();
    dials[1]?.take(contactId);
    await ann.sip.next(/^SIP\/2\.0 180 /);
    await playground.service.close(contactId, 'declined');
    expect(await declined.established).toMatch(/^SIP\/2\.0 480 /);
  }, 30_000);

  it('MD51 a colleague on its own: both talk, neither is offered anything meanwhile, and either may end it', async () => {
    const [ann, bob] = [await phone('ann', annTones, ['PCMA']), await phone('bob', bobTones)];
    const { established } = await ann.call(`sip:bob@${domain}`);
    await bob.answer();
    expect(await established).toMatch(/^SIP\/2\.0 200 /);
    await Promise.all([expectPhoneHears(ann, bobTones, annTones), expectPhoneHears(bob, annTones, bobTones)]);
    expect(playground.service.endpoints('agent-ann').find(({ kind }) => kind === 'phone')?.busy).toBe(true);
    const contactId = nextContact();
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    expect(await playground.event('agentFailed', contactId)).toMatchObject({ status: 480 });
    const answer = await established;
    const target = /<([^>]*)>/.exec(header(answer, 'Contact'))?.[1] ?? '';
    expect(await ann.sip.ask(ann.sip.request('BYE', target, [], { callId: header(answer, 'Call-ID'), to: header(answer, 'To'), from: header(answer, 'From'), cseq: 900 }))).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => bob.endedBy, patience).toContain('The other side hung up');
    expect(playground.service.endpoints('agent-ann').find(({ kind }) => kind === 'phone')?.busy).toBe(false);
  }, 60_000);

  it('MD51 a number on its own, or one that may not be dialled', async () => {
    const ann = await phone('ann', annTones);
    expect(await (await ann.call(`sip:+1900555@${domain}`)).established).toMatch(/^SIP\/2\.0 403 /);
    const { established } = await ann.call(`sip:+49301234@${domain}`);
    const invite = await trunk.answer();
    expect(invite).toMatch(/^INVITE sip:\+49301234@/);
    expect(await established).toMatch(/^SIP\/2\.0 200 /);
    await Promise.all([expectPhoneHears(ann, outsideTones, annTones), expectPhoneHears(trunk, annTones, outsideTones)]);
    expect(await trunk.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => ann.endedBy, patience).not.toBeNull();
  }, 60_000);
});

/** Ann puts the customer on hold and calls Bob on the other line of her phone; they talk, and the customer hears neither. */
async function consulting(contactId: string, ann: TonePhone, invite: string, bob: TonePhone, page: Page): Promise<{ readonly aside: TonePhone; readonly consultation: TonePhoneCall }> {
  await ann.hold(invite, 100, true);
  await playground.event('agentHeld', contactId);
  await expectSilence(page);
  const aside = await ann.secondLine();
  const consultation = await aside.call(`sip:bob@${domain}`);
  await expect.poll(() => consults.length, patience).toBe(1);
  expect(consults[0]).toMatchObject({ contactId, to: { kind: 'agent', agentId: 'agent-bob' } });
  consults[0]?.take('s1');
  await playground.service.callSecond({
    contactId, secondId: 's1', from: callerUri, displayName: 'Ann', party: { kind: 'agent', agentId: 'agent-bob', aor: `sip:bob@${domain}`, ring: ['phone'], purpose: 'offer' },
  });
  await playground.service.setTalk(contactId, 'second');
  const ringing = await bob.sip.next(/^INVITE /);
  bob.sip.reply(ringing, 180);
  await aside.sip.next(/^SIP\/2\.0 180 /);
  await bob.pickUp(ringing);
  expect(await consultation.established).toMatch(/^SIP\/2\.0 200 /);
  await playground.event('secondAnswered', contactId);
  await Promise.all([expectPhoneHears(aside, bobTones, annTones), expectPhoneHears(bob, annTones, bobTones), expectSilence(page)]);
  return { aside, consultation };
}

describe('a phone with a customer', () => {
  it('MD52 transfers blindly by REFER to whom the allow-list lets it, and is told what came of it', async () => {
    const { contactId, ann, invite } = await engaged();
    const refer = (to: string, cseq: number): Promise<string> => ann.within(invite, 'REFER', cseq, [`Refer-To: <${to}>`]);
    expect(await refer('sip:premium@elsewhere.example', 200)).toMatch(/^SIP\/2\.0 403 /);
    expect(await refer(`sip:nobody@${domain}`, 201)).toMatch(/^SIP\/2\.0 404 /);
    expect(await refer(callerUri, 202)).toMatch(/^SIP\/2\.0 403 /);
    expect(transfers).toEqual([]);
    expect(await refer(`sip:bob@${domain}`, 203)).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => transfers.length, patience).toBe(1);
    expect(transfers[0]).toMatchObject({ contactId, to: { kind: 'agent', agentId: 'agent-bob' } });
    transfers[0]?.report(180);
    transfers[0]?.report(200);
    await expect.poll(() => ann.notified, patience).toEqual(['100', '180', '200']);
    await playground.service.endAgentLeg(contactId, 'transferred');
    await expect.poll(() => ann.endedBy, patience).toContain('transferred');
    expect(playground.events.some((event) => event.contactId === contactId && event.type === 'agentHungUp')).toBe(false);
  }, 60_000);

  it('MD53 consults in a second call on one registration and transfers by REFER with Replaces; its hang-up right after ends nothing', async () => {
    const { contactId, ann, page, invite } = await engaged();
    const bob = await phone('bob', bobTones);
    const { aside, consultation: { callId, established } } = await consulting(contactId, ann, invite, bob, page);
    const answer = await established;
    const tag = (name: string): string => /;tag=([^;\s]+)/.exec(header(answer, name))?.[1] ?? '';
    const replaces = encodeURIComponent(`${callId};to-tag=${tag('To')};from-tag=${tag('From')}`);
    expect(await ann.within(invite, 'REFER', 201, [`Refer-To: <sip:bob@${domain}?Replaces=${encodeURIComponent('another;to-tag=a;from-tag=b')}>`])).toMatch(/^SIP\/2\.0 481 /);
    expect(await ann.within(invite, 'REFER', 202, [`Refer-To: <sip:bob@${domain}?Replaces=${replaces}>`])).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => transfers.length, patience).toBe(1);
    expect(transfers[0]).toMatchObject({ contactId, to: { kind: 'second' } });
    // As many phones do, before the gateway has said what came of it.
    expect(await ann.within(invite, 'BYE', 203)).toMatch(/^SIP\/2\.0 200 /);
    await playground.service.promoteSecond(contactId, 'transferred');
    transfers[0]?.report(200);
    await expect.poll(() => aside.endedBy, patience).toContain('transferred');
    await Promise.all([expectPhoneHears(bob, customerTones, annTones), inSomeWindow(() => expectHeard(page, bobTones, [...customerTones, ...annTones], 2))]);
    expect(playground.events.filter((event) => event.contactId === contactId && ['agentHungUp', 'secondHungUp', 'secondFailed'].includes(event.type))).toEqual([]);
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
  }, 90_000);

  it('MD53 hangs its consultation up, takes the customer off hold and is with them again', async () => {
    const { contactId, ann, page, invite } = await engaged();
    const bob = await phone('bob', bobTones);
    const { consultation } = await consulting(contactId, ann, invite, bob, page);
    expect(await consultation.ask('BYE', 900)).toMatch(/^SIP\/2\.0 200 /);
    expect(await playground.event('secondHungUp', contactId)).toMatchObject({ secondId: 's1' });
    await expect.poll(() => bob.endedBy, patience).toContain('The agent hung up');
    // As the contact center does, when the second party is gone.
    await playground.service.setTalk(contactId, 'customer');
    await ann.hold(invite, 101, false);
    expect(await playground.event('agentHeld', contactId, 2)).toMatchObject({ onHold: false });
    await Promise.all([expectPhoneHears(ann, customerTones, [...annTones, ...bobTones]), inSomeWindow(() => expectHeard(page, annTones, [...customerTones, ...bobTones], 2))]);
    expect(playground.events.filter((event) => event.contactId === contactId && (event.type === 'agentHungUp' || event.type === 'agentLegLost'))).toEqual([]);
  }, 90_000);

  it('MD54 is picked up on another device by an INVITE with Replaces: the customer hears the same agent there', async () => {
    const { contactId, ann, page, invite } = await engaged();
    const other = await phone('ann', bobTones);
    const answered = `${header(invite, 'To')};tag=to${ann.sip.port}`;
    const tag = (value: string): string => /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';
    const replaces = (ours: string): string => `Replaces: ${header(invite, 'Call-ID')};to-tag=${ours};from-tag=${tag(answered)}`;
    expect(await (await other.call(`sip:ann@${domain}`, [replaces('wrong')])).established).toMatch(/^SIP\/2\.0 481 /);
    expect(await (await other.call(`sip:ann@${domain}`, [replaces(tag(header(invite, 'From')))])).established).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => ann.endedBy, patience).toContain('Picked up elsewhere');
    await Promise.all([expectPhoneHears(other, customerTones, bobTones), inSomeWindow(() => expectHeard(page, bobTones, customerTones, 2))]);
    expect(playground.events.some((event) => event.contactId === contactId && (event.type === 'agentHungUp' || event.type === 'agentLegLost'))).toBe(false);
  }, 60_000);

  it('MD55 moves to another port, with and without saying so: sound is back within two seconds', async () => {
    const { ann, page, invite } = await engaged();
    await inSomeWindow(() => expectHeard(page, annTones, customerTones, 2));
    await ann.move();
    await ann.hold(invite, 300, false);
    const told = performance.now();
    await inSomeWindow(() => expectHeard(page, annTones, customerTones, 1));
    console.info(`told by re-INVITE: sound proven within ${Math.round(performance.now() - told)} ms, a second of it listening`);
    await expectPhoneHears(ann, customerTones, annTones);

    await ann.move();
    const silent = performance.now();
    await expect.poll(() => ann.firstHeardSince(silent), patience).not.toBeNull();
    const heardAgain = (ann.firstHeardSince(silent) ?? Infinity) - silent;
    console.info(`not told: the phone hears the customer again after ${Math.round(heardAgain)} ms`);
    expect(heardAgain).toBeLessThan(2000);
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), inSomeWindow(() => expectHeard(page, annTones, customerTones, 1))]);
  }, 60_000);
});

describe('a number behind a trunk', () => {
  it('MD56 is heard before it answers by whom it is called for, and becomes the customer\'s party', async () => {
    const contactId = nextContact();
    const page = await customer(contactId);
    await playground.service.callSecond({ contactId, secondId: 'x1', from: callerUri, displayName: null, party: { kind: 'external', number: '+49301234' } });
    const invite = await trunk.announce();
    await playground.event('secondRinging', contactId);
    await inSomeWindow(() => expectHeard(page, outsideTones, customerTones, 1));
    await trunk.pickUp(invite);
    await playground.event('secondAnswered', contactId);
    await playground.service.promoteSecond(contactId, 'transferred');
    await Promise.all([expectPhoneHears(trunk, customerTones, outsideTones), inSomeWindow(() => expectHeard(page, outsideTones, customerTones, 1))]);
    expect(await trunk.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
    await playground.event('agentHungUp', contactId);
  }, 60_000);

  it('MD57 is where a phone may send its call on to, once, if the allow-list lets it', async () => {
    const contactId = nextContact();
    const ann = await phone('ann', annTones);
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'], purpose: 'offer' }));
    ann.sip.reply(await ann.sip.next(/^INVITE /), 302, { headers: [`Contact: <sip:premium@elsewhere.example>, <sip:+1900555@${domain}>`, `Contact: <sip:+49305678@${domain}>`] });
    trunk.sip.reply(await trunk.sip.next(/^INVITE sip:\+49305678@/), 486);
    expect(await playground.event('agentFailed', contactId)).toMatchObject({ status: 486 });
  }, 30_000);
});
