/**
 * Tints what the agent cannot read: masked texts and values, and the boxes of what is not shared. On the rebuilt page alone, and only while it is
 * asked for; the page's own looks are as before afterwards.
 */
import { placeholderAttribute } from '../policy/markers.ts';
import { looksMasked } from '../policy/masks.ts';

const unseenAttribute = 'data-gethelp-unseen';
/** Milliseconds: a page that changes all the time is not searched all the time. */
const lookInterval = 250;

export class Tint {
  readonly #page: () => Document | null;
  readonly #sheets = new Map<Document, CSSStyleSheet>();
  #isOn = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(page: () => Document | null) {
    this.#page = page;
  }

  set(isOn: boolean): void {
    if (this.#isOn === isOn) return;
    this.#isOn = isOn;
    if (isOn) this.#look();
    else this.#clear();
  }

  /** The page has changed. */
  handleChange(): void {
    if (!this.#isOn || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#look();
    }, lookInterval);
  }

  stop(): void {
    this.#isOn = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#sheets.clear();
  }

  #look(): void {
    for (const root of rootsOf(this.#page())) {
      // A component's own list of sheets may have replaced ours.
      const sheet = this.#sheetOf(root);
      if (sheet !== null && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
      for (const element of root.querySelectorAll('*')) element.toggleAttribute(unseenAttribute, isUnseen(element));
    }
  }

  #clear(): void {
    for (const root of rootsOf(this.#page())) {
      const ours = this.#sheetOf(root);
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== ours);
      for (const element of root.querySelectorAll(`[${unseenAttribute}]`)) element.removeAttribute(unseenAttribute);
    }
  }

  /** A sheet belongs to the document that it was made in, with all that is in its shadow. */
  #sheetOf(root: Document | ShadowRoot): CSSStyleSheet | null {
    const page = 'defaultView' in root ? root : root.ownerDocument;
    const { defaultView } = page;
    if (defaultView === null) return null;
    const known = this.#sheets.get(page);
    if (known !== undefined) return known;
    const sheet = new defaultView.CSSStyleSheet();
    // From the inside: what has a ground of its own, as the labelled boxes have, is tinted over it.
    sheet.insertRule(`[${unseenAttribute}] { box-shadow: inset 0 0 0 100vmax rgb(255 190 0 / 38%) !important; outline: 2px solid #9a5b00 !important; outline-offset: -2px !important; }`);
    this.#sheets.set(page, sheet);
    return sheet;
  }
}

/** The page, its components' shadows, and the frames in it. */
function rootsOf(page: Document | null): Array<Document | ShadowRoot> {
  const found: Array<Document | ShadowRoot> = [];
  const walk = (root: Document | ShadowRoot): void => {
    found.push(root);
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot !== null) walk(element.shadowRoot);
      const inside = element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument : null;
      if (inside !== null) walk(inside);
    }
  };
  if (page !== null) walk(page);
  return found;
}

function isUnseen(element: Element): boolean {
  switch (element.localName) {
    case 'input':
    case 'textarea': {
      const { value, placeholder } = element as HTMLInputElement;
      return looksMasked(value) || (value === '' && looksMasked(placeholder));
    }
    case 'select': return looksMasked((element as HTMLSelectElement).selectedOptions[0]?.text ?? '');
    case 'option':
    case 'style':
    case 'title': return false;
    default: break;
  }
  if (element.hasAttribute(placeholderAttribute)) return true;
  for (const child of element.childNodes) if (child.nodeType === Node.TEXT_NODE && looksMasked(child.nodeValue ?? '')) return true;
  return false;
}
