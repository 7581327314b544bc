/**
 * SIP over UDP: one socket for each address we listen on, and for each remote address that we hear from or send to one `Connection`, beneath
 * which its transactions are made reliable.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import type { Connection, SocketAddress, UnreliableTransactions } from '../connection.ts';
import { plainAddress, responsePort } from '../via.ts';
import { datagramText } from './framer.ts';
import type { Receiver } from './receiver.ts';
import { t1, UdpTransactions } from './udp-transactions.ts';

/** Remote addresses remembered; one that has nothing in work and was quiet the longest is forgotten first, and is made anew when it speaks. */
const flowsAtMost = 20_000;
/** Transactions are looked at in steps of this many milliseconds at most, however many there are. */
const step = 50;

export interface UdpOptions {
  readonly listen: SocketAddress;
  /** What Via and Contact say. */
  readonly announced: string | null;
  readonly receiver: Receiver;
  readonly nextSerial: () => number;
  readonly onRepeated: (count: number) => void;
  readonly now: () => number;
  readonly log: Logger;
}

export class UdpListener {
  readonly family: 4 | 6;
  private readonly options: UdpOptions;
  private readonly socket: Socket;
  private readonly flows = new Map<string, UdpFlow>();
  private open = true;
  private sending = 0;
  private onSent: (() => void) | null = null;

  /** @throws the error of `bind`. */
  static async bind(options: UdpOptions): Promise<UdpListener> {
    const listener = new UdpListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.socket.once('error', reject);
      listener.socket.bind(options.listen.port, options.listen.address, () => { listener.socket.off('error', reject); resolve(); });
    });
    // What comes up later is about one datagram, such as a destination that cannot be reached.
    listener.socket.on('error', (error) => options.log.debug({ err: error }, 'SIP UDP socket'));
    return listener;
  }

  private constructor(options: UdpOptions) {
    this.options = options;
    this.family = isIPv6(options.listen.address) ? 6 : 4;
    this.socket = createSocket({ type: this.family === 6 ? 'udp6' : 'udp4', ipv6Only: this.family === 6 });
    this.socket.on('message', (data, from) => this.datagram(data, from));
  }

  get local(): SocketAddress {
    return { address: this.options.announced ?? this.options.listen.address, port: this.socket.address().port };
  }

  get isOpen(): boolean {
    return this.open;
  }

  get flowCount(): number {
    return this.flows.size;
  }

  /** The flow to this address, by which requests go out. */
  flowTo(remote: SocketAddress): Connection {
    const key = `${remote.port} ${remote.address}`;
    const known = this.flows.get(key);
    if (known) {
      this.flows.delete(key);
      this.flows.set(key, known);
      return known;
    }
    const flow = new UdpFlow({ listener: this, remote, serial: this.options.nextSerial(), now: this.options.now, onRepeated: this.options.onRepeated });
    this.flows.set(key, flow);
    if (this.flows.size > flowsAtMost) this.forgetOne();
    return flow;
  }

  transmit(text: string, to: SocketAddress): void {
    if (!this.open) return;
    this.socket.send(text, to.port, to.address, (error) => {
      if (error) this.options.log.debug({ err: error }, 'SIP datagram not sent');
      this.sending -= 1;
      if (this.sending === 0) this.onSent?.();
    });
    // Counted when it is under way: an address that cannot be sent to throws.
    this.sending += 1;
  }

  /** Resolves when the last datagram has left. */
  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    for (const flow of this.flows.values()) flow.stop();
    this.flows.clear();
    if (this.sending > 0) await new Promise<void>((resolve) => { this.onSent = resolve; });
    await new Promise<void>((resolve) => { this.socket.close(() => resolve()); });
  }

  private datagram(data: Buffer, from: RemoteInfo): void {
    try {
      this.options.receiver.receive(datagramText(data), this.flowTo({ address: plainAddress(from.address), port: from.port }));
    } catch (error) {
      this.options.log.warn({ err: error }, 'SIP datagram not handled');
    }
  }

  private forgetOne(): void {
    for (const [key, flow] of this.flows) {
      if (!flow.idle) continue;
      this.flows.delete(key);
      return;
    }
  }
}

class UdpFlow implements Connection {
  readonly serial: number;
  readonly transport = 'UDP';
  readonly secure = false;
  readonly remote: SocketAddress;
  readonly transactions: UnreliableTransactions;
  private readonly listener: UdpListener;
  private readonly core = new UdpTransactions();
  private readonly now: () => number;
  private readonly onRepeated: (count: number) => void;
  private timer: NodeJS.Timeout | null = null;
  private wakeAt = Number.POSITIVE_INFINITY;

  constructor({ listener, remote, serial, now, onRepeated }: {
    readonly listener: UdpListener; readonly remote: SocketAddress; readonly serial: number; readonly now: () => number; readonly onRepeated: (count: number) => void;
  }) {
    this.listener = listener;
    this.remote = remote;
    this.serial = serial;
    this.now = now;
    this.onRepeated = onRepeated;
    this.transactions = {
      received: (text) => {
        const { absorbed, send } = this.core.received(text, this.now());
        for (const again of send) this.transmit(again);
        if (send.length > 0) this.onRepeated(send.length);
        this.wakeWithin(t1);
        return absorbed;
      },
      forget: (text) => this.core.forget(text),
    };
  }

  get open(): boolean {
    return this.listener.isOpen;
  }

  get local(): SocketAddress {
    return this.listener.local;
  }

  get idle(): boolean {
    return this.core.size === 0;
  }

  send(text: string): void {
    this.core.sent(text, this.now());
    this.transmit(text);
    this.wakeWithin(t1);
  }

  /** There is nothing to close about a flow. */
  close(): void { /* the listener owns the socket */ }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private transmit(text: string): void {
    const port = text.startsWith('SIP/2.0 ') ? responsePort(text) : null;
    this.listener.transmit(text, port === null ? this.remote : { address: this.remote.address, port });
  }

  private wakeWithin(delay: number): void {
    const at = this.now() + delay;
    if (at >= this.wakeAt || !this.open) return;
    this.stop();
    this.wakeAt = at;
    this.timer = setTimeout(() => this.wake(), delay);
    this.timer.unref();
  }

  private wake(): void {
    this.wakeAt = Number.POSITIVE_INFINITY;
    const again = this.core.due(this.now());
    for (const text of again) this.transmit(text);
    if (again.length > 0) this.onRepeated(again.length);
    const { next } = this.core;
    if (next !== null) this.wakeWithin(Math.max(next - this.now(), step));
  }
}
