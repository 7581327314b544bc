/** Accepts SIP connections over TCP or TLS on one address, as many as the limits say. */
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import type { SocketAddress } from '../connection.ts';
import { plainAddress } from '../via.ts';
import type { Receiver } from './receiver.ts';
import { StreamConnection, type StreamLimits } from './stream-connection.ts';

/** Milliseconds for a TLS handshake. */
const handshakeLimit = 5000;

export interface StreamListenerOptions {
  readonly transport: 'TCP' | 'TLS';
  readonly listen: SocketAddress;
  readonly announced: string | null;
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly limits: StreamLimits;
  readonly receiver: Receiver;
  readonly nextSerial: () => number;
  readonly onRefused: () => void;
  readonly log: Logger;
}

export class StreamListener {
  private readonly options: StreamListenerOptions;
  private readonly server: Server;
  /** Accepted sockets, those in their TLS handshake too. */
  private readonly perAddress = new Map<string, number>();
  private accepted = 0;
  private readonly connections = new Set<StreamConnection>();

  /** @throws the error of `listen`. */
  static async bind(options: StreamListenerOptions): Promise<StreamListener> {
    const listener = new StreamListener(options);
    const { server } = listener;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: options.listen.port, host: options.listen.address, ipv6Only: true }, () => { server.off('error', reject); resolve(); });
    });
    server.on('error', (error) => options.log.warn({ err: error }, 'SIP listener'));
    return listener;
  }

  private constructor(options: StreamListenerOptions) {
    this.options = options;
    const { transport, tls } = options;
    if (transport === 'TLS') {
      this.server = createTlsServer({ cert: tls?.cert, key: tls?.key, handshakeTimeout: handshakeLimit });
      // Counted from the first byte, so that handshakes which never end count as well.
      this.server.on('connection', (socket: Socket) => this.count(socket));
      this.server.on('secureConnection', (socket: Socket) => this.serve(socket));
      this.server.on('tlsClientError', (error) => options.log.debug({ err: error }, 'TLS handshake failed'));
    } else {
      this.server = createTcpServer((socket) => { if (this.count(socket)) this.serve(socket); });
    }
  }

  get local(): SocketAddress {
    const { port } = this.server.address() as AddressInfo;
    return { address: this.options.announced ?? this.options.listen.address, port };
  }

  get connectionCount(): number {
    return this.accepted;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => { this.server.close(() => resolve()); });
    await Promise.all([...this.connections].map((connection) => connection.drained()));
    await closed;
  }

  private count(socket: Socket): boolean {
    const { limits, onRefused } = this.options;
    socket.on('error', () => { /* the close that follows is what matters */ });
    const address = plainAddress(socket.remoteAddress ?? '');
    const here = this.perAddress.get(address) ?? 0;
    if (this.accepted >= limits.connections || here >= limits.perAddress) {
      onRefused();
      socket.destroy();
      return false;
    }
    this.accepted += 1;
    this.perAddress.set(address, here + 1);
    socket.once('close', () => {
      this.accepted -= 1;
      const left = (this.perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.perAddress.set(address, left);
      else this.perAddress.delete(address);
    });
    return true;
  }

  private serve(socket: Socket): void {
    const { transport, limits, receiver, nextSerial, log } = this.options;
    const connection = new StreamConnection({ socket, transport, local: this.local, serial: nextSerial(), outbound: false, limits, receiver, log });
    this.connections.add(connection);
    socket.once('close', () => this.connections.delete(connection));
  }
}
