/** Counts what would come too often to be written down one by one, and tells the sums now and then. */

/** Milliseconds from the first of a kind to its sum. */
const tallyInterval = 5_000;

export class Tally<Kind extends string> {
  readonly #tell: (kind: Kind, count: number) => void;
  readonly #counts = new Map<Kind, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(tell: (kind: Kind, count: number) => void) {
    this.#tell = tell;
  }

  add(kind: Kind, count = 1): void {
    if (count <= 0) return;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
    this.#timer ??= setTimeout(() => this.flush(), tallyInterval);
    this.#timer.unref();
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [kind, count] of this.#counts) this.#tell(kind, count);
    this.#counts.clear();
  }
}
