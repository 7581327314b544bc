/**
 * `<get-help>` before it is pressed: the button, the wait, and the way to everything else, which is imported on demand from the
 * script's own origin. Small on purpose: it is all that most visitors of a page ever load.
 */
import type { QueueWait } from '#shared/session-api.ts';
import { resumeKey } from '../client/resume-store.ts';
import { getHelp, languageOf, say, unreachableNow } from '../texts.ts';
import { launcherLine } from '../wait-words.ts';
import type { OpenPanel, OpenPreview, Panel, WidgetHost, WidgetSettings } from './contract.ts';
import css from './launcher.css?inline';

/** Set by the build: the panel's file name, with its hash. */
declare const PANEL_FILE: string;
/** The same for the integrator's preview. */
declare const PREVIEW_FILE: string;

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
  #loading: Promise<OpenPanel> | null = null;
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
    if (this.#hasContact()) void this.#open('resume');
    const portal = new URLSearchParams(location.search).get('gethelp-preview');
    if (portal !== null) void this.#openPreview(portal);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    this.#panel?.close();
    this.#panel = null;
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
      const openPanel = await this.#load();
      if (this.isConnected) this.#panel ??= openPanel(this.#host(), intent);
    } catch {
      this.#line.textContent = say(unreachableNow, this.#settings().language);
    }
    this.#button.ariaBusy = 'false';
  }

  #load(): Promise<OpenPanel> {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  async #import(): Promise<OpenPanel> {
    try {
      // A module that failed to load once stays failed under its address in some browsers.
      const address = `${GetHelpElement.gateway}/widget/${PANEL_FILE}${this.#failures === 0 ? '' : `?${this.#failures}`}`;
      const { openPanel } = await import(/* @vite-ignore */ address) as { openPanel: OpenPanel };
      return openPanel;
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
