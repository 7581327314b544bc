/** What dialogs read out of bodies and headers that others wrote. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInfoBody } from './info-body.ts';
import { readReferTo, readReplaces } from './replaces.ts';
import { readSessionBody } from './session-body.ts';
import { answerTimer, demandedMinimum, termsOfAnswer } from './session-timer.ts';

function message(headers: Readonly<Record<string, string>>, body = ''): { body: string; getHeader(name: string): string | undefined; getHeaders(name: string): string[] } {
  const found = (name: string): string | undefined => headers[name.toLowerCase()];
  return { body, getHeader: found, getHeaders: (name) => { const value = found(name); return value === undefined ? [] : [value]; } };
}

describe('a session description', () => {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n';
  const part = (type: string, content: string, disposition = ''): string =>
    `Content-Type: ${type}\r\n${disposition === '' ? '' : `Content-Disposition: ${disposition}\r\n`}\r\n${content}`;
  const multipart = (boundary: string, ...parts: string[]): string => `${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}--\r\n`;

  it('SIP65 is read alone or out of a multipart body, beside parts that may be ignored', () => {
    expect(readSessionBody(message({}))).toEqual({ type: 'none' });
    expect(readSessionBody(message({ 'content-type': 'application/SDP;charset=utf-8' }, sdp))).toEqual({ type: 'sdp', sdp });
    const isup = part('application/isup;version=itu-t92+', 'binary', 'signal;handling=optional');
    expect(readSessionBody(message({ 'content-type': 'multipart/mixed;boundary="a b"' }, multipart('a b', isup, part('application/sdp', sdp))))).toEqual({ type: 'sdp', sdp });
    expect(readSessionBody(message({ 'content-type': 'multipart/mixed; boundary=x' }, `preamble\r\n${multipart('x', part('application/sdp', sdp), isup)}`))).toEqual({ type: 'sdp', sdp });
    expect(readSessionBody(message({ 'content-type': 'multipart/mixed; boundary=x' }, multipart('x', isup)))).toEqual({ type: 'none' });
  });

  it('SIP65 another body is unsupported unless its handling is optional', () => {
    expect(readSessionBody(message({ 'content-type': 'text/plain' }, 'hello'))).toEqual({ type: 'unsupported' });
    expect(readSessionBody(message({ 'content-type': 'text/plain', 'content-disposition': 'render;handling=optional' }, 'hello'))).toEqual({ type: 'none' });
    expect(readSessionBody(message({ 'content-type': 'application/sdp', 'content-disposition': 'icon' }, sdp))).toEqual({ type: 'unsupported' });
    expect(readSessionBody(message({ 'content-type': 'application/sdp', 'content-encoding': 'gzip' }, sdp))).toEqual({ type: 'unsupported' });
    expect(readSessionBody(message({ 'content-type': 'multipart/mixed' }, sdp))).toEqual({ type: 'unsupported' });
    expect(readSessionBody(message({ 'content-type': 'multipart/mixed; boundary=x' }, multipart('x', part('text/plain', 'must be read'))))).toEqual({ type: 'unsupported' });
  });
});

describe('whom to replace', () => {
  it('SIP60 is read from Replaces and from Refer-To, escaped or not', () => {
    expect(readReplaces('a@b ; from-tag=1;to-tag=2')).toEqual({ callId: 'a@b', localTag: '2', remoteTag: '1', earlyOnly: false });
    expect(readReplaces('a@b;to-tag=2')).toBeNull();
    expect(readReferTo('"Bob" <sip:bob@x.test;user=phone>;x=y')).toEqual({ target: 'sip:bob@x.test;user=phone', replaces: null });
    expect(readReferTo('sip:bob@x.test')).toEqual({ target: 'sip:bob@x.test', replaces: null });
    expect(readReferTo('<tel:+49301234>')).toEqual({ target: 'tel:+49301234', replaces: null });
    expect(readReferTo('<sip:bob@x.test?Subject=a&Replaces=c%40x%3Bto-tag%3D2%3Bfrom-tag%3D1%3Bearly-only>'))
      .toEqual({ target: 'sip:bob@x.test', replaces: { callId: 'c@x', localTag: '2', remoteTag: '1', earlyOnly: true } });
    expect(readReferTo('<sip:bob@x.test?Replaces=broken>')).toBeNull();
    expect(readReferTo('<https://x.test>')).toBeNull();
  });
});

describe('session timers', () => {
  const limits = { sessionExpires: 1800, minSessionExpires: 90 };
  it.each([
    ['nobody asks and the peer cannot', {}, null, []],
    ['nobody asks and the peer can', { supported: '100rel, timer' }, { interval: 1800, refresher: 'us' }, ['Session-Expires: 1800;refresher=uas']],
    ['the peer asks and refreshes', { supported: 'timer', 'session-expires': '600;refresher=uac' }, { interval: 600, refresher: 'them' }, ['Session-Expires: 600;refresher=uac', 'Require: timer']],
    ['the peer asks us to refresh', { supported: 'timer', 'session-expires': '600 ; refresher = uas' }, { interval: 600, refresher: 'us' }, ['Session-Expires: 600;refresher=uas']],
    ['a proxy asks and the peer cannot', { 'session-expires': '20' }, { interval: 90, refresher: 'us' }, ['Session-Expires: 90;refresher=uas']],
    ['the peer asks for days', { supported: 'timer', 'session-expires': '999999' }, { interval: 1800, refresher: 'us' }, ['Session-Expires: 1800;refresher=uas']],
    ['not below the least of a proxy', { supported: 'timer', 'session-expires': '3600', 'min-se': '2400' }, { interval: 2400, refresher: 'us' }, ['Session-Expires: 2400;refresher=uas']],
  ])('SIP59 RFC 4028, table 2: %s', (_case, headers, terms, answered) => {
    expect(answerTimer(message(headers as Record<string, string>), limits)).toEqual({ type: 'agreed', terms, headers: answered });
  });

  it('SIP59 what the answer to our request agreed on', () => {
    expect(termsOfAnswer(message({}))).toBeNull();
    expect(termsOfAnswer(message({ 'session-expires': '600;refresher=uas' }))).toEqual({ interval: 600, refresher: 'them' });
    expect(termsOfAnswer(message({ 'session-expires': '600' }))).toEqual({ interval: 600, refresher: 'us' });
    expect(termsOfAnswer(message({ 'session-expires': 'soon' }))).toBeNull();
    expect(demandedMinimum(message({ 'min-se': '99999999' }))).toBeNull();
  });
});

it('SIP66 whatever is written there, reading it never throws', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('<sip:a?Replaces=%', ';;;', 'multipart/mixed;boundary=x', '--x', 'a;to-tag=;from-tag='));
  fc.assert(fc.property(text, text, text, (one, two, three) => {
    readReplaces(one);
    readReferTo(one);
    readInfoBody(one, two);
    readSessionBody(message({ 'content-type': one, 'content-disposition': three }, two));
    readSessionBody(message({ 'content-type': 'multipart/mixed;boundary=x' }, `--x\r\n${one}\r\n--x\r\n${two}--x`));
    answerTimer(message({ supported: one, 'session-expires': two, 'min-se': three }), { sessionExpires: 1800, minSessionExpires: 90 });
    termsOfAnswer(message({ 'session-expires': one }));
  }));
});
