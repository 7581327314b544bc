/** Turns many notices about the same thing into few runs: one under way, at most one more after it. */
export class Coalescer {
  readonly #run: (key: string) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  /** Value: whether the key was asked for again while its run was under way. */
  readonly #running = new Map<string, boolean>();

  constructor(run: (key: string) => Promise<void>, onError: (error: unknown) => void) {
    this.#run = run;
    this.#onError = onError;
  }

  ask(key: string): void {
    if (this.#running.has(key)) {
      this.#running.set(key, true);
      return;
    }
    this.#running.set(key, false);
    this.#run(key).catch(this.#onError).finally(() => {
      const again = this.#running.get(key) === true;
      this.#running.delete(key);
      if (again) this.ask(key);
    }).catch(this.#onError);
  }
}
