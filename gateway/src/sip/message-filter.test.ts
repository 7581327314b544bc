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
    ['a branch without the magic cookie [badbranch]', replacing('z9hG4bK1', 'z1'), 400],
    ['no From tag', replacing(';tag=1', ''), 400],
    ['an unknown scheme [unkscm]', replacing('OPTIONS sip:help.test', 'OPTIONS nobodyknows:help.test'), 416],
    ['an unknown method', options((text) => text.replaceAll('OPTIONS', 'FROBNICATE')), 501],
    ['an extension we do not have [bext01]', replacing('Content-Length', 'Require: nothingSupportsThis\r\nContent-Length'), 420],
    ['no hops left [zeromf]', replacing('Max-Forwards: 70', 'Max-Forwards: 0'), 483],
    ['a malformed From that can still be answered [badaspec]', replacing('From: <sip:ann@help.test>;tag=1', 'From: "Bell, <sip:a@b>;tag=43'), 400],
  ])('SIP12 refuses %s', (_what, text, status) => {
    const verdict = judge(text);
    expect(verdict).toMatchObject({ type: 'refuse', status });
    if (verdict.type === 'refuse') expect(verdict.response).toMatch(new RegExp(`^SIP/2\\.0 ${status} [^]*Call-ID: 1\r\n`));
  });

  it.each([
    ['what is not SIP', 'GET / HTTP/1.1\r\n\r\n'], ['a request without Call-ID [insuf]', replacing('Call-ID: 1\r\n', '')], ['NUL', replacing('70', '7\0')],
    ['an ACK that would be refused', options((text) => text.replaceAll('OPTIONS', 'ACK').replace('z9hG4bK1', 'z1'))],
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
