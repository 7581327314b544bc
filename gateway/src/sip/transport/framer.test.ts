import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMessageBytes } from '../message-filter.ts';
import { datagramText, maxHeaderBytes, StreamFramer, type Framed } from './framer.ts';

const message = (body: string, name = 'Content-Length'): string => `OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\n${name}: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const pushed = (framer: StreamFramer, data: Buffer, cuts: readonly number[]): Framed[] => {
  const points = [...new Set(cuts.map((cut) => cut % (data.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...points].flatMap((from, at) => framer.push(data.subarray(from, points[at] ?? data.length)));
};

describe('where a message ends', () => {
  it('SIP15 in a stream, Content-Length says, however the bytes arrive', () => {
    const body = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(fc.property(fc.array(fc.tuple(body, fc.constantFrom('Content-Length', 'l', 'CONTENT-LENGTH  '), fc.constantFrom('', '\r\n')), { maxLength: 6 }), fc.array(fc.nat(5000)), (parts, cuts) => {
      const sent = parts.map(([text, name, before]) => ({ before, text: message(text, name) }));
      const framer = new StreamFramer();
      const framed = pushed(framer, Buffer.from(sent.map(({ before, text }) => before + text).join('')), cuts);
      expect(framed).toEqual(sent.map(({ text }) => ({ type: 'message', text })));
      expect(framer.midway).toBe(false);
    }), { numRuns: 300, seed: 20_261_121 });
  });

  it('SIP15 two line breaks between messages are a keep-alive, also where they come one by one', () => {
    expect(new StreamFramer().push(Buffer.from(`\r\n\r\n${message('')}`))).toEqual([{ type: 'keepAlive' }, { type: 'message', text: message('') }]);
    const framer = new StreamFramer();
    expect(['\r', '\n', '\r', '\n'].flatMap((byte) => framer.push(Buffer.from(byte)))).toEqual([{ type: 'keepAlive' }]);
  });

  it.each([
    ['no length', message('').replace('Content-Length: 0\r\n', ''), 400], ['a length that is none', message('').replace(': 0', ': -1'), 400],
    ['two lengths that differ', message('').replace('\r\n\r\n', '\r\nl: 4\r\n\r\n'), 400], ['a body too large', message('').replace(': 0', `: ${maxMessageBytes}`), 413],
    ['a header that never ends', `OPTIONS sip:a@b SIP/2.0\r\nSubject: ${'x'.repeat(maxHeaderBytes)}`, 413],
  ])('SIP15 %s breaks the stream, and nothing behind it is read', (_what, text, status) => {
    const framer = new StreamFramer();
    expect(framer.push(Buffer.from(`${text}${message('')}`)).map((framed) => [framed.type, framed.type === 'broken' ? framed.status : 0])).toEqual([['broken', status]]);
    expect(framer.push(Buffer.from(message('')))).toEqual([]);
  });

  it('SIP15 in a datagram, what is beyond Content-Length is discarded', () => {
    expect(datagramText(Buffer.from(`\r\n${message('body')}garbage`))).toBe(message('body'));
    expect(datagramText(Buffer.from(message('body').replace(': 4', ': 9')))).toContain('body');
    expect(datagramText(Buffer.from('\r\n\r\n'))).toBe('\r\n\r\n');
  });
});
