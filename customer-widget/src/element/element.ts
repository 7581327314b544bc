/**
 * `<get-help>` before it is pressed: the button, the wait, and the way to everything else, which is imported on demand from the
 * script's own origin. Small on purpose: it is all that most visitors of a page ever load.
 */
import type { QueueWait } from '#shared/session-api.ts';
import { resumeKey } from '../client/resume-store.ts';
import { getHelp, languageOf, say, unreachableNow } from '../texts.ts';
import { launcherLine } from '../wait-words.ts';
import type { OpenBeside, OpenPanel, OpenPreview, Panel, WidgetHost, WidgetSettings } from './contract.ts';
import { openTabChannel, type TabChannel } from './tab-words.ts';
import css from './launcher.css?inline';

/** Set by the build: the panel's file name, with its hash. */
declare const PANEL_FILE: string;
/** The same for the integrator's preview. */
declare const PREVIEW_FILE: string;

/** What is loaded on demand. */
interface App {
  readonly openPanel: OpenPanel;
  readonly openBeside: OpenBeside;
}

/** How long another tab has to say that the contact is its own. */
const answerLimitMs = 300;

const refreshMs = 30_000;

export class GetHelpElement extends HTMLElement {
  static readonly observedAttributes = ['lang', 'label', 'queue'];
  static gateway = '';

