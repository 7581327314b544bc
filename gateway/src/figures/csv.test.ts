import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from './csv.ts';

/** Reads what RFC 4180 allows. */
function fromCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (let match = pattern.exec(text); match !== null && pattern.lastIndex <= text.length; match = pattern.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
    if (pattern.lastIndex === text.length) break;
  }
  return rows.slice(0, -1);
}

describe('a table as CSV', () => {
  it('FG9 says again what was put in, and nothing in it is a formula', () => {
    expect(toCsv(['name', 'share'], [['Berg, "Anna"', 0.123_456], ['=cmd|calc', null], ['-1+1', 7]])).toBe('name,share\r\n"Berg, ""Anna""",0.1235\r\n\'=cmd|calc,\r\n\'-1+1,7\r\n');
    fc.assert(fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }), (rows) => {
      const read = fromCsv(toCsv(['a', 'b'], rows)).slice(1);
      for (const [at, row] of rows.entries()) for (const [which, value] of row.entries()) {
        const cell = read[at]?.[which] ?? '';
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        expect(cell === value || cell === `'${value}`).toBe(true);
      }
    }));
  });

  it('HU12 has telephone numbers as they are dialled, and nothing else that only looks like one', () => {
    expect(toCsv(['caller'], [[{ phone: '+49301234' }], [{ phone: '732' }], [{ phone: '+1+cmd' }]])).toBe('caller\r\n+49301234\r\n732\r\n\'+1+cmd\r\n');
  });
});
