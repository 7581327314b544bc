/** Connections that we make, over TCP and TLS: one for each destination, used again as long as it stands (RFC 3261, 18). */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { Logger } from 'pino';
import type { Connection, SocketAddress } from '../connection.ts';
import type { Receiver } from './receiver.ts';
import { StreamConnection, type StreamLimits } from './stream-connection.ts';

/** Milliseconds; a trunk's next target is tried after it. */
const connectLimit = 5000;

export interface StreamTarget {
  readonly transport: 'TCP' | 'TLS';
  /** An address, or a name that the system resolves. */
  readonly host: string;
  readonly port: number;
  /** The name that a TLS certificate must show, where it is not `host`. */
  readonly serverName?: string;
}

export interface OutboundOptions {
  /** PEM; trusted beside the public authorities. */
  readonly ca: string | null;
  /** Ours, shown where the other side asks for it. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** What Via and Contact say: where the other side reaches us when this connection is gone. */
  readonly local: (transport: 'TCP' | 'TLS', socket: Socket) => SocketAddress;
  readonly limits: StreamLimits;
  readonly receiver: Receiver;
  readonly nextSerial: () => number;
  readonly log: Logger;
}

export class OutboundConnections {
  private readonly options: OutboundOptions;
  private readonly standing = new Map<string, Promise<StreamConnection | null>>();
  private closed = false;

  constructor(options: OutboundOptions) {
    this.options = options;
  }

  /** Null: it could not be made; the log says why. */
  async connect(target: StreamTarget): Promise<Connection | null> {
    if (this.closed) return null;
    const key = `${target.transport} ${target.host} ${target.port} ${target.serverName ?? ''}`;
    for (let pending = this.standing.get(key); pending; pending = this.standing.get(key)) {
      const standing = await pending;
      if (standing?.open === true) return standing;
      // Closed, and not yet told so; or it failed just now. Whoever comes first makes another.
      if (this.standing.get(key) === pending) this.standing.delete(key);
    }
    const made = this.make(target);
    this.standing.set(key, made);
    const connection = await made;
    const forget = (): void => { if (this.standing.get(key) === made) this.standing.delete(key); };
    if (connection) connection.onClosed(forget); else forget();
    return connection;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(Array.from(this.standing.values(), async (made) => (await made)?.drained()));
  }

  private async make(target: StreamTarget): Promise<StreamConnection | null> {
    const { limits, receiver, nextSerial, local, log } = this.options;
    const socket = this.socketTo(target);
    const connected = await new Promise<boolean>((resolve) => {
      const fail = (error: Error): void => { log.info({ err: error, host: target.host, port: target.port, transport: target.transport }, 'no SIP connection'); resolve(false); };
      const limit = setTimeout(() => fail(new Error('no connection in time')), connectLimit);
      socket.once('error', (error) => { clearTimeout(limit); fail(error); });
      socket.once(target.transport === 'TLS' ? 'secureConnect' : 'connect', () => { clearTimeout(limit); resolve(true); });
    });
    if (!connected || this.closed) { socket.destroy(); return null; }
    return new StreamConnection({ socket, transport: target.transport, local: local(target.transport, socket), serial: nextSerial(), outbound: true, limits, receiver, log });
  }

  private socketTo({ transport, host, port, serverName }: StreamTarget): Socket {
    const socket = transport === 'TCP' ? connectTcp({ host, port }) : connectTls({
      host, port, ca: this.options.ca === null ? [...rootCertificates] : [...rootCertificates, this.options.ca],
      ...this.options.tls,
      // RFC 6066, 3: an address is no server name; the certificate is then compared with the address itself.
      ...(isIP(serverName ?? host) === 0 ? { servername: serverName ?? host } : {}),
    });
    // Errors after the connection stands are the connection's to log; one before has its own listener.
    socket.on('error', () => { /* heard by those who wait */ });
    return socket;
  }
}
