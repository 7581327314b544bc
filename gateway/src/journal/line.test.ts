import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalHop } from './hop.ts';
import { readLine, toLine, writeLine } from './line.ts';

const hop = (change: Partial<JournalHop> = {}): JournalHop => ({
  ticket: 1234, contactId: 'c', queue: 'emergency', from: '2012-10-12T12:00:00.000Z', to: '2012-10-12T12:05:59.000Z', caller: 'sip:k3j2@help.example', called: 'sip:anna@help.example',
  callerNumber: '03472619287', calledNumber: '732', agentId: 'a', agent: 'Anna', outcome: 'answered', end: false, disposition: null, notes: '', ...change,
});
const written = (change: Partial<JournalHop> = {}, timeZone = 'Europe/Berlin'): string => {
  const line = toLine(hop(change), timeZone);
  return line === null ? '' : writeLine(line);
};

describe('a line of the journal', () => {
  it('HU10 has exactly its form, in the journal\'s time zone, and says END of the last hop alone', () => {
    expect(written()).toBe('12.10.2012_14.00_12.10.2012_14.05_Ticket_1234_Caller_03472619287_Called_732');
    expect(written({ end: true })).toBe('12.10.2012_14.00_12.10.2012_14.05_Ticket_1234_Caller_03472619287_Called_732_END');
    expect(written({}, 'UTC')).toContain('12.10.2012_12.00_');
    // Midnight is the beginning of a day.
    expect(written({ from: '2012-12-31T23:00:00.000Z', to: '2012-12-31T23:01:00.000Z' })).toMatch(/^01\.01\.2013_00\.00_01\.01\.2013_00\.01_/);
  });

  it('HU10 names the caller by their number, else by the user part of the URI; and whoever was called by extension, number or user name', () => {
    expect(written({ callerNumber: null, calledNumber: null })).toContain('_Caller_k3j2_Called_anna');
    expect(written({ called: '+49301234', calledNumber: '+49301234' })).toContain('_Called_+49301234');
  });

  it('HU10 is not written of a hop that is under way', () => {
    expect(toLine(hop({ to: null }), 'UTC')).toBeNull();
  });

  it('HU11 parses back to what it says, whatever names there are', () => {
    const names = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.constantFrom('anna_END', '_Called_', 'x_Caller_y', '100%', '', '_'));
    const minutes = fc.integer({ min: Date.parse('1970-01-02'), max: Date.parse('9998-01-01') });
    fc.assert(fc.property(names, names, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.boolean(), minutes, minutes, fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'), (caller, called, ticket, end, from, to, timeZone) => {
      const line = toLine(hop({ callerNumber: caller, calledNumber: called, ticket, end, from: new Date(from).toISOString(), to: new Date(to).toISOString() }), timeZone);
      if (line === null) throw new Error('unreachable: the hop has an end');
      const text = writeLine(line);
      expect(text).toMatch(/^[\x21-\x7e]+$/);
      expect(readLine(text)).toEqual({ ...line, caller: caller.toWellFormed(), called: called.toWellFormed() });
    }), { numRuns: 1000 });
  });

  it('HU11 is nothing else', () => {
    for (const wrong of ['', '12.10.2012_14.00', `${written()}_end`, written().replace('Ticket', 'ticket'), `${written()}\n${written()}`]) expect(readLine(wrong)).toBeNull();
    expect(readLine(written().replace('_Called_732', '_Called_%ZZ'))).toBeNull();
  });
});
