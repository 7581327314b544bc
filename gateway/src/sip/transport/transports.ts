/**
 * The gateway's SIP transports beside the WebSocket: UDP, TCP and TLS on each address, the connections that come in, and those that we
 * make. What a message means is the receiver's business.
 */
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import { EnvironmentError } from '../../environment.ts';
import type { Connection, SocketAddress } from '../connection.ts';
import { OutboundConnections } from './outbound.ts';
import type { Receiver } from './receiver.ts';
import { defaultStreamLimits, type StreamLimits } from './stream-connection.ts';
import { StreamListener } from './stream-listener.ts';
import { UdpListener } from './udp.ts';

export interface SipTransportsOptions {
  /** Null: announced as it is. */
  readonly addresses: ReadonlyArray<{ readonly listen: string; readonly announced: string | null }>;
  /** Null: not listened on. 0: a free one. */
  readonly ports: { readonly udp: number | null; readonly tcp: number | null; readonly tls: number | null };
  /** PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly ca: string | null;
  readonly receiver: Receiver;
  readonly limits?: StreamLimits;
  readonly onRepeated?: (count: number) => void;
  readonly onRefusedConnection?: () => void;
  readonly now?: () => number;
  readonly log: Logger;
}

export interface SipTarget {
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  readonly host: string;
  readonly port: number;
  readonly serverName?: string;
}

export interface SipTransports {
  /** What is listened on, as announced. */
  readonly local: { readonly udp: readonly SocketAddress[]; readonly tcp: readonly SocketAddress[]; readonly tls: readonly SocketAddress[] };
  readonly connections: () => Readonly<Record<'udp' | 'tcp' | 'tls', number>>;
  /** Null: it cannot be reached that way. */
  connect(target: SipTarget): Promise<Connection | null>;
  /** Lets what was sent leave, then closes. Dialogs must have ended before. */
  stop(): Promise<void>;
}

/** @throws EnvironmentError naming the variable whose port cannot be used. */
export async function startSipTransports(options: SipTransportsOptions): Promise<SipTransports> {
  const { addresses, ports, tls, receiver, log, limits = defaultStreamLimits, now = Date.now } = options;
  let serial = 0;
  const nextSerial = (): number => { serial += 1; return serial; };
  const udp: UdpListener[] = [];
  const tcp: StreamListener[] = [];
  const secure: StreamListener[] = [];
  const closeAll = async (): Promise<void> => { await Promise.all([...udp, ...tcp, ...secure].map((listener) => listener.close())); };
  const streamOptions = { limits, receiver, nextSerial, onRefused: options.onRefusedConnection ?? (() => { /* not counted */ }), log };
  try {
    for (const { listen, announced } of addresses) {
      if (ports.udp !== null) {
        const address = { address: listen, port: ports.udp };
        udp.push(await named('SIP_UDP_PORT', address, UdpListener.bind({
          listen: address, announced, receiver, nextSerial, onRepeated: options.onRepeated ?? (() => { /* not counted */ }), now, log,
        })));
      }
      if (ports.tcp !== null) {
        const address = { address: listen, port: ports.tcp };
        tcp.push(await named('SIP_TCP_PORT', address, StreamListener.bind({ ...streamOptions, transport: 'TCP', listen: address, announced, tls: null })));
      }
      if (ports.tls !== null) {
        const address = { address: listen, port: ports.tls };
        secure.push(await named('SIP_TLS_PORT', address, StreamListener.bind({ ...streamOptions, transport: 'TLS', listen: address, announced, tls })));
      }
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const outbound = new OutboundConnections({
    ca: options.ca, tls, limits, receiver, nextSerial, log,
    local: (transport, socket) => {
      const family = isIPv6(socket.localAddress ?? '');
      const listeners = (transport === 'TLS' ? secure : tcp).map(({ local }) => local);
      return listeners.find(({ address }) => isIPv6(address) === family) ?? listeners[0] ?? { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    },
  });
  return {
    local: { udp: udp.map(({ local }) => local), tcp: tcp.map(({ local }) => local), tls: secure.map(({ local }) => local) },
    connections: () => ({
      udp: udp.reduce((sum, { flowCount }) => sum + flowCount, 0),
      tcp: tcp.reduce((sum, { connectionCount }) => sum + connectionCount, 0), tls: secure.reduce((sum, { connectionCount }) => sum + connectionCount, 0),
    }),
    connect: async ({ transport, host, port, serverName }) => {
      if (transport !== 'UDP') return outbound.connect({ transport, host, port, ...(serverName === undefined ? {} : { serverName }) });
      const address = await resolved(host, udp.map(({ family }) => family), log);
      if (address === null) return null;
      return udp.find(({ family }) => family === (isIPv6(address) ? 6 : 4))?.flowTo({ address, port }) ?? null;
    },
    stop: async () => {
      await outbound.close();
      await closeAll();
    },
  };
}

async function resolved(host: string, families: ReadonlyArray<4 | 6>, log: Logger): Promise<string | null> {
  const plain = host.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0) return plain;
  try {
    const found = await lookup(plain, { all: true });
    return found.find(({ family }) => families.includes(family === 6 ? 6 : 4))?.address ?? null;
  } catch (error) {
    log.info({ err: error, host }, 'SIP host not found');
    return null;
  }
}

const bindFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use; stop what uses it or give another port', EACCES: 'needs more rights; give one above 1023',
  EADDRNOTAVAIL: 'cannot be used: this machine does not have the address; check MEDIA_LISTEN_IP',
};

async function named<T>(variable: string, { address, port }: SocketAddress, bound: Promise<T>): Promise<T> {
  try {
    return await bound;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new EnvironmentError(`${variable}: ${port} on ${address} ${bindFailures[code] ?? `cannot be listened on (${code})`}`);
  }
}
