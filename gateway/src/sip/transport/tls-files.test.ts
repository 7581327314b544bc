import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readTlsFiles } from './tls-files.ts';

const file = (name: string): string => join(import.meta.dirname, '../../../test/tls', name);
const read = (tls: { readonly cert: string; readonly key: string } | null, ca: string | null = null) => readTlsFiles({ tls, ca }, { now: Date.now(), log: pino({ level: 'silent' }) });

describe('the files of SIP over TLS', () => {
  it('SIP20 are read where they fit, and none is needed', async () => {
    expect(await read(null)).toEqual({ tls: null, ca: null });
    expect(await read({ cert: file('station.pem'), key: file('station.key') }, file('ca.pem'))).toMatchObject({ tls: { cert: expect.stringContaining('BEGIN CERTIFICATE') as string } });
  });

  it.each([
    ['TLS_CERT', 'cannot be read', { cert: file('none.pem'), key: file('station.key') }, null],
    ['TLS_CERT', 'is not a PEM file', { cert: file('station.key'), key: file('station.key') }, null],
    ['TLS_KEY', 'is not a PEM file', { cert: file('station.pem'), key: file('ca.pem') }, null],
    ['TLS_KEY', 'is not the key of the certificate in TLS_CERT', { cert: file('station.pem'), key: file('other.key') }, null],
    ['TLS_CA', 'is not a PEM file', null, file('station.key')],
  ])('SIP20 %s %s', async (variable, what, tls, ca) => {
    await expect(read(tls, ca)).rejects.toThrow(new RegExp(`^${variable}: .*${what}`));
  });
});
