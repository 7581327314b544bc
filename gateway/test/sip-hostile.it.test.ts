/** Peers on the network that are slow, greedy, loud or out of their mind, on real sockets, while a good one wants to be served. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultSwitchboardLimits } from '../src/sip/switchboard.ts';
import { defaultStreamLimits } from '../src/sip/transport/stream-connection.ts';
import { DatagramPeer, datagramRequest } from './support/datagram-peer.ts';
import { Heard, ScriptedMedia } from './support/dialog-stand.ts';
import { Station, stationDomain, type StationOptions } from './support/network-stand.ts';

const closers: Array<() => Promise<void> | void> = [];
const station = async (options?: StationOptions): Promise<Station> => {
  const started = await Station.start(options);
  closers.push(() => started.stop());
  return started;
};

interface Stream {
  readonly socket: Socket;
  text: string;
  closed: boolean;
}

const stream = async (target: Station, from?: string): Promise<Stream> => {
  const socket = connect({ port: target.tcpPort, host: '127.0.0.1', ...(from === undefined ? {} : { localAddress: from }) });
  const opened: Stream = { socket, text: '', closed: false };
  socket.on('data', (data) => { opened.text += data.toString(); });
  socket.on('error', () => { /* the close tells */ });
  socket.on('close', () => { opened.closed = true; });
  closers.push(() => { socket.destroy(); });
  await new Promise((resolve) => { socket.once('connect', resolve); socket.once('close', resolve); });
  return opened;
};
const options = (): string => datagramRequest('OPTIONS', `sip:${stationDomain}`, { Via: `SIP/2.0/TCP peer.invalid;branch=z9hG4bK${Math.random().toString(36).slice(2)}` });
/** The good peer: a call, set up and ended. */
const isServed = async (target: Station): Promise<void> => {
  const near = await station();
  const answered = new Heard();
  target.answering((call) => { call.answer(new ScriptedMedia(), answered); });
  const { dialog, heard } = await near.call({ transport: 'UDP', host: '127.0.0.1', port: target.udpPort });
  await vi.waitFor(() => expect([...heard.events, ...answered.events]).toEqual(['established', 'established']), 10_000);
  dialog.end({ cause: 200, text: 'done' });
  await vi.waitFor(() => expect(answered.ends).toMatchObject([{ type: 'hungUp' }]), 10_000);
};

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe('a stream', () => {
  it('SIP15 may bring its messages byte by byte, or many at once, and asks for signs of life in between', async () => {
    const target = await station();
    const one = await stream(target);
    for (const byte of options()) one.socket.write(byte);
    one.socket.write(`${options()}\r\n\r\n${options()}`);
    await vi.waitFor(() => expect(one.text.match(/SIP\/2\.0 200 /g)).toHaveLength(3), 5000);
    expect(one.text).toMatch(/\r\n\r\n\r\nSIP\/2\.0 200 [^]*$/);
    expect(one.closed).toBe(false);
  });

  it('SIP15 whose message does not become whole in time is cut, however busily it trickles; so is one that says nothing', async () => {
    const limits = { ...defaultStreamLimits, message: 400 };
    const target = await station({ limits });
    const [slow, silent, fine] = [await stream(target), await stream(target), await stream(target)];
    fine.socket.write(options());
    const drip = setInterval(() => slow.socket.write('X'), 20);
    slow.socket.write('OPTIONS sip:a@b SIP/2.0\r\nSubject: ');
    await vi.waitFor(() => expect([slow.closed, silent.closed]).toEqual([true, true]), 5000);
    clearInterval(drip);
    fine.socket.write(options());
    await vi.waitFor(() => expect(fine.text.match(/SIP\/2\.0 200 /g)).toHaveLength(2), 5000);
    expect(fine.closed).toBe(false);
  });

  it('SIP15 that was idle for too long is closed, and whoever was reachable on it is told gone', async () => {
    const target = await station({ limits: { ...defaultStreamLimits, idle: 300 } });
    const one = await stream(target);
    one.socket.write(options());
    await vi.waitFor(() => expect(one.closed).toBe(true), 5000);
    expect(target.closed).toHaveLength(1);
  });

  it('SIP15 whose message is too large is answered 413 and closed', async () => {
    const target = await station();
    const one = await stream(target);
    one.socket.write(options().replace('Content-Length: 0', 'Content-Length: 100000'));
    await vi.waitFor(() => expect([one.text.slice(0, 11), one.closed]).toEqual(['SIP/2.0 413', true]), 5000);
  });

  it('SIP15 that does not read what it is sent is cut', async () => {
    const target = await station();
    const one = await stream(target);
    one.socket.write(datagramRequest('REGISTER', `sip:${stationDomain}`));
    await vi.waitFor(() => expect(one.text).toMatch(/^SIP\/2\.0 200 /), 5000);
    one.socket.pause();
    await vi.waitFor(() => { target.registering?.send('x'.repeat(100_000)); expect(target.closed).toHaveLength(1); }, { timeout: 10_000, interval: 5 });
    await isServed(target);
  });

  it('SIP21 can be opened so often from one address, and so often in all; who is in stays in', async () => {
    const target = await station({ limits: { ...defaultStreamLimits, connections: 5, perAddress: 3 } });
    const in1 = await Promise.all([1, 2, 3].map(() => stream(target)));
    const refused = await stream(target);
    await vi.waitFor(() => expect(refused.closed).toBe(true), 5000);
    const others = await Promise.all(['127.0.0.21', '127.0.0.22'].map((from) => stream(target, from)));
    const late = await stream(target, '127.0.0.23');
    await vi.waitFor(() => expect(late.closed).toBe(true), 5000);
    expect(target.refusedConnections).toBe(2);
    for (const one of [...in1, ...others]) one.socket.write(options());
    await vi.waitFor(() => expect([...in1, ...others].every(({ text }) => text.startsWith('SIP/2.0 200'))).toBe(true), 5000);
    for (const one of in1) one.socket.destroy();
    await vi.waitFor(() => expect(target.transports.connections().tcp).toBe(2), 5000);
    expect((await stream(target)).closed).toBe(false);
  });
});

