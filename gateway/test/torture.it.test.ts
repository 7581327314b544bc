/**
 * The torture messages of RFC 4475 and RFC 5118, each as one datagram to the real stack on a real socket, each with the outcomes that its section
 * allows. The texts are the RFCs' own, in torture/, named by section.
 */
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { judge } from '../src/sip/message-filter.ts';
import { Authenticator } from '../src/sip/digest/authenticator.ts';
import { datagramText } from '../src/sip/transport/framer.ts';
import { responsePort } from '../src/sip/via.ts';
import { ScriptedMedia, Heard } from './support/dialog-stand.ts';
import { Station } from './support/network-stand.ts';

type Outcome = number | 'discarded';

/** What the section allows, narrowed to what we mean to do. A request to nobody we serve is 404, which any of them may get. */
const outcomes: Readonly<Record<string, readonly [outcome: Outcome, why: string]>> = {
  'rfc4475-3.1.1.1-wsinv': [481, 'valid, within a dialog that is not there'],
  'rfc4475-3.1.1.2-intmeth': [501, 'valid, a method that nobody knows'],
  'rfc4475-3.1.1.3-esc01': [404, 'valid, for another host than ours'],
  'rfc4475-3.1.1.4-escnull': [200, 'valid, a NUL escaped in a Contact'],
  'rfc4475-3.1.1.5-esc02': [501, 'valid, an escaped method name is another method'],
  'rfc4475-3.1.1.6-lwsdisp': [200, 'valid, no space between name and address'],
  'rfc4475-3.1.1.7-longreq': [200, 'valid, long values'],
  'rfc4475-3.1.1.8-dblreq': [200, 'the first message counts, what follows in the datagram is discarded'],
  'rfc4475-3.1.1.9-semiuri': [200, 'valid, the semicolon belongs to the user part'],
  'rfc4475-3.1.1.10-transports': [200, 'valid, unknown transports in Via'],
  'rfc4475-3.1.1.11-mpart01': [405, 'valid, MESSAGE is not served'],
  'rfc4475-3.1.1.12-unreason': ['discarded', 'valid, a response to no request of ours'],
  'rfc4475-3.1.1.13-noreason': ['discarded', 'valid, a response to no request of ours'],
  'rfc4475-3.1.2.1-badinv01': [400, 'separators without anything between them'],
  'rfc4475-3.1.2.2-clerr': [400, 'a body shorter than Content-Length'],
  'rfc4475-3.1.2.3-ncl': [400, 'a negative Content-Length'],
  'rfc4475-3.1.2.4-scalar02': [400, 'numbers out of range'],
  'rfc4475-3.1.2.5-scalarlg': ['discarded', 'a response with numbers out of range'],
  'rfc4475-3.1.2.6-quotbal': [400, 'a quote without its end'],
  'rfc4475-3.1.2.7-ltgtruri': [400, 'angle brackets about the Request-URI'],
  'rfc4475-3.1.2.8-lwsruri': [400, 'white space within the Request-URI'],
  'rfc4475-3.1.2.9-lwsstart': [400, 'two spaces in the request line'],
  'rfc4475-3.1.2.10-trws': [400, 'white space at the end of the request line'],
  'rfc4475-3.1.2.11-escruri': [400, 'headers in the Request-URI'],
  'rfc4475-3.1.2.12-baddate': [200, 'a Date in another zone, which we do not read'],
  'rfc4475-3.1.2.13-regbadct': [400, 'a Contact with headers and no brackets'],
  'rfc4475-3.1.2.14-badaspec': [400, 'spaces within the angle brackets'],
  'rfc4475-3.1.2.15-baddn': [400, 'a display name that has to be quoted'],
  'rfc4475-3.1.2.16-badvers': [505, 'an unknown version'],
  'rfc4475-3.1.2.17-mismatch01': [400, 'another method in CSeq'],
  'rfc4475-3.1.2.18-mismatch02': [400, 'another method in CSeq, and one that nobody knows'],
  'rfc4475-3.1.2.19-bigcode': ['discarded', 'a status out of range'],
  'rfc4475-3.2.1-badbranch': [200, 'a branch of nothing but the cookie names no transaction'],
  'rfc4475-3.3.1-insuf': [400, 'mandatory headers missing'],
  'rfc4475-3.3.2-unkscm': [416, 'an unknown scheme'],
  'rfc4475-3.3.3-novelsc': [416, 'a scheme that is not for requests'],
  'rfc4475-3.3.4-unksm2': [400, 'unknown schemes in the addresses of a REGISTER'],
  'rfc4475-3.3.5-bext01': [420, 'extensions that nobody has'],
  'rfc4475-3.3.6-invut': [415, 'a body of a type that nobody reads'],
  'rfc4475-3.3.7-regaut01': [401, 'an unknown authentication scheme'],
  'rfc4475-3.3.8-multi01': [400, 'headers twice that there is one of'],
  'rfc4475-3.3.9-mcl01': [400, 'two lengths that differ'],
  'rfc4475-3.3.10-bcast': ['discarded', 'a response with the broadcast address in Via'],
  'rfc4475-3.3.11-zeromf': [200, 'no hops left for an OPTIONS, which we answer'],
  'rfc4475-3.3.12-cparam01': [200, 'a parameter of the Contact header'],
  'rfc4475-3.3.13-cparam02': [200, 'a parameter of the Contact URI'],
  'rfc4475-3.3.14-regescrt': [200, 'a Contact whose URI carries a Route'],
  'rfc4475-3.3.15-sdp01': [406, 'no description in a type that the caller accepts'],
  'rfc4475-3.4.1-inv2543': [400, 'an INVITE of RFC 2543, which is read; without a Contact its dialog could not be answered'],
  'rfc5118-4.1-ipv6-good': [200, 'a valid reference'],
  'rfc5118-4.2-ipv6-bad': [400, 'an address without its brackets'],
  'rfc5118-4.3-port-ambiguous': [200, 'the number is part of the address'],
  'rfc5118-4.4-port-unambiguous': [200, 'the number is the port'],
  'rfc5118-4.5.1-via-received-param-with-delim': [481, 'brackets in received, tolerated; no such dialog'],
  'rfc5118-4.5.2-via-received-param-no-delim': [200, 'no brackets in received'],
  'rfc5118-4.6-ipv6-in-sdp': [200, 'a description of IPv6'],
  'rfc5118-4.7-mult-ip-in-header': [481, 'both kinds of address in Via; no such dialog'],
  'rfc5118-4.8-mult-ip-in-sdp': [200, 'both kinds of address in the description'],
  'rfc5118-4.9-ipv4-mapped-ipv6': [200, 'IPv4 written as IPv6'],
  'rfc5118-4.10.1-ipv6-bug-abnf-3-colons': [400, 'three colons, which RFC 4291 does not know'],
  'rfc5118-4.10.2-ipv6-correct-abnf-2-colons': [200, 'two colons'],
};

