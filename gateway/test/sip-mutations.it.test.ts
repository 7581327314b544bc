/**
 * The whole stack under mutated messages: real INVITEs, BYEs and answers of a call, changed at random (seeded), from the address of the peer that is in the call.
 * Nothing may be thrown that nobody catches, and after each round a good call has to go through.
 */
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { defaultSwitchboardLimits } from '../src/sip/switchboard.ts';
import { DatagramPeer, datagramRequest } from './support/datagram-peer.ts';
import { Heard, ScriptedMedia } from './support/dialog-stand.ts';
import { Station, stationDomain } from './support/network-stand.ts';

const closers: Array<() => Promise<void> | void> = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const unlimited = { burst: 1_000_000, perSecond: 1_000_000 };
const mutation = fc.oneof(
  fc.tuple(fc.nat(), fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom(',', ';', '"', '<', '>', '\r\n', '\r\n ', '=', '999999999999', '-1'))).map(([at, inserted]) => (text: string) => text.slice(0, at % text.length) + inserted + text.slice(at % text.length)),
  fc.tuple(fc.nat(), fc.nat(40)).map(([at, length]) => (text: string) => text.slice(0, at % text.length) + text.slice((at % text.length) + length)),
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]) => (text: string) => { const lines = text.split('\r\n'); const [line = ''] = lines.splice(from % lines.length, 1); return lines.toSpliced(to % (lines.length + 1), 0, line).join('\r\n'); }),
  fc.constantFrom('Require: 100rel', 'Supported: timer', 'Session-Expires: 90;refresher=uas', 'Min-SE: 999999', 'RAck: 1 1 INVITE', 'RSeq: 1', 'Replaces: a;to-tag=b;from-tag=c', 'Refer-To: <sip:x@help.test?Replaces=a%3Bto-tag%3Db>', 'Content-Type: multipart/mixed;boundary=x', 'Record-Route: <sip:a;lr>,<sip:b>', 'Event: refer', 'Reason: SIP;cause=x')
    .map((header) => (text: string) => text.replace('\r\n', `\r\n${header}\r\n`)),
);
const mutations = fc.array(mutation, { maxLength: 4 });

it('SIP24 a call under fire ends as it may, and the next one goes through', async () => {
  const target = await Station.start({ switchboard: { ...defaultSwitchboardLimits, messages: unlimited, strangers: unlimited, ringing: 1_000_000 } });
  closers.push(() => target.stop());
  const phone = await DatagramPeer.bind(target.udpPort);
  closers.push(() => phone.close());
  target.answering((call) => { call.ring(); call.answer(new ScriptedMedia(), new Heard()); });

  const plans = fc.sample(fc.array(fc.tuple(fc.constantFrom('INVITE', 'ACK', 'BYE', 'UPDATE', 'PRACK', 'INFO', 'REFER', 'CANCEL', 'OPTIONS', 'NOTIFY', 'REGISTER'), mutations), { minLength: 5, maxLength: 10 }), { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150), seed: 20_261_121 });
  for (const plan of plans) {
    const invite = datagramRequest('INVITE', `sip:desk@${stationDomain}`, { 'Content-Type': 'application/sdp', Contact: `<sip:peer@127.0.0.1:${phone.port}>` }, 'v=0\r\n');
    phone.send(invite);
    const ok = await phone.next(/^SIP\/2\.0 200 [^]*CSeq: 1 INVITE/);
    const header = (name: string): string => new RegExp(`^${name}: (.*)\r$`, 'm').exec(ok)?.[1] ?? '';
    const inDialog = (method: string, sequence: number): string =>
      datagramRequest(method, `sip:desk@${stationDomain}`, { To: header('To'), 'Call-ID': header('Call-ID'), CSeq: `${sequence} ${method}` }, method === 'INVITE' ? 'v=0\r\n' : '');
    phone.send(inDialog('ACK', 1));
    for (const [at, [method, changes]] of plan.entries()) {
      phone.send(changes.reduce((text, change) => change(text), inDialog(method, 2 + at)));
      // Their answers to what we asked of them are mutated as well.
      for (const request of phone.inbox.splice(0).filter((text) => /^(?:BYE|INVITE|OPTIONS|NOTIFY|UPDATE) /.test(text))) {
        const copied = request.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/i.test(line));
        phone.send(changes.reduce((text, change) => change(text), ['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n')));
      }
    }
    phone.send(inDialog('BYE', 100));
    await phone.next(/^SIP\/2\.0 (?:200|481|400|500) [^]*CSeq: 100 BYE/);
  }
  expect(target.count('initial')).toBeGreaterThanOrEqual(plans.length);

  const near = await Station.start();
  closers.push(() => near.stop());
  const { heard, dialog } = await near.call({ transport: 'UDP', host: '127.0.0.1', port: target.udpPort });
  await vi.waitFor(() => expect(heard.events).toContain('established'), 5000);
  dialog.end({ cause: 200, text: 'done' });
});
