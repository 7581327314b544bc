/** Every state of the desk, light and dark, on three sizes of screen: accessible by axe, without a complaint of the browser; pictures go to test-results/desk. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaints, FarEnd, launchChromium, logIn } from './browser.ts';
import { fakeFloor, fakeOwnFigures, noOwnFigures } from './fake-floor.ts';
import { startFakeGateway, type FakeGateway } from './fake-gateway.ts';
import { callIs, chatting, colleague, emergency, engaged, fakeContact, fakeThread, fakeTickets, fakeView, mail, manyTickets, summaries, withPhone, wrappingUp } from './fake-views.ts';

const pictures = fileURLToPath(new URL('../../test-results/desk', import.meta.url));
const sizes = [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 390, height: 844 }];

/** A real call from a page of its own, which stays open as long as the context. */
async function call(gateway: FakeGateway, page: Page, withPicture: boolean): Promise<void> {
  gateway.show(fakeView());
  await page.getByRole('button', { name: /Microphone: Microphone ready/ }).waitFor();
  const far = await FarEnd.open(page.context(), gateway.url);
  await page.bringToFront();
  gateway.show(fakeView({ contacts: [engaged()] }));
  const { sdp } = await gateway.sip.invite(await far.offer({ picture: withPicture }), { contactId: fakeContact().contactId });
  await far.answer(sdp);
  await page.getByText('You are talking with').or(page.locator('.video-remote')).first().waitFor();
}

