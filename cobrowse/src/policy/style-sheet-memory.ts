/** Long style sheets come again with every snapshot, and on the relay from every customer of a portal: what each was made into is kept, in bounds. */

const worthRemembering = 2_000;
const maxRemembered = 8_000_000;

export class StyleSheetMemory {
  /** Oldest first. */
  readonly #known = new Map<string, string>();
  #length = 0;

  /** `key`: the style sheet and all that its result depends on. */
  recall(key: string, make: () => string): string {
    if (key.length < worthRemembering) return make();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    this.#length += key.length;
    for (const oldest of this.#known.keys()) {
      if (this.#length <= maxRemembered) break;
      this.#known.delete(oldest);
      this.#length -= oldest.length;
    }
    return made;
  }
}
