/**
 * Our own credentials towards a trunk that challenges us. SIP.js retries a 401 or 407 by itself, but it computes MD5 only, keeps the
 * last challenge only, and drops a response with one that it cannot parse: so each such response is brought to the one challenge that we
 * can answer before SIP.js parses it, and SIP.js is given a session of ours to compute with.
 */
import { randomBytes } from 'node:crypto';
import type { Core } from 'sip.js';
import { algorithmNamed, algorithms, digestParameters, digestResponse, ha1Of, quoted, type Algorithm } from './digest.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: Algorithm;
  readonly opaque: string | null;
  /** Whether it takes qop=auth; a challenge of RFC 2069 has none. */
  readonly counted: boolean;
}

/** For the configuration of a SIP.js core: one session for each request. */
export function authenticationFactory(credentials: Credentials): () => Core.DigestAuthentication {
  // The class has private fields that nobody but itself reads; what the core calls is these two.
  return () => new Session(credentials) as unknown as Core.DigestAuthentication;
}

class Session {
  readonly #credentials: Credentials;
  #header = '';

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  authenticate(request: { readonly method: string; readonly ruri?: { toString(): string } }, given: Readonly<Record<string, unknown>>): boolean {
    const challenge = read(new Map(Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)])));
    if (!challenge || !request.ruri) return false;
    const { username, password } = this.#credentials;
    const { realm, nonce, algorithm, opaque } = challenge;
    const uri = request.ruri.toString();
    const counted = challenge.counted ? { count: '00000001', clientNonce: randomBytes(12).toString('hex') } : null;
    const response = digestResponse({ algorithm, ha1: ha1Of(username, realm, password)[algorithm], method: request.method, uri, nonce, counted });
    this.#header = `Digest ${[
      `username=${quoted(username)}`, `realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `uri=${quoted(uri)}`, `response="${response}"`, `algorithm=${algorithm}`,
      ...opaque === null ? [] : [`opaque=${quoted(opaque)}`], ...counted ? ['qop=auth', `nc=${counted.count}`, `cnonce="${counted.clientNonce}"`] : [],
    ].join(', ')}`;
    return true;
  }

  toString(): string {
    return this.#header;
  }
}

const challengeHeader = /^(?:WWW|Proxy)-Authenticate[ \t]*:[ \t]*(.*(?:\r\n[ \t].*)*)\r\n/gim;

/**
 * A response as it arrived; a 401 or 407 with the best challenge that we can answer as its only one, or with none: SIP.js then passes it
 * on as the failure it is. RFC 8760, 2.4: SHA-256 is taken where it is offered.
 */
export function withOneChallenge(response: string): string {
  if (!/^SIP\/2\.0 40[17] /i.test(response)) return response;
  const end = response.indexOf('\r\n\r\n') + 2;
  const head = response.slice(0, end);
  const offered = Array.from(head.matchAll(challengeHeader), ([, value = '']) => ({ parameters: digestParameters(value.replaceAll(/\r\n[ \t]+/g, ' ')) }))
    .map(({ parameters }) => ({ parameters, challenge: parameters && read(parameters) }));
  for (const algorithm of algorithms) {
    const best = offered.find(({ challenge }) => challenge?.algorithm === algorithm);
    if (!best?.challenge) continue;
    const { realm, nonce, opaque, counted } = best.challenge;
    const stale = best.parameters?.get('stale')?.toLowerCase() === 'true';
    const name = /^SIP\/2\.0 407 /i.test(head) ? 'Proxy-Authenticate' : 'WWW-Authenticate';
    const line = `${name}: Digest ${[
      `realm=${quoted(realm)}`, `nonce=${quoted(nonce)}`, `algorithm=${algorithm}`, ...opaque === null ? [] : [`opaque=${quoted(opaque)}`],
      ...counted ? ['qop="auth"'] : [], ...stale ? ['stale=true'] : [],
    ].join(', ')}\r\n`;
    return `${head.replaceAll(challengeHeader, '')}${line}${response.slice(end)}`;
  }
  return `${head.replaceAll(challengeHeader, '')}${response.slice(end)}`;
}

function read(parameters: ReadonlyMap<string, string>): Challenge | null {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithm = algorithmNamed(parameters.get('algorithm'));
  const qualities = parameters.get('qop')?.toLowerCase().split(',').map((quality) => quality.trim());
  // auth-int alone is something we do not do; no known trunk asks for it.
  if (realm === undefined || nonce === undefined || !algorithm || (qualities && !qualities.includes('auth'))) return null;
  return { realm, nonce, algorithm, opaque: parameters.get('opaque') ?? null, counted: qualities !== undefined };
}
