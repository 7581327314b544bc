/**
 * Writes what configuration makes of elements into the recorded events, as the attributes that mean the same, before the sanitizer sees
 * them. From there on a configured rule and an attribute in the markup are one: the relay judges by the same markers.
 */
import type { RecordedEvent } from '#shared/cobrowse-protocol.ts';
import { asArray, isId, isObject } from '../policy/json.ts';
import { maskAttribute } from '../policy/markers.ts';
import { outermost, type PageBook } from '../policy/page-book.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';
import { markerOf, type MarkedAs, type RulesInPage } from './rules-in-page.ts';

/** rrweb's own book of which node has which number. */
export interface NodeNumbers {
  getNode(id: number): Node | null;
  /** Below 1 for a node that is not recorded. */
  getId(node: Node): number;
}

type Recorded = Record<string, unknown>;

export class Marking {
  readonly #rules: RulesInPage;
  readonly #numbers: NodeNumbers;
  readonly #book: PageBook;
  /** What was told of which element since the last snapshot. */
  readonly #told = new Map<Element, string>();
  /** Documents and shadow roots that were told since. */
  readonly #roots = new Set<Document | ShadowRoot>();

  constructor(rules: RulesInPage, numbers: NodeNumbers, book: PageBook) {
    this.#rules = rules;
    this.#numbers = numbers;
    this.#book = book;
  }

  /** Changes the event in place: it is the recorder's own, fresh from rrweb. */
  mark(event: RecordedEvent): void {
    if (!this.#rules.hasSelectors || !isObject(event.data)) return;
    if (event.type === eventTypes.fullSnapshot) {
      this.#told.clear();
      this.#roots.clear();
      this.#markTree(event.data['node'], new Map());
    } else if (event.type === eventTypes.incremental && event.data['source'] === sources.mutation) {
      this.#markMutation(event.data);
    }
  }

  /** Whether a snapshot taken now would mark other elements than were told: a class has changed, say. Costs a look through the page. */
  isStale(): boolean {
    if (!this.#rules.hasSelectors) return this.#told.size > 0;
    for (const [element, told] of this.#told) {
      if (!element.isConnected) this.#told.delete(element);
      else if (this.#rules.marksOf(element).join() !== told) return true;
    }
    return [...this.#roots].some((root) => [...this.#rules.marksBelow(root)].some(([element, marks]) =>
      this.#told.get(element) !== marks.join() && this.#numbers.getId(element) > 0 && !this.#rules.isBlocked(element)));
  }

  /** `found`: what the rules mark in each root, for a whole page; null for a few nodes, which are asked one by one. */
  #markTree(raw: unknown, found: Map<Node, Map<Element, MarkedAs[]>> | null): void {
    if (!isObject(raw) || !isId(raw['id'])) return;
    const node = this.#numbers.getNode(raw['id']);
    if (node !== null && node.nodeType === Node.DOCUMENT_NODE) this.#roots.add(node as Document);
    if (isElement(node)) {
      if (node.shadowRoot !== null) this.#roots.add(node.shadowRoot);
      this.#markElement(raw, node, found === null ? this.#rules.marksOf(node) : this.#foundIn(node.getRootNode(), found).get(node) ?? []);
    }
    for (const child of asArray(raw['childNodes'])) this.#markTree(child, found);
  }

  #foundIn(root: Node, found: Map<Node, Map<Element, MarkedAs[]>>): Map<Element, MarkedAs[]> {
    const known = found.get(root) ?? this.#rules.marksBelow(root as Document | ShadowRoot);
    found.set(root, known);
    return known;
  }

  #markElement(raw: Recorded, element: Element, marks: readonly MarkedAs[]): void {
    if (marks.length === 0) return;
    const attributes = isObject(raw['attributes']) ? raw['attributes'] : {};
    raw['attributes'] = { ...attributes, ...Object.fromEntries(marks.map((as) => [markerOf(as), ''])) };
    this.#told.set(element, marks.join());
  }

  #markMutation(data: Recorded): void {
    for (const item of asArray(data['adds'])) {
      if (!isObject(item) || !isObject(item['node'])) continue;
      this.#markTree(item['node'], null);
      this.#closeAdded(item, item['node']);
    }
    for (const item of asArray(data['attributes'])) if (isObject(item)) this.#closeChanged(item);
  }

  /** What was open when it was told, and no longer is, closes with the first thing that is said of it; the snapshot that follows tells all. */
  #closeAdded(item: Recorded, raw: Recorded): void {
    const element = isId(raw['id']) ? this.#numbers.getNode(raw['id']) : null;
    const around = isId(item['parentId']) ? this.#book.insideOf(item['parentId']) ?? outermost : outermost;
    if (isElement(element) && around.isOpen && !this.#rules.isOpen(element)) {
      raw['attributes'] = { ...isObject(raw['attributes']) ? raw['attributes'] : {}, [maskAttribute]: '' };
    }
  }

  #closeChanged(item: Recorded): void {
    const { id } = item;
    const element = isId(id) ? this.#numbers.getNode(id) : null;
    if (!isId(id) || !isElement(element) || !isObject(item['attributes'])) return;
    const wasOpen = this.#book.insideOf(id)?.isOpen === true && !this.#rules.isOpen(element);
    const wasOpenField = this.#book.get(id)?.field?.open === true && !this.#rules.isOpenField(element);
    if (wasOpen || wasOpenField) item['attributes'] = { ...item['attributes'], [maskAttribute]: '' };
  }
}

/** Also an element of another document, whose classes are not this window's. */
function isElement(node: Node | null): node is Element {
  return node?.nodeType === 1;
}
