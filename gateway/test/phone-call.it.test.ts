/** Calls between a customer's browser and real SIP phones: tones by value, digits by value, several endpoints, second parties, conference. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { judgeTones } from '../../tests/support/tone.ts';
import { contactHeader } from '#shared/sip-headers.ts';
import { expectHeard, expectPhoneHears, expectSilence, inSomeWindow, waitFor } from './media-proof.ts';
import { agentTones, customerTones, domain, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';
import { header } from './support/dialog-stand.ts';
import { TonePhone } from './support/tone-phone.ts';

const annTones = [440, 1000];
const bobTones = [880, 1480];
const patience = { timeout: 10_000, interval: 20 };

let playground: Playground;
let contacts = 0;
const phones: TonePhone[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  playground = await startPlayground({
    telephony: `
agents:
  - { username: ann, name: Ann, password: ann, skills: [], sip: { password: secret-of-ann } }
  - { username: bob, name: Bob, password: bob, skills: [], sip: { password: secret-of-bob } }
  - { username: eve, name: Eve, password: eve, skills: [] }
`,
  });
}, 60_000);
afterAll(() => playground.close());
afterEach(async () => {
  await playground.service.close(`p${contacts}`, 'test over');
  for (const phone of phones.splice(0)) {
    await phone.sip.register({ expires: 0 });
    phone.close();
  }
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
});

async function phone(username: 'ann' | 'bob', frequencies: readonly number[], laws?: ReadonlyArray<'PCMU' | 'PCMA'>): Promise<TonePhone> {
  const made = await TonePhone.start({ account: { username, password: `secret-of-${username}` }, port: playground.sipPort, frequencies, ...(laws === undefined ? {} : { laws }) });
  phones.push(made);
  expect(await made.sip.register()).toMatch(/^SIP\/2\.0 200 /);
  return made;
}

function nextContact(): string {
  contacts += 1;
  return `p${contacts}`;
}

async function customer(contactId: string): Promise<Page> {
  const page = await playground.openCustomer(contactId);
  pages.push(page);
  return page;
}

describe('a customer and a phone', () => {
  it('MD46 hear each other, the phone\'s own hold is told, and digits go both ways by value', async () => {
    const contactId = nextContact();
    const ann = await phone('ann', annTones);
    const page = await customer(contactId);
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    const answering = performance.now();
    const invite = await ann.answer();
    expect(invite).toMatch(/\r\nCall-Info: [^\r]*answer-after=0/);
    expect(header(invite, contactHeader)).toBe(contactId);
    expect(await playground.event('agentAnswered', contactId)).toMatchObject({ endpoint: { kind: 'phone' } });
    await playground.event('customerMediaFlowing', contactId);
    await expect.poll(() => ann.firstHeardAt, patience).not.toBeNull();
    console.info(`customer heard at the phone ${Math.round((ann.firstHeardAt ?? 0) - answering)} ms after the call began`);
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), inSomeWindow(() => expectHeard(page, annTones, customerTones, 2))]);

    ann.press('5');
    ann.press('#');
    expect(await playground.event('dtmf', contactId, 2)).toMatchObject({ from: 'agent', digit: '#' });
    await playground.service.customerDtmf(contactId, '42*');
    await expect.poll(() => ann.digits.join(''), patience).toBe('42*');

    await ann.hold(invite, 100, true);
    expect(await playground.event('agentHeld', contactId)).toMatchObject({ onHold: true });
    await expectSilence(page);
    await ann.hold(invite, 101, false);
    expect(await playground.event('agentHeld', contactId, 2)).toMatchObject({ onHold: false });
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), inSomeWindow(() => expectHeard(page, annTones, customerTones, 2))]);

    await playground.service.endAgentLeg(contactId, 'requeued');
    await expect.poll(() => ann.endedBy, patience).toBe('SIP;cause=200;text="requeued", Q.850;cause=16');
  }, 60_000);

  it('MD46 what the phone can take is what the customer\'s encoder is told to keep to', async () => {
    const contactId = nextContact();
    const ann = await TonePhone.start({ account: { username: 'ann', password: 'secret-of-ann' }, port: playground.sipPort, frequencies: annTones, bandwidth: 80 });
    phones.push(ann);
    await ann.sip.register();
    const page = await customer(contactId);
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    await ann.answer();
    await waitFor(page, `window.latest.audio.maxBitrate === 80000`);
  }, 30_000);

  it('MD47 all endpoints ring, the first answer wins, and the others are told that the call was completed elsewhere', async () => {
    const contactId = nextContact();
    const [one, other] = [await phone('ann', annTones), await phone('ann', bobTones)];
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'], purpose: 'offer' }));
    const lost = await one.sip.next(/^INVITE /);
    one.sip.reply(lost, 180);
    await playground.event('agentRinging', contactId);
    await other.answer();
    await playground.event('agentAnswered', contactId);
    expect(await one.sip.next(/^CANCEL /)).toMatch(/\r\nReason: SIP;cause=200;text="Call completed elsewhere"/);
    await playground.service.close(contactId, 'done');
    await expect.poll(() => other.endedBy, patience).toContain('done');
  }, 30_000);

  it('MD47 when all have refused, the status that says most is told', async () => {
    const contactId = nextContact();
    const [one, other] = [await phone('ann', annTones), await phone('ann', bobTones)];
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'], purpose: 'offer' }));
    one.sip.reply(await one.sip.next(/^INVITE /), 486);
    other.sip.reply(await other.sip.next(/^INVITE /), 480);
    expect(await playground.event('agentFailed', contactId)).toMatchObject({ status: 486 });
  }, 30_000);
});

describe('a second party', () => {
  it('MD48, MD49 is talked to while the customer waits, joined to a conference, and takes the customer over', async () => {
    const contactId = nextContact();
    const [ann, bob, page] = [await phone('ann', annTones, ['PCMU']), await phone('bob', bobTones, ['PCMA', 'PCMU']), await customer(contactId)];
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    await ann.answer();
    await playground.event('customerMediaFlowing', contactId);

    await playground.service.callSecond({
      contactId, secondId: 's1', from: `sip:${contactId}@${domain}`, displayName: 'Ann', party: { kind: 'agent', agentId: 'agent-bob', aor: `sip:bob@${domain}`, ring: ['phone'], purpose: 'accepted' },
    });
    await playground.service.setTalk(contactId, 'second');
    await bob.answer();
    expect(await playground.event('secondAnswered', contactId)).toMatchObject({ secondId: 's1', endpoint: { kind: 'phone' } });
    await Promise.all([expectPhoneHears(ann, bobTones, [...annTones, ...customerTones]), expectPhoneHears(bob, annTones, [...bobTones, ...customerTones]), expectSilence(page)]);

    // Swap: the colleague waits with the hold sound.
    await playground.service.setTalk(contactId, 'customer');
    await Promise.all([expectPhoneHears(ann, customerTones, [...annTones, ...bobTones]), inSomeWindow(() => expectHeard(page, annTones, [...customerTones, ...bobTones], 2))]);
    const waiting = await bob.record(6);
    expect(Math.max(...waiting.samples)).toBeGreaterThan(0.05);
    expect(judgeTones(waiting, [440], [1000, ...customerTones]).overNeighbours[0]).toBeGreaterThan(10);

    expect(await playground.service.setTalk(contactId, 'all')).toEqual({ ok: true });
    await Promise.all([
      expectPhoneHears(ann, [...bobTones, ...customerTones], annTones), expectPhoneHears(bob, [...annTones, ...customerTones], bobTones),
      inSomeWindow(() => expectHeard(page, [...annTones, ...bobTones], customerTones, 2)),
    ]);

    await playground.service.promoteSecond(contactId, 'transferred');
    await expect.poll(() => ann.endedBy, patience).toContain('transferred');
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
    await Promise.all([expectPhoneHears(bob, customerTones, [...annTones, ...bobTones]), inSomeWindow(() => expectHeard(page, bobTones, [...annTones, ...customerTones], 2))]);
    expect(playground.events.filter((event) => event.contactId === contactId && (event.type === 'agentHungUp' || event.type === 'secondHungUp'))).toEqual([]);
  }, 120_000);
});

/** Eve at her browser desktop has the customer, in Opus; Bob is asked for advice at his phone. */
async function browserAgent(): Promise<{ readonly contactId: string; readonly eve: Page; readonly page: Page }> {
  const contactId = nextContact();
  const eve = await playground.openAgent('eve');
  pages.push(eve);
  const page = await customer(contactId);
  await playground.service.callAgent(playground.call(contactId, 'eve'));
  await playground.event('customerMediaFlowing', contactId);
  expect(await page.evaluate('window.mediaState().sent')).toBe('audio/opus');
  return { contactId, eve, page };
}

