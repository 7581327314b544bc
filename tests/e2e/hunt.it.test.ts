/**
 * A hunt to its last detail, with real telephones: a number of its list that takes the customer's call behind a trunk, and whoever was rung in vain, whose desk phone
 * got a text and calls back whom that text is from: the customer's page while it is open, or the customer's telephone. Sound is checked by value.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import type { CreatedSession } from '#shared/session-api.ts';
import { expectPhoneHears, expectTones, inSomeWindow } from '../../gateway/test/media-proof.ts';
import { header } from '../../gateway/test/support/dialog-stand.ts';
import { call, TestAgent, TestCustomer } from '../../gateway/test/support/gateway.ts';
import { domain } from '../../gateway/test/support/telephony-stand.ts';
import { TonePhone } from '../../gateway/test/support/tone-phone.ts';
import { customerTones, openStage, pictured, type Stage } from '../support/stage.ts';

const annasTones = [440, 1000];
const outsideTones = [850, 1900];
const patience = { timeout: 20_000, interval: 50 };

let stage: Stage;
let annasPhone: TonePhone;
/** Whatever is behind the trunk: the engineer on call, or a customer's telephone. */
let outside: TonePhone;
let anna: TestAgent;

beforeAll(async () => {
  outside = await TonePhone.start({ account: { username: 'trunk', password: '' }, port: 0, frequencies: outsideTones });
  stage = await openStage({
    change: (center) => ({
      ...center,
      portals: center.portals.map((portal) => ({ ...portal, queues: [...portal.queues, 'oncall', 'alarm'], pages: [{ path: '/demo/loans*', queue: 'oncall' }, { path: '/demo/transfer*', queue: 'alarm' }] })),
      queues: [
        ...center.queues,
        { id: 'oncall', label: 'On call', strategy: 'hunt', hunt: { list: ['anna', { number: '+498955', label: 'Engineer on call' }] } },
        { id: 'alarm', label: 'Alarm', strategy: 'hunt', hunt: { list: ['anna'], ringSeconds: 60 }, summary: true, wrapUp: { mode: 'none' } },
      ],
      // The customer of the demo has a number in Berlin, which this trunk may not dial.
      trunks: [{ id: 'carrier', targets: [`sip:127.0.0.1:${outside.sip.port};transport=udp`], allowed: ['+4989*'], probeSeconds: 0 }],
    }),
  });
  outside.sip.aim(stage.sipPort);
  annasPhone = await stage.phone('anna', annasTones);
}, 120_000);
afterEach(async () => {
  await anna.status('offline');
  anna.close();
  annasPhone.endedBy = null;
  outside.endedBy = null;
});
afterAll(async () => {
  outside.close();
  await stage.close();
});

async function customerAt(path: string): Promise<Page> {
  const page = await stage.customer(path);
  onTestFailed(() => pictured('hunt', { customer: page }));
  await page.getByRole('button', { name: /Get Help/ }).click();
  return page;
}

/** Anna's phone takes the text about this caller. Answers whom it is from. */
async function told(caller: string): Promise<string> {
  const message = await annasPhone.sip.text();
  annasPhone.sip.reply(message, 200);
  expect(message).toContain(`, ${caller}\r\n`);
  return /<([^>]*)>/.exec(header(message, 'From'))?.[1] ?? '';
}

const pageHears = (page: Page, heard: readonly number[], absent: readonly number[]) => inSomeWindow(() => expectTones(page, heard, absent, 1));

describe('a number in the list', () => {
  it('HU7 is called behind its trunk with the customer on the page, and both hear each other once it answers', async () => {
    anna = await TestAgent.login(stage.url, 'anna');
    const page = await customerAt('/demo/loans');
    const invite = await outside.sip.next(/^INVITE sip:\+498955@/, 20_000);
    outside.sip.reply(invite, 180);
    await outside.pickUp(invite);
    await page.getByText('Engineer on call').first().waitFor();
    await Promise.all([expectPhoneHears(outside, customerTones, outsideTones), pageHears(page, outsideTones, customerTones)]);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await expect.poll(() => outside.endedBy, patience).not.toBeNull();
    await page.context().close();
  }, 120_000);
});

describe('calling back whom a text is from', () => {
  it('HU20 rings the page of a customer whose number nobody may dial, as long as it is open, and both hear each other', async () => {
    anna = await TestAgent.atWork(stage.url, 'anna');
    const page = await customerAt('/demo/transfer');
    await anna.slot('reserved');
    await page.getByRole('button', { name: 'Leave' }).click();
    const from = await told('+4930901820');
    expect(from).toMatch(/^sip:[0-9a-f]{32}@help\.test$/);

    const { established } = await annasPhone.call(from);
    await page.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
    await annasPhone.sip.next(/^SIP\/2\.0 180 /, 20_000);
    await page.getByRole('button', { name: 'Answer' }).click();
    expect(await established).toMatch(/^SIP\/2\.0 200 /);
    await Promise.all([expectPhoneHears(annasPhone, customerTones, annasTones), pageHears(page, annasTones, customerTones)]);
    const { contactId } = await anna.slot('engaged');
    await anna.post(`/api/contacts/${contactId}/hangup`);
    await expect.poll(() => annasPhone.endedBy, patience).not.toBeNull();
    // That they have talked now is told as well.
    expect(await told('+4930901820')).toBe(from);

    // Closed while it rings, it is not waited for; closed, there is nothing that could ring.
    const again = await annasPhone.call(from);
    await page.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
    await page.context().close();
    expect(await again.established).toMatch(/^SIP\/2\.0 480 /);
    expect(await (await annasPhone.call(from)).established).toMatch(/^SIP\/2\.0 480 /);
  }, 180_000);

  it('HU20 goes out over the trunk where the text is from a telephone number, and both hear each other', async () => {
    anna = await TestAgent.atWork(stage.url, 'anna');
    const { status, body: { token } } = await call<CreatedSession>(stage.url, '/api/sessions', {
      token: 'demo-portal-key', body: { customer: { id: 'c-9', name: 'Jane Doe', attributes: { phone: '+49 89 7711' } }, inquiry: { pageUrl: 'https://bank.example/' }, queue: 'alarm' },
    });
    expect(status).toBe(201);
    const customer = await TestCustomer.connect(stage.url, { token });
    await anna.slot('reserved', customer.contactId);
    await customer.leave();
    const from = await told('+49897711');
    expect(from).toBe(`sip:+49897711@${domain}`);
    customer.close();

    const { established } = await annasPhone.call(from);
    const invite = await outside.answer();
    expect(invite).toMatch(/^INVITE sip:\+49897711@/);
    expect(await established).toMatch(/^SIP\/2\.0 200 /);
    await Promise.all([expectPhoneHears(annasPhone, outsideTones, annasTones), expectPhoneHears(outside, annasTones, outsideTones)]);
    expect(await outside.within(invite, 'BYE', 10)).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => annasPhone.endedBy, patience).not.toBeNull();
  }, 120_000);
});
