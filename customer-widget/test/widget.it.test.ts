/** The widget in a real browser against the real protocol: what a customer can do and what becomes of it, state by state. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { launchBrowser, openPage, pressGetHelp } from './browser.ts';
import { allWays, closedWait } from './fake-gateway.ts';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };

/** Focus follows what appears a moment later: whoever presses a key sees where it is first. */
async function focusArrives(at: Locator): Promise<void> {
  await expect.poll(() => at.evaluate((element) => element.contains((element.getRootNode() as ShadowRoot).activeElement)), until).toBe(true);
}

describe('the widget in a page', () => {
  const { gateway, visit } = widgetSite();
  const page = async (path = '/page', options = {}) => await visit(path, options);

  it('WG1 is at most 10 KB gzipped before it is pressed, and loads nothing else until then', async () => {
    const script = readFileSync(join(import.meta.dirname, '../../dist/widget/widget.js'));
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(10_240);
    const { page: shown } = await page();
    await shown.locator('get-help .launcher').waitFor();
    expect(await shown.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/widget/')).length)).toBe(0);
  });

  it('WG2 shows the wait, or when it opens, on the button before anybody presses', async () => {
    const { page: shown } = await page();
    await shown.getByRole('button', { name: 'Get Help Wait: about 1–4 min' }).waitFor();
    gateway.wait = closedWait;
    await shown.reload();
    await shown.getByRole('button', { name: /Closed, opens Mon/ }).waitFor();
    await pressGetHelp(shown);
    await shown.getByText('Mon–Fri 08:00–18:00 (Europe/Berlin)').waitFor();
    expect(gateway.connected).toBe(false);
  });

  it('WG3 works under a strict policy of the page, from the button to sharing, without one violation', async () => {
    const { page: shown, complaints } = await page('/page?lang=de');
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Ihr Platz in der Reihe' }).waitFor();
    await shown.getByRole('button', { name: 'Prüfen' }).click();
    await shown.getByText('Wir hören Sie').waitFor();
    gateway.engage();
    await shown.getByRole('button', { name: 'Seite teilen' }).click();
    await shown.getByRole('button', { name: 'Seite zeigen' }).click();
    await expect.poll(() => gateway.frames, until).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it('WG4 goes all the way by keyboard', async () => {
    const { page: shown } = await page();
    await shown.locator('get-help .launcher').waitFor();
    const press = async (name: string): Promise<void> => {
      for (let step = 0; step < 25; step += 1) {
        await shown.keyboard.press('Tab');
        const focused = await shown.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent ?? '');
        if (focused.includes(name)) {
          await shown.keyboard.press('Enter');
          return;
        }
      }
      throw new Error(`Tab never came to ${name}`);
    };
    await press('Get Help');
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    await shown.keyboard.press('Escape');
    // The focus follows the panel into the pill a moment after the pill is there.
    await focusArrives(shown.getByRole('button', { name: 'Open Get Help' }));
    await shown.keyboard.press('Enter');
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.engage();
    await shown.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    await press('Mute');
    await shown.getByText('You are muted').waitFor();
    gateway.show({ cobrowse: { grants: { ...noGrants, view: 'asked' }, agent: { name: 'Anna Berger' } } });
    await focusArrives(shown.getByRole('alertdialog'));
    await shown.keyboard.press('Escape');
    await expect.poll(() => gateway.revocations, until).toBe(1);
    await expect.poll(() => shown.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className ?? ''), until).toContain('panel');
    await press('Hang up');
    await shown.getByRole('heading', { name: 'Thank you for talking to us' }).waitFor();
    await press('Close');
    await expect.poll(() => shown.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className ?? ''), until).toContain('launcher');
  });

  it('WG5 comes back by itself after a reload and on another page, in the queue and in a call, with the secret of the last welcome', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    await shown.reload();
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.engage();
    await shown.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    await shown.goto(`${gateway.url}/other`);
    await shown.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    expect(gateway.sessions).toBe(1);
    expect(gateway.auths.map((auth) => Object.keys(auth)[0])).toEqual(['token', 'resume', 'resume']);
    expect(new Set(gateway.auths.map((auth) => JSON.stringify(auth))).size).toBe(3);
  });

  it('WG6 tells the page at connecting and at every navigation, also one without a load', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await expect.poll(() => gateway.pages.at(-1), until).toEqual({ url: `${gateway.url}/page`, title: 'Portal /page' });
    await shown.evaluate(() => {
      history.pushState(null, '', '/page?step=2#private');
      document.title = 'Step 2';
    });
    await expect.poll(() => gateway.pages.at(-1), until).toEqual({ url: `${gateway.url}/page?step=2`, title: 'Step 2' });
    await shown.goto(`${gateway.url}/other`);
    await expect.poll(() => gateway.pages.at(-1)?.url, until).toBe(`${gateway.url}/other`);
  });

  it('WG7 says so when another tab took over, stays away, and can take it back', async () => {
    const { page: first } = await page();
    await pressGetHelp(first);
    await first.getByRole('heading', { name: 'Your place in line' }).waitFor();
    // A duplicated tab inherits the storage of the first.
    const [second] = await Promise.all([first.context().waitForEvent('page'), first.evaluate(() => { open('/other', '_blank', 'opener'); })]);
    await second.getByRole('heading', { name: 'Your place in line' }).waitFor();
    await first.getByRole('heading', { name: 'You went on in another tab' }).waitFor();
    await first.getByRole('button', { name: 'Continue here' }).click();
    await first.getByRole('heading', { name: 'Your place in line' }).waitFor();
    await second.getByRole('heading', { name: 'You went on in another tab' }).waitFor();
  });

  it('WG8 keeps the place through a lost connection and says so meanwhile', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.silent = true;
    gateway.cut();
    await shown.getByRole('dialog').getByText('Your place is held.').waitFor();
    gateway.silent = false;
    // By the press, or by itself where its own next try came in the same moment and took the button away.
    const back = shown.getByRole('dialog').getByText('Your place is held.').waitFor({ state: 'detached' });
    await Promise.race([back, shown.getByRole('button', { name: 'Try again' }).click().catch(() => undefined)]);
    await back;
    expect(gateway.sessions).toBe(1);
  });

  it('WG9 asks for a new session by itself when the token was refused, once, and then leaves it to the person', async () => {
    gateway.refusals = ['/problems/token-expired'];
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    expect(gateway.sessions).toBe(2);
    await shown.getByRole('button', { name: 'Leave the queue' }).click();
    await shown.getByRole('heading', { name: 'You have left the queue' }).waitFor();
    gateway.reset();
    gateway.refuseAll();
    await shown.getByRole('button', { name: 'Start again' }).click();
    await shown.getByRole('heading', { name: 'Your place could not be found again' }).waitFor();
    expect(gateway.sessions).toBe(2);
  });

  it('WG10 says that the session-url failed, and tries again on a press', async () => {
    gateway.sessionUrlWorks = false;
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'We could not start' }).waitFor();
    gateway.sessionUrlWorks = true;
    await shown.getByRole('button', { name: 'Try again' }).click();
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
  });

  it('WG24 gives a gateway that cannot be reached 20 s, says so, and tries again on a press, with the place it had', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.silent = true;
    await shown.clock.install();
    await shown.reload();
    await shown.getByRole('heading', { name: 'Bringing you back…' }).waitFor();
    await shown.clock.fastForward(20_100);
    await shown.getByRole('heading', { name: 'The help desk cannot be reached' }).waitFor();
    gateway.silent = false;
    await shown.getByRole('button', { name: 'Try again' }).click();
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    expect(gateway.sessions).toBe(1);
  });

  it('WG11 flashes the title at the customer\'s turn, vibrates, and stops when they are connected', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    gateway.phase({ name: 'offered', transfer: null });
    await expect.poll(() => shown.title(), until).toBe('● Your turn');
    gateway.engage();
    await expect.poll(() => shown.title(), until).toBe('Portal /page');
    expect(gateway.pages.map(({ title }) => title)).not.toContain('● Your turn');
  });

  it('WG25 stays in reach after the end: an agent who calls back rings the page, and the customer answers or does not', async () => {
    const { page: shown, complaints } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    await shown.getByRole('button', { name: 'Hang up' }).click();
    await shown.getByRole('heading', { name: 'Thank you for talking to us' }).waitFor();
    await expect.poll(() => gateway.view.phase.name, until).toBe('ended');
    gateway.ring();
    await shown.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
    await expect.poll(() => shown.title(), until).toBe('● Anna Berger is calling');
    await shown.getByText(/(?:[12]\d|30) s left to answer/).waitFor();
    await shown.getByRole('button', { name: 'Not now' }).click();
    await expect.poll(() => gateway.answers, until).toEqual([false]);
    await shown.getByRole('heading', { name: 'Thank you for talking to us' }).waitFor();
    await expect.poll(() => shown.title(), until).toBe('Portal /page');
    gateway.ring();
    await shown.getByRole('heading', { name: 'Anna Berger is calling you' }).waitFor();
    // It is a contact again, which a reload finds again.
    await shown.reload();
    await shown.getByRole('button', { name: 'Answer' }).click();
    await shown.getByRole('heading', { name: 'Anna Berger', exact: true }).waitFor();
    expect(gateway.answers).toEqual([false, true]);
    expect(gateway.sessions).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('WG25 is out of reach when the panel is closed, and does not come back by itself after the end', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    await shown.getByRole('button', { name: 'Hang up' }).waitFor();
    gateway.phase({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    await shown.getByRole('heading', { name: 'Thank you for talking to us' }).waitFor();
    expect(gateway.connected).toBe(true);
    await shown.getByRole('button', { name: 'Close' }).last().click();
    await expect.poll(() => gateway.connected, until).toBe(false);
    expect(gateway.auths.length).toBe(1);
  });

  it('WG26 names everybody who is in the call, who is next and who took it over', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    await shown.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    gateway.engage({ third: { name: 'Ben Falk' } });
    await shown.getByRole('heading', { name: 'Anna Berger and Ben Falk' }).waitFor();
    gateway.engage({ third: { name: null } });
    await shown.getByRole('heading', { name: 'Anna Berger and one more person' }).waitFor();
    gateway.phase({ name: 'offered', transfer: { to: 'Ben Falk' } });
    await shown.getByRole('heading', { name: 'Connecting you with Ben Falk…' }).waitFor();
    expect(await shown.title()).toBe('Portal /page');
    gateway.engage({ agent: { name: 'Ben Falk' } });
    await shown.getByRole('heading', { name: 'Ben Falk', exact: true }).waitFor();
    await shown.getByText('Ben Falk is with you now').waitFor();
    gateway.engage({ agent: { name: '' } });
    await shown.getByRole('heading', { name: 'You are put through' }).waitFor();
  });

  it('WG27 sends tones by press and by typing, only while the keypad has the focus', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    await shown.getByRole('button', { name: 'Keypad' }).click();
    await focusArrives(shown.getByRole('region', { name: 'Keypad' }));
    await shown.keyboard.type('4711');
    await shown.getByRole('button', { name: '#', exact: true }).click();
    await expect.poll(() => gateway.digits, until).toBe('4711#');
    await shown.getByText('4711#').waitFor();
    await shown.keyboard.press('Escape');
    await shown.getByRole('region', { name: 'Keypad' }).waitFor({ state: 'detached' });
    await focusArrives(shown.getByRole('button', { name: 'Keypad' }));
    await shown.keyboard.type('9');
    await shown.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    expect(gateway.digits).toBe('4711#');
  });

  it('WG12 answers the consent by trusted events only', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    gateway.show({ cobrowse: { grants: { ...noGrants, view: 'asked' }, agent: { name: 'Anna Berger' } } });
    await shown.getByRole('alertdialog').waitFor();
    await shown.evaluate(() => {
      document.querySelector('get-help')?.shadowRoot?.querySelectorAll<HTMLElement>('.consent button').forEach((button) => button.click());
    });
    expect(gateway.grants + gateway.revocations).toBe(0);
    await shown.getByRole('button', { name: 'Show this page' }).click();
    await shown.getByText('Anna Berger sees this page').first().waitFor();
    expect(gateway.grants).toBe(1);
  });

  it('WG13 goes on sharing after a navigation, and stops with one click for good, also offline', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.engage();
    await shown.getByRole('button', { name: 'Share page' }).click();
    await shown.getByRole('button', { name: 'Show this page' }).click();
    await expect.poll(() => gateway.sharers, until).toBe(1);
    await shown.goto(`${gateway.url}/other`);
    await shown.locator('get-help .sign').getByText('Anna Berger sees this page').waitFor();
    gateway.silent = true;
    gateway.cut();
    await shown.getByRole('dialog').getByText('Your call is held.').waitFor();
    await shown.locator('get-help .sign').getByRole('button', { name: 'Stop' }).click({ noWaitAfter: true });
    await shown.locator('get-help .sign').waitFor({ state: 'detached' });
    await expect.poll(() => gateway.sharers, until).toBe(0);
    const grants = gateway.grants;
    gateway.silent = false;
    await shown.reload();
    await expect.poll(() => gateway.revocations, until).toBe(1);
    expect(gateway.grants).toBe(grants);
    expect(gateway.sharers).toBe(0);
  });

  it('WG14 explains how to allow a refused microphone, and goes on when it is allowed', async () => {
    const strict = await launchBrowser({ allowed: false });
    const { page: shown } = await openPage(strict, `${gateway.url}/page`);
    await shown.context().grantPermissions([]);
    await pressGetHelp(shown);
    await shown.getByRole('button', { name: 'Check', exact: true }).click();
    await shown.getByRole('dialog').getByText('Your microphone is blocked').waitFor();
    await shown.getByText('Click the icon to the left of the web address').first().waitFor();
    await shown.context().grantPermissions(['microphone']);
    await shown.getByRole('button', { name: 'Try again' }).click();
    await shown.getByText('Say something').or(shown.getByText('We can hear you')).waitFor();
    await strict.close();
  });

  it('WG15 plays what the integrator named for the wait, and stops it at the turn', async () => {
    const { page: shown } = await page('/page?waiting-media=/film.mp4');
    await pressGetHelp(shown);
    await shown.locator('get-help video.media').waitFor();
    gateway.phase({ name: 'offered', transfer: null });
    await shown.locator('get-help video.media').waitFor({ state: 'detached' });
  });

  it('WG16 leaves the queue and hangs up at once, and puts the reason into words', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await shown.getByRole('button', { name: 'Leave the queue' }).click();
    await shown.getByRole('heading', { name: 'You have left the queue' }).waitFor();
    await shown.reload();
    await shown.getByRole('button', { name: /Get Help/ }).waitFor();
    expect(gateway.sessions).toBe(1);
  });

  it('WG17 is left out of what the agent sees, by class and by attribute', async () => {
    const { page: shown } = await page();
    expect(await shown.locator('get-help').evaluate((element) => element.matches('.rr-block[data-gethelp-block]'))).toBe(true);
  });

  it('WG18 sends the portal who asks, from which page: the demo portal vouches for its customer and its own origin', async () => {
    const { page: shown, complaints } = await page('/demo');
    await pressGetHelp(shown);
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    expect(gateway.bodies[0]).toMatchObject({
      customer: { id: 'C-204117', name: 'Mara Lindholm' }, inquiry: { pageUrl: `${gateway.url}/demo`, title: 'Overview · Halyard Bank' }, origins: [gateway.url],
    });
    await shown.getByRole('button', { name: 'Leave the queue' }).click();
    await shown.getByRole('button', { name: 'Log out' }).click();
    await shown.getByRole('heading', { name: 'Banking that keeps an even keel.' }).waitFor();
    await pressGetHelp(shown);
    await expect.poll(() => gateway.bodies[1], until).toMatchObject({ customer: null });
    expect(complaints).toEqual([]);
  });

  it('CK30 asks to be called back by keyboard alone, corrects a number that was refused, and waits by themselves again', async () => {
    const { page: shown, complaints } = await page();
    await pressGetHelp(shown);
    gateway.show({ callbacks: allWays });
    await shown.getByRole('button', { name: 'Call me back' }).focus();
    await shown.keyboard.press('Enter');
    await focusArrives(shown.getByRole('heading', { name: 'We call you back' }));
    await shown.keyboard.press('Tab');
    await shown.keyboard.press('ArrowDown');
    await shown.keyboard.press('Tab');
    const number = shown.getByLabel('Your number, with country code');
    await focusArrives(number);
    // Nothing is sent without one.
    await shown.keyboard.press('Enter');
    await shown.getByText('Please enter your number.').waitFor();
    gateway.callbackRefusals = [{ type: '/problems/party-refused', title: 'This party cannot be called', status: 403 }];
    await shown.keyboard.type('+49 30 99');
    await shown.keyboard.press('Enter');
    await shown.getByText('We cannot call this number').waitFor();
    await shown.keyboard.press('Enter');
    await shown.getByText('We call +49 30 99. You may close this page.', { exact: true }).waitFor();
    expect(gateway.asked).toEqual([{ number: '+49 30 99' }, { number: '+49 30 99' }]);
    await shown.getByRole('button', { name: 'Wait here' }).click();
    await shown.getByRole('heading', { name: 'Your place in line' }).waitFor();
    expect(complaints).toEqual([]);
    await shown.context().close();
  });

  it('CK30 is found again after a reload, chooses a time, and cancels', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.show({ callbacks: { ...allWays, page: false } });
    await shown.getByRole('button', { name: 'Call me back' }).click();
    await shown.getByLabel('Your number, with country code').fill('+493099');
    await shown.getByLabel('When?').selectOption({ index: 2 });
    await shown.getByRole('button', { name: 'Call me back' }).click();
    await shown.getByRole('heading', { name: /^We call you Mon/ }).waitFor();
    expect(gateway.asked).toEqual([{ number: '+493099', at: gateway.times[1] }]);
    await shown.reload();
    await shown.getByRole('heading', { name: /^We call you Mon/ }).waitFor();
    await shown.getByRole('button', { name: 'Cancel callback' }).click();
    await shown.getByRole('heading', { name: 'You have left the queue' }).waitFor();
    await shown.context().close();
  });

  it('WG90 leaves a message by keyboard alone, and says what is missing', async () => {
    const { page: shown, complaints } = await page();
    await pressGetHelp(shown);
    gateway.show({ messages: { needsReplyTo: true } });
    await shown.getByRole('button', { name: 'Write' }).focus();
    await shown.keyboard.press('Enter');
    await focusArrives(shown.getByRole('heading', { name: 'Leave a message' }));
    const [subject, text, replyTo] = [shown.getByLabel('Subject'), shown.getByLabel('Your message'), shown.getByLabel('Your e-mail address or telephone number')];
    await shown.keyboard.press('Tab');
    await focusArrives(subject);
    await shown.keyboard.type('My card');
    await shown.keyboard.press('Enter');
    await shown.getByText('Please write your message.').waitFor();
    await focusArrives(text);
    await shown.keyboard.type('It is gone.');
    await shown.keyboard.press('Tab');
    await focusArrives(replyTo);
    await shown.keyboard.type('jane@');
    await shown.keyboard.press('Enter');
    await shown.getByText('where we can answer').waitFor();
    expect(gateway.left).toEqual([]);
    await shown.keyboard.type('example.com');
    await shown.keyboard.press('Enter');
    await shown.getByRole('heading', { name: 'We have your message' }).waitFor();
    expect(gateway.left).toEqual([{ id: expect.stringMatching(/^[0-9a-f-]{36}$/), subject: 'My card', text: 'It is gone.', replyTo: 'jane@example.com' }]);
    expect(complaints).toEqual([]);
    await shown.context().close();
  });

  it('WG91 finds the message again after a reload, and takes nothing back by closing', async () => {
    const { page: shown } = await page();
    await pressGetHelp(shown);
    gateway.show({ messages: { needsReplyTo: false } });
    gateway.dissuade({ why: 'closed', choices: ['message'], ewt: null });
    await shown.getByRole('button', { name: 'Leave a message' }).click();
    await shown.getByLabel('Your message').fill('It is gone.');
    await shown.getByRole('button', { name: 'Send' }).click();
    await shown.getByText('We will answer you. You may close this page.', { exact: true }).waitFor();
    await shown.reload();
    await shown.getByRole('heading', { name: 'We have your message' }).waitFor();
    await shown.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await shown.getByRole('button', { name: /^Get Help/ }).waitFor();
    expect(gateway.view.phase).toEqual({ name: 'messageLeft', replyTo: null });
    await shown.reload();
    await shown.getByRole('button', { name: /^Get Help/ }).waitFor();
    expect(await shown.getByRole('dialog').count()).toBe(0);
    await shown.context().close();
  });

  it('WG92 keeps what was written when the wait begins after all, and asks how to begin only where that matters', async () => {
    gateway.channels = ['voice', 'video', 'chat'];
    gateway.wait = { ...closedWait, takes: true, onlyMessages: true };
    const { page: shown } = await page();
    await pressGetHelp(shown);
    await expect.poll(() => gateway.connected, until).toBe(true);
    gateway.show({ messages: { needsReplyTo: false } });
    gateway.dissuade({ choices: ['wait', 'message'] });
    await shown.getByRole('button', { name: 'Leave a message' }).click();
    await shown.getByLabel('Your message').fill('Half a sent');
    gateway.show({ phase: { name: 'waiting', position: 2, ewt: null, requeued: null, callback: null } });
    await shown.getByRole('button', { name: 'Write' }).click();
    await expect.poll(() => shown.getByLabel('Your message').inputValue(), until).toBe('Half a sent');
    await shown.context().close();
  });
});
