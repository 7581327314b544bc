/**
 * Reads every style sheet of the page for the attributes that it asks for, before the elements that carry them are told; and where one comes
 * later than they did, has those attributes told after all.
 */
import { asArray, isId, isObject, type JsonObject } from '../policy/json.ts';
import { sources } from '../policy/sanitizer.ts';
import type { StyledAttributes } from '../policy/styled-attributes.ts';

export interface StyleReadingPort {
  readonly mirror: { getNode(id: number): Node | null };
  readonly styled: StyledAttributes;
  /** All documents and shadow roots that are shared. */
  roots(): Iterable<Document | ShadowRoot>;
  /** As if these attributes had changed. */
  handleAttributes(element: Element, attributes: Record<string, string>): void;
  /** Too many to be told one by one. */
  handleStale(): void;
}

const maxTold = 2_000;

export class StyleReading {
  readonly #port: StyleReadingPort;
  readonly #constructed = new WeakSet<CSSStyleSheet>();
  #news = new Set<string>();

  constructor(port: StyleReadingPort) {
    this.#port = port;
  }

  read(css: string): void {
    for (const name of this.#port.styled.learn(css)) this.#news.add(name);
  }

  /** What a document or shadow root has adopted stands in no element. */
  readRoot(root: Document | ShadowRoot): void {
    for (const sheet of root.adoptedStyleSheets) {
      if (this.#constructed.has(sheet)) continue;
      this.#constructed.add(sheet);
      for (const rule of sheet.cssRules) this.read(rule.cssText);
    }
  }

  /** What a change says of style sheets, beside whole elements. */
  readChange(change: JsonObject): void {
    switch (change['source']) {
      case sources.mutation:
        for (const text of asArray(change['texts'])) if (isObject(text) && isId(text['id']) && this.#port.mirror.getNode(text['id'])?.parentElement?.localName === 'style') this.#readText(text['value']);
        for (const item of asArray(change['attributes'])) if (isObject(item) && isObject(item['attributes'])) this.#readText(item['attributes']['_cssText']);
        return;
      case sources.styleSheetRule:
        for (const rule of asArray(change['adds'])) if (isObject(rule)) this.#readText(rule['rule']);
        this.#readText(change['replace']);
        this.#readText(change['replaceSync']);
        return;
      case sources.adoptedStyleSheet:
        for (const style of asArray(change['styles'])) if (isObject(style)) for (const rule of asArray(style['rules'])) if (isObject(rule)) this.#readText(rule['rule']);
        return;
      default:
    }
  }

  /** A snapshot tells all elements with what is known by then. */
  handleSnapshot(): void {
    this.#news.clear();
  }

  /** Tells of the elements that were there before their style sheet. */
  tellNews(): void {
    if (this.#news.size === 0) return;
    const news = [...this.#news];
    this.#news = new Set();
    const found = new Map<Element, Record<string, string>>();
    for (const root of this.#port.roots()) {
      for (const name of news) {
        for (const element of root.querySelectorAll(`[${CSS.escape(name)}]`)) found.set(element, { ...found.get(element), [name]: element.getAttribute(name) ?? '' });
      }
      if (found.size <= maxTold) continue;
      this.#port.handleStale();
      return;
    }
    for (const [element, attributes] of found) this.#port.handleAttributes(element, attributes);
  }

  #readText(css: unknown): void {
    if (typeof css === 'string') this.read(css);
  }
}
