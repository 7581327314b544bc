/**
 * Where a SIP URI leads (RFC 3263): the addresses to try, in order. A literal address or a port settles the host; else SRV decides by
 * priority and weight, and NAPTR the transport where the URI names none. Answers are kept for a bounded time, and the last good
 * answer for longer while the name server is silent, so that a trunk outlives an outage of the DNS.
 */
import { isIP } from 'node:net';
import type { TransportName } from '../connection.ts';

export type NetworkTransport = Extract<TransportName, 'UDP' | 'TCP' | 'TLS'>;

export interface Location {
  readonly transport: NetworkTransport;
  readonly address: string;
  readonly port: number;
  /** As the URI had it: what a TLS certificate must be for (RFC 5922). */
  readonly host: string;
}

/** What is used of node:dns/promises' Resolver. Rejections are "no such record". */
export interface Dns {
  resolve4(host: string, options: { readonly ttl: true }): Promise<ReadonlyArray<{ readonly address: string; readonly ttl: number }>>;
  resolve6(host: string, options: { readonly ttl: true }): Promise<ReadonlyArray<{ readonly address: string; readonly ttl: number }>>;
  resolveSrv(name: string): Promise<ReadonlyArray<{ readonly name: string; readonly port: number; readonly priority: number; readonly weight: number }>>;
  resolveNaptr(host: string): Promise<ReadonlyArray<{
    readonly flags: string; readonly service: string; readonly replacement: string; readonly order: number; readonly preference: number;
  }>>;
  /** Hosts file included, which the others do not read. */
  lookup(host: string): Promise<ReadonlyArray<{ readonly address: string }>>;
}

export interface TargetUri {
  readonly host: string;
  readonly port: number | null;
  /** Null: the URI names none. `sips` means TLS. */
  readonly transport: NetworkTransport | null;
}

/** Seconds that an answer is used, whatever its TTL says: a TTL of 0 must not ask for every call, one of days must not outlive a move. */
const cacheSeconds = { minimum: 5, maximum: 300, withoutTtl: 60 } as const;
/** More than any trunk has; a name server cannot make us try for ever. */
const mostLocations = 16;

export function targetUri(text: string): TargetUri | null {
  const found = /^(sips?):(?:[^@]*@)?(\[[0-9a-f:.]+\]|[^:;?[\]]+)(?::(\d{1,5}))?((?:;[^;?]*)*)(?:\?.*)?$/i.exec(text.trim());
  if (!found) return null;
  const [, scheme = '', host = '', port, parameters = ''] = found;
  const named = /;transport=([a-z]+)/i.exec(parameters)?.[1]?.toUpperCase();
  if (named !== undefined && named !== 'UDP' && named !== 'TCP' && named !== 'TLS') return null;
  const transport = scheme.toLowerCase() === 'sips' ? 'TLS' : named ?? null;
  return { host: host.replace(/^\[|\]$/g, '').toLowerCase(), port: port === undefined ? null : Number(port), transport };
}

const naptrServices: Readonly<Record<string, NetworkTransport>> = { 'SIP+D2U': 'UDP', 'SIP+D2T': 'TCP', 'SIPS+D2T': 'TLS' };
const srvNames: Readonly<Record<NetworkTransport, string>> = { UDP: '_sip._udp', TCP: '_sip._tcp', TLS: '_sips._tcp' };

export class Locator {
  readonly #dns: Dns;
  readonly #now: () => number;
  /** Which transports we speak, most wanted first. */
  readonly #transports: readonly NetworkTransport[];
  readonly #random: () => number;
  readonly #kept = new Map<string, { readonly locations: readonly Location[]; readonly until: number }>();

  constructor({ dns, transports, now, random = Math.random }: {
    readonly dns: Dns; readonly transports: readonly NetworkTransport[]; readonly now: () => number; readonly random?: () => number;
  }) {
    this.#dns = dns;
    this.#transports = transports;
    this.#now = now;
    this.#random = random;
  }