async function consult(contactId: string, bob: TonePhone): Promise<void> {
  await playground.service.callSecond({
    contactId, secondId: 's1', from: `sip:${contactId}@${domain}`, displayName: 'Eve', party: { kind: 'agent', agentId: 'agent-bob', aor: `sip:bob@${domain}`, ring: ['phone'], purpose: 'accepted' },
  });
  await playground.service.setTalk(contactId, 'second');
  await bob.answer();
}

/** The same, where the phone prefers Opus and answers with it alone, in a stream that the agent plays from then on; what it is offered later it takes in G.711, if it has that. */
async function consultInOpus(contactId: string, bob: TonePhone): Promise<string> {
  await playground.service.callSecond({
    contactId, secondId: 's1', from: `sip:${contactId}@${domain}`, displayName: 'Eve', party: { kind: 'agent', agentId: 'agent-bob', aor: `sip:bob@${domain}`, ring: ['phone'], purpose: 'accepted' },
  });
  await playground.service.setTalk(contactId, 'second');
  const invite = await bob.sip.next(/^INVITE /);
  const number = /a=rtpmap:(\d+) opus/i.exec(invite)?.[1] ?? '';
  bob.sip.reply(invite, 200, { body: ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio 9 RTP/AVP ${number}`, `a=rtpmap:${number} opus/48000/2`, 'a=ssrc:4711 cname:phone', 'a=sendrecv', ''].join('\r\n') });
  await bob.sip.next(/^ACK /);
  await playground.event('secondAnswered', contactId);
  return invite;
}

/** The customer's client produces in this codec. */
async function customerSends(codec: string, page: Page): Promise<void> {
  await waitFor(page, `window.mediaState().sent.toLowerCase() === '${codec.toLowerCase()}'`);
}

describe('codecs', () => {
  it('MD58, MD63 a second party that speaks another codec brings agent and customer to it, in one dialog; in a conference browsers hear each party for itself; afterwards Opus is back', async () => {
    const bob = await phone('bob', bobTones, ['PCMA']);
    const { contactId, eve, page } = await browserAgent();
    await consult(contactId, bob);
    await playground.event('secondAnswered', contactId);
    await Promise.all([expectPhoneHears(bob, agentTones, bobTones), inSomeWindow(() => expectHeard(eve, bobTones, agentTones, 2)), expectSilence(page)]);
    await waitFor(page, `window.mediaState().sent.toLowerCase() === 'audio/pcma'`);

    expect(await playground.service.setTalk(contactId, 'all')).toEqual({ ok: true });
    await Promise.all([
      expectPhoneHears(bob, [...agentTones, ...customerTones], bobTones),
      inSomeWindow(() => expectHeard(eve, [...bobTones, ...customerTones], agentTones, 2)), inSomeWindow(() => expectHeard(page, [...agentTones, ...bobTones], customerTones, 2)),
    ]);
    expect(await page.evaluate(`window.latest.receive.map(({ source }) => source).filter((source) => source !== 'none').toSorted()`)).toEqual(['agent', 'second']);
    expect(await eve.evaluate('window.invites.length')).toBe(1);

    await playground.service.endSecond(contactId, 'dropped');
    await expect.poll(() => bob.endedBy, patience).toContain('dropped');
    await customerSends('audio/opus', page);
    await Promise.all([inSomeWindow(() => expectHeard(eve, customerTones, [...agentTones, ...bobTones], 2)), inSomeWindow(() => expectHeard(page, agentTones, [...customerTones, ...bobTones], 2))]);
    expect(await eve.evaluate('window.invites.length')).toBe(1);
  }, 120_000);

  it('MD63 Opus comes back when the phone for which the mixer needed G.711 has left the conference', async () => {
    const bob = await phone('bob', bobTones, ['PCMU']);
    const { contactId, eve, page } = await browserAgent();
    const invite = await consultInOpus(contactId, bob);
    const merged = playground.service.setTalk(contactId, 'all');
    await bob.answer();
    expect(await merged).toEqual({ ok: true });
    await customerSends('audio/PCMU', page);
    await Promise.all([
      expectPhoneHears(bob, [...agentTones, ...customerTones], bobTones),
      inSomeWindow(() => expectHeard(eve, [...bobTones, ...customerTones], agentTones, 1)), inSomeWindow(() => expectHeard(page, [...agentTones, ...bobTones], customerTones, 1)),
    ]);
    expect(await bob.within(invite, 'BYE', 900)).toMatch(/^SIP\/2\.0 200 /);
    await playground.event('secondHungUp', contactId);
    await customerSends('audio/opus', page);
    await Promise.all([inSomeWindow(() => expectHeard(eve, customerTones, [...agentTones, ...bobTones], 1)), inSomeWindow(() => expectHeard(page, agentTones, [...customerTones, ...bobTones], 1))]);
  }, 120_000);

  it('MD62 a conference is refused where a phone has no G.711: why is said, and the call goes on as it was', async () => {
    const bob = await phone('bob', bobTones, []);
    const { contactId, eve, page } = await browserAgent();
    await consultInOpus(contactId, bob);
    const merged = playground.service.setTalk(contactId, 'all');
    bob.sip.reply(await bob.sip.next(/^INVITE /), 488);
    expect(await merged).toEqual({ ok: false, reason: 'Raw Phone 1 cannot take part in a conference: it has no G.711.' });
    await expectSilence(page);
    expect(bob.endedBy).toBeNull();
    expect(await playground.service.setTalk(contactId, 'customer')).toEqual({ ok: true });
    await customerSends('audio/opus', page);
    await Promise.all([inSomeWindow(() => expectHeard(eve, customerTones, agentTones, 1)), inSomeWindow(() => expectHeard(page, agentTones, customerTones, 1))]);
    expect(playground.events.filter((event) => event.contactId === contactId && /^second(?:HungUp|Lost)|^agent(?:HungUp|LegLost)/.test(event.type))).toEqual([]);
  }, 120_000);

  it('MD58 a party that shares no codec with the agent is refused with 415, and the call goes on as it was', async () => {
    const contactId = nextContact();
    const [ann, bob, page] = [await phone('ann', annTones, ['PCMU']), await phone('bob', bobTones, ['PCMA']), await customer(contactId)];
    await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
    await ann.answer();
    await playground.event('customerMediaFlowing', contactId);
    await consult(contactId, bob);
    expect(await playground.event('secondFailed', contactId)).toMatchObject({ status: 415 });
    await expect.poll(() => bob.endedBy, patience).toContain('No codec in common');
    await Promise.all([expectPhoneHears(ann, customerTones, annTones), inSomeWindow(() => expectHeard(page, annTones, customerTones, 2))]);
  }, 60_000);
});