describe('a flood', () => {
  it('SIP21 of requests by one source is answered so far and no further, and others are served', async () => {
    const target = await station();
    const loud = await DatagramPeer.bind(target.udpPort, '127.0.0.31');
    closers.push(() => loud.close());
    for (let count = 0; count < 3000; count += 1) {
      loud.send(datagramRequest('OPTIONS', `sip:${stationDomain}`));
      // The sender's own buffer must not be what loses them.
      if (count % 100 === 0) await pause(1);
    }
    await vi.waitFor(() => expect(target.count('limited')).toBeGreaterThan(500), 10_000);
    expect(loud.inbox.length).toBeLessThan(600);
    await isServed(target);
  });

  it('SIP21 of INVITEs by many who never prove themselves leaves nothing behind, and a good peer is served meanwhile', async () => {
    const target = await station();
    target.turnAway = (message) => message.fromTag === 'peer' ? { type: 'refused', status: 401, headers: ['WWW-Authenticate: Digest realm="help.test", nonce="n"'] } : null;
    const crowd = await Promise.all(Array.from({ length: 20 }, (_, at) => DatagramPeer.bind(target.udpPort, `127.0.1.${at + 1}`)));
    closers.push(() => { for (const one of crowd) one.close(); });
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 100; round += 1) {
      for (const one of crowd) one.send(datagramRequest('INVITE', `sip:desk@${stationDomain}`, { 'Content-Type': 'application/sdp' }, `v=0\r\n${'a=x\r\n'.repeat(200)}`));
      await pause(1);
    }
    await vi.waitFor(() => expect(target.verdicts.length).toBeGreaterThan(1500), 10_000);
    expect(target.index.size).toBe(0);
    expect(target.peers.size).toBe(0);
    // A challenge is sent once: nobody can have us repeat it to a forged address.
    expect(target.repeated).toBe(0);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
    await isServed(target);
  });

  it('SIP21 of garbage, of half messages and of huge ones changes nothing for a good peer', async () => {
    const target = await station();
    const mad = await DatagramPeer.bind(target.udpPort, '127.0.0.32');
    closers.push(() => mad.close());
    for (const text of ['', '\0', '\r\n', '\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n', 'INVITE', 'x'.repeat(60_000), `INVITE sip:a SIP/2.0\r\n${'Via: x\r\n'.repeat(6000)}\r\n`, options().slice(0, 90), options().replace('sip:help.test', `sip:${'a'.repeat(50_000)}`)]) {
      for (let count = 0; count < 20; count += 1) mad.send(text);
    }
    const half = await Promise.all(Array.from({ length: 100 }, () => stream(target)));
    for (const one of half) one.socket.write('REGISTER sip:help.test SIP/2.0\r\nVia: SIP/2.0/TCP');
    await isServed(target);
    expect(target.transports.connections().tcp).toBe(100);
  });

  it('SIP21 of calls that nobody answers is stopped at so many of one peer', async () => {
    const target = await station({ switchboard: { ...defaultSwitchboardLimits, ringing: 3 } });
    const one = await DatagramPeer.bind(target.udpPort);
    closers.push(() => one.close());
    target.answering((call) => call.ring());
    for (let count = 0; count < 4; count += 1) one.send(datagramRequest('INVITE', `sip:desk@${stationDomain}`));
    await one.next(/^SIP\/2\.0 503 /);
    expect(target.calls).toHaveLength(3);
    for (const call of target.calls) call.refuse(486);
    one.send(datagramRequest('INVITE', `sip:desk@${stationDomain}`));
    await vi.waitFor(() => expect(target.calls).toHaveLength(4), 5000);
  });

  it('SIP21 of requests in work is turned away with when to come again', async () => {
    const target = await station({ switchboard: { ...defaultSwitchboardLimits, inWork: 5 } });
    target.hold();
    const one = await DatagramPeer.bind(target.udpPort);
    closers.push(() => one.close());
    for (let count = 0; count < 6; count += 1) one.send(datagramRequest('REGISTER', `sip:${stationDomain}`));
    expect(await one.next(/^SIP\/2\.0 503 /)).toContain('\r\nRetry-After: ');
    target.release();
    for (let count = 0; count < 5; count += 1) await one.next(/^SIP\/2\.0 200 /);
  });
});
