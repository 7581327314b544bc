/**
 * Style sheets that the browser does not give back whole: where a rule sets a shorthand from a variable and a part of it by itself
 * (`padding: var(--space); padding-left: 0`), CSSOM has no text for the other parts (CSS Variables 1, section 3.2: pending-substitution
 * values), and what rrweb reads there is empty. The sheet's own source says them; where there is none, an element that the rule is for.
 */
import { asArray, isId, isObject, type JsonObject } from '../policy/json.ts';
import { withAddressesFrom } from './foreign-sheets.ts';

export interface WholeSheetsPort {
  readonly mirror: { getNode(id: number): Node | null };
  /** A link's style sheet is known whole now. */
  handleSheet(link: HTMLLinkElement, css: string): void;
}

type Root = Document | ShadowRoot;

/** rrweb's mark between the texts of one element. */
const split = '/* rr_split */';
/** A custom property may be empty. */
const gap = /[{;]\s*(?!--)[a-z-]+:\s*(?:!important\s*)?;/;
const timeout = 15_000;
const lookInterval = 300;

export class WholeSheets {
  readonly #port: WholeSheetsPort;
  /** Of links, by address; null for what the browser has kept no source of. */
  readonly #sources = new Map<string, string | null>();
  /** Links of which rules are told with gaps, because there was no element yet that they are for: their selectors. */
  readonly #gaps = new Map<HTMLLinkElement, string[]>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(port: WholeSheetsPort) {
    this.#port = port;
  }

  /** The whole text in the place of the one that rrweb has read. */
  textOf(element: HTMLStyleElement | HTMLLinkElement, read: string): string {
    this.#gaps.delete(element as HTMLLinkElement);
    const { sheet } = element;
    if (!gap.test(read) || sheet === null) return read;
    const source = element.localName === 'style' ? [...element.childNodes].map((child) => child.textContent).join(split) : this.#sourceOf(element as HTMLLinkElement);
    if (source !== null && isSourceOf(sheet, source)) return withAddressesFrom(source, element.localName === 'style' ? element.baseURI : (element as HTMLLinkElement).href);
    const gaps: string[] = [];
    const text = filled(sheet, { root: element.getRootNode() as Root, handleGap: (selectors) => gaps.push(selectors) });
    if (element.localName === 'link' && gaps.length > 0) this.#gaps.set(element as HTMLLinkElement, gaps);
    return text;
  }

  /** Elements have come for which a rule may be that was told with gaps: then the sheet is told once more, whole. */
  handleAdded(): void {
    if (this.#gaps.size === 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      for (const [link, gaps] of this.#gaps) {
        const source = this.#sources.get(link.href) ?? null;
        if (source === null || !link.isConnected || gaps.every((selectors) => looksOf(selectors, link.getRootNode() as Root) === null)) continue;
        this.#gaps.delete(link);
        if (link.sheet !== null && isSourceOf(link.sheet, source)) this.#port.handleSheet(link, withAddressesFrom(source, link.href));
      }
    }, lookInterval);
  }

  /** Completes what is told of constructed style sheets, which have no source. */
  completeAdopted(adoption: JsonObject): void {
    const adopter = isId(adoption['id']) ? this.#port.mirror.getNode(adoption['id']) : null;
    const root = adopter === null ? null : adopter.nodeType === Node.DOCUMENT_NODE ? adopter as Document : (adopter as Element).shadowRoot;
    if (root === null) return;
    const order = asArray(adoption['styleIds']);
    for (const style of asArray(adoption['styles'])) {
      if (!isObject(style)) continue;
      const rules = root.adoptedStyleSheets[order.indexOf(style['styleId'])]?.cssRules ?? [];
      for (const [index, told] of asArray(style['rules']).entries()) {
        const rule = rules[index];
        if (isObject(told) && typeof told['rule'] === 'string' && rule !== undefined && gap.test(told['rule'])) Object.assign(told, { rule: textOfRule(rule, { root }) });
      }
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#gaps.clear();
  }

  #sourceOf(link: HTMLLinkElement): string | null {
    const { href } = link;
    const known = this.#sources.get(href);
    if (known !== undefined || !href.startsWith(`${location.origin}/`)) return known ?? null;
    this.#sources.set(href, null);
    void kept(href).then((source) => this.#sources.set(href, source));
    return null;
  }
}

