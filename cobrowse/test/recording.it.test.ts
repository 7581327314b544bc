/** What of a living page is shared beyond its elements: frames, selection, zoom, colour scheme, shadow roots. In Chromium, end to end. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { askPicture, eventually, shownText } from './browser.ts';
import { setScene } from './scene.ts';

const scene = setScene();
const { open } = scene;

async function sharing(options: { readonly customer?: BrowserContextOptions; readonly agent?: BrowserContextOptions; readonly path?: string } = {}): Promise<{ page: Page; desk: Page }> {
  const page = await open(scene.stand.sharerPage(options.path ?? 'alive.html', 'sharer'), options.customer ?? {});
  await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
  const desk = await open(scene.stand.deskPage('viewer'), { viewport: { width: 900, height: 700 }, ...options.agent });
  await eventually('the page in the viewer', async () => (await shownText(desk))?.includes('PUBLIC'));
  return { page, desk };
}

/** Nothing may be on the wire, and the relay has refused nothing. */
async function expectClean(): Promise<void> {
  expect([...scene.stand.received, ...scene.stand.sent].flatMap((packet) => packet.match(/.{0,60}LEAK.{0,30}/g) ?? [])).toEqual([]);
  expect(await scene.stand.metric('gethelp_cobrowse_frames_total', { outcome: 'refused' })).toBe(0);
}

const frameText = (desk: Page, id: string): Promise<string | undefined> => askPicture(desk, (page, name) => page.querySelector<HTMLIFrameElement>(`#${name}`)?.contentDocument?.body?.innerText, id);

describe('frames', () => {
  it('CB40 shares frames of the page’s own origin, each opened by itself, and puts a labelled box in the place of others', async () => {
    const { page, desk } = await sharing();
    await eventually('the frames', async () => (await frameText(desk, 'opened'))?.includes('FRAMED-words'));
    await eventually('the closed frame', async () => (await frameText(desk, 'plain'))?.includes('FRAMED-own'));
    // Not opened by what is open around it; what it opens itself is open.
    expect(await frameText(desk, 'plain')).not.toContain('FRAMED-words');
    await eventually('the sealed frame', async () => (await frameText(desk, 'sealed'))?.includes('•'));
    expect(await frameText(desk, 'sealed')).not.toContain('FRAMED');
    const label = (id: string): Promise<string | null | undefined> => askPicture(desk, (shown, name) => shown.querySelector(`#${name}`)?.getAttribute('data-gethelp-placeholder') ?? [...shown.querySelectorAll('[data-gethelp-placeholder=frame]')][0]?.getAttribute('data-gethelp-placeholder'), id);
    expect(await label('foreign')).toBe('frame');
    const box = await askPicture(desk, (shown) => shown.querySelector('[data-gethelp-placeholder=frame]')?.getBoundingClientRect().width);
    expect(box).toBeGreaterThanOrEqual(200);
    // What changes in a frame is followed; a document that takes the place of another one is, too.
    await page.frame({ url: /opened/ })!.evaluate(() => { document.querySelector('.words')!.textContent = 'FRAMED-changed'; });
    await eventually('the change in the frame', async () => (await frameText(desk, 'opened'))?.includes('FRAMED-changed'));
    await page.evaluate(() => { document.querySelector<HTMLIFrameElement>('#opened')!.src = '/frame.html?opened&again'; });
    await eventually('the new document', async () => (await frameText(desk, 'opened'))?.includes('FRAMED-words'));
    await expectClean();
  });

  it('CB40 forgets a frame that goes to another origin', async () => {
    const { page, desk } = await sharing();
    await eventually('the frame', async () => (await frameText(desk, 'opened'))?.includes('FRAMED-words'));
    await page.evaluate(() => { document.querySelector<HTMLIFrameElement>('#opened')!.src = `http://localhost:${location.port}/inner.html`; });
    await eventually('the box in its place', () => askPicture(desk, (shown) => shown.querySelectorAll('[data-gethelp-placeholder=frame]').length === 2 && shown.querySelector('#opened') === null));
    await expectClean();
  });
});

