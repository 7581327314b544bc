/** The corpus: pages as portals have them, each with what a customer does there, step by step. */
import type { Page } from 'playwright-core';

export interface CorpusPage {
  readonly name: string;
  /** Each is followed by a look at both sides. */
  readonly steps: ReadonlyArray<{ readonly name: string; readonly act: (page: Page) => Promise<unknown> }>;
}

const evaluate = (work: () => void) => (page: Page): Promise<void> => page.evaluate(work);
const step = (name: string, act: (page: Page) => Promise<unknown>): CorpusPage['steps'][number] => ({ name, act });

/** What the pages of the corpus call their own. */
interface OwnFunctions {
  go(path: string): void;
  toggleMenu(): void;
}
declare global {
  interface Window extends OwnFunctions {}
}

export const corpus: readonly CorpusPage[] = [
  { name: 'bank-form', steps: [
    step('types', (page) => page.fill('#amount', '9,999.00 for Meridian')),
    step('chooses', async (page) => { await page.selectOption('#when', { index: 2 }); await page.check('#save'); await page.locator('input[type=radio]').nth(1).check(); }),
    step('is told of a mistake', evaluate(() => { document.querySelector('#to')!.classList.add('error'); document.querySelector('#to')!.setAttribute('aria-invalid', 'true'); })),
    step('gets another booking', evaluate(() => { document.querySelector('#rows')!.insertAdjacentHTML('afterbegin', '<tr><td>Meridian New</td><td>1.00</td></tr>'); })),
  ] },
  { name: 'react', steps: [
    step('types', (page) => page.fill('.row input', 'Meridian typed')),
    step('adds', evaluate(() => window.app.add('Meridian added'))),
    step('reorders', evaluate(() => { window.app.finish(2); window.app.move(); })),
    step('is asked', evaluate(() => window.app.ask(true))),
  ] },
  { name: 'spa', steps: [
    step('opens the menu', evaluate(() => window.toggleMenu())),
    step('goes on', evaluate(() => window.go('/claims/17'))),
    step('goes back and closes the menu', evaluate(() => { window.go('/claims'); window.toggleMenu(); })),
  ] },
  { name: 'components', steps: [
    step('switches', evaluate(() => (document.querySelector('#switch') as unknown as { toggle(): void }).toggle())),
    step('adds and restyles', evaluate(() => {
      const list = document.querySelector('#list') as unknown as { add(text: string): void; restyle(css: string): void };
      list.add('Meridian two');
      list.restyle('li { color: rgb(200, 0, 80); margin-block: 4px }');
    })),
  ] },
  { name: 'lit', steps: [
    step('types', evaluate(() => window.claims.note('Meridian wrote more'))),
    step('is paid', evaluate(() => window.claims.settle())),
    step('reorders', evaluate(() => window.claims.reorder())),
    step('opens', evaluate(() => window.claims.open())),
  ] },
  { name: 'angular', steps: [
    step('types', (page) => page.fill('input', 'Meridian typed')),
    step('pays', evaluate(() => window.portal.pay())),
    step('adds', evaluate(() => window.portal.add())),
    step('makes it compact', evaluate(() => window.portal.compact())),
    step('empties', evaluate(() => window.portal.empty())),
  ] },
  { name: 'table', steps: [
    step('scrolls', evaluate(() => scrollTo(0, 120_000))),
    step('gets rows', evaluate(() => {
      const body = document.querySelector('tbody')!;
      for (const text of ['Meridian late', 'Meridian later']) body.insertRow(4_000).insertCell().append(text);
    })),
  ] },
  { name: 'login', steps: [step('scrolls', evaluate(() => scrollTo(0, 200)))] },
  { name: 'payment', steps: [
    step('reads on', (page) => page.frame({ url: /terms/ })!.evaluate(() => { document.querySelector('#more')!.textContent = 'Meridian says more, as it was asked.'; scrollTo(0, 40); })),
  ] },
  { name: 'editors', steps: [
    step('writes', evaluate(() => { document.querySelector('#rich')!.insertAdjacentHTML('beforeend', '<p>With <i>kind</i> regards, <u>Meridian</u></p>'); })),
    step('formats', evaluate(() => { const text = document.querySelector('#rich blockquote')!; const strong = document.createElement('b'); strong.append(...text.childNodes); text.append(strong); })),
    step('writes code', evaluate(() => { document.querySelector('#code')!.append(' // Meridian'); })),
  ] },
  { name: 'tokens', steps: [
    step('goes to the other tab', evaluate(() => { document.querySelector('#first')!.setAttribute('aria-selected', 'false'); document.querySelector('#second')!.setAttribute('aria-selected', 'true'); })),
    step('is shown more', evaluate(() => { document.querySelector('#later')!.classList.add('open'); })),
    step('changes a component', evaluate(() => document.querySelector('#button')!.setAttribute('variant', 'plain'))),
    step('gets a notice', evaluate(() => document.querySelector<HTMLElement>('#popover')!.showPopover())),
  ] },
  { name: 'mobile', steps: [
    step('opens', evaluate(() => { (document.querySelector('#details') as HTMLDetailsElement).open = true; })),
    step('swipes', evaluate(() => document.querySelector('#strip')!.scrollTo(260, 0))),
    step('scrolls', evaluate(() => scrollTo(0, 300))),
    step('gets a sheet', evaluate(() => { (document.querySelector('#sheet') as HTMLElement).hidden = false; })),
  ] },
];