const directory = join(import.meta.dirname, 'torture');
const names = readdirSync(directory).filter((file) => file.endsWith('.dat')).map((file) => file.slice(0, -4)).toSorted();
const message = (name: string): Buffer => readFileSync(join(directory, `${name}.dat`));

let station: Station;

beforeAll(async () => {
  station = await Station.start({ hosts: ['example.com', 'example.org', 'company.com', 'host.example.net', '[2001:db8::10]', '[2001:db8::10:5070]', '[2001:db8::192.0.2.1]'] });
  const authenticator = new Authenticator({ realm: 'help.test', accounts: () => null, now: Date.now });
  station.answering((call) => { call.answer(new ScriptedMedia(), new Heard()); });
  station.turnAway = (request) => {
    const credentials = request.getHeaders('authorization');
    if (credentials.length === 0) return null;
    const result = authenticator.authenticate({ method: request.method, credentials, source: '127.0.0.1', from: '', request: '' });
    return result.type === 'challenge' ? { type: 'refused', status: 401, headers: result.challenges.map((challenge) => `WWW-Authenticate: ${challenge}`) } : null;
  };
});

afterAll(() => station.stop());

describe('torture messages', () => {
  it('SIP12 the table has every message of the RFCs, and every message is in the table', () => {
    expect(names).toEqual(Object.keys(outcomes).toSorted());
    process.stdout.write(`torture messages: ${names.length}\n`);
  });

  it.each(Object.entries(outcomes))('SIP12 %s: %j', async (name, [expected]) => {
    expect(await askByDatagram(message(name))).toBe(expected);
    // The filter alone lets through or refuses, and never throws; what it refuses is what was answered.
    const verdict = judge(datagramText(message(name)));
    if (verdict.type === 'refuse') expect(verdict.status).toBe(expected);
    if (verdict.type === 'drop') expect(expected).toBe('discarded');
  });
});

describe('torture messages on a stream, where Content-Length says what belongs to which message', () => {
  it.each([
    ['rfc4475-3.1.2.3-ncl', [400]], ['rfc4475-3.3.9-mcl01', [400]], ['rfc4475-3.4.1-inv2543', [400]],
  ] as const)('SIP15 %s is answered, and the connection closed, because nothing behind it can be told apart', async (name, expected) => {
    expect(await askByStream(message(name), expected.length)).toEqual({ statuses: expected, closed: true });
  });
});

/** From an address of this machine that is its own, so that a response finds it at the port that the message's Via names. */
async function askByDatagram(data: Buffer): Promise<Outcome> {
  const byte = (): number => 1 + Math.floor(Math.random() * 250);
  const address = `127.${byte()}.${byte()}.${byte()}`;
  const port = responsePort(datagramText(data)) ?? 5060;
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve) => { socket.bind(port, address, resolve); });
    const before = station.verdicts.length;
    const final = new Promise<number>((resolve) => {
      socket.on('message', (answer) => { const status = Number(/^SIP\/2\.0 (\d{3})/.exec(answer.toString())?.[1]); if (status >= 200) resolve(status); });
    });
    await new Promise<void>((resolve, reject) => { socket.send(data, station.udpPort, '127.0.0.1', (error) => { if (error) reject(error); else resolve(); }); });
    // Dropped messages are known by what the switchboard says of them; no time has to pass for it.
    const verdict = await vi.waitFor(() => { const [said] = station.verdicts.slice(before); expect(said).toBeDefined(); return said; }, 2000);
    return verdict === 'dropped' || verdict === 'unmatched' ? 'discarded' : await final;
  } finally {
    socket.close();
  }
}

async function askByStream(data: Buffer, count: number): Promise<{ readonly statuses: number[]; readonly closed: boolean }> {
  const socket = connect({ port: station.tcpPort, host: '127.0.0.1' });
  const statuses: number[] = [];
  let text = '';
  let closed = false;
  socket.on('data', (part) => { text += part.toString(); });
  socket.on('close', () => { closed = true; });
  socket.on('error', () => { /* the close tells */ });
  socket.write(data);
  await vi.waitFor(() => {
    statuses.splice(0, statuses.length, ...Array.from(text.matchAll(/SIP\/2\.0 ([2-6]\d\d)/g), ([, status]) => Number(status)));
    expect(statuses).toHaveLength(count);
  }, 3000);
  // A connection that is to be closed is, at once after the answer.
  if (statuses.includes(400)) await vi.waitFor(() => expect(closed).toBe(true), 3000);
  socket.destroy();
  return { statuses, closed };
}
