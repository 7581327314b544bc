/**
 * Notices what rrweb has lost: a node on the page that is not told, because it and what is around it came, went or changed places within one
 * moment. The picture would go on without it for good, so it is told anew.
 */
import { asArray, isId, isObject, type JsonObject } from '../policy/json.ts';
import { nodeTypes } from '../policy/nodes.ts';

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

  handleMutation(mutation: JsonObject): void {
    for (const name of ['removes', 'adds']) {
      for (const item of asArray(mutation[name])) {
        if (!isObject(item)) continue;
        if (isId(item['parentId'])) this.#touched.add(item['parentId']);
        // A text holds nothing.
        if (isObject(item['node']) && isId(item['node']['id']) && item['node']['type'] !== nodeTypes.text) this.#touched.add(item['node']['id']);
      }
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
      const lost = this.#lostIn(parent);
      if (lost.length === 0 || this.#port.isBlocked(parent)) continue;
      for (const child of lost) this.#known.add(child);
      isLost = true;
    }
    this.#touched.clear();
    if (isLost) this.#port.handleLost();
  }

  /** Plain loops: long lists change all the time, and are gone through as a whole. */
  #lostIn(parent: Element): Node[] {
    const lost: Node[] = [];
    for (const first of [parent.firstChild, parent.shadowRoot?.firstChild]) {
      for (let child = first ?? null; child !== null; child = child.nextSibling) if (this.#isUntold(child) && !this.#known.has(child)) lost.push(child);
    }
    return lost;
  }

  #isUntold(child: Node): boolean {
    const id = this.#port.numbers.getId(child);
    return id === -1 || (id > 0 && this.#port.numbers.getNode(id) !== child);
  }
}
