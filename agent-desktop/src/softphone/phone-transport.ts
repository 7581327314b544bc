/**
 * SIP.js' WebSocket transport with an address that may differ from attempt to attempt: the cookie authenticates the plain one, a
 * one-time ticket the other.
 */
import { type Logger } from 'sip.js/lib/core/index.js';
import { Transport, type TransportOptions } from 'sip.js/lib/platform/web/transport/index.js';

export interface PhoneTransportOptions extends TransportOptions {
  readonly address: () => string;
}

export class PhoneTransport extends Transport {
  readonly #address: () => string;

  constructor(logger: Logger, options: PhoneTransportOptions) {
    super(logger, options);
    this.#address = options.address;
  }

  override get server(): string {
    return this.#address();
  }
}
