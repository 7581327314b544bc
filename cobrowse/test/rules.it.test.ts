/** A portal's rules by selector and by address, on real pages in Chromium, judged by the bytes on the relay's wire. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { CobrowseRules } from '#shared/cobrowse-rules.ts';
import { eventually, shownCount, shownText } from './browser.ts';
import { setScene } from './scene.ts';

const everywhere = (...selectors: string[]) => selectors.map((selector) => ({ selector, pages: [] }));
const bank: Partial<CobrowseRules> = {
  unmask: [...everywhere('h1', 'h2', 'nav', 'main', '#purpose', 'input.shown'), { selector: '.loans-only', pages: ['/loans*'] }],
  mask: [...everywhere('.own'), { selector: '.loans-only', pages: ['/rules*'] }], block: everywhere('.vault'), readonly: everywhere('#pay'),
};

const scene = setScene();
const { watch } = scene;

async function open(rules: Partial<CobrowseRules>, path = 'rules.html'): Promise<Page> {
  const page = await scene.customer.newPage();
  await page.goto(scene.stand.sharerPage(path, 'sharer', `&rules=${encodeURIComponent(JSON.stringify(rules))}`));
  return page;
}

const state = (page: Page): Promise<string | undefined> => page.evaluate(() => window.shareStates.at(-1));
const viewerState = (desk: Page) => desk.evaluate(() => window.viewerStates.at(-1));
const leaks = (): string[] => [...scene.stand.received, ...scene.stand.kept].flatMap((packet) => packet.match(/.{0,60}LEAK.{0,30}/g) ?? []);

describe('rules of a portal’s configuration', () => {
  it('CB71 opens, masks and blocks by selector as the attributes do, in shadow roots too, and marks what may not be touched', async () => {
    const [, desk] = [await open(bank), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-live'));
    const wire = scene.stand.received.join('');
    for (const word of ['heading', 'title', 'nav', 'live', 'purpose', 'pay', 'shadow']) expect(wire).toContain(`PUBLIC-${word}`);
    expect(leaks()).toEqual([]);
    expect(await shownCount(desk, '#pay[data-gethelp-readonly]')).toBe(1);
    expect(await shownCount(desk, '.vault[data-gethelp-placeholder="hidden"]')).toBe(1);
    expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
  });

  it('CB71 follows the page: what a class closes is closed with its next word, what one opens is told anew', async () => {
    const [page, desk] = [await open(bank), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-live'));
    await page.evaluate(() => {
      const live = document.getElementById('live')!;
      live.className = 'own';
      live.title = 'LEAK-aftertitle';
      live.textContent = 'LEAK-afterclass';
      live.insertAdjacentHTML('beforeend', '<i title="LEAK-addedtitle">LEAK-added</i>');
      const field = document.querySelector<HTMLInputElement>('#purpose')!;
      field.id = 'other';
      field.value = 'LEAK-othervalue';
      document.querySelector('main')!.insertAdjacentHTML('beforeend', '<p id="late">PUBLIC-late <i class="own" title="LEAK-latetitle">LEAK-late</i></p><p class="vault">LEAK-latevault</p>');
    });
    await eventually('what came later', async () => (await shownText(desk))?.includes('PUBLIC-late'));
    await eventually('the masked part to be gone', async () => !(await shownText(desk))?.includes('PUBLIC-live'));
    await page.evaluate(() => {
      document.querySelector('main')!.insertAdjacentHTML('afterend', '<h3 id="third">PUBLIC-third</h3>');
      document.getElementById('host')!.shadowRoot!.querySelector('p')!.outerHTML = '<h2>PUBLIC-shadowlate</h2>';
    });
    await eventually('what opened in the shadow root', async () => scene.stand.received.join('').includes('PUBLIC-shadowlate'));
    expect(scene.stand.received.join('')).not.toContain('PUBLIC-third');
    expect(leaks()).toEqual([]);
  });

  it('CB71 holds some rules on some pages only, and follows a single-page app', async () => {
    const [page, desk] = [await open(bank), await watch()];
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-live'));
    expect(scene.stand.received.join('')).not.toContain('RULED');
    await page.evaluate(() => {
      history.pushState(null, '', '/loans/offers/4711?LEAK-query');
      document.getElementById('elsewhere')!.textContent = 'PUBLIC-onloans';
    });
    await eventually('what is open there', async () => (await shownText(desk))?.includes('PUBLIC-onloans'));
    expect(leaks()).toEqual([]);
    expect(scene.stand.sent.join('')).toContain('/loans/offers/•••?•••');
  });

  it('CB75 knows where on the customer’s own page something is hidden, and boxes nothing that can be read', async () => {
    const page = await open(bank);
    await eventually('the page', async () => (await state(page)) === 'live');
    const boxed = await page.evaluate(() => {
      const parts = window.share!.hiddenParts();
      const isBoxed = (element: Element): boolean => {
        const { left, top, width, height } = element.getBoundingClientRect();
        const [x, y] = [left + Math.min(8, width / 2), top + height / 2];
        return parts.some((part) => part.left <= x && x <= part.left + part.width && part.top <= y && y <= part.top + part.height);
      };
      const of = (root: ParentNode, selector: string): boolean => isBoxed(root.querySelector(selector)!);
      const shadow = document.getElementById('host')!.shadowRoot!;
      return {
        hidden: [of(document, 'body > p'), of(document, '#own'), of(document, '.vault'), of(document, '#amount'), of(document, '#pin'), of(shadow, 'p')],
        open: [of(document, 'h1'), of(document, 'nav'), of(document, '#live'), of(document, '#purpose'), of(document, '#pay'), of(shadow, 'h2')],
      };
    });
    expect(boxed).toEqual({ hidden: Array.from({ length: 6 }, () => true), open: Array.from({ length: 6 }, () => false) });
    await page.evaluate(() => window.share!.pause());
    expect(await page.evaluate(() => window.share!.hiddenParts())).toEqual([]);
  });

  it('CB72 shares nothing when the browser does not understand a rule', async () => {
    const page = await open({ ...bank, mask: everywhere(':has-not-been-invented(p)') });
    await eventually('the failure', async () => (await state(page)) === 'failed');
    expect(scene.stand.received.join('')).not.toContain('PUBLIC');
  });

  it('CB73 rests on a page that is not shared, says so to both, and goes on by itself', async () => {
    const page = await open({ ...bank, allow: ['/rules*', '/loans*'] });
    const desk = await watch();
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-live'));
    await page.evaluate(() => {
      history.pushState(null, '', '/private');
      document.getElementById('live')!.textContent = 'LEAK-private';
    });
    await eventually('the customer to be told', async () => (await state(page)) === 'elsewhere');
    await eventually('the agent to be told', async () => JSON.stringify(await viewerState(desk)) === '{"name":"paused","reason":"page"}');
    expect(await shownText(desk)).toBeUndefined();
    await page.evaluate(() => {
      document.getElementById('live')!.textContent = 'PUBLIC-back';
      history.pushState(null, '', '/loans');
    });
    await eventually('the page again', async () => (await shownText(desk))?.includes('PUBLIC-back'));
    expect(leaks()).toEqual([]);
  });

  it('CB73 shares nothing of a page that a navigation leads to and that is not shared', async () => {
    const page = await open({ ...bank, allow: ['/rules*'] });
    const desk = await watch();
    await eventually('the page', async () => (await shownText(desk))?.includes('PUBLIC-live'));
    await page.goto(scene.stand.sharerPage('leaks.html', 'sharer', `&rules=${encodeURIComponent(JSON.stringify({ ...bank, allow: ['/rules*'] }))}`));
    await eventually('the agent to be told', async () => JSON.stringify(await viewerState(desk)) === '{"name":"paused","reason":"page"}');
    expect(scene.stand.received.join('')).not.toContain('PUBLIC-before');
    await page.goBack();
    await eventually('the page again', async () => (await shownText(desk))?.includes('PUBLIC-live'));
  });

  it('CB13 CB73 stays paused by the customer, whichever page they go to', async () => {
    const page = await open({ ...bank, allow: ['/rules*', '/loans*'] });
    await eventually('the page', async () => (await state(page)) === 'live');
    await page.evaluate(() => {
      window.share!.pause();
      history.pushState(null, '', '/private');
      history.pushState(null, '', '/loans');
      document.getElementById('live')!.textContent = 'LEAK-paused';
    });
    expect(await state(page)).toBe('paused');
    await page.evaluate(() => {
      document.getElementById('live')!.textContent = 'PUBLIC-resumed';
      window.share!.resume();
    });
    await eventually('the page again', () => scene.stand.received.join('').includes('PUBLIC-resumed'));
    expect(leaks()).toEqual([]);
  });
});
