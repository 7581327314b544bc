/** A desk at work in real Chromium: calls come in by SIP with real media from a second page, and are handled by keyboard alone. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { FarEnd, logIn } from './browser.ts';
import { setDesk } from './desk.ts';
import type { FakeGateway } from './fake-gateway.ts';
import { callIs, colleague, engaged, fakeContact, fakeView, manyTickets, summaries, withPhone, wrappingUp } from './fake-views.ts';

const { contactId } = fakeContact();
const desk = setDesk();
let context: BrowserContext;
let gateway: FakeGateway;
let page: Page;
let complained: string[];

beforeEach(() => { ({ context, gateway, page, complained } = desk); });

const until = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!await condition()) {
    if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
};
const acted = (path: string): boolean => gateway.requests.some((request) => request.path.endsWith(path));

/** Available, registered, with a warm microphone. */
async function ready(): Promise<void> {
  await logIn(page, gateway.url);
  await page.getByText('Phone ready').waitFor();
  gateway.show(fakeView());
  await page.getByRole('button', { name: /Microphone: Microphone ready/ }).waitFor();
}

/** In a call with the far end. */
async function inCall(): Promise<{ far: FarEnd; callId: string }> {
  await ready();
  const far = await FarEnd.open(context, gateway.url);
  await page.bringToFront();
  gateway.show(fakeView({ contacts: [engaged()] }));
  const { status, sdp, callId } = await gateway.sip.invite(await far.offer(), { contactId });
  expect(status).toBe(200);
  await far.answer(sdp);
  await until('media flows', async () => (await far.received()).state === 'connected');
  await page.getByText('You are talking with Maria Weber').or(page.locator('.video-remote')).first().waitFor();
  return { far, callId };
}

const energyRises = async (far: FarEnd): Promise<boolean> => {
  const before = await far.received();
  await page.evaluate(() => new Promise((resolve) => { setTimeout(resolve, 600); }));
  return (await far.received()).energy - before.energy > 1e-5;
};

describe('a contact, by keyboard alone', () => {
  it('AD1 AD4 AD5 AD9 goes from available over the offer and the call to the finished wrap-up without a mouse', async () => {
    await logIn(page, gateway.url);
    await page.getByText('You are offline').waitFor();
    gateway.onAction = ({ path, body }) => {
      if (path === '/agents/me/status') gateway.show(fakeView({ agent: { status: (body as { status: 'available' }).status } }));
      if (path.endsWith('/accept')) gateway.show(fakeView({ contacts: [engaged()] }));
      if (path.endsWith('/hangup')) gateway.show(fakeView({ contacts: [wrappingUp({ end: { party: 'agent', reason: 'hangup' } })] }));
      if (path.endsWith('/wrapup')) gateway.show(fakeView());
    };
    await page.keyboard.press('Alt+1');
    await page.getByText('Ready for the next customer').waitFor();

    gateway.show(fakeView({ contacts: [fakeContact()] }));
    await page.getByRole('heading', { name: 'Maria Weber' }).waitFor();
    await page.getByText('Card limits and regions').waitFor();
    await page.getByText('New card sent to the holiday address.').waitFor();
    expect(await page.title()).toContain('Maria Weber');
    const link = page.getByRole('link', { name: /bank\.example\/cards\/limits/ });
    expect(await link.getAttribute('rel')).toContain('noopener');

    const far = await FarEnd.open(context, gateway.url);
    await page.bringToFront();
    const offer = await far.offer();
    await page.keyboard.press('Alt+A');
    await until('accept', () => acted('/accept'));
    const { sdp, callId } = await gateway.sip.invite(offer, { contactId });
    await far.answer(sdp);
    await until('the agent is heard', () => energyRises(far));

    await page.keyboard.press('Alt+N');
    await page.keyboard.type('Raised the limit for Spain.');
    await page.keyboard.press('Alt+M');
    await page.getByText('You are muted: the customer does not hear you.').waitFor();
    await page.keyboard.press('Alt+M');
    await page.keyboard.press('Alt+X');
    await until('hangup', () => acted('/hangup'));
    gateway.sip.bye(callId);

    await page.getByRole('heading', { name: 'What came of it?' }).waitFor();
    await page.getByText('By you: hung up').waitFor();
    // The field of the notes is gone with the call, so the form has taken the focus.
    await page.keyboard.press('Control+Enter');
    await page.getByText('Choose an outcome before you finish.').waitFor();
    expect(acted('/wrapup')).toBe(false);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Ready for the next customer').waitFor();
    expect(gateway.requests.find(({ path }) => path.endsWith('/wrapup'))?.body).toEqual({ disposition: 'Follow-up needed', notes: 'Raised the limit for Spain.' });
    expect(complained).toEqual([]);
  });

  it('AD6 tells of a missed offer, and that the status was set aside', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [fakeContact()] }));
    await page.getByRole('button', { name: /Accept/ }).waitFor();
    gateway.show(fakeView({ agent: { status: 'break', reason: 'Missed' } }));
    await page.getByText('You missed Maria Weber, so you get no calls for now.').waitFor();
  });

  it('AD10 keeps the notes of a call over a reload', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [engaged()] }));
    await page.getByLabel('Notes').fill('Passport number checked');
    await page.reload();
    expect(await page.getByLabel('Notes').inputValue()).toBe('Passport number checked');
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await page.getByRole('heading', { name: 'What came of it?' }).waitFor();
    expect(await page.getByLabel('Notes').inputValue()).toBe('Passport number checked');
  });
});

