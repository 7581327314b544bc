/** SIP over UDP, TCP and TLS on real sockets: between two of our own SIP sides, and against a peer that says whatever it is told. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DatagramPeer, datagramRequest, LossyRelay } from './support/datagram-peer.ts';
import { Heard, ScriptedMedia } from './support/dialog-stand.ts';
import { Station, stationDomain, type StationOptions } from './support/network-stand.ts';

const closers: Array<() => Promise<void> | void> = [];
const station = async (options?: StationOptions): Promise<Station> => {
  const started = await Station.start(options);
  closers.push(() => started.stop());
  return started;
};
const peer = async (target: Station, address?: string): Promise<DatagramPeer> => {
  const bound = await DatagramPeer.bind(target.udpPort, address);
  closers.push(() => bound.close());
  return bound;
};
const pem = (name: string): string => readFileSync(join(import.meta.dirname, 'tls', name), 'utf8');
const secured = { ports: { udp: 0, tcp: 0, tls: 0 }, tls: { cert: pem('station.pem'), key: pem('station.key') }, ca: pem('ca.pem') } as const;
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe('calls between two stations', () => {
  it.each(['UDP', 'TCP', 'TLS', 'UDP on IPv6', 'TCP on IPv6'] as const)('SIP14 a call over %s is set up, changed and ended', async (kind) => {
    const ipv6 = kind.endsWith('IPv6');
    if (ipv6 && !hasIpv6) return;
    const options = { ...secured, addresses: [{ listen: ipv6 ? '::1' : '127.0.0.1', announced: null }] };
    const [near, far] = [await station(options), await station(options)];
    const answered = new Heard();
    far.answering((call) => { call.ring(); call.answer(new ScriptedMedia(), answered); });
    const transport = kind.slice(0, 3) as 'UDP' | 'TCP' | 'TLS';
    const port = { UDP: far.udpPort, TCP: far.tcpPort, TLS: far.tlsPort }[transport];
    const { dialog, heard } = await near.call({ transport, host: ipv6 ? '::1' : '127.0.0.1', port, ...(transport === 'TLS' ? { serverName: 'sip.help.test' } : {}) });
    await vi.waitFor(() => expect([...heard.events, ...answered.events].toSorted()).toEqual(['established', 'established', 'ringing']), 5000);
    expect(await dialog.reoffer()).toBe(true);
    dialog.end({ cause: 200, text: 'done' });
    await vi.waitFor(() => expect([...heard.ends, ...answered.ends].map(({ type }) => type)).toEqual(['endedHere', 'hungUp']), 5000);
    expect(near.repeated + far.repeated).toBe(0);
  });

  it('SIP16 a call over a network that loses the first of everything and doubles the rest is the same call', async () => {
    const [near, far] = [await station(), await station()];
    const relay = await LossyRelay.to(far.udpPort);
    closers.push(() => relay.close());
    const answered = new Heard();
    far.answering((call) => { call.ring(); call.answer(new ScriptedMedia(), answered); });
    const { dialog, heard } = await near.call({ transport: 'UDP', host: '127.0.0.1', port: relay.port });
    await vi.waitFor(() => expect([heard.events.includes('established'), answered.events]).toEqual([true, ['established']]), 15_000);
    dialog.end({ cause: 200, text: 'done' });
    await vi.waitFor(() => expect([...heard.ends, ...answered.ends].map(({ type }) => type)).toEqual(['endedHere', 'hungUp']), 15_000);
    expect(far.calls).toHaveLength(1);
    expect(relay.lost).toBeGreaterThan(4);
    expect(near.repeated).toBeGreaterThan(1);
  });

  it('SIP16 a refused call is acknowledged over that network too', async () => {
    const [near, far] = [await station(), await station()];
    const relay = await LossyRelay.to(far.udpPort);
    closers.push(() => relay.close());
    far.answering((call) => call.refuse(486));
    const { heard } = await near.call({ transport: 'UDP', host: '127.0.0.1', port: relay.port });
    await vi.waitFor(() => expect(heard.ends).toMatchObject([{ type: 'failed', status: 486 }]), 15_000);
    // What is repeated until its ACK stops being repeated.
    await vi.waitFor(() => expect(far.verdicts.filter((verdict) => verdict === 'dialog')).toHaveLength(1), 15_000);
  });

  it('SIP23 a request too long for a datagram goes over TCP, where the target has it', async () => {
    const [near, far] = [await station(), await station()];
    far.answering((call) => { call.answer(new ScriptedMedia(), new Heard()); });
    const target = { transport: 'UDP', host: '127.0.0.1', port: far.udpPort } as const;
    near.reach = (why) => why === 'long' ? near.transports.connect({ transport: 'TCP', host: '127.0.0.1', port: far.tcpPort }) : Promise.resolve(null);
    const { heard, dialog } = await near.call(target, undefined, `v=0\r\n${'a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n'.repeat(40)}`);
    await vi.waitFor(() => expect(heard.events).toContain('established'), 5000);
    expect(far.transports.connections().tcp).toBe(1);
    dialog.end({ cause: 200, text: 'done' });
  });

  it('SIP23 its CANCEL goes the same way', async () => {
    const [near, far] = [await station(), await station()];
    const canceled = vi.fn();
    far.answering((call) => { call.onCanceled(canceled); call.ring(); });
    near.reach = (why) => why === 'long' ? near.transports.connect({ transport: 'TCP', host: '127.0.0.1', port: far.tcpPort }) : Promise.resolve(null);
    const { heard, dialog } = await near.call({ transport: 'UDP', host: '127.0.0.1', port: far.udpPort }, undefined, `v=0\r\n${'a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n'.repeat(40)}`);
    await vi.waitFor(() => expect(heard.events).toEqual(['ringing']), 5000);
    dialog.end({ cause: 487, text: 'given up' });
    await vi.waitFor(() => expect(canceled).toHaveBeenCalledOnce(), 5000);
    expect(far.transports.connections().udp).toBe(0);
  });

  it('SIP17 a peer whose connection is made for the call is told in it where we are', async () => {
    const near = await station();
    const phone = await peer(near);
    near.reach = () => near.transports.connect({ transport: 'UDP', host: '127.0.0.1', port: phone.port });
    near.callUnreached('sip:phone@phone.invalid');
    expect(await phone.next(/^INVITE /)).toMatch(new RegExp(`^Contact: <sip:[0-9a-f]+@127\\.0\\.0\\.1:${near.udpPort}>\\r$`, 'm'));
  });
});

describe('TLS', () => {
  it('SIP19 connects to whom the certificate names, and to nobody else', async () => {
    const near = await station(secured);
    const trusting = await station({ ...secured, ca: null });
    const other = await station({ ...secured, tls: { cert: pem('other.pem'), key: pem('other.key') } });
    const to = (port: number, serverName?: string) => ({ transport: 'TLS', host: '127.0.0.1', port, ...(serverName === undefined ? {} : { serverName }) }) as const;
    expect(await near.transports.connect(to(trusting.tlsPort, 'sip.help.test'))).toMatchObject({ transport: 'TLS', secure: true, open: true });
    // The certificate names the address as well.
    expect(await near.transports.connect(to(trusting.tlsPort))).toMatchObject({ open: true });
    expect(await near.transports.connect(to(other.tlsPort, 'sip.help.test'))).toBeNull();
    expect(await trusting.transports.connect(to(near.tlsPort, 'sip.help.test'))).toBeNull();
    expect(await near.transports.connect(to(trusting.tcpPort, 'sip.help.test'))).toBeNull();
  });

  it('SIP14 a connection is used again as long as it stands, and made again when it is gone', async () => {
    const [near, far] = [await station(secured), await station(secured)];
    const target = { transport: 'TCP', host: '127.0.0.1', port: far.tcpPort } as const;
    const [first, second] = await Promise.all([near.transports.connect(target), near.transports.connect(target)]);
    expect(second).toBe(first);
    expect(await near.transports.connect(target)).toBe(first);
    first?.close(1000, 'done');
    await vi.waitFor(() => expect(far.closed).toHaveLength(1), 5000);
    const third = await near.transports.connect(target);
    expect(third).not.toBe(first);
    expect(third?.open).toBe(true);
    expect(await near.transports.connect({ ...target, port: 1 })).toBeNull();
  });
});

describe('where a response goes', () => {
  it('SIP17 to where its request came from, with rport; to the port it names, without', async () => {
    const near = await station();
    const [one, other] = [await peer(near), await peer(near)];
    one.send(datagramRequest('OPTIONS', `sip:${stationDomain}`));
    expect(await one.next(/^SIP\/2\.0 200 /)).toMatch(new RegExp(`;received=127\\.0\\.0\\.1;rport=${one.port}\\r\\n`));
    one.send(datagramRequest('OPTIONS', `sip:${stationDomain}`, { Via: `SIP/2.0/UDP peer.invalid:${other.port};branch=z9hG4bKnorport` }));
    expect(await other.next(/^SIP\/2\.0 200 /)).toContain(';received=127.0.0.1\r\n');
    // Whatever the sender writes about it: nobody else gets answers sent.
    one.send(datagramRequest('OPTIONS', `sip:${stationDomain}`, { Via: `SIP/2.0/UDP peer.invalid;branch=z9hG4bKlie;received=192.0.2.1;rport=9;maddr=192.0.2.1` }));
    expect(await one.next(/z9hG4bKlie/)).toContain(`;rport=${one.port}\r\n`);
  });

  it('SIP17 our requests name the address that answers reach, and no two of them the same transaction', async () => {
    const near = await station();
    const far = await peer(near);
    await near.call({ transport: 'UDP', host: '127.0.0.1', port: far.port });
    await near.call({ transport: 'UDP', host: '127.0.0.1', port: far.port });
    const [first, second] = [await far.next(/^INVITE /), await far.next(/^INVITE /)];
    expect(first).toMatch(new RegExp(`^Via: SIP/2\\.0/UDP 127\\.0\\.0\\.1:${near.udpPort};branch=z9hG4bK[\\w.]{30,};rport\\r$`, 'm'));
    expect(first).toMatch(new RegExp(`^Contact: <sip:[0-9a-f]+@127\\.0\\.0\\.1:${near.udpPort}>\\r$`, 'm'));
    const branch = (text: string): string => /branch=([\w.]+)/.exec(text)?.[1] ?? '';
    expect(branch(first)).not.toBe(branch(second));
  });
});

describe('a dialog and where its requests come from', () => {
  it('SIP18 a BYE from another port of the same address ends it; one from elsewhere is asked to prove itself; one that knows no tags finds nothing', async () => {
    const near = await station();
    const answered = new Heard();
    near.answering((call) => { call.answer(new ScriptedMedia(), answered); });
    const phone = await peer(near);
    const invite = datagramRequest('INVITE', `sip:desk@${stationDomain}`, { 'Content-Type': 'application/sdp' }, 'v=0\r\n');
    phone.send(invite);
    const ok = await phone.next(/^SIP\/2\.0 200 /);
    const tag = /^To: .*;tag=(\S+)\r$/m.exec(ok)?.[1] ?? '';
    const callId = /^Call-ID: (.*)\r$/m.exec(ok)?.[1] ?? '';
    const inDialog = (method: string, cseq: number, toTag = tag): string =>
      datagramRequest(method, `sip:desk@${stationDomain}`, { To: `<sip:desk@${stationDomain}>;tag=${toTag}`, 'Call-ID': callId, CSeq: `${cseq} ${method}` });
    phone.send(inDialog('ACK', 1));
    await vi.waitFor(() => expect(answered.events).toEqual(['established']), 5000);

    const stranger = await peer(near, '127.0.0.77');
    near.turnAway = () => ({ type: 'refused', status: 401, headers: ['WWW-Authenticate: Digest realm="help.test", nonce="n"'] });
    expect(await stranger.ask(inDialog('BYE', 2))).toBe(401);
    expect(await stranger.ask(inDialog('BYE', 2, 'guessed'))).toBe(481);
    expect(answered.events).toEqual(['established']);
    // Proven, it is the peer's new address: from now on requests go there.
    near.turnAway = () => null;
    expect(await stranger.ask(inDialog('UPDATE', 3))).toBe(200);
    near.turnAway = () => ({ type: 'refused', status: 401 });
    const moved = await peer(near, '127.0.0.77');
    expect(await moved.ask(inDialog('BYE', 4))).toBe(200);
    expect(answered.ends).toMatchObject([{ type: 'hungUp' }]);
  });
});

describe('what belongs to nobody', () => {
  it('SIP22 OPTIONS is answered to anybody, with what we can do; nothing is passed on', async () => {
    const near = await station();
    const one = await peer(near);
    one.send(datagramRequest('OPTIONS', `sip:${stationDomain}`));
    const options = await one.next(/^SIP\/2\.0 200 /);
    for (const header of ['Allow: INVITE, ', 'Accept: application/sdp', 'Supported: 100rel']) expect(options).toContain(`\r\n${header}`);
    expect(await one.ask(datagramRequest('OPTIONS', `sip:${stationDomain}`, { 'Max-Forwards': '0' }))).toBe(200);
    expect(await one.ask(datagramRequest('INVITE', 'sip:somebody@elsewhere.test'))).toBe(404);
    expect(await one.ask(datagramRequest('OPTIONS', 'sip:elsewhere.test'))).toBe(404);
    expect(await one.ask(datagramRequest('INVITE', `sip:desk@${stationDomain}`, { 'Max-Forwards': '0' }))).toBe(483);
    expect(await one.ask(datagramRequest('MESSAGE', `sip:desk@${stationDomain}`))).toBe(405);
    expect(await one.ask(datagramRequest('FROB', `sip:desk@${stationDomain}`))).toBe(501);
    expect(await one.ask(datagramRequest('CANCEL', `sip:desk@${stationDomain}`))).toBe(481);
    expect(await one.ask(datagramRequest('BYE', `sip:desk@${stationDomain}`, { To: '<sip:x@help.test>;tag=none' }))).toBe(481);
    expect(near.index.size).toBe(0);
  });

  it('SIP22 a request that comes by two ways is one call', async () => {
    const near = await station();
    const one = await peer(near);
    near.answering((call) => call.ring());
    const invite = datagramRequest('INVITE', `sip:desk@${stationDomain}`);
    one.send(invite);
    await one.next(/^SIP\/2\.0 180 /);
    one.send(invite.replace('z9hG4bKpeer', 'z9hG4bKother'));
    expect(await one.next(/^SIP\/2\.0 [2-6]/)).toMatch(/^SIP\/2\.0 482 /);
    expect(near.calls).toHaveLength(1);
    // Another peer's CANCEL with the same branch cancels nothing.
    const other = await peer(near, '127.0.0.78');
    expect(await other.ask(invite.replace('INVITE ', 'CANCEL ').replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL'))).toBe(481);
    one.send(invite.replace('INVITE ', 'CANCEL ').replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL'));
    await one.next(/^SIP\/2\.0 200 /);
    await one.next(/^SIP\/2\.0 487 /);
  });
});

describe('starting', () => {
  it.each(['UDP', 'TCP', 'TLS'] as const)('SIP20 a port for %s that is taken is named, with the way out', async (transport) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => { taken.once('listening', resolve); });
    const { port } = taken.address() as AddressInfo;
    const first = transport === 'UDP' ? await station({ ports: { udp: port, tcp: null, tls: null } }) : null;
    const ports = { udp: null, tcp: null, tls: null, [transport.toLowerCase()]: port };
    await expect(Station.start({ ...secured, ports })).rejects.toThrow(`SIP_${transport}_PORT: ${port} on 127.0.0.1 is in use; stop what uses it or give another port`);
    await first?.stop();
    await new Promise((resolve) => { taken.close(resolve); });
  });

  it('SIP20 an address that this machine does not have is named', async () => {
    await expect(Station.start({ addresses: [{ listen: '192.0.2.1', announced: null }] })).rejects.toThrow(/^SIP_UDP_PORT: 0 on 192\.0\.2\.1 cannot be used: .*MEDIA_LISTEN_IP/);
  });
});

describe('stopping', () => {
  it.each(['UDP', 'TCP'] as const)('SIP26 a BYE that was sent leaves over %s before the socket is closed', async (transport) => {
    const [near, far] = [await station(), await station()];
    const answered = new Heard();
    far.answering((call) => { call.answer(new ScriptedMedia(), answered); });
    const { dialog, heard } = await near.call({ transport, host: '127.0.0.1', port: transport === 'UDP' ? far.udpPort : far.tcpPort });
    await vi.waitFor(() => expect([...heard.events, ...answered.events]).toEqual(['established', 'established']), 5000);
    dialog.end({ cause: 200, text: 'stopping' });
    await near.stop();
    await vi.waitFor(() => expect(answered.ends).toMatchObject([{ type: 'hungUp' }]), 5000);
  });
});