  /** Empty: the name leads nowhere. */
  async locate(uri: TargetUri): Promise<readonly Location[]> {
    const key = `${uri.transport ?? ''} ${uri.host} ${uri.port ?? ''}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > this.#now()) return kept.locations;
    const asked = await this.#ask(uri);
    const locations = asked.locations.length === 0 && kept ? kept.locations : asked.locations.slice(0, mostLocations);
    const life = Math.min(Math.max(asked.locations.length === 0 ? 0 : asked.seconds, cacheSeconds.minimum), cacheSeconds.maximum);
    this.#kept.set(key, { locations, until: this.#now() + life * 1000 });
    return locations;
  }

  async #ask({ host, port, transport }: TargetUri): Promise<{ readonly locations: readonly Location[]; readonly seconds: number }> {
    // RFC 3263, 4.1: without NAPTR, or with an address or a port, UDP for sip: (what we speak of it), TLS for sips:.
    const plain = transport ?? this.#transports.find((one) => one === 'UDP') ?? this.#transports[0];
    if (plain === undefined) return { locations: [], seconds: 0 };
    if (isIP(host) !== 0) return { locations: [{ transport: plain, address: host, port: port ?? defaultPort(plain), host }], seconds: cacheSeconds.maximum };
    if (port !== null) return this.#addresses({ host, port, transport: plain, name: host });
    for (const service of transport === null ? await this.#naptr(host) : [{ transport, srv: `${srvNames[transport]}.${host}` }]) {
      const found = await this.#srv(service.srv, service.transport, host);
      if (found.locations.length > 0) return found;
    }
    return this.#addresses({ host, port: defaultPort(plain), transport: plain, name: host });
  }

  async #naptr(host: string): Promise<ReadonlyArray<{ readonly transport: NetworkTransport; readonly srv: string }>> {
    const records = await this.#dns.resolveNaptr(host).catch(() => []);
    const usable = records.filter(({ flags, replacement }) => flags.toLowerCase() === 's' && replacement !== '')
      .toSorted((one, other) => one.order - other.order || one.preference - other.preference)
      .flatMap(({ service, replacement }) => {
        const transport = naptrServices[service.toUpperCase()];
        return transport !== undefined && this.#transports.includes(transport) ? [{ transport, srv: replacement }] : [];
      });
    // RFC 3263, 4.1: no NAPTR: SRV for each transport that we speak.
    return usable.length > 0 ? usable : this.#transports.map((transport) => ({ transport, srv: `${srvNames[transport]}.${host}` }));
  }

  async #srv(name: string, transport: NetworkTransport, host: string): Promise<{ readonly locations: readonly Location[]; readonly seconds: number }> {
    const records = await this.#dns.resolveSrv(name).catch(() => []);
    const ordered = byWeight(records.filter((record) => record.name !== '' && record.name !== '.'), this.#random);
    const found = await Promise.all(ordered.map((record) => this.#addresses({ host, port: record.port, transport, name: record.name })));
    return { locations: found.flatMap(({ locations }) => locations), seconds: Math.min(cacheSeconds.withoutTtl, ...found.map(({ seconds }) => seconds)) };
  }

  async #addresses({ host, name, port, transport }: Omit<Location, 'address'> & { readonly name: string }): Promise<{ readonly locations: readonly Location[]; readonly seconds: number }> {
    const [four, six] = await Promise.all([this.#dns.resolve4(name, { ttl: true }).catch(() => []), this.#dns.resolve6(name, { ttl: true }).catch(() => [])]);
    const found = [...four, ...six];
    const seconds = Math.min(...found.map(({ ttl }) => ttl), cacheSeconds.maximum);
    const addresses = found.length > 0 ? found : await this.#dns.lookup(name).catch(() => []);
    return { locations: addresses.map(({ address }) => ({ transport, address, port, host })), seconds };
  }
}

/** RFC 2782: lowest priority first; among equals by lot, as heavy as their weight. */
export function byWeight<T extends { readonly priority: number; readonly weight: number }>(records: readonly T[], random: () => number): T[] {
  const ordered: T[] = [];
  for (const priority of new Set(records.map((record) => record.priority).toSorted((one, other) => one - other))) {
    // Those without weight first, so that they have a small chance to be taken.
    const left = records.filter((record) => record.priority === priority).toSorted((one, other) => one.weight - other.weight);
    while (left.length > 0) {
      const total = left.reduce((sum, { weight }) => sum + weight, 0);
      let lot = Math.floor(random() * (total + 1));
      const at = left.findIndex(({ weight }) => (lot -= weight) <= 0);
      ordered.push(...left.splice(Math.max(at, 0), 1));
    }
  }
  return ordered;
}

function defaultPort(transport: NetworkTransport): number {
  return transport === 'TLS' ? 5061 : 5060;
}