const states: ReadonlyArray<{ readonly name: string; readonly show: (gateway: FakeGateway, page: Page) => Promise<void> }> = [
  { name: 'microphone-blocked', show: async (gateway, page) => {
    await page.evaluate(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError')); });
    gateway.show(fakeView());
    await page.getByRole('heading', { name: 'Microphone blocked' }).waitFor();
  } },
  { name: 'talking', show: async (gateway, page) => { await call(gateway, page, false); } },
  { name: 'muted-with-video', show: async (gateway, page) => {
    await call(gateway, page, true);
    await page.locator('.video-remote').waitFor();
    await page.keyboard.press('Alt+V');
    await page.keyboard.press('Alt+M');
    await page.locator('.video-self').waitFor();
  } },
  { name: 'video-and-page', show: async (gateway, page) => {
    await call(gateway, page, true);
    gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, view: 'granted' } } })] }));
    await page.locator('.video-remote').waitFor();
    await page.locator('iframe.viewer-frame').waitFor();
  } },
  { name: 'chat-offered', show: async (gateway, page) => {
    gateway.threads.set(fakeContact().contactId, [...fakeThread]);
    gateway.show(fakeView({ contacts: [chatting({ slot: 'reserved', since: new Date().toISOString(), offerExpiresAt: new Date(Date.now() + 16_000).toISOString() })] }));
    await page.getByRole('blockquote').waitFor();
  } },
  { name: 'chat', show: async (gateway, page) => {
    gateway.threads.set(fakeContact().contactId, [...fakeThread]);
    const letter = mail();
    gateway.threads.set(letter.contactId, [{ number: 1, at: new Date().toISOString(), author: 'customer', name: null, text: 'Where do I find it?' }]);
    gateway.show(fakeView({ contacts: [chatting({ thread: { last: 3, readByCustomer: 0, readByAgent: 3, typing: true } }), letter] }));
    await page.getByRole('log').getByText('The blue one.').waitFor();
    await page.getByText('1 unread').waitFor();
  } },
  { name: 'chat-wants-call', show: async (gateway, page) => {
    gateway.threads.set(fakeContact().contactId, [...fakeThread]);
    gateway.show(fakeView({ contacts: [chatting({ chat: { proposal: { by: 'customer', video: false }, video: true, callFailed: false, quietUntil: null } })] }));
    await page.getByRole('button', { name: 'Talk now' }).waitFor();
  } },
  { name: 'message', show: async (gateway, page) => {
    const letter = mail();
    gateway.threads.set(letter.contactId, [{ number: 1, at: new Date().toISOString(), author: 'customer', name: null, text: 'Dear all,\nwhere do I find the statement of last year? The page says "not found".\n\nKind regards\nJan Novak' }]);
    gateway.show(fakeView({ contacts: [letter] }));
    await page.getByRole('log').getByText('Kind regards').waitFor();
  } },
  { name: 'call-with-conversation', show: async (gateway, page) => {
    gateway.threads.set(fakeContact().contactId, [...fakeThread]);
    gateway.show(fakeView({ contacts: [engaged({ thread: { last: 3, readByCustomer: 0, readByAgent: 3, typing: false } })] }));
    await page.getByRole('log').getByText('The blue one.').waitFor();
  } },
  { name: 'offline', show: async (gateway) => { gateway.show(fakeView({ agent: { status: 'offline' } })); } },
  { name: 'ready', show: async (gateway) => { gateway.show(fakeView()); } },
  { name: 'break', show: async (gateway) => { gateway.show(fakeView({ agent: { status: 'break', reason: 'Lunch' } })); } },
  { name: 'offered', show: async (gateway) => { gateway.show(fakeView({ contacts: [fakeContact()] })); } },
  { name: 'offered-anonymous', show: async (gateway) => {
    gateway.show(fakeView({ contacts: [fakeContact({ customer: null, history: [], inquiry: { pageUrl: 'https://bank.example/', title: null, topic: null } })] }));
  } },
  { name: 'connecting', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: { endpoint: null, state: 'connecting', connectedAt: null } })] })); } },
  { name: 'held', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: callIs('held') })] })); } },
  { name: 'customer-away', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: callIs('customerAway') })] })); } },
  { name: 'agent-away', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: callIs('agentAway') })] })); } },
  { name: 'screen-asked', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, screen: 'asked' } } })] })); } },
  { name: 'asked', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, view: 'asked' } } })] })); } },
  { name: 'sees-page', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, view: 'granted' } } })] }));
    await page.locator('iframe.viewer-frame').waitFor();
  } },
  { name: 'consult-ringing', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: callIs('held'), second: colleague({ state: 'ringing' }) })] })); } },
  { name: 'consulting', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ call: callIs('held'), second: colleague() })] })); } },
  { name: 'consult-swapped', show: async (gateway) => { gateway.show(fakeView({ contacts: [engaged({ second: colleague({ talk: 'customer', party: { kind: 'external', number: '+49 40 5550100', label: 'Fraud desk' } }) })] })); } },
  { name: 'conference', show: async (gateway, page) => {
    await call(gateway, page, false);
    gateway.show(fakeView({ contacts: [engaged({ second: colleague({ talk: 'all' }) })] }));
    await page.getByText('All three of you hear each other').waitFor();
  } },
  { name: 'offered-consult', show: async (gateway) => { gateway.show(fakeView({ contacts: [fakeContact({ part: 'consulted', by: { agentId: 'a2', name: 'Ben Falk' } })] })); } },
  { name: 'offered-handed-over', show: async (gateway) => { gateway.show(fakeView({ contacts: [fakeContact({ by: { agentId: 'a2', name: 'Ben Falk' } })] })); } },
  { name: 'advising', show: async (gateway) => {
    gateway.show(fakeView({ contacts: [engaged({ part: 'consulted', by: { agentId: 'a2', name: 'Ben Falk' }, second: colleague({ party: { kind: 'agent', agentId: 'a1', name: 'Anna Berg' } }) })] }));
  } },
  { name: 'became-own', show: async (gateway) => {
    const by = { agentId: 'a2', name: 'Ben Falk' };
    gateway.show(fakeView({ contacts: [engaged({ part: 'consulted', by, second: colleague() })] }));
    gateway.show(fakeView({ contacts: [engaged({ by })] }));
  } },
  { name: 'consult-ended', show: async (gateway) => {
    gateway.show(fakeView({ contacts: [engaged({ call: callIs('held'), second: colleague({ state: 'ringing' }) })] }));
    gateway.show(fakeView({ contacts: [engaged({ secondEnded: { name: 'Ben Falk', outcome: 'noAnswer', at: new Date().toISOString() } })] }));
  } },
  { name: 'dial-pad', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged({ digits: '4711#' })] }));
    await page.getByRole('heading', { name: 'Maria Weber' }).waitFor();
    await page.keyboard.press('Alt+K');
    await page.keyboard.type('042#');
    await page.getByText('042#').waitFor();
  } },
  { name: 'transfer', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged()] }));
    await page.getByRole('heading', { name: 'Maria Weber' }).waitFor();
    await page.keyboard.press('Alt+T');
    await page.getByRole('combobox').waitFor();
  } },
  { name: 'transfer-refused', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged()] }));
    await page.getByRole('heading', { name: 'Maria Weber' }).waitFor();
    await page.keyboard.press('Alt+T');
    await page.getByRole('combobox').fill('0171 5550');
    gateway.refuse('/consult', { type: '/problems/number-not-allowed', title: 'Not allowed', status: 403, detail: 'No trunk may dial +49171. Choose a number of the phone book, or ask an administrator to allow it.' });
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('No trunk may dial').waitFor();
  } },
  { name: 'on-phone', show: async (gateway) => { gateway.show(fakeView({ agent: { ...withPhone(), answerWith: 'phone' }, contacts: [engaged({ call: callIs('active', 'phone') })] })); } },
  { name: 'phone-unreachable', show: async (gateway) => { gateway.show(fakeView({ agent: { ...withPhone({ reachable: false }), answerWith: 'phone' } })); } },
  { name: 'endpoint-menu', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: withPhone({ busy: true }) }));
    await page.getByRole('button', { name: /Where your calls ring/ }).click();
    await page.getByRole('menu').waitFor();
  } },
  { name: 'handed-over', show: async (gateway) => { gateway.show(fakeView({ contacts: [wrappingUp({ end: null })] })); } },
  { name: 'call-back-refused', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    gateway.refuse('/calls', { type: '/problems/customer-unreachable', title: 'Not there', status: 409, detail: 'The customer has closed the page, so there is nothing to ring. Use another way to reach them.' });
    await page.getByRole('button', { name: 'Call back' }).click();
    await page.getByText('The customer has closed the page').waitFor();
  } },
  { name: 'offered-callback', show: async (gateway) => {
    gateway.show(fakeView({ contacts: [fakeContact({ callback: { number: '+494012345', at: null, triesLeft: 3, rings: null } })] }));
  } },
  { name: 'dialling', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged({ call: { endpoint: null, state: 'connecting', connectedAt: null }, callback: { number: '+494012345', at: null, triesLeft: 3, rings: 'telephone' } })] }));
    await page.getByText('Calling +494012345…').first().waitFor();
  } },
  { name: 'on-telephone', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [engaged({ telephone: { number: '+494012345' } })] }));
    await page.getByText('at the telephone +494012345').waitFor();
  } },
  { name: 'callbacks', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await page.getByRole('link', { name: 'Callbacks' }).click();
    await page.getByRole('table').waitFor();
  } },
  { name: 'callbacks-other-time', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'Callbacks' }).click();
    await page.getByRole('button', { name: 'Another time for Ole Hansen' }).click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'schedule-callback', show: async (gateway, page) => {
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await page.getByRole('button', { name: 'Schedule a callback…' }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByLabel('Number').fill('+49 40 12345');
  } },
  { name: 'tickets', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByRole('table').waitFor();
  } },
  { name: 'tickets-older', show: async (gateway, page) => {
    gateway.tickets = manyTickets(60);
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByRole('button', { name: 'Show older' }).scrollIntoViewIfNeeded();
  } },
  ...([['my-day', fakeOwnFigures], ['my-day-empty', noOwnFigures], ['my-day-broken', null]] as const).map(([name, own]) => ({ name, show: async (gateway: FakeGateway, page: Page): Promise<void> => {
    gateway.ownFigures = own;
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'My day' }).click();
    await page.getByText({ 'my-day': 'By channel', 'my-day-empty': 'You were not at work', 'my-day-broken': 'The gateway has a problem' }[name]).first().waitFor();
  } })),
  { name: 'wrap-up', show: async (gateway) => { gateway.show(fakeView({ contacts: [wrappingUp()] })); } },
  { name: 'missed', show: async (gateway) => {
    gateway.show(fakeView({ contacts: [fakeContact()] }));
    gateway.show(fakeView({ agent: { status: 'break', reason: 'Missed a contact' } }));
  } },
  { name: 'history', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('table').waitFor();
  } },
  { name: 'replay', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Replay page' }).click();
    await page.frameLocator('.replay iframe').frameLocator('.stage.shown iframe').getByRole('heading').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
  } },
  { name: 'settings', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'keys', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'status-menu', show: async (gateway, page) => {
    gateway.show(fakeView());
    await page.getByRole('button', { name: /Your status/ }).click();
    await page.getByRole('menu').waitFor();
  } },
  { name: 'queues', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    gateway.showFloor(fakeFloor());
    await page.getByRole('link', { name: 'Supervision' }).click();
    await page.getByText('target 80 % in 20 s').waitFor();
  } },
  ...(['agents', 'figures', 'settings'] as const).map((tab) => ({ name: `supervision-${tab}`, show: async (gateway: FakeGateway, page: Page): Promise<void> => {
    gateway.show(fakeView({ agent: { role: 'admin' } }));
    gateway.showFloor(fakeFloor());
    await page.goto(`${gateway.url}/supervisor/${tab}`);
    await page.getByRole('table').first().waitFor();
    if (tab === 'settings') await page.getByRole('button', { name: 'Read the file again' }).click();
    if (tab === 'figures') await page.locator('.chart').waitFor();
  } })),
  { name: 'supervision-setting-dialog', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    gateway.showFloor(fakeFloor());
    await page.goto(`${gateway.url}/supervisor/settings`);
    await page.getByRole('button', { name: 'Change… Callbacks' }).click();
    await page.getByRole('spinbutton', { name: 'Tries', exact: true }).fill('99');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Expected a whole number').waitFor();
  } },
  { name: 'tickets-audit', show: async (gateway, page) => {
    gateway.tickets = fakeTickets;
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByRole('button', { name: 'Audit of the shared page, ticket #10427' }).click();
    await page.getByText('Each is as it was written.').waitFor();
  } },
  { name: 'supervision-look-on', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    gateway.showFloor(fakeFloor());
    await page.goto(`${gateway.url}/supervisor/agents`);
    await page.getByRole('button', { name: 'Look on at the page of Tom Baker' }).click();
    await page.locator('iframe.viewer-frame').waitFor();
  } },
  { name: 'supervision-figures-agents', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    gateway.showFloor(fakeFloor());
    await page.goto(`${gateway.url}/supervisor/figures`);
    await page.getByRole('combobox', { name: 'By' }).selectOption('agent');
    await page.getByRole('combobox', { name: 'Time' }).selectOption('custom');
    await page.getByText('Choose two dates').waitFor();
    await page.getByLabel('From', { exact: true }).fill('2026-11-01');
    await page.getByLabel('To, included').fill('2026-11-26');
    await page.getByRole('rowheader', { name: 'Carla Ruiz' }).waitFor();
  } },
  { name: 'supervision-skills', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    gateway.showFloor(fakeFloor());
    await page.goto(`${gateway.url}/supervisor/agents`);
    await page.getByRole('button', { name: 'Skills of Carla Ruiz' }).click();
    await page.getByRole('dialog').getByText('Sara Lindqvist').waitFor();
  } },
  { name: 'in-charge', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' }, queues: [emergency, { ...emergency, id: 'night', label: 'Night desk' }] }));
    gateway.inCharge = { by: 'Sara Lindqvist', entry: 'ben' };
    await page.getByRole('link', { name: 'Supervision' }).click();
    await page.getByRole('link', { name: 'In charge' }).click();
    await page.getByText('Set by Sara Lindqvist').first().waitFor();
  } },
  { name: 'summaries', show: async (gateway, page) => {
    gateway.show(fakeView({ summaries }));
    await page.getByText('you were rung last').waitFor();
  } },
  { name: 'hand-over-to-a-skill', show: async (gateway, page) => {
    await call(gateway, page, false);
    await page.keyboard.press('Alt+T');
    await page.getByRole('combobox', { name: 'To whom' }).fill('insur');
    await page.getByRole('option', { name: /insurance/ }).waitFor();
  } },
  { name: 'explain', show: async (gateway, page) => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await page.getByRole('link', { name: 'Supervision' }).click();
    await page.getByRole('link', { name: 'Explain routing' }).click();
    await page.getByLabel('Customer number').fill('C-4711');
    await page.getByLabel('What the portal says of them').fill('contract: 4711');
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('heading', { name: 'Waits in Mortgages' }).waitFor();
  } },
  { name: 'superseded', show: async (gateway, page) => {
    gateway.show(fakeView());
    gateway.supersede();
    await page.getByRole('button', { name: 'Use the desk here' }).waitFor();
  } },
];

