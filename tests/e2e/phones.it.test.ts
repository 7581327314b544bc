/**
 * The same contact center with telephones on the desks: the desktop in the browser controls the call, the voice is on a SIP phone. A customer is
 * advised by two and handed over, with the page they share, to a colleague's phone. Sound and digits are checked by value.
 */
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Ticket } from '#shared/agent-protocol.ts';
import { expectPhoneHears, expectTones, inSomeWindow } from '../../gateway/test/media-proof.ts';
import { header } from '../../gateway/test/support/dialog-stand.ts';
import { domain } from '../../gateway/test/support/telephony-stand.ts';
import type { TonePhone, TonePhoneCall } from '../../gateway/test/support/tone-phone.ts';
import { accept, customerTones, openStage, pictured, type Stage } from '../support/stage.ts';

const annasTones = [440, 1000];
const bensTones = [620, 1480];
const patience = { timeout: 15_000, interval: 50 };

let stage: Stage;
let annasPhone: TonePhone;
let bensPhone: TonePhone;
/** Of the test that runs. */
const pages: Page[] = [];

beforeAll(async () => {
  stage = await openStage();
  annasPhone = await stage.phone('anna', annasTones);
  bensPhone = await stage.phone('ben', bensTones);
});
afterAll(() => stage.close());

describe('phones on the desks', () => {
  it('OP30 a desktop carries its call on the phone beside it: accept, talk, keys, hold, hang up', async () => {
    const anna = await deskWithPhone('anna');
    const customer = await stage.customer('/demo/transfer');
    witness({ anna, customer });
    await callUp(customer, anna, annasPhone);
    await Promise.all([pageHears(customer, annasTones, customerTones), expectPhoneHears(annasPhone, customerTones, annasTones)]);

    await customer.getByRole('button', { name: 'Keypad', exact: true }).click();
    for (const key of ['4', '2', '#']) await customer.getByRole('button', { name: key, exact: true }).click();
    await expect.poll(() => annasPhone.digits.join(''), patience).toBe('42#');
    await anna.getByText('42#').first().waitFor();

    await anna.getByRole('button', { name: /^Hold/ }).click();
    await customer.getByText(/on hold/i).first().waitFor();
    await anna.getByRole('button', { name: /^Hold/, pressed: true }).click();
    await Promise.all([pageHears(customer, annasTones, customerTones), expectPhoneHears(annasPhone, customerTones, annasTones)]);

    // The browser is gone, the call is not.
    await anna.close();
    await Promise.all([pageHears(customer, annasTones, customerTones), expectPhoneHears(annasPhone, customerTones, annasTones)]);
    const again = await stage.desk('anna');
    await again.getByRole('button', { name: 'Hang up', exact: true }).click();
    await expect.poll(() => annasPhone.endedBy, patience).not.toBeNull();
    await customer.getByText('Thank you for talking to us').first().waitFor();
    pages.push(again);
  }, 120_000);

  it('OP31 a colleague is asked, joins, and takes over on their phone, and the shared page and the ticket come along', async () => {
    const [anna, ben] = [await deskWithPhone('anna'), await deskWithPhone('ben')];
    await ben.getByRole('button', { name: /^Your status/ }).waitFor();
    const customer = await stage.customer('/demo/transfer');
    witness({ anna, ben, customer });
    await stage.api('ben', '/api/agents/me/status', { method: 'PUT', body: { status: 'break' } });
    await callUp(customer, anna, annasPhone);
    await stage.api('ben', '/api/agents/me/status', { method: 'PUT', body: { status: 'available' } });
    await anna.getByRole('button', { name: 'Ask to see the page' }).click();
    await customer.getByRole('button', { name: 'Show this page' }).click();
    await sharedPage(anna).getByRole('link', { name: 'Transfer' }).first().waitFor();

    // Consult: the customer waits, the two phones talk.
    await anna.getByRole('button', { name: /^Transfer/ }).first().click();
    await anna.getByRole('combobox').fill('Ben');
    await anna.getByRole('option', { name: /Ben Okafor/ }).waitFor();
    await anna.keyboard.press('Enter');
    await accept(ben).waitFor();
    const asked = bensPhone.answer();
    await accept(ben).click();
    await asked;
    await Promise.all([expectPhoneHears(annasPhone, bensTones, customerTones), expectPhoneHears(bensPhone, annasTones, customerTones)]);

    // All three: each hears the other two.
    await anna.getByRole('button', { name: /^Merge/ }).click();
    await Promise.all([
      expectPhoneHears(annasPhone, [...customerTones, ...bensTones], annasTones), expectPhoneHears(bensPhone, [...customerTones, ...annasTones], bensTones),
      pageHears(customer, [...annasTones, ...bensTones], customerTones),
    ]);

    // Over to Ben, with what Anna saw.
    await anna.getByRole('button', { name: /^Complete transfer/ }).click();
    await expect.poll(() => annasPhone.endedBy, patience).not.toBeNull();
    await Promise.all([expectPhoneHears(bensPhone, customerTones, annasTones), pageHears(customer, bensTones, annasTones)]);
    await sharedPage(ben).getByRole('link', { name: 'Transfer' }).first().waitFor();
    await customer.getByText('Ben Okafor').first().waitFor();
    await anna.getByRole('button', { name: /^Finish/ }).click();

    await ben.getByRole('button', { name: 'Hang up', exact: true }).click();
    await ben.getByRole('button', { name: /^Finish/ }).click();
    const { tickets: [last, first] } = await stage.api<{ readonly tickets: readonly Ticket[] }>('sara', '/api/tickets?limit=2');
    expect(first).toMatchObject({ agent: 'Anna Berger', outcome: 'answered', end: false, contactId: last?.contactId });
    expect(last).toMatchObject({ agent: 'Ben Okafor', end: true });
    expect(last?.ticket).toBeGreaterThan(first?.ticket ?? Infinity);
  }, 180_000);

  it('OP32 a phone transfers with its own button (REFER), and the customer is with the colleague', async () => {
    const anna = await deskWithPhone('anna');
    const customer = await stage.customer('/demo/transfer');
    witness({ anna, customer });
    await stage.api('ben', '/api/agents/me/status', { method: 'PUT', body: { status: 'offline' } });
    const invite = await callUp(customer, anna, annasPhone);
    const ben = await deskWithPhone('ben');
    expect(await annasPhone.within(invite, 'REFER', 200, [`Refer-To: <sip:ben@${domain}>`])).toMatch(/^SIP\/2\.0 202 /);
    await accept(ben).waitFor();
    const taken = bensPhone.answer();
    await accept(ben).click();
    await taken;
    await Promise.all([expectPhoneHears(bensPhone, customerTones, annasTones), pageHears(customer, bensTones, annasTones)]);
    await expect.poll(() => annasPhone.notified.at(-1), patience).toBe('200');
    await customer.getByRole('button', { name: 'Hang up' }).click();
    await expect.poll(() => bensPhone.endedBy, patience).not.toBeNull();
  }, 120_000);
});

