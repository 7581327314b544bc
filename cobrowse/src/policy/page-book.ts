/**
 * What is known of the nodes that were shared since the last snapshot: enough to judge a change to a node whose surroundings are not
 * in the event. The page and the relay each keep one, fed with the same events, so both come to the same judgement.
 */
import type { Field } from './fields.ts';
import { maxNodes } from './limits.ts';
import { frameTag, type PlaceholderLabel } from './markers.ts';
import type { PageSight } from './sight.ts';

export type Marker = 'mask' | 'unmask';

export interface NodeFacts {
  /** Lower-case element name; `#text`, `#document` and the like for the others. */
  readonly tag: string;
  readonly parent: number | null;
  readonly marker: Marker | null;
  /** Whether the mark to open opens the pictures below it, too. */
  readonly opensPictures: boolean;
  /** The label of a stand-in, below which nothing is ever shared; null for what is no stand-in. */
  readonly placeholder: PlaceholderLabel | null;
  readonly isSvg: boolean;
  /** Of several tabs one is in front, which is nobody's choice of a value. */
  readonly isTab: boolean;
  readonly field: Field | null;
}

/** What a node inherits from everything above it. */
export interface Surroundings {
  /** Whether texts may be read here. */
  readonly isOpen: boolean;
  /** Whether a mask above forbids to open anything below. */
  readonly isSealed: boolean;
  readonly isBelowPlaceholder: boolean;
  /** The element directly around, or `#document`. */
  readonly parentTag: string;
  /** The nearest `select` around an option shows which one is chosen. */
  readonly isOpenSelect: boolean;
  /** Whether pictures may be seen here: below a mark that says so, */
  readonly showsPictures: boolean;
  /** or, for the element's very own ones, with any mark to open on it. */
  readonly showsOwnPictures: boolean;
}

export const outermost: Surroundings = { isOpen: false, isSealed: false, isBelowPlaceholder: false, parentTag: '#document', isOpenSelect: false, showsPictures: false, showsOwnPictures: false };

/** The surroundings of a node's children. */
export function inside(node: NodeFacts, around: Surroundings): Surroundings {
  const isSealed = around.isSealed || node.marker === 'mask';
  const showsPictures = !isSealed && ((around.showsPictures && node.tag !== frameTag) || node.opensPictures);
  return {
    showsPictures,
    showsOwnPictures: showsPictures || (!isSealed && node.marker === 'unmask'),
    isSealed,
    // A frame is a page of its own, which its portal opens by itself or on the frame's element; a mask around it still holds.
    isOpen: !isSealed && ((around.isOpen && node.tag !== frameTag) || node.marker === 'unmask'),
    isBelowPlaceholder: around.isBelowPlaceholder || node.placeholder !== null,
    parentTag: node.tag,
    isOpenSelect: !isSealed && (node.tag === 'select' ? node.field?.open === true : around.isOpenSelect),
  };
}

/** From how many nodes on it is worth looking for those that are gone. */
const firstSweep = 20_000;

const maxPathLength = 12;

export class PageBook {
  readonly #nodes = new Map<number, NodeFacts>();
  /** What children inherit, by node, as far as it was asked: the same places of a page change again and again. Forgotten as a whole when anything known changes. */
  readonly #insides = new Map<number, Surroundings>();
  #nextSweep = firstSweep;
  /** The page itself, where there is one to ask. */
  readonly sight: PageSight | null;
  /** Whether pictures may be seen in a constructed style sheet, by its number: as they may where it was adopted first. */
  readonly #sheets = new Map<number, boolean>();

  constructor(sight: PageSight | null = null) {
    this.sight = sight;
  }

  /** Starts over, as every full snapshot does. */
  clear(): void {
    this.#nodes.clear();
    this.#insides.clear();
    this.#sheets.clear();
    this.#nextSweep = firstSweep;
  }

  get isFull(): boolean {
    return this.#nodes.size >= maxNodes;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(id: number): NodeFacts | null {
    return this.#nodes.get(id) ?? null;
  }

  has(id: number): boolean {
    return this.#nodes.has(id);
  }

  set(id: number, facts: NodeFacts): void {
    // What is new is around nothing yet.
    if (this.#nodes.has(id)) this.#insides.clear();
    this.#nodes.set(id, facts);
    if (this.#nodes.size >= this.#nextSweep) this.#sweep();
  }

  delete(id: number): void {
    this.#insides.clear();
    this.#nodes.delete(id);
  }

  /** What a child of this node inherits, or null when the node, or one above it, is unknown. */
  insideOf(id: number): Surroundings | null {
    const known = this.#insides.get(id);
    if (known !== undefined) return known;
    const chain: NodeFacts[] = [];
    for (let next: number | null = id; next !== null;) {
      const facts = this.#nodes.get(next);
      // A chain longer than the book is a forged circle.
      if (facts === undefined || chain.length > this.#nodes.size) return null;
      chain.push(facts);
      next = facts.parent;
    }
    const found = chain.reduceRight<Surroundings>((around, node) => inside(node, around), outermost);
    this.#insides.set(id, found);
    return found;
  }

  /** A constructed style sheet is adopted by a document or the host of a shadow root. */
  adopt(sheet: number, by: number): void {
    if (this.#sheets.has(sheet)) return;
    const root = this.#nodes.get(by)?.tag === '#document' ? [...this.#nodes].find(([, facts]) => facts.parent === by && facts.tag === 'html')?.[0] : by;
    this.#sheets.set(sheet, root !== undefined && this.insideOf(root)?.showsPictures === true);
  }

  sheetShowsPictures(sheet: number): boolean {
    return this.#sheets.get(sheet) === true;
  }

  /** A frame has got another document: the one that was in it is gone with all that it held. */
  forgetDocumentOf(frame: number): void {
    this.#insides.clear();
    for (const [id, facts] of this.#nodes) {
      if (facts.parent === frame) this.#nodes.delete(id);
    }
  }

  /** Forgets what hangs on nothing any more, for rrweb names only the top of what is removed. Runs seldom, and at the same event on both sides. */
  #sweep(): void {
    const attached = new Map<number, boolean>();
    for (const id of this.#nodes.keys()) {
      const path: number[] = [];
      let next: number | null = id;
      while (next !== null && !attached.has(next) && this.#nodes.has(next) && path.length <= this.#nodes.size) {
        path.push(next);
        next = this.#nodes.get(next)?.parent ?? null;
      }
      const isAttached = next === null || attached.get(next) === true;
      for (const passed of path) attached.set(passed, isAttached);
    }
    this.#insides.clear();
    for (const [id, isAttached] of attached) {
      if (!isAttached) this.#nodes.delete(id);
    }
    this.#nextSweep = Math.max(firstSweep, 2 * this.#nodes.size);
  }

  /** The element's name after those around it, the nearest last: `main > form > button`. Null when it is unknown. */
  pathOf(id: number): string | null {
    const names: string[] = [];
    for (let next: number | null = id; next !== null && names.length < maxPathLength;) {
      const facts = this.#nodes.get(next);
      if (facts === undefined) return null;
      if (!facts.tag.startsWith('#')) names.unshift(facts.tag);
      next = facts.parent;
    }
    return names.join(' > ');
  }
}