describe('the softphone', () => {
  it('AD11 answers by itself the contact whose accept is under way, before the reply or the view', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [fakeContact()] }));
    const far = await FarEnd.open(context, gateway.url);
    await page.bringToFront();
    const offer = await far.offer();
    await page.getByRole('button', { name: /Accept/ }).click();
    await until('accept', () => acted('/accept'));
    const { status, took } = await gateway.sip.invite(offer, { contactId });
    expect(status).toBe(200);
    expect(took).toBeLessThan(1000);
  });

  it('AD12 holds an INVITE that overtakes the view until the view says that the contact was accepted', async () => {
    await ready();
    const far = await FarEnd.open(context, gateway.url);
    await page.bringToFront();
    const offer = await far.offer();
    gateway.show(fakeView({ contacts: [fakeContact()] }));
    const invited = gateway.sip.invite(offer, { contactId });
    gateway.show(fakeView({ contacts: [engaged()] }));
    expect((await invited).status).toBe(200);
  });

  it('AD13 refuses an INVITE without our header at once, and one for a contact that nobody accepted, or that stays over, after 5 s', async () => {
    await ready();
    const far = await FarEnd.open(context, gateway.url);
    const offer = await far.offer();
    expect((await gateway.sip.invite(offer, { contactId: null })).status).toBe(486);
    const unknown = await gateway.sip.invite(offer, { contactId: '00000000-0000-4000-8000-000000000009' });
    expect(unknown.status).toBe(480);
    expect(unknown.took).toBeGreaterThan(4500);
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await page.getByRole('heading', { name: 'What came of it?' }).waitFor();
    const over = await gateway.sip.invite(offer, { contactId });
    expect(over.status).toBe(480);
    expect(over.took).toBeGreaterThan(4500);
  });

  it('AD14 sends nothing of the microphone while muted or on hold, and the camera comes and goes without renegotiation', async () => {
    const { far } = await inCall();
    await until('the agent is heard', () => energyRises(far));
    await page.keyboard.press('Alt+M');
    await until('silence when muted', async () => !await energyRises(far));
    await page.keyboard.press('Alt+M');
    await until('heard again', () => energyRises(far));
    gateway.show(fakeView({ contacts: [engaged({ call: callIs('held') })] }));
    await until('silence on hold', async () => !await energyRises(far));
    gateway.show(fakeView({ contacts: [engaged()] }));
    expect((await far.received()).frames).toBe(0);
    await page.keyboard.press('Alt+V');
    await until('the camera is seen', async () => (await far.received()).frames > 5);
    await page.locator('.video-self video').waitFor();
    await page.keyboard.press('Alt+V');
    await page.locator('.video-self video').waitFor({ state: 'detached' });
    expect(gateway.sip.requests).toEqual([]);
  });

  it('AD15 shows the customer\'s picture while it comes, and answers an ICE restart without losing the call', async () => {
    const { far, callId } = await inCall();
    await page.locator('.video-remote video').waitFor();
    const again = await gateway.sip.invite(await far.offer({ again: true }), { dialog: callId });
    expect(again.status).toBe(200);
    await far.answer(again.sdp);
    await until('heard after the restart', () => energyRises(far));
  });

  it('AD16 ends the leg at BYE and says that the call is being brought back while the contact goes on', async () => {
    const { callId } = await inCall();
    gateway.sip.bye(callId);
    await page.getByText('Getting your call back.').waitFor();
  });

  it('AD17 registers with a ticket when the cookie is refused, and again by itself when the connection breaks', async () => {
    gateway.acceptsCookie = false;
    await logIn(page, gateway.url);
    await page.getByText('Phone ready').waitFor();
    expect(acted('/sip-ticket')).toBe(true);
    const again = gateway.sip.nextRegistration();
    gateway.sip.drop();
    await again;
    await page.getByText('Phone ready').waitFor();
    expect(new Set(gateway.sip.registrations.map(({ headers }) => /urn:uuid:([^>]+)/.exec(headers.get('contact') ?? '')?.[1])).size).toBe(1);
  });

  it('AD18 after a reload in mid-call registers at once under a new instance, answers the returning INVITE and stays muted', async () => {
    const { far } = await inCall();
    await page.keyboard.press('Alt+M');
    await page.getByText('You are muted').waitFor();
    const back = gateway.sip.nextRegistration();
    const offer = await far.offer();
    const reloaded = page.reload();
    await back;
    const { status, sdp, took } = await gateway.sip.invite(offer, { contactId });
    expect(status).toBe(200);
    expect(took).toBeLessThan(1500);
    await far.answer(sdp);
    await reloaded;
    await until('connected again', async () => (await far.received()).state === 'connected');
    await page.getByText('You are muted').waitFor();
    expect(await energyRises(far)).toBe(false);
    await page.keyboard.press('Alt+M');
    await until('heard again', () => energyRises(far));
    const instances = gateway.sip.registrations.map(({ headers }) => /urn:uuid:([^>]+)/.exec(headers.get('contact') ?? '')?.[1]);
    expect(new Set(instances).size).toBe(2);
    const registeredAfter = await page.evaluate(() => performance.getEntriesByName('gethelp:registered')[0]?.startTime ?? Infinity);
    process.stdout.write(`registered ${Math.round(registeredAfter)} ms after the navigation began, INVITE answered in ${Math.round(took)} ms\n`);
    expect(registeredAfter).toBeLessThan(2000);
  });

  it('AD19 stops registering when another desk takes over, without hanging up', async () => {
    await inCall();
    gateway.supersede();
    await page.getByRole('heading', { name: 'Your desk is open elsewhere' }).waitFor();
    await until('unregistered', () => gateway.sip.registrations.some(({ headers }) => (headers.get('contact') ?? '').includes('expires=0')));
    expect(gateway.sip.requests.filter(({ start }) => start.startsWith('BYE'))).toEqual([]);
  });

  it('AD2 does not go available without a microphone, and says what to do', async () => {
    await context.clearPermissions();
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
    });
    await logIn(page, gateway.url);
    await page.getByRole('button', { name: 'Go available' }).click();
    await page.getByRole('heading', { name: 'Microphone blocked' }).waitFor();
    expect(acted('/status')).toBe(false);
  });

  it('AD7, AD8 shows the customer\'s page again by itself after a reload, and says when the customer declined', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, view: 'granted' } } })] }));
    await page.frameLocator('iframe.viewer-frame').getByText('The customer’s page').waitFor();
    await page.reload();
    await page.frameLocator('iframe.viewer-frame').getByText('The customer’s page').waitFor();
    gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: { ...noGrants, view: 'asked' } } })] }));
    await page.getByText('The customer has been asked.').waitFor();
    gateway.show(fakeView({ contacts: [engaged()] }));
    await page.getByText('The customer does not want to show their page.').waitFor();
  });

  it('AD85 asks to record only where pages are kept, and says why it was refused', async () => {
    await ready();
    const contacts = [engaged({ cobrowse: { grants: { ...noGrants, view: 'granted' } } })];
    gateway.show(fakeView({ contacts }));
    const record = page.getByRole('button', { name: 'Ask to record' });
    gateway.refuse('/cobrowse/ask', { type: '/problems/wrong-state', title: 'Not now', status: 409, detail: 'Nothing is recorded here: RECORDING_KEY is not set.' });
    await record.press('Enter');
    await page.getByText('Nothing is recorded here: RECORDING_KEY is not set.').waitFor();
    gateway.show(fakeView({ contacts, recordsPages: false }));
    await record.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop viewing' }).waitFor();
  });

  it('CB133 asks for the customer\'s screen, takes the question back, ends it, says how they answered, and on a phone why not', async () => {
    await ready();
    const show = (screen: 'asked' | 'granted' | null): void => {
      gateway.show(fakeView({ contacts: [engaged({ cobrowse: { grants: screen === null ? noGrants : { ...noGrants, screen } } })] }));
    };
    show(null);
    await page.getByRole('button', { name: 'Ask to see the screen' }).click();
    await until('asked', () => acted('/cobrowse/ask'));
    show('asked');
    await page.getByText('The customer has been asked for their screen.').waitFor();
    show(null);
    await page.getByText('No screen is shown: the customer does not want to').waitFor();
    show('granted');
    await page.getByRole('button', { name: 'End the screen' }).click();
    await until('ended', () => acted('/cobrowse/screen'));
    gateway.show(fakeView({ agent: { ...withPhone(), answerWith: 'phone' }, contacts: [engaged({ call: callIs('active', 'phone') })] }));
    await page.getByText('Screens are shown to whoever answers at the desktop.').first().waitFor();
  });

  it('AD34 plays everybody of one call at once, and stops who has left', async () => {
    await page.addInitScript(() => {
      const scope = globalThis as unknown as { players: Set<HTMLMediaElement> };
      scope.players = new Set();
      const play = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'play')?.value as () => Promise<void>;
      HTMLMediaElement.prototype.play = function played(this: HTMLMediaElement) {
        if (this instanceof HTMLAudioElement) scope.players.add(this);
        return play.call(this);
      };
    });
    const playing = () => page.evaluate(() => [...(globalThis as unknown as { players: Set<HTMLMediaElement> }).players].filter(({ srcObject, paused }) => srcObject !== null && !paused).length);
    const { far, callId } = await inCall();
    await until('one voice', async () => await playing() === 1);
    for (const [second, count] of [['joins', 2], ['leaves', 1], ['joins', 2]] as const) {
      const { status, sdp } = await gateway.sip.invite(await far.offer({ second }), { dialog: callId });
      expect(status).toBe(200);
      await far.answer(sdp);
      await until(`${count} voices`, async () => await playing() === count);
    }
    await until('the agent is heard', () => energyRises(far));
  });

  it('AD35 goes on with another codec in the same call, and stays muted through it', async () => {
    const { far, callId } = await inCall();
    const change = async (codec: string): Promise<void> => {
      const { status, sdp } = await gateway.sip.invite(await far.offer({ codec }), { dialog: callId });
      expect(status).toBe(200);
      await far.answer(sdp);
    };
    await change('audio/pcmu');
    await until('heard in G.711', () => energyRises(far));
    await page.keyboard.press('Alt+M');
    await page.getByText('You are muted').waitFor();
    await change('audio/opus');
    await until('silence', async () => !await energyRises(far));
    await page.keyboard.press('Alt+M');
    await until('heard again', () => energyRises(far));
  });

  it('AD24, AD14 talks to the second party while the customer is on hold', async () => {
    const { far } = await inCall();
    gateway.show(fakeView({ contacts: [engaged({ call: callIs('held'), second: colleague() })] }));
    await page.getByText('You are talking with Ben Falk').waitFor();
    await until('the agent is heard', () => energyRises(far));
  });

  it('FL17 explains routing by keyboard alone, asks for what was said, and reads on at the answer', async () => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await logIn(page, gateway.url, '/supervisor/explain');
    await page.getByLabel('Customer number').focus();
    await page.keyboard.type('C-1');
    await page.keyboard.press('Tab');
    await page.keyboard.type('contract: 4711');
    // A refusal is told where the answer would be.
    gateway.refuse('/flow/explain', { type: '/problems/unknown-queue', title: 'Unknown queue', status: 400, detail: 'There is no queue "cards".' });
    await page.getByRole('button', { name: 'Explain' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('There is no queue "cards".').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Waits in Mortgages' }).waitFor();
    await page.getByText('Rule 1 fits, on “tier”: priority 90.').waitFor();
    const sent = gateway.requests.filter(({ path }) => path === '/flow/explain').at(-1)?.body;
    expect(sent).toMatchObject({ customer: { id: 'C-1', attributes: { contract: 4711 } }, ask: false, assume: {} });
    await until('the answer has the focus', () => page.getByRole('region', { name: 'Explanation' }).evaluate((element) => element === document.activeElement));
  });

  it('AD21 shows the queues\' figures to supervisors only', async () => {
    gateway.show(fakeView({ agent: { role: 'supervisor' } }));
    await logIn(page, gateway.url, '/supervisor');
    await page.getByRole('row', { name: /Cards & payments Open 2 0 1:[345]\d 1–3 min/ }).waitFor();
    gateway.show(fakeView());
    await page.getByText('This page is for supervisors.').waitFor();
  });
});

