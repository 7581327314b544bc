/**
 * Whatever bytes come, each reader of SIP comes to a verdict and none throws. Mutations of valid messages, because random bytes do not get far;
 * seeded, so that a failure can be run again. `FUZZ_RUNS` runs longer.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestParameters } from './digest/digest.ts';
import { judge } from './message-filter.ts';
import { datagramText, StreamFramer } from './transport/framer.ts';
import { factsOf } from './transport/message-facts.ts';
import { UdpTransactions } from './transport/udp-transactions.ts';
import { branchToken, innerBranch, markedSource, responsePort, withOwnVia } from './via.ts';

const settings = { seed: 20_261_121, numRuns: Number(process.env['FUZZ_RUNS'] ?? 400) };
const torture = join(import.meta.dirname, '../../test/torture');
const seeds = readdirSync(torture).filter((file) => file.endsWith('.dat')).map((file) => readFileSync(join(torture, file), 'utf8'));

const headerNames = ['Via', 'v', 'From', 'To', 't', 'Call-ID', 'CSeq', 'Contact', 'm', 'Max-Forwards', 'Content-Length', 'l', 'Require', 'Route', 'Record-Route', 'Authorization', 'Accept', 'Expires', 'Replaces', 'Refer-To', 'Session-Expires', 'RAck'];
const values = fc.oneof(
  fc.constantFrom('', '*', ',', ';;', '"', '<', '>', '<sip:a@b>;tag=', 'SIP/2.0/UDP a;branch=z9hG4bK1;rport', '-1', '4294967296', '99999999999999999999', 'sip:[::1]:5060', '\\"', '%', '\u0000', '\uFEFF', ' '),
  fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }),
);
type Mutation = (text: string) => string;
const linesOf = (text: string): string[] => text.split('\r\n');
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), values).map(([at, inserted]): Mutation => (text) => { const point = at % (text.length + 1); return text.slice(0, point) + inserted + text.slice(point); }),
  fc.tuple(fc.nat(), fc.nat(60)).map(([at, length]): Mutation => (text) => { const point = at % (text.length + 1); return text.slice(0, point) + text.slice(point + length); }),
  fc.nat().map((at): Mutation => (text) => text.slice(0, at % (text.length + 1))),
  fc.tuple(fc.nat(), fc.constantFrom(...headerNames), values).map(([at, name, value]): Mutation => (text) => linesOf(text).toSpliced(at % linesOf(text).length, 0, `${name}: ${value}`).join('\r\n')),
  fc.tuple(fc.nat(), values).map(([at, value]): Mutation => (text) => linesOf(text).map((line, index, all) => (index === at % all.length ? line.replace(/:.*/, `:${value}`) : line)).join('\r\n')),
  fc.tuple(fc.nat(), fc.nat()).map(([from, to]): Mutation => (text) => { const lines = linesOf(text); const [moved = ''] = lines.splice(from % lines.length, 1); return lines.toSpliced(to % (lines.length + 1), 0, moved).join('\r\n'); }),
  fc.nat().map((at): Mutation => (text) => linesOf(text).flatMap((line, index, all) => (index === at % all.length ? [line, line] : [line])).join('\r\n')),
  fc.constantFrom<Mutation>((text) => text.replaceAll('\r\n', '\n'), (text) => text.replaceAll(': ', ':\r\n\t'), (text) => text.toUpperCase(), (text) => text.repeat(3)),
);
const message = fc.tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 6 })).map(([seed, mutations]) => mutations.reduce((text, mutate) => mutate(text), seed));

describe('readers of SIP under mutated messages', () => {
  it('SIP24 the filter always comes to a verdict, and what it refuses is a whole response', () => {
    const verdicts = new Set<string>();
    fc.assert(fc.property(message, fc.boolean(), (text, network) => {
      const verdict = judge(text, network ? { address: '192.0.2.1', port: 5060 } : undefined);
      verdicts.add(verdict.type);
      if (verdict.type === 'refuse') {
        expect(verdict.response).toMatch(/^SIP\/2\.0 [4-6]\d\d [^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n$/);
      }
      if (verdict.type === 'request') expect(verdict.message.viaBranch).toMatch(/^z9hG4bK./i);
    }), settings);
    expect([...verdicts].toSorted()).toEqual(expect.arrayContaining(['drop', 'refuse', 'request', 'response']));
  });

  it('SIP24 the framer tells messages apart or breaks, and holds no more than one message', () => {
    fc.assert(fc.property(fc.array(message, { maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 40 }), (texts, sizes) => {
      const framer = new StreamFramer();
      let rest = Buffer.from(texts.join(''));
      for (const size of [...sizes, rest.length]) {
        for (const framed of framer.push(rest.subarray(0, size))) expect(['message', 'keepAlive', 'broken']).toContain(framed.type);
        rest = rest.subarray(size);
      }
      datagramText(Buffer.from(texts.join('')));
    }), settings);
  });

  it('SIP24 Via and transactions take any text', () => {
    const transactions = new UdpTransactions();
    let now = 0;
    fc.assert(fc.property(message, values, (text, value) => {
      markedSource(value, { address: '2001:db8::1', port: 5060 });
      responsePort(text);
      branchToken(value);
      innerBranch(value);
      withOwnVia(text, { transport: 'UDP', local: { address: '::1', port: 5060 } }, 'abc');
      factsOf(text);
      now += 100;
      transactions.received(text, now);
      transactions.sent(text, now);
      transactions.due(now);
      expect(transactions.size).toBeLessThan(20_000);
    }), settings);
  });

  it('SIP24 digest parameters are read or not there', () => {
    fc.assert(fc.property(fc.oneof(values, fc.array(fc.tuple(fc.string({ maxLength: 8 }), values).map(([name, value]) => `${name}="${value}"`)).map((parts) => `Digest ${parts.join(', ')}`)), (text) => {
      const parameters = digestParameters(text);
      expect(parameters === null || parameters instanceof Map).toBe(true);
    }), settings);
  });
});
