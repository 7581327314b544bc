/** Every state a person can see, at both sizes and in both schemes: axe finds nothing, nothing sticks out, and pictures are kept to look at. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, pressGetHelp } from './browser.ts';
import { allWays, closedWait, FakeGateway, openWait } from './fake-gateway.ts';

const pictures = join(import.meta.dirname, '../../test-results/widget');

interface Shown {
  readonly gateway: FakeGateway;
  readonly page: Page;
}

/** How each state is brought about, after the page is open. */
const states: Readonly<Record<string, (shown: Shown) => Promise<void>>> = {
  ready: async ({ page }) => { await page.getByText('about 1–4 min').waitFor(); },
  'closed-button': async ({ gateway, page }) => {
    gateway.wait = closedWait;
    await page.reload();
    await page.getByText('Closed, opens').waitFor();
  },
  closed: async ({ gateway, page }) => {
    gateway.wait = closedWait;
    await pressGetHelp(page);
    await page.getByRole('heading', { name: 'We are closed right now' }).waitFor();
  },
  preparing: async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'flow', notice: null });
    await page.getByRole('heading', { name: 'One moment, please' }).waitFor();
  },
  notice: async ({ gateway, page }) => {
    await wait(page);
    gateway.tell();
    await page.getByRole('heading', { name: 'Before we begin' }).waitFor();
  },
  dissuaded: async ({ gateway, page }) => {
    await wait(page);
    gateway.dissuade();
    await page.getByRole('heading', { name: 'It will take a while' }).waitFor();
  },
  'ended-not-entitled': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'ended', end: { party: 'system', reason: 'notEntitled' }, message: { en: 'Your contract does not include advice on loans. Your branch will be glad to help you.' } });
    await page.getByRole('heading', { name: 'This service is not in your contract' }).waitFor();
  },
  waiting: async ({ page }) => { await wait(page); },
  'waiting-next': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'waiting', position: 1, ewt: { low: 10, high: 50 }, requeued: null, callback: null });
    await page.getByRole('heading', { name: 'You are next' }).waitFor();
  },
  'waiting-check': async ({ page }) => {
    await wait(page);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('We can hear you').waitFor();
  },
  'waiting-requeued': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'waiting', position: 1, ewt: { low: 10, high: 50 }, requeued: 'agentUnavailable', callback: null });
    await page.getByText('You have kept your place').waitFor();
  },
  'callback-offered': async ({ gateway, page }) => {
    await wait(page);
    gateway.show({ callbacks: allWays });
    await page.getByText('Rather not wait?').waitFor();
  },
  'callback-form': async (shown) => {
    await askCallback(shown);
    await shown.page.getByText('On my telephone').click();
    await shown.page.getByLabel('Your number, with country code').fill('+49 30 1234567');
  },
  'callback-refused': async (shown) => {
    await askCallback(shown);
    shown.gateway.callbackRefusals = [{ type: '/problems/party-refused', title: 'This party cannot be called', status: 403 }];
    await shown.page.getByText('On my telephone').click();
    await shown.page.getByLabel('Your number, with country code').fill('112');
    await shown.page.getByRole('button', { name: 'Call me back' }).click();
    await shown.page.getByText('We cannot call this number').waitFor();
  },
  callback: async (shown) => {
    await askCallback(shown);
    await shown.page.getByRole('button', { name: 'Call me back' }).click();
    await shown.page.getByText('Keep this page open: it rings here.', { exact: true }).waitFor();
  },
  'callback-phone': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'waiting', position: 4, ewt: { low: 240, high: 480 }, requeued: null, callback: { number: '+49301234567', at: null, notBefore: null, calling: false } });
    await page.getByText('We call +49301234567. You may close this page.', { exact: true }).waitFor();
  },
  'callback-paused': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'waiting', position: 1, ewt: null, requeued: null, callback: { number: '+49301234567', at: null, notBefore: '2027-01-18T08:00:00Z', calling: false } });
    await page.getByRole('heading', { name: 'We call you back from Mon' }).waitFor();
  },
  'callback-calling': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'waiting', position: 1, ewt: null, requeued: null, callback: { number: '+49301234567', at: null, notBefore: null, calling: true } });
    await page.getByRole('heading', { name: 'We are calling you now' }).waitFor();
  },
  'callback-scheduled': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'scheduled', callback: { number: '+49301234567', at: '2027-01-18T08:30:00Z', notBefore: null, calling: false } });
    await page.getByRole('heading', { name: 'We call you Mon' }).waitFor();
  },
  'message-offered': async ({ gateway, page }) => {
    await wait(page);
    gateway.show({ callbacks: allWays, messages: { needsReplyTo: true } });
    await page.getByText('Rather write?').waitFor();
  },
  'message-closed': async ({ gateway, page }) => {
    await wait(page);
    gateway.show({ messages: { needsReplyTo: true } });
    gateway.dissuade({ why: 'closed', choices: ['message'], ewt: null, opensAt: '2027-01-18T08:00:00Z' });
    await page.getByRole('button', { name: 'Leave a message' }).waitFor();
  },
  'message-form': async (shown) => {
    await writeMessage(shown);
    await shown.page.getByLabel('Your message').fill('My card was swallowed by the machine at the station.\nCan you send me a new one?');
  },
  'message-refused': async (shown) => {
    await writeMessage(shown);
    await shown.page.getByLabel('Your message').fill('My card is gone.');
    await shown.page.getByLabel('Your e-mail address').fill('jane@');
    await shown.page.getByRole('button', { name: 'Send' }).click();
    await shown.page.getByText('where we can answer').waitFor();
  },
  'message-left': async ({ gateway, page }) => {
    await wait(page);
    gateway.show({ channel: 'message', phase: { name: 'messageLeft', replyTo: 'jane.doe@example.com' } });
    await page.getByRole('heading', { name: 'We have your message' }).waitFor();
  },
  'call-telephone': async ({ gateway, page }) => {
    await wait(page);
    gateway.engage({ onTelephone: true });
    await page.getByText('on your telephone', { exact: true }).waitFor();
  },
  'waiting-offline': async ({ gateway, page }) => {
    await wait(page);
    gateway.silent = true;
    gateway.cut();
    await page.getByRole('dialog').getByText('Reconnecting').waitFor();
  },
  'your-turn': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'offered', transfer: null });
    await page.getByRole('heading', { name: 'It is your turn' }).waitFor();
  },
  connecting: async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'connecting', agent: { name: 'Anna Berger' }, fromChat: false });
    await page.getByRole('heading', { name: 'Connecting you with Anna Berger' }).waitFor();
  },
  call: async (shown) => { await call(shown); },
  'call-muted-camera': async (shown) => {
    await call(shown);
    await shown.page.getByRole('button', { name: 'Mute' }).click();
    await shown.page.getByRole('button', { name: 'Camera' }).click();
    await shown.page.getByLabel('Your own video').waitFor();
  },
  'call-hold': async (shown) => {
    await call(shown);
    shown.gateway.engage({ onHold: true });
    await shown.page.getByRole('dialog').getByText('On hold').waitFor();
  },
  'call-agent-away': async (shown) => {
    await call(shown);
    shown.gateway.engage({ agentAway: true });
    await shown.page.getByRole('dialog').getByText('Anna Berger is coming back').waitFor();
  },
  'call-three': async (shown) => {
    await call(shown);
    shown.gateway.engage({ third: { name: 'Ben Falk' } });
    await shown.page.getByRole('heading', { name: 'Anna Berger and Ben Falk' }).waitFor();
  },
  'call-keypad': async (shown) => {
    await call(shown);
    await shown.page.getByRole('button', { name: 'Keypad' }).click();
    for (const key of '42#') await shown.page.getByRole('button', { name: key, exact: true }).click();
    await shown.page.getByText('42#').waitFor();
  },
  'call-taken-over': async (shown) => {
    await call(shown);
    shown.gateway.engage({ agent: { name: 'Ben Falk' } });
    await shown.page.getByText('Your call was handed over.').waitFor();
  },
  'call-number': async (shown) => {
    await call(shown);
    shown.gateway.engage({ agent: { name: '' } });
    await shown.page.getByRole('heading', { name: 'You are put through' }).waitFor();
  },
  transferring: async (shown) => {
    await call(shown);
    shown.gateway.phase({ name: 'offered', transfer: { to: 'Ben Falk' } });
    await shown.page.getByRole('heading', { name: 'Connecting you with Ben Falk…' }).waitFor();
  },
  'waiting-transferred': async (shown) => {
    await call(shown);
    shown.gateway.phase({ name: 'waiting', position: 2, ewt: { low: 60, high: 150 }, requeued: 'transferred', callback: null });
    await shown.page.getByText('You have been handed to the right team.').waitFor();
  },
  rung: async (shown) => {
    await call(shown);
    shown.gateway.phase({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    shown.gateway.ring();
    await shown.page.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
  },
  choosing: async ({ gateway, page }) => {
    gateway.converse();
    await pressGetHelp(page);
    await page.getByRole('button', { name: /^Chat/ }).waitFor();
  },
  'chat-waiting': async (shown) => {
    await write(shown);
    await shown.page.getByRole('textbox').fill('My card was declined abroad.');
    await shown.page.keyboard.press('Enter');
    await shown.page.getByText('Sent', { exact: true }).waitFor();
  },
  chat: async (shown) => { await chat(shown); },
  'chat-asked': async (shown) => {
    await chat(shown);
    shown.gateway.chat({ proposal: { by: 'agent', video: false } });
    await shown.page.getByRole('button', { name: 'Talk now' }).waitFor();
  },
  'chat-still-there': async (shown) => {
    await chat(shown);
    shown.gateway.chat({ endsAt: new Date(Date.now() + 120_000).toISOString() });
    await shown.page.getByRole('dialog').getByText('Are you still there?').waitFor();
  },
  'chat-pill': async (shown) => {
    await chat(shown);
    await shown.page.getByRole('textbox').press('Escape');
    shown.gateway.say('agent', 'One more thing.');
    await shown.page.getByText('Chat, 1 new').waitFor();
  },
  'call-chat': async (shown) => {
    await chat(shown);
    shown.gateway.engage({ fromChat: true });
    await shown.page.getByText('You are talking to', { exact: true }).waitFor();
  },
  'call-pill': async (shown) => {
    await call(shown);
    await shown.page.keyboard.press('Escape');
    await shown.page.getByRole('button', { name: 'Open Get Help' }).waitFor();
  },
  consent: async (shown) => {
    await call(shown);
    shown.gateway.show({ cobrowse: { grants: { ...noGrants, view: 'asked' }, agent: { name: 'Anna Berger' } } });
    await shown.page.getByRole('alertdialog').waitFor();
  },
  sharing: async (shown) => {
    await call(shown);
    await shown.page.getByRole('button', { name: 'Share page' }).click();
    await shown.page.getByRole('button', { name: 'Show this page' }).click();
    await shown.page.locator('get-help .signs').getByText('Anna Berger sees this page').waitFor();
  },
  'consent-annotate': async (shown) => {
    await share(shown);
    shown.gateway.ask('annotate');
    await shown.page.getByRole('alertdialog').waitFor();
  },
  'consent-control': async (shown) => {
    await share(shown);
    shown.gateway.ask('control');
    await shown.page.getByRole('alertdialog').waitFor();
  },
  'consent-record': async (shown) => {
    await share(shown);
    shown.gateway.ask('record');
    await shown.page.getByRole('alertdialog').waitFor();
  },
  'consent-screen': async (shown) => {
    await call(shown);
    shown.gateway.ask('screen');
    await shown.page.getByRole('alertdialog').waitFor();
  },
  'sharing-screen': async (shown) => {
    await call(shown);
    shown.gateway.ask('screen');
    await shown.page.getByRole('alertdialog').getByRole('button', { name: 'Choose what to show' }).click();
    await shown.page.getByText('Anna Berger sees your screen').waitFor();
  },
  'sharing-all': async (shown) => {
    await shareAll(shown);
  },
  'sharing-all-pill': async (shown) => {
    await shareAll(shown);
    await shown.page.keyboard.press('Escape');
    await shown.page.getByRole('button', { name: 'Open Get Help' }).waitFor();
  },
  'sharing-paused': async (shown) => {
    await share(shown);
    await shown.page.getByRole('button', { name: 'Pause' }).click();
    await shown.page.getByText('Sharing is paused').waitFor();
  },
  offer: async (shown) => {
    await share(shown);
    void shown.gateway.sharer.timeout(60_000).emitWithAck('offer', { url: `${shown.gateway.url}/demo/transfer` }).catch(() => undefined);
    await shown.page.getByRole('alertdialog').waitFor();
  },
  ended: async ({ gateway, page }) => {
    await call({ gateway, page });
    gateway.phase({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    await page.getByRole('heading', { name: 'Thank you for talking to us' }).waitFor();
  },
  'ended-failed': async ({ gateway, page }) => {
    await wait(page);
    gateway.phase({ name: 'ended', end: { party: 'system', reason: 'maximumWait' } });
    await page.getByRole('heading', { name: 'We are sorry' }).waitFor();
  },
  superseded: async ({ gateway, page }) => {
    await wait(page);
    gateway.supersede();
    await page.getByRole('heading', { name: 'You went on in another tab' }).waitFor();
  },
  'failed-session': async ({ gateway, page }) => {
    gateway.sessionUrlWorks = false;
    await pressGetHelp(page);
    await page.getByRole('heading', { name: 'We could not start' }).waitFor();
  },
  'failed-refused': async ({ gateway, page }) => {
    gateway.refuseAll();
    await pressGetHelp(page);
    await page.getByRole('heading', { name: 'Your place could not be found again' }).waitFor();
  },
};

async function write({ gateway, page }: Shown): Promise<void> {
  gateway.converse();
  await pressGetHelp(page);
  await page.getByRole('button', { name: /^Chat/ }).click();
  await page.getByRole('textbox').waitFor();
}

/** A chat that has gone on for a while. */
async function chat(shown: Shown): Promise<void> {
  await write(shown);
  const { gateway, page } = shown;
  gateway.say('customer', 'My card was declined abroad.');
  gateway.chat();
  gateway.say('agent', 'I am sorry to hear that. Which of your cards is it?');
  gateway.say('customer', 'The blue one.\nIt ends with 4021.');
  gateway.say('agent', 'Thank you. You can allow payments abroad here: https://bank.example/cards/limits');
  await page.getByRole('log').getByRole('link').waitFor();
}

async function wait(page: Page): Promise<void> {
  await pressGetHelp(page);
  await page.getByRole('heading', { name: 'Your place in line' }).waitFor();
}

async function askCallback({ gateway, page }: Shown): Promise<void> {
  await wait(page);
  gateway.show({ callbacks: allWays });
  await page.getByRole('button', { name: 'Call me back' }).click();
  await page.getByRole('heading', { name: 'We call you back' }).waitFor();
}

async function share(shown: Shown): Promise<void> {
  await call(shown);
  await shown.page.getByRole('button', { name: 'Share page' }).click();
  await shown.page.getByRole('button', { name: 'Show this page' }).click();
  await shown.page.locator('get-help .signs').getByText('Anna Berger sees this page').waitFor();
  await expect.poll(() => shown.gateway.sharers, { timeout: 8_000 }).toBe(1);
}

/** Everything that a customer can grant, with a supervisor who looks on, and marks on the page. */
async function shareAll(shown: Shown): Promise<void> {
  await share(shown);
  for (const kind of ['annotate', 'record', 'control'] as const) {
    shown.gateway.ask(kind);
    await shown.page.getByRole('alertdialog').getByRole('button', { name: 'Allow' }).click();
    await expect.poll(() => shown.gateway.view.cobrowse.grants[kind], { timeout: 8_000 }).toBe('granted');
  }
  shown.gateway.sharer.emit('viewers', [{ name: 'Anna Berger', as: 'agent' }, { name: 'Sara Otto', as: 'supervisor' }]);
  await shown.page.getByText('Also watching').waitFor();
  await shown.page.getByText('can click and type').waitFor();
}

async function writeMessage({ gateway, page }: Shown): Promise<void> {
  await wait(page);
  gateway.show({ messages: { needsReplyTo: true } });
  await page.getByRole('button', { name: 'Write' }).click();
  await page.getByRole('heading', { name: 'Leave a message' }).waitFor();
}

async function call({ gateway, page }: Shown): Promise<void> {
  await wait(page);
  gateway.engage();
  await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
}

const sizes = [{ width: 1280, height: 800 }, { width: 390, height: 844 }];

describe('every state of the widget', () => {
  let browser: Browser;
  let gateway: FakeGateway;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [browser, gateway] = await Promise.all([launchBrowser(), FakeGateway.start()]);
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });

  it.each(Object.entries(states))('WG20 %s is accessible, at both sizes, in light and dark', async (name, bring) => {
    gateway.reset();
    gateway.wait = openWait;
    const { page, complaints } = await openPage(browser, `${gateway.url}/demo`, { reducedMotion: 'reduce' });
    await bring({ gateway, page });
    for (const viewport of sizes) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: join(pictures, `${name}-${viewport.width}-${colorScheme}.png`) });
        // The size decides what is there and the scheme what it looks like: two runs see all of both.
        if ((viewport.width === 390) !== (colorScheme === 'dark')) continue;
        const { violations } = await new AxeBuilder({ page }).include('get-help').analyze();
        expect(violations.map(({ id, nodes }) => `${viewport.width} ${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 30_000);
});
