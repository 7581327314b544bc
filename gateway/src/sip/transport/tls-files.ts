/** The PEM files of SIP over TLS, read and compared at the start: a mistake is told there, not at the first call. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { EnvironmentError, type Environment } from '../../environment.ts';

export interface TlsMaterial {
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly ca: string | null;
}

/** @throws EnvironmentError naming the variable and what is wrong with its file. */
export async function readTlsFiles({ tls, ca: caFile }: Pick<Environment['sip'], 'tls' | 'ca'>, { now, log }: { readonly now: number; readonly log: Logger }): Promise<TlsMaterial> {
  const [cert, key, ca] = await Promise.all([read('TLS_CERT', tls?.cert), read('TLS_KEY', tls?.key), read('TLS_CA', caFile ?? undefined)]);
  if (ca !== null) parsed('TLS_CA', caFile, () => new X509Certificate(ca));
  if (cert === null || key === null) return { tls: null, ca };
  const certificate = parsed('TLS_CERT', tls?.cert, () => new X509Certificate(cert));
  const privateKey = parsed('TLS_KEY', tls?.key, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) throw new EnvironmentError('TLS_KEY: is not the key of the certificate in TLS_CERT');
  // It can still be renewed while we run on; a refusal to start would be worse.
  if (certificate.validToDate.getTime() < now) log.warn({ validTo: certificate.validTo }, 'TLS_CERT has expired');
  return { tls: { cert, key }, ca };
}

async function read(variable: string, file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new EnvironmentError(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function parsed<T>(variable: string, file: string | null | undefined, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new EnvironmentError(`${variable}: ${file ?? ''} is not a PEM file of the kind expected`);
  }
}
