/** Sends the digits of the dial pad in the order in which they were pressed: one request at a time, what was pressed meanwhile in the next. */

/** As many as the gateway takes in one request. */
const mostAtOnce = 32;

export class DigitSender {
  readonly #send: (digits: string) => Promise<boolean>;
  #pending = '';
  #isSending = false;

  /** `send` answers whether the digits went out. */
  constructor(send: (digits: string) => Promise<boolean>) {
    this.#send = send;
  }

  press(digit: string): void {
    this.#pending += digit;
    if (!this.#isSending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#isSending = true;
    while (this.#pending !== '') {
      const digits = this.#pending.slice(0, mostAtOnce);
      this.#pending = this.#pending.slice(digits.length);
      // Digits after a gap would mean something else to whoever counts them.
      if (!await this.#send(digits)) this.#pending = '';
    }
    this.#isSending = false;
  }
}