describe('frames of pages that are not shared', () => {
  it('CB40 CB73 are a labelled box, from the start and when they come to such a page', async () => {
    const rules = encodeURIComponent(JSON.stringify({ allow: ['/alive.html', '/terms.html'] }));
    const page = await open(scene.stand.sharerPage('alive.html', 'sharer', `&rules=${rules}`), {});
    await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
    const desk = await open(scene.stand.deskPage('viewer'), { viewport: { width: 900, height: 700 } });
    await eventually('the boxes of all four frames', () => askPicture(desk, (shown) => shown.querySelectorAll('[data-gethelp-placeholder=frame]').length === 4));
    expect([...scene.stand.received].join('')).not.toContain('FRAMED');
    await expectClean();
  });
});

describe('what the customer does', () => {
  it('CB41 shows what is selected, and of a masked text all or nothing', async () => {
    const { page, desk } = await sharing();
    const select = (id: string, from: number, to: number): Promise<void> => page.evaluate(([name, start, end]) => {
      const text = document.getElementById(name as string)!.firstChild!;
      document.getSelection()!.setBaseAndExtent(text, start as number, text, end as number);
    }, [id, from, to]);
    const selected = (): Promise<string | undefined> => askPicture(desk, (shown) => shown.getSelection()?.toString());
    await select('readable', 0, 15);
    await eventually('the selection', async () => await selected() === 'PUBLIC-sentence');
    await select('masked', 2, 9);
    await eventually('the selected mask', async () => await selected() === '••••••');
    await expectClean();
  });

  it('CB136 shows whoever comes later the page with all that followed, without waiting for a frame of the screen, and with what is selected', async () => {
    const { page, desk } = await sharing();
    await page.evaluate(() => {
      document.querySelector('#heading')!.textContent = 'PUBLIC-later';
      const text = document.querySelector('#readable')!.firstChild!;
      document.getSelection()!.setBaseAndExtent(text, 0, text, 15);
    });
    await eventually('the change', async () => (await shownText(desk))?.includes('PUBLIC-later'));
    const late = await open(scene.stand.deskPage('viewer'), { viewport: { width: 900, height: 700 } });
    await eventually('the selection', () => askPicture(late, (shown) => shown.getSelection()?.toString() === 'PUBLIC-sentence'));
    // A screen that never comes to a frame.
    const still = await open('about:blank', { viewport: { width: 900, height: 700 } });
    await still.addInitScript(() => { globalThis.requestAnimationFrame = () => 0; });
    await still.goto(scene.stand.deskPage('viewer'));
    await eventually('the page on a screen without frames', async () => (await shownText(still))?.includes('PUBLIC-later'));
    await expectClean();
  });

  it('CB43 shows the part of the page to which a phone has zoomed, and turns with it', async () => {
    const { page, desk } = await sharing({ customer: { viewport: { width: 390, height: 740 }, isMobile: true, hasTouch: true } });
    const stage = (): Promise<{ transform: string; width: string }> => desk.frames().find((frame) => frame.url().includes('/viewer/'))!.evaluate(() => {
      const shown = document.querySelector<HTMLElement>('.stage.shown');
      return { transform: shown?.querySelector<HTMLElement>('.replayer-wrapper')?.style.transform ?? '', width: shown?.style.width ?? '' };
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setPageScaleFactor', { pageScaleFactor: 2 });
    await eventually('the zoom', async () => (await stage()).transform.startsWith('scale(2)'));
    await devtools.send('Emulation.setPageScaleFactor', { pageScaleFactor: 1 });
    await eventually('the whole page again', async () => (await stage()).transform === '');
    await page.setViewportSize({ width: 740, height: 390 });
    await eventually('the turned page', async () => (await stage()).width === '740px');
    const ground = (): Promise<string | undefined> => askPicture(desk, (shown) => shown.defaultView!.getComputedStyle(shown.querySelector('.wide')!).backgroundColor);
    await eventually('the look of a turned phone', async () => await ground() === 'rgb(50, 50, 50)');
  });
});

describe('several tabs', () => {
  it('CB45 shows the tab that the customer looks at, and none that was opened behind it', async () => {
    const { page, desk } = await sharing();
    const tabs = page.context();
    const other = await tabs.newPage();
    await other.goto(scene.stand.sharerPage('second.html', 'sharer'));
    await eventually('the newer tab', async () => (await shownText(desk))?.includes('PUBLIC-second'));
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await eventually('the older tab', async () => (await shownText(desk))?.includes('PUBLIC-heading'));
    const behind = await tabs.newPage();
    await behind.addInitScript(() => Object.defineProperty(document, 'hidden', { get: () => (window as unknown as { isHere?: boolean }).isHere !== true }));
    await behind.goto(scene.stand.sharerPage('second.html', 'sharer'));
    // It is connected, and still the page in front is followed.
    await eventually('the third connection', async () => await scene.stand.metric('gethelp_cobrowse_sharers') === 3);
    await page.evaluate(() => { document.querySelector('#heading')!.textContent = 'PUBLIC-in front'; });
    await eventually('the page in front', async () => (await shownText(desk))?.includes('PUBLIC-in front'));
    expect(await behind.evaluate(() => window.shareStates)).not.toContain('live');
    await behind.evaluate(() => {
      Object.assign(window, { isHere: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await eventually('the tab that has come to the front', async () => (await shownText(desk))?.includes('PUBLIC-second'));
  });
});

describe('how the page looks', () => {
  it.each([['light', 'dark'], ['dark', 'light']] as const)('CB42 shows a page as the customer sees it who prefers %s to an agent who prefers %s', async (customer, agent) => {
    const { page, desk } = await sharing({ customer: { colorScheme: customer }, agent: { colorScheme: agent } });
    const colors = (): Promise<string[] | undefined> => askPicture(desk, (shown) => ['#scheme', '#mixed'].map((selector) => shown.defaultView!.getComputedStyle(shown.querySelector(selector)!).backgroundColor)
      .concat(shown.defaultView!.getComputedStyle(shown.querySelector('#host')!.shadowRoot!.querySelector('p')!).color));
    const light = ['rgb(10, 10, 10)', 'rgb(30, 30, 30)', 'rgb(60, 60, 60)'];
    const dark = ['rgb(20, 20, 20)', 'rgb(40, 40, 40)', 'rgb(70, 70, 70)'];
    await eventually('the customer’s colours', async () => JSON.stringify(await colors()) === JSON.stringify(customer === 'light' ? light : dark));
    await page.emulateMedia({ colorScheme: agent });
    await eventually('the customer’s new colours', async () => JSON.stringify(await colors()) === JSON.stringify(customer === 'light' ? dark : light));
  });

  it('CB44 puts a labelled box in the place of what a component keeps in a closed shadow root', async () => {
    const { page, desk } = await sharing();
    const labels = (): Promise<number | undefined> => askPicture(desk, (shown) => shown.querySelectorAll('[data-gethelp-placeholder=closed]').length);
    await eventually('the box', async () => await labels() === 1);
    // Whatever kind of element closes itself while it is shared.
    await page.evaluate(() => {
      const late = document.body.appendChild(document.createElement('div'));
      late.attachShadow({ mode: 'closed' }).innerHTML = '<p>LEAK-lateclosed</p>';
    });
    await eventually('the second box', async () => await labels() === 2);
    await expectClean();
  });

  it('CB168, CB170, CB171, CB172 shows what stands in no attribute that rrweb tells, or in none yet: states, variables, sizes, popovers', async () => {
    const page = await open(scene.stand.sharerPage('corpus/tokens.html', 'sharer'), {});
    await eventually('the page to be shared', () => page.evaluate(() => window.shareStates.includes('live')));
    const desk = await open(scene.stand.deskPage('viewer'), { viewport: { width: 1500, height: 1000 } });
    const look = (selector: string, property: string): Promise<string | undefined> => askPicture(desk, (shown, [where, what]) => {
      const [outer = '', inner] = where!.split(' >>> ');
      const found = shown.querySelector(outer);
      return shown.defaultView!.getComputedStyle((inner === undefined ? found : found?.shadowRoot?.querySelector(inner))!).getPropertyValue(what!);
    }, [selector, property]);
    await eventually('the tab in front', async () => await look('#first', 'background-color') === 'rgb(0, 60, 110)');
    // A shorthand from a variable, of which one part is set by itself: in an element's style sheet and in a constructed one.
    expect([await look('#panel', 'padding-top'), await look('#panel', 'border-left-width'), await look('#panel', 'background-color')]).toEqual(['12px', '2px', 'rgb(235, 241, 248)']);
    expect(await look('#button >>> button', 'padding-left')).toBe('20px');
    expect(await look('#button >>> button', 'background-color')).toBe('rgb(0, 90, 60)');
    await page.evaluate(() => {
      document.querySelector('#second')!.setAttribute('aria-selected', 'true');
      document.querySelector('#first')!.setAttribute('aria-selected', 'nothing that a style sheet knows');
      document.querySelector('#later')!.classList.add('open');
      document.querySelector<HTMLElement>('#popover')!.showPopover();
    });
    await eventually('the other tab in front', async () => await look('#second', 'background-color') === 'rgb(0, 60, 110)' && await look('#first', 'background-color') === 'rgba(0, 0, 0, 0)');
    await eventually('the box at its size', async () => await look('#later > [data-gethelp-placeholder]', 'height') === '60px');
    await eventually('the popover', () => askPicture(desk, (shown) => shown.querySelector('#popover')?.matches(':popover-open')));
    // Who comes later is shown the same.
    await desk.reload();
    await eventually('the popover again', () => askPicture(desk, (shown) => shown.querySelector('#popover')?.matches(':popover-open')));
    await page.evaluate(() => document.querySelector<HTMLElement>('#popover')!.hidePopover());
    await eventually('the popover to be gone', async () => await askPicture(desk, (shown) => shown.querySelector('#popover')?.matches(':popover-open')) === false);
    await expectClean();
  });

  it('CB173 tells anew what comes, goes and changes places so quickly that rrweb loses it', async () => {
    const { page, desk } = await sharing();
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<div id="from" data-gethelp-unmask><section id="moved">PUBLIC-wrapped</section></div><div id="to" data-gethelp-unmask></div>');
    });
    await eventually('the text', async () => (await shownText(desk))?.includes('PUBLIC-wrapped'));
    await page.evaluate(() => {
      const moved = document.querySelector('#moved')!;
      const wrapper = document.createElement('p');
      wrapper.append(moved.firstChild!);
      moved.append(wrapper);
      document.querySelector('#to')!.append(moved);
    });
    await eventually('the text in its new place', () => askPicture(desk, (shown) => shown.querySelector('#to > #moved > p')?.textContent === 'PUBLIC-wrapped'));
    await expectClean();
  });

  it('CB174 keeps adopted style sheets, and what has changed, in a component that changes its place or comes back', async () => {
    const { page, desk } = await sharing();
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<div id="list" data-gethelp-unmask><x-card id="first"></x-card><x-card id="second"></x-card></div>');
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.bar { width: 40px } .bar.full { width: 90px }');
      for (const card of document.querySelectorAll('x-card')) {
        const root = card.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [sheet];
        root.innerHTML = '<b>PUBLIC-card</b><div class="bar"></div>';
      }
    });
    const bars = () => askPicture(desk, (shown) => [...shown.querySelectorAll('x-card')].map(({ id, shadowRoot }) => `${id} ${[...shadowRoot?.querySelectorAll<HTMLElement>('.bar') ?? []].map(({ offsetWidth }) => offsetWidth).join('+')}`).join());
    await eventually('the cards', async () => await bars() === 'first 40,second 40');
    await page.evaluate(() => document.querySelector('#first')!.shadowRoot!.querySelector('.bar')!.classList.add('full'));
    await eventually('the change', async () => await bars() === 'first 90,second 40');
    await page.evaluate(() => document.querySelector('#list')!.append(document.querySelector('#first')!));
    await eventually('the other order', async () => await bars() === 'second 40,first 90');
    await page.evaluate(() => { Object.assign(window, { away: document.querySelector('#second') }); document.querySelector('#second')!.remove(); });
    await eventually('one to be gone', async () => await bars() === 'first 90');
    await page.evaluate(() => document.querySelector('#list')!.append((window as unknown as { away: Element }).away));
    await eventually('it to be back', async () => await bars() === 'first 90,second 40');
    await expectClean();
  });
});