describe.each(['light', 'dark'] as const)('screens, %s', (colorScheme) => {
  let browser: Browser;
  let context: BrowserContext;
  let gateway: FakeGateway;
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    gateway = await startFakeGateway();
    browser = await launchChromium();
    context = await browser.newContext({ colorScheme, locale: 'en-GB', viewport: sizes[0] ?? null, permissions: ['microphone', 'camera'], reducedMotion: 'reduce' });
  });
  afterAll(async () => { await browser.close(); await gateway.close(); });

  const picture = async (page: Page, name: string): Promise<void> => {
    for (const size of sizes) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${pictures}/${name}-${size.width}-${colorScheme}.png` });
    }
    await page.setViewportSize(sizes[0] ?? { width: 1440, height: 900 });
  };
  const violations = async (page: Page): Promise<string[]> => {
    // The customer's page inside the viewer is the viewer's business.
    const found = await new AxeBuilder({ page }).exclude('iframe').analyze();
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  };

  it('AD20 the login is accessible', async () => {
    const page = await context.newPage();
    const complained = complaints(page);
    await page.goto(`${gateway.url}/agent`);
    await page.getByLabel('Password').waitFor();
    await picture(page, 'login');
    expect(await violations(page)).toEqual([]);
    expect(complained).toEqual([]);
    await page.close();
  });

  it.each(states)('AD20 the state $name is accessible', async ({ name, show }) => {
    const page = await context.newPage();
    const complained = complaints(page);
    gateway.show(fakeView({ agent: { status: 'offline' } }));
    await logIn(page, gateway.url);
    await page.getByText('Phone ready').waitFor({ state: 'attached' });
    await show(gateway, page);
    await page.waitForFunction(() => document.querySelector('#desk')?.childElementCount === 1);
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState === 'finished' || animation.effect?.getTiming().iterations === Infinity));
    const found = await violations(page);
    await picture(page, name);
    await page.setViewportSize(sizes[2] ?? { width: 390, height: 844 });
    // A menu follows the new width a moment later.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    found.push(...await violations(page));
    expect(found).toEqual([]);
    expect(complained).toEqual([]);
    for (const open of context.pages()) await open.close();
  });
});
