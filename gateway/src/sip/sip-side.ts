/**
 * The SIP side of the gateway put together: transports, the switchboard that finds each message's peer, desktops, phones and trunks, and the directory of
 * all that can be called. Told in the order of its start; `stop` goes the other way, after the calls have ended.
 */
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config/schema.ts';
import type { Environment } from '../environment.ts';
import { Desktops, defaultDesktopLimits } from './desktops.ts';
import type { DesktopLimits } from './desktops.ts';
import type { EndpointDirectory } from './endpoint.ts';
import { NetworkCounts } from './network-counts.ts';
import { PeerIndex } from './peer-index.ts';
import type { BindingStore } from './registrar/registrar.ts';
import { Switchboard } from './switchboard.ts';
import { createTelephony } from './telephony.ts';
import { readTlsFiles } from './transport/tls-files.ts';
import { startSipTransports } from './transport/transports.ts';
import type { SipTransports } from './transport/transports.ts';
import type { Trunks } from './trunks/trunks.ts';
import { SipSocketServer } from './websocket-server.ts';
import type { Authenticate } from './websocket-server.ts';

export interface SipSideOptions {
  readonly environment: Pick<Environment, 'sip' | 'sipDomain' | 'media'>;
  readonly config: Pick<Config, 'agents' | 'trunks' | 'edges' | 'phonebook'>;
  /** The ids under which the store knows the agents; it may grow while we run. */
  readonly agentIds: ReadonlyMap<string, string>;
  readonly store: BindingStore;
  /** The host of the public URL, once it is known: phones may register there too. */
  readonly publicHost: () => string | null;
  readonly desktopLimits?: Partial<DesktopLimits>;
  readonly now: () => number;
  readonly log: Logger;
}

export interface SipSide {
  readonly directory: EndpointDirectory;
  readonly trunks: Trunks;
  /** What is listened on, as announced. */
  readonly local: SipTransports['local'];
  /** Serves SIP over WebSocket on this HTTP server. */
  attach(server: Server, authenticate: Authenticate): void;
  /** Phones of the run before this one; once whoever hears of them stands. */
  restore(): Promise<void>;
  /** Reads `config` and `agentIds` anew. */
  configured(): void;
  registerMetrics(registry: Registry): void;
  stop(): Promise<void>;
}

/** @throws EnvironmentError naming the variable whose port or file cannot be used. */
export async function startSipSide(options: SipSideOptions): Promise<SipSide> {
  const { environment, config, agentIds, store, publicHost, now, log } = options;
  const { sip, sipDomain: domain, media: { addresses } } = environment;
  const { tls, ca } = await readTlsFiles(sip, { now: now(), log });

  const ours = new Set([domain, ...addresses.flatMap(({ listen, announced }) => (announced === null ? [listen] : [listen, announced]))].map((host) => host.toLowerCase()));
  const isOurHost = (host: string): boolean => ours.has(host.toLowerCase().replace(/^\[|\]$/g, '')) || host.toLowerCase() === publicHost();
  const index = new PeerIndex();
  const desktops = new Desktops({ domain, limits: { ...defaultDesktopLimits, ...options.desktopLimits }, log });
  // Each needs the other: nothing comes in before the transports stand, and nothing goes out before that either.
  let transports: SipTransports | null = null;
  const { ports } = sip;
  const telephony = createTelephony({
    config, agentIds, domain, isOurHost, index, desktops, store, now, log,
    connect: (target) => transports?.connect(target) ?? Promise.resolve(null),
    // Calls and REGISTERs go out over TCP where there is a choice: large descriptions outgrow a datagram (RFC 3261, 18.1.1).
    transports: [...(ports.tls === null ? [] : ['TLS' as const]), ...(ports.tcp === null ? [] : ['TCP' as const]), ...(ports.udp === null ? [] : ['UDP' as const])],
  });
  const counts = new NetworkCounts();
  const switchboard = new Switchboard({ doorman: telephony.doorman, index, isOurs: isOurHost, isKnown: (address) => telephony.isKnown(address), now, log, onVerdict: (verdict, connection) => counts.verdict(verdict, connection) });
  transports = await startSipTransports({
    addresses, ports, tls, ca, receiver: switchboard, now, log,
    onRepeated: (count) => counts.repeated(count), onRefusedConnection: () => counts.connectionRefused(),
  });
  const running = transports;

  let sockets: SipSocketServer | null = null;
  return {
    directory: telephony.directory, trunks: telephony.trunks, local: running.local,
    attach: (server, authenticate) => {
      sockets = new SipSocketServer({ server, path: '/sip', authenticate, log, adopt: (connection, identity) => desktops.adopt(connection, identity) });
    },
    restore: () => telephony.restore(),
    configured: () => telephony.configured(),
    registerMetrics: (registry) => {
      telephony.registerMetrics(registry);
      counts.register(registry, running);
    },
    stop: async () => {
      telephony.close();
      desktops.close();
      sockets?.close();
      await running.stop();
    },
  };
}