describe('a phone with two lines', () => {
  it('MD53 holds the customer, asks a colleague on its other line, and comes back to the customer or hands them over, without touching her desktop', async () => {
    const [anna, ben] = [await deskWithPhone('anna'), await deskWithPhone('ben')];
    const customer = await stage.customer('/demo/transfer');
    witness({ anna, ben, customer });
    await stage.api('ben', '/api/agents/me/status', { method: 'PUT', body: { status: 'break' } });
    const invite = await callUp(customer, anna, annasPhone);
    await stage.api('ben', '/api/agents/me/status', { method: 'PUT', body: { status: 'available' } });
    const consult = async (cseq: number): Promise<{ readonly line: TonePhone; readonly consultation: TonePhoneCall }> => {
      await annasPhone.hold(invite, cseq, true);
      await customer.getByText(/on hold/i).first().waitFor();
      const line = await annasPhone.secondLine();
      const consultation = await line.call(`sip:ben@${domain}`);
      await accept(ben).waitFor();
      const asked = bensPhone.answer();
      await accept(ben).click();
      await asked;
      expect(await consultation.established).toMatch(/^SIP\/2\.0 200 /);
      await Promise.all([expectPhoneHears(line, bensTones, customerTones), expectPhoneHears(bensPhone, annasTones, customerTones)]);
      return { line, consultation };
    };

    const first = await consult(300);
    expect(await first.consultation.ask('BYE', 900)).toMatch(/^SIP\/2\.0 200 /);
    await expect.poll(() => bensPhone.endedBy, patience).not.toBeNull();
    await annasPhone.hold(invite, 301, false);
    await Promise.all([expectPhoneHears(annasPhone, customerTones, bensTones), pageHears(customer, annasTones, bensTones)]);

    const { line, consultation } = await consult(302);
    const answer = await consultation.established;
    const tag = (name: string): string => /;tag=([^;\s]+)/.exec(header(answer, name))?.[1] ?? '';
    const replaces = encodeURIComponent(`${consultation.callId};to-tag=${tag('To')};from-tag=${tag('From')}`);
    annasPhone.notified.length = 0;
    expect(await annasPhone.within(invite, 'REFER', 303, [`Refer-To: <sip:ben@${domain}?Replaces=${replaces}>`])).toMatch(/^SIP\/2\.0 202 /);
    await expect.poll(() => annasPhone.notified.at(-1), patience).toBe('200');
    await expect.poll(() => [annasPhone.endedBy, line.endedBy], patience).toEqual([expect.stringContaining('transferred'), expect.stringContaining('transferred')]);
    await Promise.all([expectPhoneHears(bensPhone, customerTones, annasTones), pageHears(customer, bensTones, annasTones)]);
    await customer.getByText('Ben Okafor').first().waitFor();
    await anna.getByRole('button', { name: /^Finish/ }).click();
    await customer.getByRole('button', { name: 'Hang up' }).click();
    await ben.getByRole('button', { name: /^Finish/ }).click();
  }, 180_000);
});

/** A desktop whose calls ring on the phone beside it. */
async function deskWithPhone(username: string): Promise<Page> {
  const page = await stage.agent(username);
  await page.getByRole('button', { name: /^Where your calls ring/ }).click();
  await page.getByRole('menuitemradio', { name: /Desk phone/ }).click();
  await page.getByRole('button', { name: 'Where your calls ring: Desk phone ready' }).waitFor();
  return page;
}

/** Answers the INVITE that the phone took. */
async function callUp(customer: Page, agent: Page, phone: TonePhone): Promise<string> {
  await customer.getByRole('button', { name: /Get Help/ }).click();
  await accept(agent).waitFor();
  const answered = phone.answer();
  await accept(agent).click();
  const invite = await answered;
  await customer.getByText('You are talking to', { exact: true }).waitFor();
  return invite;
}

async function pageHears(page: Page, heard: readonly number[], absent: readonly number[]): Promise<void> {
  await inSomeWindow(() => expectTones(page, heard, absent, 1));
}

/** The rebuilt page inside the viewer inside the desktop. */
function sharedPage(page: Page): FrameLocator {
  return page.frameLocator('iframe').frameLocator('iframe').last();
}

/** Pages that are looked at should the test fail, and closed after it. */
function witness(named: Readonly<Record<string, Page>>): void {
  pages.push(...Object.values(named));
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await pictured('phones', named);
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });
}
