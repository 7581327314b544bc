/**
 * The portal's rules as they hold on the live page at this moment: the attributes in its markup and the selectors of its configuration
 * together. Everything that the recorder asks the page about an element is asked here.
 */
import type { CobrowseRules, SelectorRule } from '#shared/cobrowse-rules.ts';
import { hostOf } from '../dom/geometry.ts';
import { holdsOn, isShared } from '../policy/addresses.ts';
import { blockAttribute, blockSelector, maskAttribute, picturesToo, readonlyAttribute, unmaskAttribute } from '../policy/markers.ts';

/** The configured selectors that hold on this page, each list as one selector; null where there is none. */
interface Selectors {
  readonly unmask: string | null;
  readonly mask: string | null;
  readonly block: string | null;
  readonly readonly: string | null;
}

const markers = { unmask: unmaskAttribute, mask: maskAttribute, readonly: readonlyAttribute } as const;
export type MarkedAs = keyof typeof markers;

export class RulesInPage {
  readonly #rules: CobrowseRules;
  #href: string;
  #selectors: Selectors;

  /** @throws DOMException where this browser does not understand one of the selectors: a mask that cannot be applied must stop everything. */
  constructor(rules: CobrowseRules, href: string) {
    this.#rules = rules;
    this.#href = href;
    for (const { selector } of [...rules.unmask, ...rules.mask, ...rules.block, ...rules.readonly]) document.createDocumentFragment().querySelector(selector);
    this.#selectors = selectorsOn(rules, href);
  }

  /** Whether the page that the customer is on may be shared at all. */
  get isShared(): boolean {
    return isShared(this.#rules, this.#href);
  }

  /** Follows a single-page app to another address. Answers whether other rules hold there. */
  moveTo(href: string): boolean {
    if (href === this.#href) return false;
    const before = JSON.stringify([this.#selectors, this.isShared]);
    this.#href = href;
    this.#selectors = selectorsOn(this.#rules, href);
    return JSON.stringify([this.#selectors, this.isShared]) !== before;
  }

  /** Whether anything is marked by configuration here; without it the attributes alone decide, and they travel by themselves. */
  get hasSelectors(): boolean {
    return Object.values(this.#selectors).some((selector) => selector !== null);
  }

  /** Whether the page in a frame may be shared: one that has no address of its own is part of the page around it. */
  isFrameShared(href: string): boolean {
    return href.startsWith('about:') || isShared(this.#rules, href);
  }

  /** What is never looked into, for rrweb. */
  get blockSelector(): string {
    return join(blockSelector, this.#selectors.block);
  }

  /** What configuration makes of this very element. */
  marksOf(element: Element): MarkedAs[] {
    return (['unmask', 'mask', 'readonly'] as const).filter((as) => {
      const selector = this.#selectors[as];
      return selector !== null && element.matches(selector);
    });
  }

  /** Every element below a document or shadow root that configuration marks. Shadow roots inside are roots of their own. */
  marksBelow(root: ParentNode): Map<Element, MarkedAs[]> {
    const found = new Map<Element, MarkedAs[]>();
    for (const as of ['unmask', 'mask', 'readonly'] as const) {
      const selector = this.#selectors[as];
      if (selector === null) continue;
      for (const element of root.querySelectorAll(selector)) found.set(element, [...found.get(element) ?? [], as]);
    }
    return found;
  }

  /** Whether texts may be read here. Blocked counts as masked: rrweb still reports texts deep below an element blocked later. */
  isOpen(element: Element | null): boolean {
    // A style sheet's text is CSS, which the sanitizer judges.
    if (element?.localName === 'style') return true;
    const sealing = join(`[${maskAttribute}],[${blockAttribute}]`, this.#selectors.mask, this.#selectors.block);
    const opening = join(`[${unmaskAttribute}]`, this.#selectors.unmask);
    let isOpen = false;
    /** How far around a mark to open still counts: into a frame only the one on its own element reaches, and into a frame in it none. */
    let reach: 'around' | 'itself' | 'nowhere' = 'around';
    for (let next = element; next !== null; next = hostOf(next)) {
      if (next.closest(sealing) !== null) return false;
      if (reach === 'around') isOpen ||= next.closest(opening) !== null;
      else if (reach === 'itself') isOpen ||= next.matches(opening);
      if (reach === 'itself') reach = 'nowhere';
      else if (next.getRootNode().nodeType === Node.DOCUMENT_NODE) reach = reach === 'around' ? 'itself' : 'nowhere';
    }
    return isOpen;
  }

  /** Whether a picture may be seen: with a mark to open on its own element, or below one that opens pictures, too. */
  showsPicture(element: Element): boolean {
    const opening = `[${unmaskAttribute}="${picturesToo}"]`;
    let shows = element.matches(join(`[${unmaskAttribute}]`, this.#selectors.unmask)) || element.closest(opening) !== null;
    for (let next: Element | null = element; next !== null; next = hostOf(next)) {
      if (next.closest(join(`[${maskAttribute}],[${blockAttribute}]`, this.#selectors.mask, this.#selectors.block)) !== null) return false;
      shows ||= next.closest(opening) !== null;
    }
    return shows;
  }

  /** Whether the value of a field may be read: only where the field itself is unmasked. */
  isOpenField(element: Element): boolean {
    return element.matches(join(`[${unmaskAttribute}]`, this.#selectors.unmask)) && this.isOpen(element);
  }

  /** Whether an agent may look but not touch: for control. */
  isReadonly(element: Element): boolean {
    const selector = join(`[${readonlyAttribute}]`, this.#selectors.readonly);
    for (let next: Element | null = element; next !== null; next = hostOf(next)) {
      if (next.closest(selector) !== null) return true;
    }
    return false;
  }

  /** Whether nothing of the element is shown: blocked here or anywhere above. */
  isBlocked(element: Element): boolean {
    for (let next: Element | null = element; next !== null; next = hostOf(next)) {
      if (next.closest(this.blockSelector) !== null) return true;
    }
    return false;
  }
}

export function markerOf(as: MarkedAs): string {
  return markers[as];
}

function selectorsOn(rules: CobrowseRules, href: string): Selectors {
  const on = (list: readonly SelectorRule[]): string | null => {
    const selectors = list.filter((rule) => holdsOn(rule, href)).map(({ selector }) => selector);
    return selectors.length === 0 ? null : selectors.join(',');
  };
  return { unmask: on(rules.unmask), mask: on(rules.mask), block: on(rules.block), readonly: on(rules.readonly) };
}

function join(...selectors: ReadonlyArray<string | null>): string {
  return selectors.filter((selector) => selector !== null).join(',');
}
