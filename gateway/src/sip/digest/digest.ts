/**
 * Digest access authentication (RFC 7616, in SIP RFC 8760): what is computed and how it is written. Used by both sides: by the registrar
 * for phones (authenticator.ts), and towards trunks that challenge us (credentials.ts).
 */
import { createHash } from 'node:crypto';

/** Best first. */
export const algorithms = ['SHA-256', 'MD5'] as const;
export type Algorithm = typeof algorithms[number];

/** H(username:realm:password) for each algorithm: all that is needed to check a password, and as secret as the password itself. */
export type Ha1 = Readonly<Record<Algorithm, string>>;

export function ha1Of(username: string, realm: string, password: string): Ha1 {
  const secret = `${username}:${realm}:${password}`;
  return { 'SHA-256': hash('SHA-256', secret), MD5: hash('MD5', secret) };
}

export interface DigestInput {
  readonly algorithm: Algorithm;
  readonly ha1: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Without it (RFC 2069) neither a client nonce nor a count is part of the response. */
  readonly counted: { readonly count: string; readonly clientNonce: string } | null;
}

/** RFC 7616, 3.4.1, for qop=auth. */
export function digestResponse({ algorithm, ha1, method, uri, nonce, counted }: DigestInput): string {
  const ha2 = hash(algorithm, `${method}:${uri}`);
  return hash(algorithm, [ha1, nonce, ...counted === null ? [] : [counted.count, counted.clientNonce, 'auth'], ha2].join(':'));
}

export function algorithmNamed(name: string | undefined): Algorithm | null {
  // RFC 7616, 3.3: MD5 where none is named.
  return name === undefined ? 'MD5' : algorithms.find((known) => known.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The parameters of a challenge or of credentials, names in lower case; null where it is not Digest or cannot be read. */
export function digestParameters(header: string): ReadonlyMap<string, string> | null {
  const scheme = /^\s*Digest\s+/i.exec(header);
  if (!scheme || header.length > longestHeader) return null;
  const parameters = new Map<string, string>();
  const parameter = /\s*([A-Za-z0-9_-]{1,50})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]{1,4096}))\s*(?:,|$)/y;
  parameter.lastIndex = scheme[0].length;
  while (parameter.lastIndex < header.trimEnd().length) {
    const found = parameter.exec(header);
    const name = found?.[1]?.toLowerCase();
    // RFC 7616, 3.3 and 3.4: no parameter stands twice.
    if (!found || name === undefined || parameters.has(name)) return null;
    parameters.set(name, found[2]?.replaceAll(/\\(.)/g, '$1') ?? found[3] ?? '');
  }
  return parameters;
}

export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

const longestHeader = 8192;

function hash(algorithm: Algorithm, text: string): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256').update(text).digest('hex');
}
