/**
 * The SIP.js transport of one desktop page. The page's connection can be exchanged under it: a page whose network came back keeps its
 * user agent, and with it its dialogs (RFC 3261 binds a dialog to Call-ID and tags, not to a connection).
 */
import { EmitterImpl, TransportState } from 'sip.js';
import type { Emitter, Transport } from 'sip.js';
import type { Connection } from './connection.ts';

export class SwappableTransport implements Transport {
  readonly protocol: string;
  onConnect: (() => void) | undefined;
  onDisconnect: ((error?: Error) => void) | undefined;
  onMessage: ((message: string) => void) | undefined;
  private connection: Connection | null;
  private emitted: TransportState = TransportState.Disconnected;
  private readonly emitter = new EmitterImpl<TransportState>();

  constructor(connection: Connection) {
    this.connection = connection;
    // RFC 7118, 5.2: the Via of a response or request of ours names the transport the peer sees.
    this.protocol = connection.secure ? 'WSS' : 'WS';
  }

  get state(): TransportState {
    return this.emitted;
  }

  get stateChange(): Emitter<TransportState> {
    return this.emitter;
  }

  get current(): Connection | null {
    return this.connection;
  }

  isConnected(): boolean {
    return this.emitted === TransportState.Connected;
  }

  connect(): Promise<void> {
    if (!this.connection?.open) return Promise.reject(new Error('no connection of this page is open'));
    this.settle(TransportState.Connected);
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    const connection = this.connection;
    this.connection = null;
    connection?.close(1000, 'done');
    this.settle(TransportState.Disconnected);
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.disconnect();
  }

  send(message: string): Promise<void> {
    if (!this.connection?.open) return Promise.reject(new Error('no connection of this page is open'));
    this.connection.send(message);
    return Promise.resolve();
  }

  /** A later connection of the same page takes over; the one before is closed. */
  swap(connection: Connection): void {
    const before = this.connection;
    this.connection = connection;
    if (before && before !== connection) before.close(1000, 'another connection of this page took over');
    this.settle(TransportState.Connected);
  }

  /** The connection closed. True when it was the current one. */
  dropped(connection: Connection): boolean {
    if (this.connection !== connection) return false;
    this.connection = null;
    this.settle(TransportState.Disconnected, new Error('connection closed'));
    return true;
  }

  private settle(state: TransportState, error?: Error): void {
    if (this.emitted === state) return;
    this.emitted = state;
    this.emitter.emit(state);
    if (state === TransportState.Connected) this.onConnect?.();
    else this.onDisconnect?.(error);
  }
}
