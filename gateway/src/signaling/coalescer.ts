/** Turns many notices about the same thing into few runs: one under way, at most one more after it. */
export class Coalescer {
  readonly #run: (key: string) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  /** Value: whether the key was asked for again while its run was under way. */
  readonly #running = new Map<string, boolean>();
  readonly #runs = new Set<Promise<void>>();
  #stopped = false;

  constructor(run: (key: string) => Promise<void>, onError: (error: unknown) => void) {
    this.#run = run;
    this.#onError = onError;
  }

  ask(key: string): void {
    if (this.#stopped) return;
    if (this.#running.has(key)) {
      this.#running.set(key, true);
      return;
    }
    this.#running.set(key, false);
    const run = this.#run(key).catch(this.#onError).finally(() => {
      const again = this.#running.get(key) === true;
      this.#running.delete(key);
      this.#runs.delete(run);
      if (again) this.ask(key);
    });
    this.#runs.add(run);
  }

  /** Takes no more; what is under way has still all it needs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#runs);
  }
}
