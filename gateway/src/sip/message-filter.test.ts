import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { judge, maxMessageBytes } from './message-filter.ts';

/** RFC 4475 has most of these; the names in brackets are its own. */
const options = (change: (text: string) => string = (text) => text): string => change([
  'OPTIONS sip:help.test SIP/2.0', 'Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1', 'Max-Forwards: 70', 'From: <sip:ann@help.test>;tag=1',
  'To: <sip:help.test>', 'Call-ID: 1', 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', '',
].join('\r\n'));
const replacing = (before: string, after: string): string => options((text) => text.replace(before, after));

describe('judging a message before SIP.js sees it', () => {
  it('SIP12 lets a proper request and a proper response pass, and answers a keep-alive', () => {
    expect(judge(options())).toMatchObject({ type: 'request', message: { method: 'OPTIONS', callId: '1' } });
    expect(judge(replacing('OPTIONS sip:help.test SIP/2.0', 'SIP/2.0 200 OK'))).toMatchObject({ type: 'response', message: { statusCode: 200 } });
    expect(judge('\r\n\r\n')).toEqual({ type: 'keepAlive' });
  });

  it.each([
    ['an unknown version [badvers]', replacing('help.test SIP/2.0', 'help.test SIP/7.0'), 505],
    ['a CSeq of another method [mismatch01]', replacing('1 OPTIONS', '1 INVITE'), 400],
    ['a CSeq number out of range [scalar02]', replacing('1 OPTIONS', '4294967301 OPTIONS'), 400],
    ['a body shorter than it says [clerr]', replacing('Content-Length: 0', 'Content-Length: 9999'), 400],
    ['a negative length [ncl]', replacing('Content-Length: 0', 'Content-Length: -999'), 400],
    ['a header twice [multi01]', replacing('Call-ID: 1', 'Call-ID: 1\r\nCSeq: 2 OPTIONS'), 400],
    ['white space in the request line [lwsstart]', replacing('OPTIONS sip:', 'OPTIONS  sip:'), 400],
    ['a Request-URI in brackets [ltgtruri]', replacing('sip:help.test SIP', '<sip:help.test> SIP'), 400],
    ['NUL in a header', replacing('<sip:ann@', '"a\\\0" <sip:ann@'), 400],
    ['a Request-URI with headers [escruri]', replacing('sip:help.test SIP', 'sip:help.test?Route=%3Csip:x%3E SIP'), 400],
    ['an unknown scheme [unkscm]', replacing('OPTIONS sip:help.test', 'OPTIONS nobodyknows:help.test'), 416],
    ['an unknown method', options((text) => text.replaceAll('OPTIONS', 'FROBNICATE')), 501],
    ['an extension we do not have [bext01]', replacing('Content-Length', 'Require: nothingSupportsThis\r\nContent-Length'), 420],
    ['no hops left', options((text) => text.replaceAll('OPTIONS', 'INVITE').replace('Max-Forwards: 70', 'Max-Forwards: 0')), 483],
    ['a malformed From that can still be answered [badaspec]', replacing('From: <sip:ann@help.test>;tag=1', 'From: "Bell, <sip:a@b>;tag=43'), 400],
  ])('SIP12 refuses %s', (_what, text, status) => {
    const verdict = judge(text);
    expect(verdict).toMatchObject({ type: 'refuse', status });
    if (verdict.type === 'refuse') expect(verdict.response).toMatch(new RegExp(`^SIP/2\\.0 ${status} [^]*Call-ID: 1\r\n`));
  });

  it('SIP12 answers what lacks a header with the headers it has [insuf]', () => {
    expect(judge(replacing('Call-ID: 1\r\n', ''))).toMatchObject({ type: 'refuse', status: 400 });
  });

  it('SIP12 takes what RFC 2543 wrote: no tag in From, no cookie in the branch, and gives its transaction a branch of our making', () => {
    const request = judge(replacing(';branch=z9hG4bK1', ';branch=1').replace(';tag=1', ''));
    const cancel = judge(replacing(';branch=z9hG4bK1', ';branch=1').replace(';tag=1', '').replaceAll('OPTIONS', 'CANCEL'));
    expect(request).toMatchObject({ type: 'request', message: { fromTag: '' } });
    if (request.type === 'request' && cancel.type === 'request') {
      expect(request.message.viaBranch).toMatch(/^z9hG4bK-legacy-/);
      expect(cancel.message.viaBranch).toBe(request.message.viaBranch);
    }
  });

  it('SIP12 reads folded lines, compact names, lists of Via, and the asterisk of a REGISTER [wsinv]', () => {
    const verdict = judge([
      'REGISTER sip:help.test SIP/2.0', 'v: SIP / 2.0  / TCP     a.test   ;', '  branch  =   z9hG4bK9 ,', ' SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK8', 'f: <sip:a@help.test>', ' ;tag = 1',
      't: <sip:a@help.test>', 'i: 1', 'cseq: 0009', '  REGISTER', 'm: *', 'expires: 0', 'k: path', 'l: 0', '', '',
    ].join('\r\n'));
    expect(verdict).toMatchObject({ type: 'request', message: { viaBranch: 'z9hG4bK9', fromTag: '1', cseq: 9 } });
    if (verdict.type !== 'request') return;
    expect(verdict.message.getHeaders('via')).toHaveLength(2);
    expect(verdict.message.getHeader('contact')).toBe('*');
    expect(verdict.message.getHeader('supported')).toBe('path');
  });

  it('SIP17 names in Via where a request came from, and believes nothing that the sender wrote about it', () => {
    const source = { address: '192.0.2.7', port: 4321 };
    const via = (text: string): string => {
      const verdict = judge(text, source);
      return verdict.type === 'request' ? verdict.message.getHeader('via') ?? '' : '';
    };
    expect(via(options())).toBe('SIP/2.0/WS x.invalid;branch=z9hG4bK1;received=192.0.2.7');
    expect(via(replacing(';branch', ';rport;received=198.51.100.1;branch'))).toBe('SIP/2.0/WS x.invalid;branch=z9hG4bK1;received=192.0.2.7;rport=4321');
    expect(via(replacing('x.invalid', '192.0.2.7:5070'))).toBe('SIP/2.0/WS 192.0.2.7:5070;branch=z9hG4bK1');
  });

  it('SIP17 answers what breaks off before its end where it came from', () => {
    const verdict = judge(options().slice(0, -4), { address: '192.0.2.7', port: 4321 });
    expect(verdict).toMatchObject({ type: 'refuse', status: 400, response: expect.stringContaining(';received=192.0.2.7\r\n') as string });
  });

  it.each([
    ['what is not SIP', 'GET / HTTP/1.1\r\n\r\n'], ['a request without Via', replacing('Via: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n', '')], ['an ACK that would be refused', options((text) => text.replaceAll('OPTIONS', 'ACK').replace('CSeq: 1 ', 'CSeq: 2147483648 '))],
    ['more than 64 KB', options((text) => text + 'x'.repeat(maxMessageBytes))], ['nothing', ''],
  ])('SIP12 drops %s', (_what, text) => {
    expect(judge(text).type).toBe('drop');
  });

  it('SIP12 never throws, whatever comes', () => {
    const lines = options().split('\r\n');
    fc.assert(fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string(), fc.string({ unit: 'binary' }))), (parts) => {
      judge(parts.join('\r\n'));
    }), { numRuns: 60 });
    fc.assert(fc.property(fc.nat(options().length), fc.string(), (at, inserted) => {
      judge(options().slice(0, at) + inserted + options().slice(at));
    }), { numRuns: 60 });
  });
});
