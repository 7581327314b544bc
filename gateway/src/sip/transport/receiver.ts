import type { Connection } from '../connection.ts';

/** What the transports hand messages to: the switchboard. */
export interface Receiver {
  /** One whole message, or a keep-alive, as it came. Never throws. */
  receive(text: string, connection: Connection): void;
  /** Of a stream: it closed, from either side. */
  closed(connection: Connection): void;
}