/** From the browser's cache alone. */
async function kept(href: string): Promise<string | null> {
  try {
    const response = await fetch(href, { cache: 'only-if-cached', mode: 'same-origin', signal: AbortSignal.timeout(timeout) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

/** Whether the sheet is as its source says it, or scripts have changed it since. */
function isSourceOf(sheet: CSSStyleSheet, source: string): boolean {
  try {
    const parsed = new CSSStyleSheet();
    parsed.replaceSync(source);
    return parsed.cssRules.length === sheet.cssRules.length && [...parsed.cssRules].every((rule, index) => rule.cssText === sheet.cssRules[index]?.cssText);
  } catch {
    return false;
  }
}

/** Where an element is looked for, and who is told of the rules that there is none for. */
interface Place {
  readonly root: Root;
  readonly handleGap?: (selectors: string) => void;
}

function filled(sheet: CSSStyleSheet, place: Place): string {
  return Array.from(sheet.cssRules, (rule) => textOfRule(rule, place)).join('\n');
}

function textOfRule(rule: CSSRule, place: Place): string {
  const text = rule.cssText;
  // Not by class: a frame's rules are of other classes than ours.
  if ('styleSheet' in rule && rule.styleSheet !== null) return filled(rule.styleSheet as CSSStyleSheet, place);
  if (!gap.test(text)) return text;
  const inner = 'cssRules' in rule ? Array.from(rule.cssRules as CSSRuleList, (one) => textOfRule(one, place)).join('\n') : '';
  if ('selectorText' in rule) return `${(rule as CSSStyleRule).selectorText} { ${declarationsOf(rule as CSSStyleRule, place)} ${inner} }`;
  return inner === '' ? text : `${text.slice(0, text.indexOf('{'))}{ ${inner} }`;
}

function declarationsOf({ selectorText, style }: CSSStyleRule, { root, handleGap }: Place): string {
  const computed = looksOf(selectorText, root);
  if (computed === null) handleGap?.(selectorText);
  return Array.from(style, (name) => {
    const own = style.getPropertyValue(name);
    const value = own === '' && !name.startsWith('--') ? computed?.getPropertyValue(name) ?? '' : own;
    return value === '' && !name.startsWith('--') ? '' : `${name}: ${value}${style.getPropertyPriority(name) === 'important' ? ' !important' : ''};`;
  }).filter((declaration) => declaration !== '').join(' ');
}

/** How the first element looks that a rule is for; null while there is none. */
function looksOf(selectors: string, root: Root): CSSStyleDeclaration | null {
  for (const selector of selectors.split(',')) {
    const [pseudo] = /::[\w-]+$/.exec(selector.trim()) ?? [];
    const element = elementFor(selector.trim().slice(0, pseudo === undefined ? undefined : -pseudo.length), root);
    if (element !== null) return getComputedStyle(element, pseudo ?? null);
  }
  return null;
}

function elementFor(selector: string, root: Root): Element | null {
  try {
    const [whole, condition, below = ''] = /^:host(?:\(([^()]*)\))?(.*)$/.exec(selector) ?? [];
    if (whole === undefined) return root.querySelector(selector === '' ? '*' : selector);
    if (!('host' in root) || (condition !== undefined && !root.host.matches(condition))) return null;
    return below.trim() === '' ? root.host : root.querySelector(below);
  } catch {
    // What the split has torn apart, and what only a style sheet can ask for.
    return null;
  }
}
