/** What phones are told of the transfers they ask for, and of calls they want to pick up; real SIP over UDP, and no customer needed for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PhoneTransfer } from '../src/contact/call-port.ts';
import { domain, startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';
import { header } from './support/dialog-stand.ts';
import { TonePhone } from './support/tone-phone.ts';

const patience = { timeout: 10_000, interval: 20 };

let playground: Playground;
let contacts = 0;
let transfers: PhoneTransfer[] = [];
const phones: TonePhone[] = [];

beforeAll(async () => {
  playground = await startPlayground({
    browser: false,
    telephony: `
agents:
  - { username: ann, name: Ann, password: ann, skills: [], sip: { password: secret-of-ann } }
  - { username: bob, name: Bob, password: bob, skills: [], sip: { password: secret-of-bob } }
`,
  });
  playground.service.onPhoneTransfer((asked) => { transfers.push(asked); });
}, 30_000);
afterAll(() => playground.close());
afterEach(async () => {
  await playground.service.close(`t${contacts}`, 'test over');
  for (const phone of phones.splice(0)) {
    await phone.sip.register({ expires: 0 });
    phone.close();
  }
  transfers = [];
});

async function phone(): Promise<TonePhone> {
  const made = await TonePhone.start({ account: { username: 'ann', password: 'secret-of-ann' }, port: playground.sipPort, frequencies: [440] });
  phones.push(made);
  expect(await made.sip.register()).toMatch(/^SIP\/2\.0 200 /);
  return made;
}

/** A contact that Ann has on her phone. */
async function engaged(): Promise<{ readonly contactId: string; readonly ann: TonePhone; readonly invite: string }> {
  contacts += 1;
  const contactId = `t${contacts}`;
  const ann = await phone();
  await playground.service.callAgent(playground.call(contactId, 'ann', { ring: ['phone'] }));
  const invite = await ann.answer();
  await playground.event('agentAnswered', contactId);
  return { contactId, ann, invite };
}

const refer = (ann: TonePhone, invite: string, cseq: number): Promise<string> => ann.within(invite, 'REFER', cseq, [`Refer-To: <sip:bob@${domain}>`]);

describe('a transfer by REFER', () => {
  it('MD60 that was refused leaves room for the next one in the same dialog', async () => {
    const { ann, invite } = await engaged();
    expect(await refer(ann, invite, 200)).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => transfers.length, patience).toBe(1);
    expect(await refer(ann, invite, 201)).toMatch(/^SIP\/2\.0 491 /);
    transfers[0]?.report(486);
    await expect.poll(() => ann.notified, patience).toEqual(['100', '486']);
    expect(await refer(ann, invite, 202)).toMatch(/^SIP\/2\.0 202 /);
  });

  it('MD60 whose call ends meanwhile is told so', async () => {
    const { contactId, ann, invite } = await engaged();
    expect(await refer(ann, invite, 200)).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => transfers.length, patience).toBe(1);
    await playground.service.close(contactId, 'the customer left');
    await expect.poll(() => ann.endedBy, patience).toContain('the customer left');
    await expect.poll(() => ann.notified, patience).toEqual(['100', '487']);
  });

  it('MD60 whose phone hung up meanwhile, and which came to nothing, ends the call then', async () => {
    const { contactId, ann, invite } = await engaged();
    expect(await refer(ann, invite, 200)).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => transfers.length, patience).toBe(1);
    expect(await ann.within(invite, 'BYE', 201)).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => playground.service.agentLegAlive(contactId), patience).toBe(false);
    expect(playground.events.some(({ type, contactId: of }) => type === 'agentHungUp' && of === contactId)).toBe(false);
    transfers[0]?.report(480);
    await playground.event('agentHungUp', contactId);
    await expect.poll(() => ann.notified, patience).toEqual(['100', '480']);
  });
});

describe('a call to be picked up on another phone', () => {
  it('MD61 is refused with 486 where only a ringing one was wanted and it has been answered', async () => {
    const { contactId, ann, invite } = await engaged();
    const other = await phone();
    const tag = (value: string): string => /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';
    const replaces = `Replaces: ${header(invite, 'Call-ID')};to-tag=${tag(header(invite, 'From'))};from-tag=to${ann.sip.port};early-only`;
    expect(await (await other.call(`sip:ann@${domain}`, [replaces])).established).toMatch(/^SIP\/2\.0 486 /);
    expect(ann.endedBy).toBeNull();
    expect(playground.service.agentLegAlive(contactId)).toBe(true);
  });
});
