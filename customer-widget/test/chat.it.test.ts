/** Writing in the widget, in a real browser against the real protocol: beside the wait, alone, and beside a call; what breaks on the way loses nothing. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pressGetHelp } from './browser.ts';
import { widgetSite } from './site.ts';

const until = { timeout: 8_000, interval: 30 };

describe('the widget\'s chat', () => {
  const { gateway, visit } = widgetSite();

  async function chatting(path = '/page'): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
    gateway.converse();
    const opened = await visit(path);
    await opened.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => {
        document.body.dataset['asked'] = 'for the microphone';
        return Promise.reject(new DOMException('', 'NotFoundError'));
      };
    });
    await pressGetHelp(opened.page);
    await opened.page.getByRole('button', { name: /^(Chat|Chatten)/ }).click();
    await opened.page.getByRole('textbox').waitFor();
    return opened;
  }
  const write = async (page: Page, text: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Your message' }).fill(text);
    await page.keyboard.press('Enter');
  };
  const said = () => gateway.messages.map(({ author, text }) => `${author}: ${text}`);

  it('WG60 lets the customer choose between a call and a chat, and asks for no microphone to write', async () => {
    const { page, complaints } = await chatting();
    expect(gateway.auths.at(-1)).toMatchObject({ channel: 'chat' });
    await page.getByText('Tell us what it is about.').waitFor();
    await write(page, 'My card was declined.');
    await expect.poll(said, until).toEqual(['customer: My card was declined.']);
    // Being offered to an agent, and taken by one, takes the pen from nobody.
    await page.getByRole('textbox').fill('It is the bl');
    gateway.phase({ name: 'offered', transfer: null });
    gateway.chat();
    await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    expect(await page.getByRole('log').getByText('My card was declined.').count()).toBe(1);
    expect(await page.getByRole('textbox').inputValue()).toBe('It is the bl');
    expect(await page.locator('body').getAttribute('data-asked')).toBeNull();
    expect(complaints).toEqual([]);
  });

  it('WG61 writes with Enter, breaks lines with Shift and Enter, and says what was sent and read', async () => {
    const { page } = await chatting();
    gateway.chat();
    await page.getByRole('textbox').pressSequentially('One');
    await page.keyboard.press('Shift+Enter');
    await page.getByRole('textbox').pressSequentially('two');
    await page.keyboard.press('Enter');
    await expect.poll(said, until).toEqual(['customer: One\ntwo']);
    await expect.poll(() => gateway.wishes, until).toContain('typing');
    await page.getByText('Sent', { exact: true }).waitFor();
    gateway.show({ thread: { last: 1, readByCustomer: 1, readByAgent: 1, typing: true } });
    await page.getByText('Read', { exact: true }).waitFor();
    await page.getByText('Anna Berger is writing…').waitFor({ state: 'attached' });
    expect(await page.getByRole('textbox').inputValue()).toBe('');
  });

  it('WG62 shows text as text, and makes addresses that can be pressed without telling them of the page', async () => {
    const { page, complaints } = await chatting();
    gateway.chat();
    gateway.say('agent', '<img src=x onerror=alert(1)> see https://bank.example/form, or javascript:alert(1)');
    const link = page.getByRole('log').getByRole('link');
    await link.waitFor();
    expect(await link.count()).toBe(1);
    expect(await link.evaluate((at: HTMLAnchorElement) => [at.href, at.target, at.rel])).toEqual(['https://bank.example/form', '_blank', 'noopener noreferrer nofollow']);
    expect(await page.getByRole('log').locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('WG63 sends again what was not acknowledged, once, and reads on after a reload', async () => {
    const { page } = await chatting();
    gateway.chat();
    gateway.lostAcknowledgements = 1;
    await write(page, 'Is anybody there?');
    await write(page, 'Hello?');
    await expect.poll(said, until).toEqual(['customer: Is anybody there?', 'customer: Hello?']);
    await expect.poll(() => page.locator('get-help .bubble.pending').count(), until).toBe(0);
    await page.reload();
    await page.getByRole('log').getByText('Hello?').waitFor();
    gateway.say('agent', 'I am here.');
    await page.getByRole('log').getByText('I am here.').waitFor();
    expect(await page.locator('get-help .bubble p').allTextContents()).toEqual(['Is anybody there?', 'Hello?', 'I am here.']);
    expect(said()).toHaveLength(3);
  });

  it('WG64 counts what was not seen while the panel is folded, and has read it when it is open again', async () => {
    const { page } = await chatting();
    gateway.chat();
    await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    await page.getByRole('textbox').press('Escape');
    gateway.say('agent', 'Which card is it?');
    gateway.say('agent', 'The blue one?');
    await page.getByText('Chat, 2 new').waitFor();
    expect(gateway.read).toBe(0);
    await page.getByRole('button', { name: /Open Get Help/ }).click();
    await page.getByRole('log').getByText('The blue one?').waitFor();
    await expect.poll(() => gateway.read, until).toBe(2);
  });

  it('WG65 talks when both want to, with what was written beside the call, and writes again afterwards', async () => {
    const { page } = await chatting();
    gateway.chat();
    gateway.say('agent', 'Shall we talk?');
    gateway.chat({ proposal: { by: 'agent', video: false } });
    await page.getByRole('button', { name: 'Talk now' }).click();
    await page.getByText('You are talking to', { exact: true }).waitFor();
    await page.getByRole('log').getByText('Shall we talk?').waitFor();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByRole('button', { name: 'End chat' }).waitFor();
    expect(gateway.wishes.filter((wish) => wish !== 'typing')).toEqual(['proposeCall', 'endCall']);
    await page.getByRole('button', { name: 'Talk instead' }).click();
    await page.getByText('You asked Anna Berger for a call').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await expect.poll(() => gateway.wishes.at(-1), until).toBe('declineCall');
    gateway.chat({ callFailed: true });
    await page.getByRole('dialog').getByText('The call did not come about').waitFor();
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('heading', { name: 'Thank you for writing to us' }).waitFor();
  });

  it('WG93 talks by video when both want to, with the camera or without, and is seen by nobody once they write again', async () => {
    const { page } = await chatting();
    await page.evaluate(() => { Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia'); });
    gateway.chat();
    await page.getByRole('button', { name: 'Video', exact: true }).click();
    await page.getByText('You asked Anna Berger for a video call').waitFor();
    expect(gateway.wishes.at(-1)).toBe('proposeVideoCall');
    gateway.chat({ proposal: { by: 'agent', video: true } });
    await page.getByText('Anna Berger would like to talk to you by video').first().waitFor();
    await page.getByRole('button', { name: 'Voice only' }).waitFor();
    await page.getByRole('button', { name: 'With camera' }).click();
    await expect.poll(() => gateway.wishes.filter((wish) => wish === 'proposeVideoCall').length, until).toBe(2);
    gateway.phase({ name: 'connecting', agent: { name: 'Anna Berger' }, fromChat: true, withCamera: true });
    gateway.engage({ fromChat: true });
    await page.getByRole('button', { name: /camera off/i }).waitFor();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByRole('button', { name: 'End chat' }).waitFor();
    // Talking again by voice alone shows nobody.
    gateway.engage({ fromChat: true });
    await page.getByText('You are talking to', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /camera off/i }).count()).toBe(0);
    gateway.chat({ video: false });
    await page.getByRole('button', { name: 'End chat' }).waitFor();
    expect(await page.getByRole('button', { name: 'Video', exact: true }).count()).toBe(0);
  });

  it('WG66 writes beside a call, with a count of what is new', async () => {
    gateway.converse('voice');
    const { page } = await visit();
    await pressGetHelp(page);
    await page.getByRole('button', { name: /^Call/ }).click();
    await page.getByText('Your place in line').first().waitFor();
    gateway.engage();
    await page.getByRole('heading', { name: 'Anna Berger' }).waitFor();
    gateway.say('agent', 'Here is the form: https://bank.example/form');
    await page.getByRole('button', { name: 'Chat, 1 new' }).click();
    await page.getByRole('log').getByText('Here is the form').waitFor();
    await expect.poll(() => gateway.read, until).toBe(1);
    await write(page, 'Thank you.');
    await expect.poll(() => said().at(-1), until).toBe('customer: Thank you.');
  });

  it('WG67 asks a customer who owes an answer whether they are still there', async () => {
    const { page } = await chatting('/page?lang=de');
    gateway.chat({ endsAt: new Date(Date.now() + 120_000).toISOString() });
    await page.getByRole('dialog').getByText('Sind Sie noch da?').waitFor();
  });
});
