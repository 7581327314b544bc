import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byWeight, Locator, targetUri, type Dns, type Location, type NetworkTransport } from './locate.ts';

interface Records {
  readonly a?: Record<string, readonly string[]>;
  readonly aaaa?: Record<string, readonly string[]>;
  readonly srv?: Record<string, ReadonlyArray<{ name: string; port: number; priority: number; weight: number }>>;
  readonly naptr?: Record<string, ReadonlyArray<{ flags: string; service: string; replacement: string; order: number; preference: number }>>;
  readonly hosts?: Record<string, string>;
}

class Zone implements Dns {
  records: Records;
  asked = 0;
  constructor(records: Records) { this.records = records; }
  resolve4 = (host: string): Promise<Array<{ address: string; ttl: number }>> => this.#answer(this.records.a?.[host]?.map((address) => ({ address, ttl: 10 })));
  resolve6 = (host: string): Promise<Array<{ address: string; ttl: number }>> => this.#answer(this.records.aaaa?.[host]?.map((address) => ({ address, ttl: 10 })));
  resolveSrv: Dns['resolveSrv'] = (name) => this.#answer(this.records.srv?.[name]);
  resolveNaptr: Dns['resolveNaptr'] = (host) => this.#answer(this.records.naptr?.[host]);
  lookup = (host: string): Promise<Array<{ address: string }>> => {
    const address = this.records.hosts?.[host];
    return this.#answer(address === undefined ? undefined : [{ address }]);
  };
  #answer<T>(found: readonly T[] | undefined): Promise<T[]> {
    this.asked += 1;
    return found === undefined ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve([...found]);
  }
}

const all: readonly NetworkTransport[] = ['UDP', 'TCP', 'TLS'];
const short = ({ transport, address, port }: Location): string => `${transport} ${address}:${port}`;

async function located(uri: string, records: Records, transports = all): Promise<string[]> {
  const target = targetUri(uri);
  if (!target) throw new Error(`not a target: ${uri}`);
  return (await new Locator({ dns: new Zone(records), transports, now: () => 0, random: () => 0.5 }).locate(target)).map(short);
}

describe('where a SIP URI leads', () => {
  it('SIP39 takes an address or a port as it stands', async () => {
    expect(await located('sip:192.0.2.7', {})).toEqual(['UDP 192.0.2.7:5060']);
    expect(await located('sip:[2001:db8::7]:5070;transport=tcp', {})).toEqual(['TCP 2001:db8::7:5070']);
    expect(await located('sips:192.0.2.7', {})).toEqual(['TLS 192.0.2.7:5061']);
    const records = { a: { 'pbx.test': ['192.0.2.1', '192.0.2.2'] }, aaaa: { 'pbx.test': ['2001:db8::1'] }, srv: { '_sip._udp.pbx.test': [{ name: 'no.test', port: 1, priority: 1, weight: 1 }] } };
    expect(await located('sip:pbx.test:5080;transport=udp', records)).toEqual(['UDP 192.0.2.1:5080', 'UDP 192.0.2.2:5080', 'UDP 2001:db8::1:5080']);
  });

  it('SIP39 follows SRV by priority, and NAPTR to the transport', async () => {
    const a = { 'one.test': ['192.0.2.1'], 'two.test': ['192.0.2.2'] };
    const srv = {
      '_sip._udp.pbx.test': [{ name: 'two.test', port: 5062, priority: 20, weight: 1 }, { name: 'one.test', port: 5061, priority: 10, weight: 1 }],
      '_sips._tcp.pbx.test': [{ name: 'one.test', port: 5061, priority: 1, weight: 1 }],
    };
    expect(await located('sip:pbx.test;transport=udp', { a, srv })).toEqual(['UDP 192.0.2.1:5061', 'UDP 192.0.2.2:5062']);
    expect(await located('sips:pbx.test', { a, srv })).toEqual(['TLS 192.0.2.1:5061']);
    const naptr = { 'pbx.test': [
      { flags: 's', service: 'SIP+D2U', replacement: '_sip._udp.pbx.test', order: 50, preference: 50 }, { flags: 's', service: 'SIPS+D2T', replacement: '_sips._tcp.pbx.test', order: 10, preference: 50 },
    ] };
    expect(await located('sip:pbx.test', { a, srv, naptr })).toEqual(['TLS 192.0.2.1:5061']);
    expect(await located('sip:pbx.test', { a, srv, naptr }, ['UDP'])).toEqual(['UDP 192.0.2.1:5061', 'UDP 192.0.2.2:5062']);
  });

  it('SIP39 falls back to plain addresses, and to the hosts file', async () => {
    expect(await located('sip:pbx.test;transport=tcp', { a: { 'pbx.test': ['192.0.2.1'] } })).toEqual(['TCP 192.0.2.1:5060']);
    expect(await located('sip:pbx', { hosts: { pbx: '127.0.0.1' } })).toEqual(['UDP 127.0.0.1:5060']);
    expect(await located('sip:nowhere.test', {})).toEqual([]);
  });

  it('SIP39 asks again when the answer has aged, and keeps the last one while the name server is silent', async () => {
    let now = 0;
    const zone = new Zone({ a: { 'pbx.test': ['192.0.2.1'] } });
    const locator = new Locator({ dns: zone, transports: all, now: () => now });
    const uri = { host: 'pbx.test', port: 5060, transport: 'UDP' } as const;
    expect((await locator.locate(uri)).map(short)).toEqual(['UDP 192.0.2.1:5060']);
    const { asked } = zone;
    await locator.locate(uri);
    expect(zone.asked).toBe(asked);
    now = 11_000;
    zone.records = { a: { 'pbx.test': ['192.0.2.9'] } };
    expect((await locator.locate(uri)).map(short)).toEqual(['UDP 192.0.2.9:5060']);
    now = 60_000;
    zone.records = {};
    expect((await locator.locate(uri)).map(short)).toEqual(['UDP 192.0.2.9:5060']);
  });

  it('SIP39 draws among equal priorities by weight', () => {
    const record = fc.record({ priority: fc.integer({ min: 0, max: 3 }), weight: fc.integer({ min: 0, max: 100 }) });
    fc.assert(fc.property(fc.array(record, { maxLength: 12 }), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (records, lots) => {
      const ordered = byWeight(records, () => lots.next().value ?? 0);
      expect(ordered).toHaveLength(records.length);
      expect(new Set(ordered).size).toBe(new Set(records).size);
      expect(ordered.map(({ priority }) => priority)).toEqual(records.map(({ priority }) => priority).toSorted((one, other) => one - other));
    }));
    let seed = 1;
    const random = (): number => { seed = seed * 48_271 % 2_147_483_647; return seed / 2_147_483_647; };
    const records = [{ priority: 1, weight: 75 }, { priority: 1, weight: 25 }];
    const heavyFirst = Array.from({ length: 2000 }, () => byWeight(records, random)[0]).filter((first) => first === records[0]).length;
    expect(heavyFirst / 2000).toBeGreaterThan(0.7);
    expect(heavyFirst / 2000).toBeLessThan(0.8);
  });

  it('SIP39 never throws at what calls itself a target', () => {
    expect(targetUri('sip:732@pbx.test:5060;transport=tls')).toEqual({ host: 'pbx.test', port: 5060, transport: 'TLS' });
    for (const bad of ['', 'pbx', 'tel:1', 'sip:', 'sip:pbx;transport=sctp']) expect(targetUri(bad)).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => { targetUri(`sip:${text}`); }), { seed: 20_261_121 });
  });
});
