/** The SIP socket against peers of every kind, by raw messages: who gets in, who may register what, and what the hostile achieve. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startPlayground } from './media-playground.ts';
import type { Playground } from './media-playground.ts';
import { Peer, registerText } from './sip-peer.ts';

let playground: Playground;
beforeAll(async () => { playground = await startPlayground({ browser: false, desktopLimits: { endpointGrace: 150 }, answerLimit: 400 }); }, 60_000);
afterAll(async () => { await playground.close(); });

const peer = (username: string): Promise<Peer> => Peer.connect(playground.origin, username);

describe('who gets in', () => {
  it('SIP1 refuses a socket without the subprotocol sip, one that is not authenticated, and leaves other paths alone', async () => {
    const url = playground.origin.replace('http', 'ws');
    expect(await refusalOf(new WebSocket(`${url}/sip?agent=ann`))).toBe(400);
    expect(await refusalOf(new WebSocket(`${url}/sip`, 'sip'))).toBe(401);
    const upgraded = once(playground.server, 'upgrade') as Promise<[unknown, Duplex]>;
    const socket = connectTcp((playground.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /socket.io/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const closed = await Promise.race([once(socket, 'data').then(() => true), new Promise((resolve) => { setTimeout(resolve, 200, false); })]);
    expect(closed).toBe(false);
    const [, foreign] = await upgraded;
    expect(foreign.destroyed).toBe(false);
    foreign.destroy();
    socket.destroy();
  });
});

describe('registering', () => {
  it('SIP2 binds a desktop to the one address it is authenticated for', async () => {
    const ann = await peer('ann');
    expect(await ann.ask(registerText({ user: 'bob' }))).toMatch(/^SIP\/2\.0 404 /);
    expect(await ann.ask(registerText({ user: 'ann', host: 'elsewhere.test' }))).toMatch(/^SIP\/2\.0 404 /);
    expect(await ann.ask(registerText({ user: 'ann', from: 'bob' }))).toMatch(/^SIP\/2\.0 403 /);
    expect(playground.service.isRegistered('agent-ann')).toBe(false);
    const answer = await ann.ask(registerText({ user: 'ann', expires: 100_000 }));
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(answer).toMatch(/^Contact: .*;expires=600\r$/m);
    expect(playground.service.isRegistered('agent-ann')).toBe(true);
    expect(await ann.ask(registerText({ user: 'ann', expires: 0 }))).toMatch(/^SIP\/2\.0 200 /);
    expect(playground.service.isRegistered('agent-ann')).toBe(false);
    ann.close();
  });

  it('SIP3 lets the newest page win and tells an older one that it was superseded', async () => {
    const before = playground.endpoints.length;
    const older = await peer('cat');
    await older.ask(registerText({ user: 'cat', instance: 'page-1' }));
    const newer = await peer('cat');
    await newer.ask(registerText({ user: 'cat', instance: 'page-2' }));
    expect(playground.endpoints.slice(before)).toEqual([{ agentId: 'agent-cat', registered: true }, { agentId: 'agent-cat', registered: true }]);
    const again = await peer('cat');
    expect(await again.ask(registerText({ user: 'cat', instance: 'page-1' }))).toMatch(/^SIP\/2\.0 403 Superseded/);
    expect(playground.service.isRegistered('agent-cat')).toBe(true);
    for (const one of [older, newer, again]) one.close();
  });

  it('SIP11 counts an agent as gone when the socket has been away for the grace, not before, and as back when the page registers again', async () => {
    const first = await peer('dan');
    await first.ask(registerText({ user: 'dan', instance: 'page-1' }));
    first.close();
    const second = await peer('dan');
    await second.ask(registerText({ user: 'dan', instance: 'page-1' }));
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    expect(playground.endpoints.filter(({ agentId }) => agentId === 'agent-dan')).toEqual([{ agentId: 'agent-dan', registered: true }]);
    second.close();
    await expect.poll(() => playground.service.isRegistered('agent-dan')).toBe(false);
    const third = await peer('dan');
    await third.ask(registerText({ user: 'dan', instance: 'page-1' }));
    expect(playground.endpoints.filter(({ agentId }) => agentId === 'agent-dan').map(({ registered }) => registered)).toEqual([true, false, true]);
    third.close();
  });
});

describe('calling', () => {
  it('SIP6 reports why no call came about: nobody registered, busy, no answer within the limit (and a CANCEL that says so)', async () => {
    await playground.service.callAgent(playground.call('s1', 'nobody'));
    expect(await playground.event('agentFailed', 's1')).toMatchObject({ status: 480 });

    const eve = await peer('eve');
    await eve.ask(registerText({ user: 'eve' }));
    await playground.service.callAgent(playground.call('s2', 'eve'));
    eve.reply(await eve.next(/^INVITE /), 486, 'Busy Here');
    expect(await playground.event('agentFailed', 's2')).toMatchObject({ status: 486 });

    await playground.service.callAgent(playground.call('s3', 'eve'));
    eve.reply(await eve.next(/^INVITE .*\r\n(?:.*\r\n)*X-GetHelp-Contact: s3/), 180, 'Ringing');
    expect(await playground.event('agentFailed', 's3')).toMatchObject({ status: 408 });
    expect(await eve.next(/^CANCEL /)).toMatch(/^Reason: SIP;cause=408;text="No answer"\r$/m);
    eve.close();
  });

  it('SIP6 an answer that cannot be used is refused with 488 semantics, and the next call works on', async () => {
    const fay = await peer('fay');
    await fay.ask(registerText({ user: 'fay' }));
    await playground.service.callAgent(playground.call('s4', 'fay'));
    fay.reply(await fay.next(/^INVITE /), 200, 'OK', ['Content-Type: application/sdp', 'Contact: <sip:fay@fay.invalid;transport=ws>'], 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n');
    expect(await playground.event('agentFailed', 's4')).toMatchObject({ status: 488 });
    expect(await fay.next(/^BYE /)).toBeTruthy();
    fay.close();
  });
});

describe('a desktop in a call', () => {
  it('SIP13 is refused a REFER, an INFO, a MESSAGE and an INVITE of its own, and its call goes on', async () => {
    const hal = await peer('hal');
    await hal.ask(registerText({ user: 'hal' }));
    await playground.service.callAgent(playground.call('s5', 'hal'));
    const invite = await hal.next(/^INVITE /);
    hal.reply(invite, 200, 'OK', ['Content-Type: application/sdp', 'Contact: <sip:hal@hal.invalid;transport=ws>'], browserAnswer);
    await playground.event('agentAnswered', 's5');
    const header = (name: string): string => new RegExp(`^${name}: (.*)\r$`, 'm').exec(invite)?.[1] ?? '';
    const inDialog = (method: string, sequence: number, headers: readonly string[] = []): string => [
      `${method} ${/<(.*?)>/.exec(header('Contact'))?.[1] ?? ''} SIP/2.0`, `Via: SIP/2.0/WS hal.invalid;branch=z9hG4bKhal${sequence}`, 'Max-Forwards: 70',
      `From: ${header('To')};tag=peer`, `To: ${header('From')}`, `Call-ID: ${header('Call-ID')}`, `CSeq: ${sequence} ${method}`,
      'Contact: <sip:hal@hal.invalid;transport=ws>', ...headers, 'Content-Length: 0', '', '',
    ].join('\r\n');
    const answers: string[] = [];
    for (const [index, [method, headers]] of ([['REFER', ['Refer-To: <sip:premium@elsewhere.test>']], ['INFO', ['Info-Package: news']], ['MESSAGE', []]] as const).entries()) {
      hal.send(inDialog(method, index + 1, headers));
      answers.push((await hal.next(new RegExp(`^SIP/2\\.0 [2-6](?:.*\\r\\n)*?CSeq: ${index + 1} ${method}`))).slice(8, 11));
    }
    expect(answers).toEqual(['403', '469', '405']);
    expect(await hal.ask(requestText('INVITE', 'sip:help.test'))).toMatch(/^SIP\/2\.0 486 /);
    expect(await hal.ask(requestText('MESSAGE', 'sip:help.test'))).toMatch(/^SIP\/2\.0 405 /);
    expect(playground.service.agentLegAlive('s5')).toBe(true);
    await playground.service.close('s5', 'done');
    expect(await hal.next(/^BYE /)).toMatch(/^Reason: SIP;cause=200;text="done"\r$/m);
    hal.close();
  });
});

/** An answer as a browser gives it, for a peer that will never send a packet. */
const browserAnswer = [
  'v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=ice-ufrag:abcd', 'a=ice-pwd:efgh',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`, 'a=setup:active', 'a=mid:0', 'a=sendrecv', 'a=rtcp-mux',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid', 'a=rtpmap:111 opus/48000/2', 'a=ssrc:1001 cname:hal', '',
].join('\r\n');

describe('the hostile', () => {
  it('SIP8 garbage, huge, foreign and malformed messages are answered or dropped, and nobody else notices', async () => {
    const good = await peer('gil');
    await good.ask(registerText({ user: 'gil' }));
    const bad = await peer('mal');
    for (const text of [
      'hello', '\0\0\0', '{"json":true}', 'INVITE', 'INVITE sip:gil@help.test SIP/2.0\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n', 'ACK sip:x SIP/2.0\r\n\r\n',
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n',
      `${'A'.repeat(60_000)}\r\n\r\n`, 'REGISTER sip:help.test SIP/2.0\r\nVia: \r\nFrom: \r\nTo: \r\nCall-ID: \r\nCSeq: \r\nContact: \r\n\r\n',
    ]) bad.send(text);
    bad.send(Buffer.from([0xff, 0xfe, 0x00]));
    // Before registering there is nobody to talk to.
    expect(await bad.ask(requestText('INVITE', 'sip:gil@help.test'))).toMatch(/^SIP\/2\.0 403 /);
    expect(await bad.ask(requestText('BYE', 'sip:gil@help.test', ['To: <sip:gil@help.test>;tag=guess']))).toMatch(/^SIP\/2\.0 481 /);
    await bad.ask(registerText({ user: 'mal' }));
    expect(await bad.ask(requestText('INVITE', 'sip:gil@help.test'))).toMatch(/^SIP\/2\.0 404 /);
    expect(await bad.ask(requestText('FROB', 'sip:help.test'))).toMatch(/^SIP\/2\.0 501 /);
    expect(await bad.ask(requestText('OPTIONS', 'sip:help.test', ['Require: teleport']))).toMatch(/^SIP\/2\.0 420 /);
    expect(await bad.ask(requestText('OPTIONS', 'tel:112'))).toMatch(/^SIP\/2\.0 4(?:00|16) /);
    expect(await bad.ask(requestText('OPTIONS', 'sip:help.test').replace('OPTIONS sip:help.test SIP/2.0', 'OPTIONS sip:help.test SIP/7.0'))).toMatch(/^SIP\/2\.0 505 /);
    expect(await bad.ask(requestText('OPTIONS', 'sip:help.test'))).toMatch(/^SIP\/2\.0 200 /);
    bad.send('\r\n\r\n');
    expect(await bad.next(/^\r\n$/)).toBe('\r\n');
    bad.send('A'.repeat(200_000));
    expect(await bad.closed).toBe(1009);
    expect(await good.ask(requestText('OPTIONS', 'sip:help.test'))).toMatch(/^SIP\/2\.0 200 /);
    good.close();
  });

  it('SIP8 a peer that floods is cut off', async () => {
    const flood = await peer('flo');
    for (let count = 0; count < 300; count += 1) flood.send('\r\n\r\n');
    expect(await flood.closed).toBe(1008);
  });
});

function requestText(method: string, target: string, headers: readonly string[] = []): string {
  const to = headers.some((header) => header.startsWith('To:')) ? [] : [`To: <${target}>`];
  const unique = Math.random().toString(36).slice(2);
  return [
    `${method} ${target} SIP/2.0`, `Via: SIP/2.0/WS x.invalid;branch=z9hG4bK${unique}`, 'Max-Forwards: 70', 'From: <sip:mal@help.test>;tag=m1', ...to,
    `Call-ID: ${unique}`, `CSeq: 1 ${method}`, 'Contact: <sip:mal@x.invalid;transport=ws>', ...headers, 'Content-Length: 0', '', '',
  ].join('\r\n');
}

async function refusalOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => { resolve(response.statusCode ?? 0); socket.terminate(); });
    socket.on('open', () => { reject(new Error('let in')); });
    socket.on('error', () => { /* follows the refusal */ });
  });
}