describe('a call with others in it, by keyboard alone', () => {
  const asked = (path: string) => gateway.requests.filter((request) => request.path.endsWith(path)).map(({ method, body }) => [method, body] as const);
  /** In a call whose media is somebody else's matter here. */
  async function engagedWith(patch: Parameters<typeof engaged>[0] = {}, agent: Parameters<typeof fakeView>[0] = {}): Promise<void> {
    await ready();
    gateway.show(fakeView({ ...agent, contacts: [engaged(patch)] }));
    await page.getByRole('heading', { name: 'Maria Weber' }).waitFor();
  }

  it('AD26 finds a colleague by typing and asks them with Enter, or hands over at once with Alt+Enter', async () => {
    await engagedWith();
    await page.keyboard.press('Alt+T');
    const field = page.getByRole('combobox');
    await field.waitFor();
    await page.keyboard.type('muller');
    await page.getByRole('option', { name: /Dora Müller/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked('/consult')).toEqual([['POST', { to: { agentId: 'a4' } }]]);

    await page.keyboard.press('Alt+T');
    await field.waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    // A colleague who is in a call: said so, and nothing is sent.
    await page.getByText('Carla Ruiz is in a call.').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('mortg');
    await page.keyboard.press('Alt+Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked('/transfer')).toEqual([['POST', { to: { queue: 'mortgages' } }]]);

    await page.keyboard.press('Alt+T');
    await field.fill('+49 171 555');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked('/consult').at(-1)).toEqual(['POST', { to: { number: '+49171555' } }]);
    expect(complained).toEqual([]);
  });

  it('AD27 says in the dialog what was refused, and keeps the choice', async () => {
    await engagedWith();
    await page.keyboard.press('Alt+T');
    await page.getByRole('combobox').fill('ben');
    gateway.refuse('/consult', { type: '/problems/agent-busy', title: 'Busy', status: 409, detail: 'Ben Falk has just become busy. Choose somebody else, or try again.' });
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Ben Falk has just become busy.').waitFor();
    expect(await page.getByRole('combobox').inputValue()).toBe('ben');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(asked('/consult')).toHaveLength(2);
  });

  it('AD24 shows who is talking to whom, and swaps, merges, completes and drops by key', async () => {
    await engagedWith({ call: callIs('held'), second: colleague({ state: 'ringing' }) });
    const strip = page.getByRole('region', { name: 'Who is talking to whom' });
    await strip.getByText('Maria Weber is on hold. Ben Falk is being called.').waitFor({ state: 'attached' });
    // Not before there is an answer: the key says why.
    await page.keyboard.press('Alt+J');
    await page.getByText('Not before the second party has answered.').first().waitFor();
    expect(asked('/merge')).toEqual([]);
    gateway.show(fakeView({ contacts: [engaged({ call: callIs('held'), second: colleague() })] }));
    await strip.getByText('You are talking to Ben Falk. Maria Weber is on hold.').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+W');
    await until('swap', () => acted('/consult/swap'));
    gateway.show(fakeView({ contacts: [engaged({ second: colleague({ talk: 'customer' }) })] }));
    await strip.getByText('You are talking to Maria Weber. Ben Falk is on hold.').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+J');
    await until('merge', () => acted('/consult/merge'));
    gateway.show(fakeView({ contacts: [engaged({ second: colleague({ talk: 'all' }) })] }));
    await strip.getByText('You, Maria Weber and Ben Falk are in a conference.').waitFor({ state: 'attached' });
    await page.keyboard.press('Alt+D');
    await until('drop', () => gateway.requests.some(({ method, path }) => method === 'DELETE' && path.endsWith('/consult')));
    await page.keyboard.press('Alt+C');
    await until('complete', () => acted('/consult/transfer'));
    gateway.show(fakeView({ contacts: [wrappingUp({ end: null })] }));
    await page.getByText('You have handed the customer over.').waitFor();
  });

  it('AD29 tells how a consultation came to its end', async () => {
    await engagedWith({ call: callIs('held'), second: colleague({ state: 'ringing' }) });
    gateway.show(fakeView({ contacts: [engaged({ secondEnded: { name: 'Ben Falk', outcome: 'declined', at: new Date().toISOString() } })] }));
    await page.getByText('Ben Falk declined.').waitFor();
  });

  it('AD28 asks a colleague for advice with who asks and about whom, lets them leave, and says when the customer becomes theirs', async () => {
    await ready();
    const by = { agentId: 'a2', name: 'Ben Falk' };
    gateway.show(fakeView({ contacts: [fakeContact({ part: 'consulted', by })] }));
    await page.getByText('Ben Falk asks for your advice', { exact: true }).waitFor();
    await page.getByText('The customer waits on hold and stays with Ben Falk.').waitFor();
    gateway.show(fakeView({ contacts: [engaged({ part: 'consulted', by, second: colleague({ party: { kind: 'agent', agentId: 'a1', name: 'Anna Berg' } }) })] }));
    await page.getByText('You advise Ben Falk.').waitFor();
    const controls = page.getByRole('toolbar', { name: 'Call controls' });
    expect(await controls.getByRole('button').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label')))).toEqual(['Mute', 'Camera on', 'Leave']);
    await page.keyboard.press('Alt+H');
    expect(acted('/hold')).toBe(false);
    gateway.show(fakeView({ contacts: [engaged({ by })] }));
    await page.getByText('Maria Weber is yours now: Ben Falk has handed the call over to you.').waitFor();
    await controls.getByRole('button', { name: 'Transfer' }).waitFor();
  });

  it('AD25 sends tones by typing while the dial pad has the focus, and types notes otherwise', async () => {
    await engagedWith({ digits: '12' });
    await page.getByText('The customer pressed').waitFor();
    await page.keyboard.press('Alt+K');
    await page.getByRole('region', { name: 'Dial pad' }).waitFor();
    await page.keyboard.type('47#');
    await until('tones', () => asked('/dtmf').map(([, body]) => (body as { digits: string }).digits).join('') === '47#');
    await page.keyboard.press('Alt+N');
    await page.keyboard.type('47');
    expect(await page.getByLabel('Notes').inputValue()).toBe('47');
    expect(asked('/dtmf').map(([, body]) => (body as { digits: string }).digits).join('')).toBe('47#');
    await page.keyboard.press('Alt+K');
    await page.getByRole('region', { name: 'Dial pad' }).waitFor({ state: 'detached' });
  });

  it('TR38 hands over to a skill, urgently, by keyboard alone', async () => {
    await engagedWith();
    await page.keyboard.press('Alt+T');
    await page.getByRole('combobox', { name: 'To whom' }).waitFor();
    await page.keyboard.type('insur');
    await page.getByText('Enter hands the customer to whoever has insurance.').waitFor();
    await page.getByRole('checkbox', { name: 'Urgent: before the others' }).press('Space');
    await page.getByRole('combobox', { name: 'To whom' }).press('Enter');
    await until('the transfer', () => asked('/transfer').length === 1);
    expect(asked('/transfer')[0]?.[1]).toEqual({ to: { skills: ['insurance'], priority: 100 } });
  });

  it('TR38 asks a supervisor at one press, and says that none is free', async () => {
    await engagedWith();
    gateway.refuse('/consult', { type: '/problems/party-busy', title: 'The party cannot take it now', status: 409, detail: 'No supervisor is free now. Try again in a moment, or choose somebody else.' });
    await page.getByRole('button', { name: 'Ask a supervisor' }).press('Enter');
    await page.getByText('No supervisor was asked.').waitFor();
    await page.getByText(/No supervisor is free now/).waitFor();
    expect(asked('/consult')[0]?.[1]).toEqual({ to: { supervisor: true } });
  });

  it('HU19 shows what became of contacts that one was rung for, until it is dismissed, with a call back', async () => {
    await ready();
    gateway.show(fakeView({ summaries }));
    const rungLast = page.getByText(/Card emergencies: Jonas Weber \(\+49 40 5550199\) gave up at .*; you were rung last\. Ticket 10431\./);
    await rungLast.waitFor();
    const notice = page.locator('.notice').filter({ has: rungLast });
    await notice.getByRole('button', { name: 'Call back' }).press('Enter');
    await until('the call back', () => gateway.requests.some(({ path, body }) => path === '/calls' && (body as { contactId: string }).contactId === 'h1'));
    await notice.getByRole('button', { name: 'Dismiss' }).press('Enter');
    await until('the dismissal', () => gateway.requests.some(({ method, path }) => method === 'DELETE' && path === '/agents/me/summaries/s1'));
    gateway.show(fakeView({ summaries: summaries.slice(1) }));
    await rungLast.waitFor({ state: 'detached' });
  });

  it('AD36 shows the digits that the customer pressed', async () => {
    await engagedWith({ digits: '4711#' });
    await page.getByText('4711#').waitFor();
  });

  it('AD30 rings where the agent chose, says what is reachable, and wants no microphone for a phone', async () => {
    await context.clearPermissions();
    await page.addInitScript(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError')); });
    await logIn(page, gateway.url);
    gateway.show(fakeView({ agent: { ...withPhone({ busy: true }), status: 'offline' } }));
    await page.getByRole('button', { name: /Where your calls ring: Phone ready/ }).click();
    gateway.onAction = ({ path, body }) => {
      if (path === '/agents/me/endpoint') gateway.show(fakeView({ agent: { ...withPhone(), status: 'offline', answerWith: (body as { answerWith: 'phone' }).answerWith } }));
      if (path === '/agents/me/status') gateway.show(fakeView({ agent: { ...withPhone(), answerWith: 'phone' } }));
    };
    await page.getByRole('menuitemradio', { name: /Desk phone/ }).getByText('Busy').waitFor();
    await page.getByRole('menuitemradio', { name: /Desk phone/ }).click();
    await page.getByRole('button', { name: /Where your calls ring: Desk phone ready/ }).waitFor();
    await page.keyboard.press('Alt+1');
    await page.getByText('This page and your phone tell you as soon as somebody needs you.').waitFor();
    gateway.show(fakeView({ agent: { ...withPhone({ reachable: false }), answerWith: 'phone' } }));
    await page.getByRole('heading', { name: 'Your desk phone cannot be reached' }).waitFor();
  });

  it('AD31 controls a call on a phone, and says that it is muted there', async () => {
    await engagedWith({ call: callIs('active', 'phone') }, { agent: { ...withPhone(), answerWith: 'phone' } });
    await page.getByText('You are talking with Maria Weber · Snom D785').waitFor();
    await page.keyboard.press('Alt+H');
    await until('hold', () => acted('/hold'));
    await page.keyboard.press('Alt+M');
    await page.getByText('The call is on your phone: mute it there.').first().waitFor();
    await page.keyboard.press('Alt+X');
    await until('hangup', () => acted('/hangup'));
  });

  it('AD32 calls the customer of an ended contact back, and says why it cannot', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    gateway.refuse('/calls', { type: '/problems/customer-gone', title: 'Gone', status: 480, detail: 'The customer has closed the page, so there is nothing to ring.' });
    await page.getByRole('button', { name: 'Call back' }).waitFor();
    await page.keyboard.press('Alt+B');
    await page.getByRole('alert').getByText('Maria Weber was not called. The customer has closed the page, so there is nothing to ring.').waitFor();
    await page.keyboard.press('Alt+B');
    await until('called', () => asked('/calls').length === 2);
    expect(asked('/calls').at(-1)).toEqual(['POST', { contactId }]);
    gateway.show(fakeView());
    await page.keyboard.press('Alt+Y');
    await page.getByRole('row', { name: /#10427/ }).getByRole('button', { name: 'Call back' }).click();
    await until('called from the history', () => asked('/calls').some(([, body]) => (body as { contactId: string }).contactId === 'h1'));
  });

  it('CR9 plays a recorded page again beside the contact, from any place, and says that the audit notes it', async () => {
    await ready();
    gateway.show(fakeView());
    await page.keyboard.press('Alt+Y');
    await page.getByRole('button', { name: 'Replay page' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('That you look at it is written into the audit.', { exact: false }).waitFor();
    const shown = dialog.frameLocator('iframe').frameLocator('.stage.shown iframe');
    await shown.getByRole('heading', { name: 'New transfer' }).waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).click();
    const place = dialog.getByRole('slider', { name: 'Place in the recording' });
    await place.fill('5');
    await shown.getByRole('heading', { name: 'Check your transfer' }).waitFor();
    expect(await place.getAttribute('aria-valuetext')).toBe('0:05 / 0:09');
    await place.fill('1');
    await shown.getByRole('heading', { name: 'New transfer' }).waitFor();
    await dialog.getByRole('combobox', { name: 'Speed' }).selectOption('8');
    await dialog.getByRole('button', { name: 'Play' }).click();
    await shown.getByRole('heading', { name: 'Check your transfer' }).waitFor();
    await until('the end', async () => (await place.getAttribute('aria-valuetext')) === '0:09 / 0:09');
    await dialog.frameLocator('iframe').getByText('Sharing has ended.').waitFor();
    expect(asked('/replay')).toEqual([['POST', undefined]]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('CK31 shows that a contact is a callback, and what rings once it is accepted', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [fakeContact({ callback: { number: '+494012345', at: null, triesLeft: 3, rings: null } })] }));
    await page.getByText('Callback · Cards & payments').waitFor();
    await page.getByText(/at \+494012345/).waitFor();
    gateway.show(fakeView({ contacts: [engaged({ call: { endpoint: null, state: 'connecting', connectedAt: null }, callback: { number: '+494012345', at: null, triesLeft: 3, rings: 'telephone' } })] }));
    await page.getByText('Calling +494012345…').first().waitFor();
    gateway.show(fakeView({ contacts: [engaged({ telephone: { number: '+494012345' } })] }));
    await page.getByText('at the telephone +494012345').waitFor();
    // There is nobody who could see it.
    expect(await page.getByRole('button', { name: 'Camera' }).count()).toBe(0);
  });

  it('CK31 agrees on a callback in the wrap-up, and calls, puts off and cancels those in the list, by keyboard', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await page.getByRole('button', { name: 'Schedule a callback…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Number').fill('+49 40 12345');
    await page.getByLabel('When').fill('2027-01-18T09:30');
    gateway.refuse('/callback', { type: '/problems/wrong-state', title: 'Not possible', status: 409, detail: 'The queue is closed then: choose a time within its hours.' });
    await page.keyboard.press('Enter');
    await page.getByText('The queue is closed then').waitFor();
    await page.getByLabel('Number').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Callback agreed on for').waitFor();
    expect(asked(`/contacts/${contactId}/callback`).at(-1)).toEqual(['POST', { number: '+49 40 12345', at: new Date('2027-01-18T09:30').toISOString(), mine: true }]);

    gateway.show(fakeView());
    await page.getByRole('link', { name: 'Callbacks' }).click();
    await page.getByRole('row', { name: /Maria Weber/ }).getByRole('button', { name: 'Call Maria Weber now' }).press('Enter');
    await until('called', () => asked('/calls').length > 0);
    await page.getByRole('button', { name: 'Another time for Ole Hansen' }).press('Enter');
    await page.getByLabel('New time').fill('2027-01-19T10:00');
    await page.keyboard.press('Enter');
    await until('put off', () => asked('/callbacks/5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0103').some(([method]) => method === 'PUT'));
    await page.getByRole('button', { name: 'Cancel the callback for Ole Hansen' }).press('Enter');
    await until('canceled', () => asked('/callbacks/5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0103').some(([method]) => method === 'DELETE'));
  });

  it('AD33 lists tickets and finds one', async () => {
    await ready();
    await page.keyboard.press('Alt+I');
    await page.getByRole('row', { name: /#10427/ }).waitFor();
    await page.getByRole('searchbox').fill('91bc');
    await page.getByText('Tickets: 1').waitFor();
    await page.getByLabel('Outcome').selectOption('missed');
    await page.getByText('No ticket fits.').waitFor();
  });

  it('AD12, AD32 answers the call back out of the wrap-up, also where the INVITE is here before the view', async () => {
    await ready();
    gateway.show(fakeView({ contacts: [wrappingUp()] }));
    await page.getByRole('button', { name: 'Call back' }).waitFor();
    const far = await FarEnd.open(context, gateway.url);
    await page.bringToFront();
    const invited = gateway.sip.invite(await far.offer(), { contactId });
    gateway.show(fakeView({ contacts: [engaged()] }));
    expect((await invited).status).toBe(200);
  });

  it('AD33 shows older tickets at the press of a key, and reading goes on at the first of them', async () => {
    gateway.tickets = manyTickets(123);
    await ready();
    await page.keyboard.press('Alt+I');
    const older = page.getByRole('button', { name: 'Show older' });
    for (const [shown, next] of [[50, '#1073'], [100, '#1023']] as const) {
      await page.getByText(`Tickets: ${shown}`).waitFor();
      await older.focus();
      await page.keyboard.press('Enter');
      await until('reading goes on', async () => await page.evaluate(() => document.activeElement?.textContent) === next);
    }
    await page.getByText('Tickets: 123').waitFor();
    expect(await older.count()).toBe(0);
    expect(complained).toEqual([]);
  });
});