  readonly #button = document.createElement('button');
  readonly #label = document.createElement('b');
  readonly #line = document.createElement('small');
  readonly #mount = document.createElement('div');
  #wait: QueueWait | null = null;
  #panel: Panel | null = null;
  /** While another tab of this portal holds the contact. */
  #beside: Panel | null = null;
  /** Another tab has said so; what is shown then may still be loading. */
  #isBeside = false;
  #tabs: TabChannel | null = null;
  #loading: Promise<App> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.#button.className = 'launcher';
    this.#button.type = 'button';
    this.#button.part.add('button');
    const words = document.createElement('span');
    words.append(this.#label, this.#line);
    this.#button.append(icon(), words);
    this.#button.addEventListener('click', () => this.open());
    // Ahead of the press: whoever points at the button is likely to press it.
    for (const type of ['pointerenter', 'focus']) {
      this.#button.addEventListener(type, () => {
        this.#load().catch(() => undefined);
      }, { once: true });
    }
    root.append(this.#button, this.#mount);
  }

  connectedCallback(): void {
    // What the agent sees of the page never contains the widget itself.
    this.classList.add('rr-block');
    this.dataset['gethelpBlock'] = '';
    this.#render();
    void this.#refreshWait();
    this.#timer = setInterval(() => {
      if (!document.hidden && this.#panel === null) void this.#refreshWait();
    }, refreshMs);
    this.#tabs = openTabChannel(GetHelpElement.gateway, ({ kind }) => { if (kind === 'shared') void this.#openBeside(); });
    if (this.#hasContact()) void this.#resume();
    else this.#tabs.say({ kind: 'who' });
    const portal = new URLSearchParams(location.search).get('gethelp-preview');
    if (portal !== null) void this.#openPreview(portal);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    this.#panel?.close();
    this.#panel = null;
    this.#beside?.close();
    this.#beside = null;
    this.#tabs?.close();
    this.#tabs = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === 'queue') void this.#refreshWait();
    this.#render();
  }

  /** Presses the button: for a link or a menu entry of the page's own. */
  open(): void {
    void this.#open('start');
  }

  async #open(intent: 'start' | 'resume'): Promise<void> {
    if (this.#panel !== null) return;
    this.#button.ariaBusy = 'true';
    try {
      const { openPanel } = await this.#load();
      if (this.isConnected && this.#panel === null) {
        // One contact in a tab: what was shared beside another one's is not any more.
        this.#beside?.close();
        this.#beside = null;
        this.#panel = openPanel(this.#host(), intent);
      }
    } catch {
      this.#line.textContent = say(unreachableNow, this.#settings().language);
    }
    this.#button.ariaBusy = 'false';
  }

  /** A tab that a page opens begins with a copy of that page's storage: the contact in it is the other tab's while that one says so. */
  async #resume(): Promise<void> {
    const [entry] = performance.getEntriesByType('navigation');
    if (history.length === 1 && (entry as PerformanceNavigationTiming | undefined)?.type === 'navigate') {
      this.#tabs?.say({ kind: 'who' });
      await new Promise((resolve) => setTimeout(resolve, answerLimitMs));
      if (this.#isBeside) {
        sessionStorage.removeItem(resumeKey(GetHelpElement.gateway));
        return;
      }
    }
    if (this.isConnected) await this.#open('resume');
  }

  /** It is nobody's to miss when it does not come: the tab is not shared then. */
  async #openBeside(): Promise<void> {
    if (this.#panel !== null || this.#beside !== null) return;
    this.#isBeside = true;
    try {
      const { openBeside } = await this.#load();
      if (this.isConnected && this.#panel === null) this.#beside ??= openBeside(this.#host());
    } catch {
      // The next word of the other tab tries again.
    }
  }

  #load(): Promise<App> {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  async #import(): Promise<App> {
    try {
      // A module that failed to load once stays failed under its address in some browsers.
      const address = `${GetHelpElement.gateway}/widget/${PANEL_FILE}${this.#failures === 0 ? '' : `?${this.#failures}`}`;
      return await import(/* @vite-ignore */ address) as App;
    } catch (error) {
      this.#failures += 1;
      this.#loading = null;
      throw error;
    }
  }

  /** For integrators, where the portal's configuration allows it. It is nobody's to miss when it does not come. */
  async #openPreview(portal: string): Promise<void> {
    const { gateway } = GetHelpElement;
    try {
      const { openPreview } = await import(/* @vite-ignore */ `${gateway}/widget/${PREVIEW_FILE}`) as { openPreview: OpenPreview };
      await openPreview({ root: this.shadowRoot as ShadowRoot, gateway, portal, language: this.#settings().language });
    } catch (error) {
      console.warn('The preview of what an agent would see could not be opened.', error);
    }
  }

  #host(): WidgetHost {
    return {
      root: this.shadowRoot as ShadowRoot,
      mount: this.#mount,
      gateway: GetHelpElement.gateway,
      settings: () => this.#settings(),
      handleOpen: (open) => {
        this.#button.hidden = open;
        if (open) return;
        this.#panel = null;
        this.#tabs?.say({ kind: 'who' });
        this.#button.focus();
        void this.#refreshWait();
      },
    };
  }

  #settings(): WidgetSettings {
    return {
      sessionUrl: this.getAttribute('session-url') ?? '',
      language: languageOf([this.getAttribute('lang'), this.closest('[lang]')?.getAttribute('lang') ?? null, ...navigator.languages]),
      topic: this.getAttribute('topic'),
      waitingMedia: this.getAttribute('waiting-media'),
    };
  }

  #hasContact(): boolean {
    try {
      return sessionStorage.getItem(resumeKey(GetHelpElement.gateway)) !== null;
    } catch {
      return false;
    }
  }

  /** A gateway that does not answer costs the line its figure, nothing else. */
  async #refreshWait(): Promise<void> {
    const queue = this.getAttribute('queue');
    try {
      const response = await fetch(`${GetHelpElement.gateway}/api/wait${queue === null ? '' : `?queue=${encodeURIComponent(queue)}`}`, { credentials: 'omit' });
      const wait = response.ok ? await response.json() as QueueWait : null;
      this.#wait = typeof wait?.open === 'boolean' ? wait : null;
    } catch {
      this.#wait = null;
    }
    this.#render();
  }

  #render(): void {
    const { language } = this.#settings();
    this.#label.textContent = this.getAttribute('label') ?? say(getHelp, language);
    this.#line.textContent = launcherLine(this.#wait, language);
    this.#button.classList.toggle('closed', this.#wait?.open === false);
    this.#button.lang = language;
  }
}

function icon(): HTMLElement {
  const round = document.createElement('i');
  round.ariaHidden = 'true';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', 'M3 11h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-5Zm0 0a9 9 0 1 1 18 0m0 0v5a2 2 0 0 1-2 2h-1a2 2 0 0 1-2-2v-3a2 2 0 0 1 2-2h3ZM21 16v2a4 4 0 0 1-4 4h-5');
  svg.append(path);
  round.append(svg);
  return round;
}
