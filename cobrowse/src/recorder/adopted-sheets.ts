/**
 * A component that changes its place, or comes back, is built anew by the agent. rrweb tells of the style sheets that its shadow root has
 * adopted only once: they are told again, by their numbers.
 */
import { asArray, isId, isObject } from '../policy/json.ts';
import { eventTypes, sources } from '../policy/sanitizer.ts';

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

  /** Once the event has been told. */
  handleTold(event: { readonly type: number; readonly data: unknown }): void {
    // A snapshot is followed by all of them, with numbers of their own.
    if (event.type === eventTypes.fullSnapshot) this.#adopted = new WeakMap();
    if (event.type !== eventTypes.incremental || !isObject(event.data)) return;
    const { data } = event;
    if (data['source'] === sources.adoptedStyleSheet && isId(data['id'])) {
      const host = this.#port.mirror.getNode(data['id']);
      if (host !== null) this.#adopted.set(host, asArray(data['styleIds']).filter((styleId) => isId(styleId)));
    } else if (data['source'] === sources.mutation) {
      for (const item of asArray(data['adds'])) {
        if (!isObject(item) || !isObject(item['node']) || item['node']['isShadowHost'] !== true || !isId(item['node']['id'])) continue;
        const { id } = item['node'];
        const host = this.#port.mirror.getNode(id);
        const styleIds = host === null ? undefined : this.#adopted.get(host);
        if (styleIds !== undefined && styleIds.length > 0) this.#port.handleAdopted(id, styleIds);
      }
    }
  }
}
