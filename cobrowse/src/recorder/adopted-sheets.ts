/**
 * A component that changes its place, or comes back, is built anew by the agent. rrweb tells of the style sheets that its shadow root has
 * adopted only once: they are told again, by their numbers.
 */
import { asArray, isId, isObject, type JsonObject } from '../policy/json.ts';

export interface AdoptedSheetsPort {
  readonly mirror: { getNode(id: number): Node | null };
  handleAdopted(id: number, styleIds: readonly number[]): void;
}

export class AdoptedSheets {
  readonly #port: AdoptedSheetsPort;
  #adopted = new WeakMap<Node, readonly number[]>();

  constructor(port: AdoptedSheetsPort) {
    this.#port = port;
  }

  /** A snapshot is followed by all of them, with numbers of their own. */
  handleSnapshot(): void {
    this.#adopted = new WeakMap();
  }

  handleAdoption(adoption: JsonObject): void {
    const host = isId(adoption['id']) ? this.#port.mirror.getNode(adoption['id']) : null;
    if (host !== null) this.#adopted.set(host, asArray(adoption['styleIds']).filter((styleId) => isId(styleId)));
  }

  /** Once the mutation has been told. */
  handleMutation(mutation: JsonObject): void {
    for (const item of asArray(mutation['adds'])) {
      if (!isObject(item) || !isObject(item['node']) || item['node']['isShadowHost'] !== true || !isId(item['node']['id'])) continue;
      const { id } = item['node'];
      const host = this.#port.mirror.getNode(id);
      const styleIds = host === null ? undefined : this.#adopted.get(host);
      if (styleIds !== undefined && styleIds.length > 0) this.#port.handleAdopted(id, styleIds);
    }
  }
}
