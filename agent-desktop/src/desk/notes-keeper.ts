/**
 * Sends notes to the gateway while they are typed: the last ones of each contact, after a pause in typing. What fails is not told, because
 * the draft is kept in this tab as well and goes with the next change, or with the wrap-up.
 */
export class NotesKeeper {
  readonly #save: (contactId: string, notes: string) => Promise<void>;
  readonly #pause: number;
  readonly #waiting = new Map<string, { readonly notes: string; readonly timer: ReturnType<typeof setTimeout> }>();
  /** The end of what was sent: two requests at once could arrive in the wrong order. */
  #sent: Promise<void> = Promise.resolve();

  /** @param options.pause milliseconds without a change before the notes are sent */
  constructor(options: { readonly save: (contactId: string, notes: string) => Promise<void>; readonly pause: number }) {
    this.#save = options.save;
    this.#pause = options.pause;
  }

  keep(contactId: string, notes: string): void {
    this.drop(contactId);
    this.#waiting.set(contactId, { notes, timer: setTimeout(() => { void this.flush(); }, this.#pause) });
  }

  /** What is waiting is worthless: the wrap-up carries it, or the contact is gone. */
  drop(contactId: string): void {
    clearTimeout(this.#waiting.get(contactId)?.timer);
    this.#waiting.delete(contactId);
  }

  /** Sends what is waiting now; resolves when it has arrived, or failed. */
  flush(): Promise<void> {
    for (const [contactId, { notes }] of this.#waiting) {
      this.drop(contactId);
      this.#sent = this.#sent.then(() => this.#save(contactId, notes)).catch(() => { /* the draft stays in this tab */ });
    }
    return this.#sent;
  }
}
