/** One TCP or TLS connection that carries SIP, from either side, and the patience that we have with its peer. */
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Connection, SocketAddress } from '../connection.ts';
import { refuseUnparsed } from '../message-filter.ts';
import { plainAddress } from '../via.ts';
import { StreamFramer } from './framer.ts';
import type { Receiver } from './receiver.ts';

export interface StreamLimits {
  /** Milliseconds for a message that has begun to become whole, and for a new connection to bring its first. */
  readonly message: number;
  /** Milliseconds without anything from the peer. Phones that keep a connection alive do so every two minutes at most (RFC 5626, 4.4.1). */
  readonly idle: number;
  /** Connections accepted at once, in all and from one address (an office behind one). */
  readonly connections: number;
  readonly perAddress: number;
}

export const defaultStreamLimits: StreamLimits = { message: 10_000, idle: 10 * 60_000, connections: 4000, perAddress: 256 };

/** A peer that does not read what we send is cut off at this many bytes. */
const unreadAtMost = 1024 * 1024;
/** For a refusal to leave before the connection is cut. */
const closingGrace = 500;

export interface StreamOptions {
  readonly socket: Socket;
  readonly transport: 'TCP' | 'TLS';
  readonly local: SocketAddress;
  readonly serial: number;
  /** A peer that we called need not say anything first. */
  readonly outbound: boolean;
  readonly limits: StreamLimits;
  readonly receiver: Receiver;
  readonly log: Logger;
}

export class StreamConnection implements Connection {
  readonly serial: number;
  readonly transport: 'TCP' | 'TLS';
  readonly secure: boolean;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  private readonly options: StreamOptions;
  private readonly socket: Socket;
  private readonly framer = new StreamFramer();
  private deadline: NodeJS.Timeout | null = null;
  private over = false;

  constructor(options: StreamOptions) {
    const { socket } = options;
    this.options = options;
    this.socket = socket;
    this.serial = options.serial;
    this.transport = options.transport;
    this.secure = options.transport === 'TLS';
    this.local = options.local;
    this.remote = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    socket.setNoDelay(true);
    socket.setTimeout(options.limits.idle, () => this.cut('idle'));
    socket.on('data', (data: Buffer) => this.data(data));
    socket.on('error', (error) => options.log.debug({ err: error, remote: this.remote }, 'SIP connection'));
    socket.once('close', () => this.closed());
    if (!options.outbound) this.expectWhole();
  }

  get open(): boolean {
    return !this.over && this.socket.writable;
  }

  send(text: string): void {
    if (!this.open) return;
    this.socket.write(text);
    if (this.socket.writableLength > unreadAtMost) this.cut('peer does not read');
  }

  close(_code = 1000, reason = 'closed here'): void {
    if (this.over) return;
    this.over = true;
    this.options.log.debug({ remote: this.remote, reason }, 'SIP connection ends');
    this.socket.end();
    setTimeout(() => this.socket.destroy(), closingGrace).unref();
  }

  /** All that was written has left, or the peer had its time to take it. */
  async drained(): Promise<void> {
    if (this.socket.destroyed) return;
    await new Promise<void>((resolve) => { this.socket.once('close', () => resolve()); this.close(); });
  }

  onClosed(listener: () => void): void {
    this.socket.once('close', listener);
  }

  private data(data: Buffer): void {
    for (const framed of this.framer.push(data)) {
      if (this.over) return;
      switch (framed.type) {
        case 'message': this.options.receiver.receive(framed.text, this); break;
        case 'keepAlive': this.options.receiver.receive('\r\n\r\n', this); break;
        case 'broken': {
          const verdict = refuseUnparsed(framed.head, { status: framed.status, source: this.remote });
          if (verdict.type === 'refuse') this.send(verdict.response);
          this.close(1002, 'no end of the message can be told');
        }
      }
    }
    if (this.framer.midway) this.expectWhole();
    else this.stopExpecting();
  }

  /** One deadline for the whole message, however busily its bytes trickle in. */
  private expectWhole(): void {
    this.deadline ??= setTimeout(() => this.cut('message not complete in time'), this.options.limits.message);
    this.deadline.unref();
  }

  private stopExpecting(): void {
    if (this.deadline) clearTimeout(this.deadline);
    this.deadline = null;
  }

  private cut(reason: string): void {
    this.options.log.debug({ remote: this.remote, reason }, 'SIP connection cut');
    this.over = true;
    this.socket.destroy();
  }

  private closed(): void {
    this.over = true;
    this.stopExpecting();
    this.options.receiver.closed(this);
  }
}
