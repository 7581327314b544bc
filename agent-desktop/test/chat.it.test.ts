/** Writing at the desk, in real Chromium against a gateway that speaks the protocol: several contacts at once, by keyboard. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { FarEnd, logIn } from './browser.ts';
import { setDesk } from './desk.ts';
import type { FakeGateway } from './fake-gateway.ts';
import { chatting, engaged, fakeContact, fakeThread, fakeView, mail, wrappingUp } from './fake-views.ts';

const until = { timeout: 10_000, interval: 30 };
const { contactId } = fakeContact();
const desk = setDesk();
let gateway: FakeGateway;
let page: Page;
let complained: string[];

beforeEach(async () => {
  ({ gateway, page, complained } = desk);
  gateway.threads.set(contactId, [...fakeThread]);
  await logIn(page, gateway.url);
});

const log = () => page.getByRole('log');
const sent = () => gateway.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages')).map(({ body }) => (body as { text: string }).text);

describe('writing at the desk', () => {
  it('AD60 shows what was written from the offer on, as text with addresses that can be pressed, and tells that it was read', async () => {
    gateway.show(fakeView({ contacts: [chatting({ slot: 'reserved', offerExpiresAt: new Date(Date.now() + 15_000).toISOString() })] }));
    await page.getByText('Chat · ').waitFor();
    await page.getByRole('blockquote').getByText('I tried this:').waitFor();
    gateway.show(fakeView({ contacts: [chatting()] }));
    await log().getByText('<b>Help!</b>').waitFor();
    expect(await log().locator('b').count()).toBe(0);
    const link = log().getByRole('link');
    expect(await link.evaluate((at: HTMLAnchorElement) => [at.href, at.target, at.rel])).toEqual(['https://bank.example/cards/limits', '_blank', 'noopener noreferrer nofollow']);
    await expect.poll(() => gateway.requests.find(({ path }) => path.endsWith('/messages/read'))?.body, until).toEqual({ upTo: 3 });
    expect(complained).toEqual([]);
  });

  it('AD61 writes by keyboard: a key to the field, Enter sends, Shift and Enter break the line; a refused message says so', async () => {
    gateway.show(fakeView({ contacts: [chatting()] }));
    gateway.onAction = ({ path }) => { if (path.endsWith('/messages')) gateway.show(fakeView({ contacts: [chatting({}, gateway.threads.get(contactId)?.length ?? 0)] })); };
    await log().getByText('The blue one.').waitFor();
    await page.keyboard.press('Alt+E');
    await page.keyboard.type('Please try');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('again now.');
    await page.keyboard.press('Enter');
    await expect.poll(sent, until).toEqual(['Please try\nagain now.']);
    await expect.poll(() => gateway.requests.some(({ path }) => path.endsWith('/messages/typing')), until).toBe(true);
    await page.getByText('Sent', { exact: true }).waitFor();
    gateway.refuse('/messages', { type: '/problems/not-on-call', title: 'Not on this call', status: 403 });
    await page.keyboard.type('Too late');
    await page.keyboard.press('Enter');
    await page.getByText('Not sent').waitFor();
  });

  it('AD62 has several contacts at once, counts what is unread in those that are not shown, and keeps what was typed over a change', async () => {
    const letter = mail();
    gateway.threads.set(letter.contactId, [{ number: 1, at: new Date().toISOString(), author: 'customer', name: null, text: 'Where do I find it?' }]);
    gateway.show(fakeView({ contacts: [chatting(), letter] }));
    await log().getByText('The blue one.').waitFor();
    await page.getByRole('button', { name: /jan.novak@example.com.*1 unread/ }).waitFor();
    await page.keyboard.press('Alt+E');
    await page.keyboard.type('Half a sen');
    await page.keyboard.press('Alt+Q');
    await page.getByRole('heading', { name: 'Statement of last year' }).waitFor();
    await log().getByText('Where do I find it?').waitFor();
    await page.keyboard.press('Alt+Q');
    await expect.poll(() => page.getByRole('textbox', { name: 'Write to the customer' }).inputValue(), until).toBe('Half a sen');
    expect(sent()).toEqual([]);
  });

  it('AD63 asks for a call and answers one who asks; a chat is ended, and handed over without asking first', async () => {
    gateway.show(fakeView({ contacts: [chatting()] }));
    await page.getByRole('button', { name: 'End chat' }).waitFor();
    expect(await page.getByRole('button', { name: 'Hold' }).count()).toBe(0);
    await page.keyboard.press('Alt+P');
    await expect.poll(() => gateway.requests.at(-1), until).toMatchObject({ method: 'POST', path: `/contacts/${contactId}/call` });
    gateway.show(fakeView({ contacts: [chatting({ chat: { proposal: { by: 'agent', video: false }, video: true, callFailed: false, quietUntil: null } })] }));
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect.poll(() => gateway.requests.at(-1), until).toMatchObject({ method: 'DELETE', path: `/contacts/${contactId}/call` });
    gateway.show(fakeView({ contacts: [chatting({ chat: { proposal: { by: 'customer', video: false }, video: true, callFailed: false, quietUntil: null } })] }));
    await page.getByRole('button', { name: 'Talk now' }).click();
    await expect.poll(() => gateway.requests.at(-1), until).toMatchObject({ method: 'POST', path: `/contacts/${contactId}/call` });
    await page.keyboard.press('Alt+T');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('option', { name: /Ben Falk/ }).waitFor();
    expect(await page.getByRole('option', { name: /Fraud desk/ }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Ask first' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+X');
    await expect.poll(() => gateway.requests.at(-1)?.path, until).toBe(`/contacts/${contactId}/hangup`);
  });

  it('AD92 asks for a video call, answers one with the camera or without, and begins it with the camera once', async () => {
    const asked = () => gateway.requests.filter(({ path }) => path === `/contacts/${contactId}/call`).map(({ body }) => body);
    gateway.show(fakeView({ contacts: [chatting()] }));
    await page.getByRole('button', { name: 'Video', exact: true }).press('Enter');
    await expect.poll(asked, until).toEqual([{ video: true }]);
    gateway.show(fakeView({ contacts: [chatting({ chat: { proposal: { by: 'customer', video: true }, video: true, callFailed: false, quietUntil: null } })] }));
    await page.getByText('would like to talk to you by video').waitFor();
    await page.getByRole('button', { name: 'Voice only' }).click();
    await page.getByRole('button', { name: 'With camera' }).click();
    await expect.poll(asked, until).toEqual([{ video: true }, { video: false }, { video: true }]);
    gateway.show(fakeView({ contacts: [chatting({ chat: { proposal: null, video: false, callFailed: false, quietUntil: null } })] }));
    await page.getByRole('button', { name: 'Video', exact: true }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: /Microphone: / }).waitFor();
    const far = await FarEnd.open(page.context(), gateway.url);
    await page.bringToFront();
    const call = { ...engaged().call, withCamera: true as const };
    gateway.show(fakeView({ contacts: [engaged({ call })] }));
    const { sdp } = await gateway.sip.invite(await far.offer({ picture: false }), { contactId });
    await far.answer(sdp);
    await page.locator('.video-self').waitFor();
    // Switched off it stays off, whatever view comes.
    await page.keyboard.press('Alt+V');
    await page.locator('.video-self').waitFor({ state: 'detached' });
    gateway.show(fakeView({ contacts: [engaged({ call, digits: '1' })] }));
    await page.getByText('1', { exact: true }).first().waitFor();
    expect(await page.locator('.video-self').count()).toBe(0);
  });

  it('AD64 writes beside a call, and reads the conversation in the wrap-up and of earlier contacts', async () => {
    const thread = { last: 3, readByCustomer: 0, readByAgent: 0, typing: true };
    gateway.show(fakeView({ contacts: [engaged({ thread })] }));
    await log().getByText('The blue one.').waitFor();
    await page.getByText('Maria Weber is writing…').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Send' }).waitFor();
    gateway.show(fakeView({ contacts: [wrappingUp({ channel: 'chat', thread: { ...thread, typing: false } })] }));
    await log().getByText('The blue one.').waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(0);
    gateway.threads.set('h2', [{ number: 1, at: '2026-08-19T15:40:00Z', author: 'customer', name: null, text: 'How much can I borrow?' }]);
    await page.getByRole('button', { name: 'Conversation (6)' }).click();
    await page.getByRole('dialog').getByText('How much can I borrow?').waitFor();
  });
});
