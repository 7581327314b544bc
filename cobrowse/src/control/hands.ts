/**
 * The agent's hands in the customer's page: what is allowed at this moment, the actions that pass the gate, and the drawings, which the page
 * keeps by element and tells to everybody who watches. Taking a grant back works here and at once, whatever the network does.
 */
import type { Act, Draw, Drawing, Drawings, Outcome, PictureName } from '#shared/cobrowse-hands.ts';
import { maxDrawings } from '#shared/cobrowse-hand-bounds.ts';
import { boxOf } from '../dom/geometry.ts';
import { DrawingLayer, type Drawn } from '../drawing/layer.ts';
import { drawingLifetime, pointerLifetime } from '../policy/limits.ts';
import type { RulesInPage } from '../recorder/rules-in-page.ts';
import { CustomerFirst } from './customer-first.ts';
import { factsOf, takerOf } from './facts.ts';
import { refusalOf } from './gate.ts';
import { perform } from './perform.ts';

/** What the recorder knows of the page's nodes. */
export interface NodeIndex {
  getNode(id: number): Node | null;
  getId(node: Node | null | undefined): number;
}

export interface HandsOptions {
  readonly rules: RulesInPage;
  readonly nodes: NodeIndex;
  /** Where the sheet is put up, out of the page's own reach. */
  readonly mount: Element;
  /** Whose hands they are. */
  readonly agent: () => string;
  readonly picture: () => PictureName;
  tellDrawings(drawings: Drawings): void;
  /** The customer pressed Escape while an agent had control. */
  handleEscape(): void;
}

export interface Allowed {
  readonly annotate: boolean;
  readonly control: boolean;
}

interface Kept {
  readonly drawing: Drawing;
  readonly element: Element;
  readonly until: number;
}

export class Hands {
  readonly #options: HandsOptions;
  readonly #layer = new DrawingLayer();
  readonly #customer: CustomerFirst;
  #allowed: Allowed = { annotate: false, control: false };
  #kept: readonly Kept[] = [];
  #sweep: ReturnType<typeof setTimeout> | null = null;
  #pointerGone: ReturnType<typeof setTimeout> | null = null;

  constructor(options: HandsOptions) {
    this.#options = options;
    this.#customer = new CustomerFirst(() => { if (this.#allowed.control) options.handleEscape(); });
    options.mount.append(this.#layer.element);
  }

  allow(allowed: Allowed): void {
    const before = this.#allowed;
    this.#allowed = allowed;
    if (allowed.control) this.#customer.watch(window);
    else this.#customer.close();
    if (before.annotate && !allowed.annotate) this.#keep([]);
    if (!allowed.annotate && !allowed.control) this.#layer.point(null);
  }

  act({ picture, action }: Act): Outcome {
    if (!this.#allowed.control) return 'notGranted';
    const found = this.#find(picture, 'at' in action ? action.at.nodeId : action.nodeId);
    if (typeof found === 'string') return found;
    // Whoever pressed a label writes into its field.
    const element = 'at' in action || action.kind === 'scroll' ? found : takerOf(found);
    const at = 'at' in action ? action.at : null;
    const frame = element.ownerDocument.defaultView;
    if (frame !== null && frame !== window) this.#customer.watch(frame);
    if (action.kind !== 'move' && this.#customer.isBusy(performance.now())) return 'customerActive';
    const refusal = refusalOf(action, factsOf(element, action.kind === 'click' ? at : null, this.#options.rules));
    if (refusal !== null) return refusal;
    if (at !== null) this.#point(element, at);
    try {
      return action.kind === 'move' || perform(action, element) ? 'done' : 'unfit';
    } catch {
      // A page may have anything in the way of its own elements; it is the page's trouble, not the customer's call's.
      return 'unfit';
    }
  }

  draw({ picture, mark }: Draw): Outcome {
    if (!this.#allowed.annotate) return 'notGranted';
    if (mark.kind === 'clear') {
      this.#keep([]);
      return 'done';
    }
    if (mark.kind === 'pointer' && mark.at === null) {
      this.#layer.point(null);
      return 'done';
    }
    const element = this.#find(picture, mark.kind === 'pointer' ? mark.at?.nodeId ?? 0 : mark.nodeId);
    if (typeof element === 'string') return element;
    if (mark.kind === 'pointer') {
      if (mark.at !== null) this.#point(element, mark.at);
      return 'done';
    }
    this.#keep([...this.#kept.filter(({ drawing }) => drawing.id !== mark.id), { drawing: mark, element, until: performance.now() + drawingLifetime }].slice(-maxDrawings));
    return 'done';
  }

  /** The nodes have new ids: what is drawn is told by them. */
  handleSnapshot(): void {
    if (this.#kept.length > 0) this.#tell();
  }

  close(): void {
    this.allow({ annotate: false, control: false });
    for (const timer of [this.#sweep, this.#pointerGone]) if (timer !== null) clearTimeout(timer);
    this.#layer.close();
  }

  #find(picture: PictureName, nodeId: number): Element | 'stale' | 'gone' {
    const now = this.#options.picture();
    if (picture.pageEpoch !== now.pageEpoch || picture.snapshotEpoch !== now.snapshotEpoch) return 'stale';
    const node = this.#options.nodes.getNode(nodeId);
    const element = node === null || node.nodeType === Node.ELEMENT_NODE ? node as Element | null : node.parentElement;
    return element?.isConnected === true ? element : 'gone';
  }

  #point(element: Element, place: { readonly x: number; readonly y: number }): void {
    const at = (): { x: number; y: number } | null => {
      if (!element.isConnected) return null;
      const { left, top, width, height } = boxOf(element);
      return { x: left + place.x * width, y: top + place.y * height };
    };
    this.#layer.point({ name: this.#options.agent(), at });
    if (this.#pointerGone !== null) clearTimeout(this.#pointerGone);
    this.#pointerGone = setTimeout(() => this.#layer.point(null), pointerLifetime);
  }

  #keep(kept: readonly Kept[]): void {
    this.#kept = kept;
    this.#layer.show(kept.map(({ drawing, element }): Drawn => ({ drawing, box: () => element.isConnected ? boxOf(element) : null })));
    this.#tell();
    this.#sweepLater();
  }

  /** What is old, or has lost its element, goes by itself. */
  #sweepLater(): void {
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    this.#sweep = this.#kept.length === 0 ? null : setTimeout(() => {
      const now = performance.now();
      const left = this.#kept.filter(({ until, element }) => until > now && element.isConnected);
      if (left.length === this.#kept.length) this.#sweepLater();
      else this.#keep(left);
    }, 1_000);
  }

  #tell(): void {
    const { nodes, picture } = this.#options;
    this.#options.tellDrawings({
      picture: picture(),
      drawings: this.#kept.flatMap(({ drawing, element }) => {
        const nodeId = nodes.getId(element);
        return nodeId > 0 ? [{ ...drawing, nodeId }] : [];
      }),
    });
  }
}

