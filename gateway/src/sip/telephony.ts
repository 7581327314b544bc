/**
 * The telephone side put together: registrar, trunks, doorman and directory, from the contact-center file. What it stands on (transports,
 * desktops, store) comes in as arguments; `close` leaves those alone.
 */
import { Resolver, lookup } from 'node:dns/promises';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { EnvironmentError } from '../environment.ts';
import { Authenticator } from './digest/authenticator.ts';
import { ha1Of, type Ha1 } from './digest/digest.ts';
import { Directory, type DesktopPages } from './directory.ts';
import { Edges } from './edges.ts';
import { NetworkDoorman } from './network-doorman.ts';
import type { PeerIndex } from './peer-index.ts';
import { phoneLimits, type PhoneLimits } from './registrar/phone.ts';
import { Registrar, type BindingStore } from './registrar/registrar.ts';
import type { ExpiryLimits } from './registrar/register-request.ts';
import { Locator, targetUri, type Dns, type NetworkTransport } from './trunks/locate.ts';
import type { Connect } from './trunks/target.ts';
import { Trunks } from './trunks/trunks.ts';

export interface TelephonyOptions {
  readonly config: Pick<Config, 'agents' | 'trunks' | 'edges' | 'phonebook'>;
  /** The ids under which the store knows the agents; it may grow while we run. */
  readonly agentIds: ReadonlyMap<string, string>;
  readonly domain: string;
  readonly isOurHost: (host: string) => boolean;
  readonly index: PeerIndex;
  readonly desktops: DesktopPages;
  readonly connect: Connect;
  /** What we speak on the network, most wanted first. */
  readonly transports: readonly NetworkTransport[];
  readonly store: BindingStore;
  readonly now: () => number;
  readonly limits?: PhoneLimits;
  readonly expiry?: ExpiryLimits;
  readonly dns?: Dns;
  readonly log: Logger;
}

export interface Telephony {
  readonly doorman: NetworkDoorman;
  readonly directory: Directory;
  readonly trunks: Trunks;
  /** Configured trunks and proxies, behind which everybody has the one address. */
  isKnown(address: string): boolean;
  /** Phones of the run before this one; once what hears of them stands. */
  restore(): Promise<void>;
  registerMetrics(registry: Registry): void;
  /** Reads `config` anew: agents, their phones and extensions. Trunks and proxies stay as they were at the start. */
  configured(): void;
  /** Calls have to be ended before. */
  close(): void;
}

/** @throws EnvironmentError where a trunk needs a transport that is off. */
export function createTelephony(options: TelephonyOptions): Telephony {
  const { config, agentIds, domain, isOurHost, index, desktops, connect, transports, store, now, log, limits = phoneLimits } = options;
  // TCP and TLS are connected from any port; a datagram has to leave from the one that answers come back to.
  const unspeakable = config.trunks.flatMap(({ id, targets }) => targets.filter((uri) => !transports.includes('UDP') && targetUri(uri)?.transport === 'UDP').map((uri) => `SIP_UDP_PORT: needed by trunk "${id}" for ${uri}`));
  if (unspeakable.length > 0) throw new EnvironmentError(unspeakable.join('\n'));
  const edges = new Edges(config.edges);
  let accounts = phoneAccounts(config.agents, domain);
  const needsTls = (username: string): boolean => config.agents.some((agent) => agent.username === username && agent.sip?.srtp === 'required');
  const isPhone = (username: string): boolean => accounts.has(username);
  const trunks = new Trunks({
    trunks: config.trunks, domain, index, connect, now, log, locator: new Locator({ dns: options.dns ?? systemDns(), transports, now }),
    onHealth: () => directory.trunksChanged(), onInvite: (trunk, call, source) => directory.trunkCalls(trunk, call, source),
  });
  const registrar = new Registrar({
    domain, index, connect, limits, store, now, log, isEdge: (address, port) => edges.at({ address, port }) !== null, ...options.expiry === undefined ? {} : { expiry: options.expiry },
    needsTls, onChange: (username) => directory.phonesChanged(username), onInvite: (phone, call) => directory.phoneCalls(phone, call),
  });
  const directory = new Directory({
    agents: () => config.agents.flatMap(({ username, sip, extension }) => {
      const id = agentIds.get(username);
      return id === undefined ? [] : [{ id, username, phone: sip ?? null, extension: extension ?? null }];
    }),
    desktops, phones: (username) => registrar.phones(username), trunks, phonebook: () => config.phonebook, isOurHost, domain, log,
  });
  const authenticator = new Authenticator({ realm: domain, accounts: (username) => accounts.get(username) ?? null, now });
  return {
    doorman: new NetworkDoorman({ authenticator, registrar, trunks, edges, isPhone, log }),
    directory, trunks,
    isKnown: (address) => edges.isAt(address) || trunks.isAt(address),
    restore: () => registrar.restore(isPhone),
    registerMetrics: (registry) => {
      trunks.registerMetrics(registry);
      // Constructing registers it; it collects itself from then on.
      void new Gauge({ name: 'gethelp_sip_phones', help: 'Phones registered', registers: [registry], collect() { this.set(registrar.registered); } });
    },
    configured: () => {
      accounts = phoneAccounts(config.agents, domain);
      registrar.forgetAllBut(isPhone);
      directory.configured();
    },
    close: () => {
      registrar.close();
      trunks.close();
    },
  };
}

/** Only hashes are kept, also of a password that stands in the file in clear. */
function phoneAccounts(agents: Config['agents'], domain: string): ReadonlyMap<string, Ha1> {
  return new Map(agents.flatMap(({ username, sip }) => {
    if (sip?.ha1) return [[username, { MD5: sip.ha1.md5, 'SHA-256': sip.ha1.sha256 }]];
    return sip?.password === undefined ? [] : [[username, ha1Of(username, domain, sip.password)]];
  }));
}

function systemDns(): Dns {
  // A trunk's call waits for it: two tries of two seconds, not the system's four of five.
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  return {
    resolve4: (host, ttl) => resolver.resolve4(host, ttl), resolve6: (host, ttl) => resolver.resolve6(host, ttl),
    resolveSrv: (name) => resolver.resolveSrv(name), resolveNaptr: (host) => resolver.resolveNaptr(host),
    lookup: (host) => lookup(host, { all: true }),
  };
}
