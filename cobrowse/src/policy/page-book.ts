/**
 * What is known of the nodes that were shared since the last snapshot: enough to judge a change to a node whose surroundings are not
 * in the event. The page and the relay each keep one, fed with the same events, so both come to the same judgement.
 */
import type { Field } from './fields.ts';
import { maxNodes } from './limits.ts';
import type { PlaceholderLabel } from './markers.ts';

export type Marker = 'mask' | 'unmask';

export interface NodeFacts {
  /** Lower-case element name; `#text`, `#document` and the like for the others. */
  readonly tag: string;
  readonly parent: number | null;
  readonly marker: Marker | null;
  /** The label of a stand-in, below which nothing is ever shared; null for what is no stand-in. */
  readonly placeholder: PlaceholderLabel | null;
  readonly isSvg: boolean;
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
}

export const outermost: Surroundings = { isOpen: false, isSealed: false, isBelowPlaceholder: false, parentTag: '#document', isOpenSelect: false };

/** The surroundings of a node's children. */
export function inside(node: NodeFacts, around: Surroundings): Surroundings {
  const isSealed = around.isSealed || node.marker === 'mask';
  return {
    isSealed,
    isOpen: !isSealed && (around.isOpen || node.marker === 'unmask'),
    isBelowPlaceholder: around.isBelowPlaceholder || node.placeholder !== null,
    parentTag: node.tag,
    isOpenSelect: !isSealed && (node.tag === 'select' ? node.field?.open === true : around.isOpenSelect),
  };
}

export class PageBook {
  readonly #nodes = new Map<number, NodeFacts>();

  /** Starts over, as every full snapshot does. */
  clear(): void {
    this.#nodes.clear();
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
    this.#nodes.set(id, facts);
  }

  delete(id: number): void {
    this.#nodes.delete(id);
  }

  /** What a child of this node inherits, or null when the node, or one above it, is unknown. */
  insideOf(id: number): Surroundings | null {
    const chain: NodeFacts[] = [];
    for (let next: number | null = id; next !== null;) {
      const facts = this.#nodes.get(next);
      // A chain longer than the book is a forged circle.
      if (facts === undefined || chain.length > this.#nodes.size) return null;
      chain.push(facts);
      next = facts.parent;
    }
    return chain.reduceRight<Surroundings>((around, node) => inside(node, around), outermost);
  }
}
