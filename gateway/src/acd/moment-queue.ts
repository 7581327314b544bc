/** What comes next: things by the moment at which they happen. Pure. */
export class MomentQueue<T> {
  readonly #heap: Array<readonly [moment: number, what: T]> = [];

  constructor(entries: ReadonlyArray<readonly [moment: number, what: T]>) {
    for (const [moment, what] of entries) this.add(moment, what);
  }

  get first(): number {
    return this.#heap[0]?.[0] ?? Infinity;
  }

  get heads(): T[] {
    return this.#heap.slice(0, 1).map(([, what]) => what);
  }

  add(moment: number, what: T): void {
    if (moment === Infinity) return;
    const heap = this.#heap;
    const entry = [moment, what] as const;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above[0] <= moment) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** The first; none where there is none. */
  take(): T[] {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined) return [];
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        const [left, right] = [heap[child], heap[child + 1]];
        if (left === undefined) break;
        if (right !== undefined && right[0] < left[0]) child += 1;
        const below = heap[child];
        if (below === undefined || below[0] >= last[0]) break;
        heap[at] = below;
        at = child;
      }
      heap[at] = last;
    }
    return [top[1]];
  }
}
