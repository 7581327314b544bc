/** The tabs that the customer shares, where there are several: which one is seen, which one is in front of them, and a way to look at another. */
import type { SharedTab } from '#shared/cobrowse-protocol.ts';
import type { ToolTexts } from './tool-texts.ts';

export interface TabStripOptions {
  readonly element: HTMLElement;
  readonly texts: ToolTexts;
  readonly language: string;
  handleChosen(id: string): void;
}

export class TabStrip {
  readonly #options: TabStripOptions;
  #tabs: readonly SharedTab[] = [];
  #mayChoose = false;

  constructor(options: TabStripOptions) {
    this.#options = options;
    options.element.setAttribute('role', 'group');
    options.element.setAttribute('aria-label', options.texts.tabs);
  }

  show(tabs: readonly SharedTab[]): void {
    this.#tabs = tabs;
    this.#render();
  }

  /** Who only looks on sees which tabs there are. */
  setMayChoose(mayChoose: boolean): void {
    if (this.#mayChoose === mayChoose) return;
    this.#mayChoose = mayChoose;
    this.#render();
  }

  #render(): void {
    const tabs = this.#tabs;
    const { element } = this.#options;
    const focused = element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset['tab'] : undefined;
    // One tab is no choice.
    element.replaceChildren(...(tabs.length < 2 ? [] : tabs.map((tab) => this.#button(tab))));
    if (focused !== undefined) element.querySelector<HTMLElement>(`[data-tab="${CSS.escape(focused)}"]`)?.focus();
  }

  #button({ id, address, isShown, leftAt }: SharedTab): HTMLButtonElement {
    const options = this.#options;
    const { texts, language } = options;
    const made = document.createElement('button');
    made.type = 'button';
    made.dataset['tab'] = id;
    made.setAttribute('aria-pressed', String(isShown));
    const name = document.createElement('b');
    name.textContent = tabName(address);
    const where = document.createElement('small');
    where.textContent = leftAt === null ? texts.tabInFront : texts.tabBehind(new Date(leftAt).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' }));
    made.append(name, where);
    made.title = address;
    made.disabled = !this.#mayChoose;
    made.addEventListener('click', () => { if (!isShown) options.handleChosen(id); });
    return made;
  }
}

/** The path, since all tabs are of one portal. */
function tabName(address: string): string {
  try {
    return decodeURI(new URL(address).pathname);
  } catch {
    return address;
  }
}
