/**
 * The customer's word about one thing on one contact, kept in this tab over navigations: a no that the gateway has not heard yet, a pause.
 * Without storage nothing resumes after a navigation, so there is nothing to hold back either.
 */
export class WordKept {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  give(contactId: string | null): void {
    try {
      if (contactId === null) sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, contactId);
    } catch {
      // See above.
    }
  }

  holdsFor(contactId: string): boolean {
    try {
      return sessionStorage.getItem(this.#key) === contactId;
    } catch {
      return false;
    }
  }
}
