/** The tools above the page: how it is looked at, what is in hand, what the customer still has to be asked for, where they are, and how far away. */
import type { FurtherGrant, Grants } from '#shared/cobrowse-grants.ts';
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { OfferAnswer } from '#shared/cobrowse-hands.ts';
import type { ToolTexts } from './tool-texts.ts';
import { grantFor, tools, zoomStep, type Tool, type Zoom } from './tools.ts';

export interface ToolbarOptions {
  readonly element: HTMLElement;
  readonly texts: ToolTexts;
  readonly language: string;
  handleTool(tool: Tool): void;
  handleClear(): void;
  handleFollow(isFollowing: boolean): void;
  handleTint(isTinted: boolean): void;
  handleZoom(zoom: Zoom): void;
  handleAsk(grant: FurtherGrant): void;
  handleGiveBack(grant: FurtherGrant): void;
  handleOffer(url: string): Promise<OfferAnswer>;
  handleAskTab(): void;
}

/** Slower than this, there and back, the agent should know. */
const slowMs = 600;

export class Toolbar {
  readonly #options: ToolbarOptions;
  readonly #tools = document.createElement('span');
  readonly #follow: HTMLButtonElement;
  readonly #tint: HTMLButtonElement;
  readonly #fit: HTMLButtonElement;
  readonly #actual: HTMLButtonElement;
  /** No form: the viewer's sandbox lets none be sent. */
  readonly #form = document.createElement('span');
  readonly #askTab: HTMLButtonElement;
  readonly #address = document.createElement('span');
  readonly #delay = document.createElement('output');
  readonly #renewed = document.createElement('span');
  readonly #message: HTMLElement;
  #grants: Grants = noGrants;
  #mayAsk = false;
  #tool: Tool = 'look';
  #isFollowing = true;
  #isTinted = false;
  #renewals = 0;
  #zoom: Zoom = 'fit';
  #scale = 1;
  #silentSince: Date | null = null;
  #messageTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: ToolbarOptions, message: HTMLElement) {
    this.#options = options;
    this.#message = message;
    const { texts, element } = options;
    element.setAttribute('role', 'toolbar');
    element.setAttribute('aria-label', texts.toolbar);
    this.#follow = button(texts.follow, () => this.setFollowing(!this.#isFollowing));
    this.#tint = button(texts.tint, () => {
      this.#isTinted = !this.#isTinted;
      options.handleTint(this.#isTinted);
      this.#render();
    });
    this.#tint.title = texts.tintHint;
    this.#fit = button(texts.fit, () => this.#setZoom('fit'));
    this.#actual = button(texts.actual, () => this.#setZoom(1));
    const [smaller, larger] = ([[-1, '−', texts.smaller], [1, '+', texts.larger]] as const).map(([direction, sign, label]) => {
      const made = button(sign, () => this.#setZoom(zoomStep(this.#scale, direction)));
      made.setAttribute('aria-label', label);
      return made;
    });
    const view = document.createElement('span');
    view.className = 'group';
    view.append(this.#follow, this.#fit, this.#actual, smaller ?? '', larger ?? '', this.#tint);
    this.#tools.className = 'group tools';
    this.#delay.className = 'delay';
    this.#renewed.className = 'renewed';
    this.#address.className = 'address';
    this.#askTab = button(texts.askTab, () => options.handleAskTab());
    this.#askTab.classList.add('ask');
    this.#buildForm();
    element.append(view, this.#tools, this.#form, this.#askTab, this.#address, this.#renewed, this.#delay);
    this.#render();
  }

  setGrants(grants: Grants, mayAsk: boolean): void {
    const before = this.#grants;
    this.#grants = grants;
    this.#mayAsk = mayAsk;
    const needed = grantFor(this.#tool);
    if (needed !== null && grants[needed] !== 'granted') this.#take('look');
    // What the agent asked for is put into their hand when it comes.
    else if (before.control === 'asked' && grants.control === 'granted') this.#take('control');
    else if (before.annotate === 'asked' && grants.annotate === 'granted') this.#take('pointer');
    this.#render();
  }

  setFollowing(isFollowing: boolean): void {
    if (this.#isFollowing === isFollowing) return;
    this.#isFollowing = isFollowing;
    this.#options.handleFollow(isFollowing);
    this.#render();
  }

  setScale(scale: number): void {
    this.#scale = scale;
  }

  setDelay(roundTrip: number | null): void {
    const { texts, language } = this.#options;
    if (roundTrip !== null) this.#silentSince = null;
    else this.#silentSince ??= new Date();
    this.#delay.dataset['level'] = roundTrip === null ? 'bad' : roundTrip > slowMs ? 'slow' : 'good';
    this.#delay.textContent = roundTrip === null
      ? texts.noAnswer((this.#silentSince ?? new Date()).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }))
      // One way: what the agent sees is so much behind the page.
      : texts.delay(Math.round(roundTrip / 2));
  }

  /** Plain text: to read, not to follow. Empty: there is no page. */
  setAddress(address: string): void {
    const label = document.createElement('span');
    label.className = 'unseen';
    label.textContent = `${this.#options.texts.address}: `;
    this.#address.replaceChildren(...(address === '' ? [] : [label, address]));
    this.#address.title = address;
  }

  /** The same page has been shown afresh. */
  countRenewal(): void {
    this.#renewals += 1;
    this.#renewed.textContent = this.#options.texts.renewed(this.#renewals);
    this.#renewed.title = this.#options.texts.renewedHint;
  }

  say(words: string): void {
    this.#message.textContent = words;
    if (this.#messageTimer !== null) clearTimeout(this.#messageTimer);
    this.#messageTimer = setTimeout(() => { this.#message.textContent = ''; }, 6_000);
  }

  #take(tool: Tool): void {
    this.#tool = tool;
    this.#options.handleTool(tool);
    this.#render();
  }

  #setZoom(zoom: Zoom): void {
    this.#zoom = zoom;
    this.#options.handleZoom(zoom);
    this.#render();
  }

  #render(): void {
    const options = this.#options;
    const { texts } = options;
    press(this.#follow, this.#isFollowing);
    press(this.#tint, this.#isTinted);
    press(this.#fit, this.#zoom === 'fit');
    press(this.#actual, this.#zoom === 1);
    this.#form.hidden = !this.#mayAsk;
    this.#askTab.hidden = !this.#mayAsk;
    const inHand = tools.filter((tool) => {
      const needed = grantFor(tool);
      return needed === null || this.#grants[needed] === 'granted';
    });
    const made: HTMLElement[] = inHand.length === 1 ? [] : inHand.map((tool) => press(button(texts.tool[tool], () => this.#take(tool)), tool === this.#tool));
    if (this.#grants.annotate === 'granted') made.push(button(texts.clear, () => options.handleClear()));
    if (this.#mayAsk) {
      for (const grant of ['annotate', 'control'] as const) {
        const state = this.#grants[grant];
        const one = state === 'granted' ? button(texts.giveBack[grant], () => options.handleGiveBack(grant))
          : state === 'asked' ? button(texts.asked[grant], () => options.handleGiveBack(grant)) : button(texts.ask[grant], () => options.handleAsk(grant));
        one.classList.add(state === 'granted' ? 'end' : 'ask');
        // One question at a time.
        one.disabled = state === 'off' && Object.values(this.#grants).includes('asked');
        made.push(one);
      }
    }
    const focused = Array.from(this.#tools.children).indexOf(document.activeElement ?? this.#tools);
    this.#tools.replaceChildren(...made);
    (this.#tools.children[focused] as HTMLElement | undefined)?.focus();
  }

  #buildForm(): void {
    const options = this.#options;
    const { texts } = options;
    const field = document.createElement('input');
    field.type = 'url';
    field.setAttribute('aria-label', texts.offerLabel);
    field.placeholder = texts.offerLabel;
    const offer = (): void => {
      if (field.value === '' || !field.checkValidity()) {
        this.say(texts.offered.notThere);
        return;
      }
      this.say(texts.offerWaiting);
      void options.handleOffer(field.value).then((answer) => this.say(texts.offered[answer]));
    };
    const send = button(texts.offerSend, offer);
    field.addEventListener('keydown', (event) => { if (event.key === 'Enter') offer(); });
    const open = button(texts.offer, () => {
      const isOpen = this.#form.classList.toggle('open');
      open.setAttribute('aria-expanded', String(isOpen));
      if (isOpen) field.focus();
    });
    open.setAttribute('aria-expanded', 'false');
    this.#form.className = 'group offer';
    this.#form.append(open, field, send);
  }
}

function button(text: string, onPress: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', onPress);
  return made;
}

function press(one: HTMLButtonElement, isPressed: boolean): HTMLButtonElement {
  one.setAttribute('aria-pressed', String(isPressed));
  return one;
}
