/**
 * Notices what rrweb has lost: a node on the page that is not told, because it and what is around it came, went or changed places within one
 * moment. The picture would go on without it for good, so it is told anew.
 */
import { asArray, isId, isObject } from '../policy/json.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';

export interface LostNodesPort {
  readonly numbers: {
    getNode(id: number): Node | null;
    /** Also of a node that is not told any more; -1: never told; -2: left out on purpose. */
    getId(node: Node): number;
  };
  /** Of what is blocked no child is ever told. */
  isBlocked(element: Element): boolean;
  handleLost(): void;
}

/** Milliseconds, after which everything that has happened has been told. */
const delay = 100;

export class LostNodes {
  readonly #port: LostNodesPort;
  /** What has just been put into, or lost something. */
  readonly #touched = new Set<number>();
  /** Told anew once; what is not told then never will be. */
  readonly #known = new WeakSet<Node>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(port: LostNodesPort) {
    this.#port = port;
  }

  handleEvent(event: { readonly type: number; readonly data: unknown }): void {
    if (event.type !== eventTypes.incremental || !isObject(event.data) || event.data['source'] !== sources.mutation) return;
    for (const item of [...asArray(event.data['removes']), ...asArray(event.data['adds'])]) {
      if (!isObject(item)) continue;
      if (isId(item['parentId'])) this.#touched.add(item['parentId']);
      if (isObject(item['node']) && isId(item['node']['id'])) this.#touched.add(item['node']['id']);
    }
    if (this.#touched.size > 0) this.#timer ??= setTimeout(() => this.#look(), delay);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = null;
    let isLost = false;
    for (const id of this.#touched) {
      const parent = this.#port.numbers.getNode(id) as Element | null;
      if (parent?.isConnected !== true || parent.nodeName === 'TEXTAREA') continue;
      const lost = [...parent.childNodes, ...parent.shadowRoot?.childNodes ?? []].filter((child) => !this.#known.has(child) && this.#isUntold(child));
      if (lost.length === 0 || this.#port.isBlocked(parent)) continue;
      for (const child of lost) this.#known.add(child);
      isLost = true;
    }
    this.#touched.clear();
    if (isLost) this.#port.handleLost();
  }

  #isUntold(child: Node): boolean {
    const id = this.#port.numbers.getId(child);
    return id === -1 || (id > 0 && this.#port.numbers.getNode(id) !== child);
  }
}
