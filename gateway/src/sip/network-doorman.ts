/**
 * The doorman of the network: phones prove themselves by digest, proxies of ours vouch for theirs, trunks are known by their addresses.
 * Whoever is none of these may ask who they are, and no more.
 */
import { Grammar, type Core } from 'sip.js';
import type { Logger } from 'pino';
import type { EdgeConfig } from '../config/telephony.ts';
import type { Connection } from './connection.ts';
import type { Authenticator } from './digest/authenticator.ts';
import type { Answered, Doorman, Refused } from './doorman.ts';
import type { Edges } from './edges.ts';
import type { Peer } from './peer.ts';
import type { Registrar } from './registrar/registrar.ts';
import type { Trunks } from './trunks/trunks.ts';
import { plainAddress } from './via.ts';

export interface NetworkDoormanOptions {
  readonly authenticator: Authenticator;
  readonly registrar: Registrar;
  readonly trunks: Trunks;
  readonly edges: Edges;
  /** Whether this user has an account for a phone. */
  readonly isPhone: (username: string) => boolean;
  readonly log: Logger;
}

/** Who asks, and in which header the answer to a challenge stands. RFC 3261, 22: 401 of a registrar, 407 for what is only passed through. */
const challenges = {
  register: { status: 401, asked: 'WWW-Authenticate', answered: 'authorization' },
  call: { status: 407, asked: 'Proxy-Authenticate', answered: 'proxy-authorization' },
} as const;

/** Milliseconds. */
const complaintInterval = 60_000;

export class NetworkDoorman implements Doorman {
  private readonly options: NetworkDoormanOptions;
  /** Refused since the last line in the log, and until when there is no other. */
  private guesses = 0;
  private quietUntil = 0;

  constructor(options: NetworkDoormanOptions) {
    this.options = options;
  }

  register(message: Core.IncomingRequestMessage, connection: Connection): Promise<Answered | Refused> {
    const who = this.whoIs(message, connection, 'register');
    return Promise.resolve(typeof who === 'string' ? this.options.registrar.register(message, connection, who) : who);
  }

  async admit(message: Core.IncomingRequestMessage, connection: Connection): Promise<{ readonly type: 'admitted'; readonly peer: Peer } | Refused> {
    const { registrar, trunks, edges } = this.options;
    // A phone may sit behind the same address as a trunk: the connection it registered on is its own. A proxy may stand before both.
    const phones = registrar.on(connection) !== null || this.isPhones(message, edges.at(connection.remote));
    const from = phones ? null : await trunks.at(connection);
    if (from) return from.trunk.config.incoming ? { type: 'admitted', peer: from.peer } : { type: 'refused', status: 403, reason: 'No calls from this trunk' };
    const who = this.whoIs(message, connection, 'call');
    if (typeof who !== 'string') return who;
    const phone = registrar.sender(who, connection, message.getHeader('contact'));
    return phone ? { type: 'admitted', peer: phone.peer } : { type: 'refused', status: 403, reason: 'Register first' };
  }

  async authenticate(message: Core.IncomingRequestMessage, connection: Connection, peer: Peer): Promise<Refused | null> {
    const { registrar, trunks, edges } = this.options;
    const phone = registrar.phoneOf(peer);
    if (phone) {
      // The proxy that the phone is behind checks what passes it; any other way, the phone has to say who it is.
      if (phone.binding.path.length > 0 && edges.at(connection.remote)) return null;
      const who = this.whoIs(message, connection, 'call');
      if (typeof who !== 'string') return who;
      return who === phone.binding.username ? null : { type: 'refused', status: 403 };
    }
    const trunk = trunks.owner(peer);
    const from = trunk && await trunk.knows(connection);
    return from === true ? null : { type: 'refused', status: 403 };
  }

  connectionClosed(connection: Connection): void {
    this.options.registrar.connectionClosed(connection);
  }

  /** What came by a proxy is a phone's where the proxy says so, or where it is left to us to ask. */
  private isPhones(message: Core.IncomingRequestMessage, edge: EdgeConfig | null): boolean {
    if (!edge) return false;
    const user = edge.identity === 'digest' ? message.from.uri.user : assertedUser(message);
    return user !== undefined && this.options.isPhone(user);
  }

  /** The user name that was proven, or the refusal that asks for proof. */
  private whoIs(message: Core.IncomingRequestMessage, connection: Connection, purpose: keyof typeof challenges): string | Refused {
    const { authenticator, edges, isPhone, log } = this.options;
    const edge = edges.at(connection.remote);
    if (edge?.identity === 'p-asserted-identity') return vouchedFor(message, edge, isPhone);
    const { status, asked, answered } = challenges[purpose];
    const source = plainAddress(connection.remote.address);
    const proof = authenticator.authenticate({ method: message.method, credentials: message.getHeaders(answered), source, from: message.from.uri.user ?? '', request: `${message.callId} ${message.cseq}` });
    switch (proof.type) {
      case 'authenticated': return proof.username;
      case 'limited':
        this.complain(source);
        // RFC 3261, 21.5.4: of the refusals that may say when to come back, the one that phones heed.
        return { type: 'refused', status: 503, headers: [`Retry-After: ${proof.retryAfter}`] };
      case 'challenge':
        if (proof.wrong) log.info({ source, method: message.method }, 'wrong SIP credentials');
        return { type: 'refused', status, headers: proof.challenges.map((challenge) => `${asked}: ${challenge}`) };
    }
  }

  /** Whoever guesses does so thousands of times; the log gets a line a minute. */
  private complain(source: string): void {
    this.guesses += 1;
    const now = performance.now();
    if (now < this.quietUntil) return;
    this.options.log.warn({ source, refused: this.guesses }, 'too many wrong SIP passwords');
    this.quietUntil = now + complaintInterval;
    this.guesses = 0;
  }
}

/** RFC 3325, 8: the identity that a proxy whom we trust asserts. */
function vouchedFor(message: Core.IncomingRequestMessage, edge: EdgeConfig, isPhone: (username: string) => boolean): string | Refused {
  const user = assertedUser(message);
  return user !== undefined && isPhone(user) ? user : { type: 'refused', status: 403, reason: `Nobody of ours asserted by ${edge.id}` };
}

function assertedUser(message: Core.IncomingRequestMessage): string | undefined {
  const asserted = message.getHeader('p-asserted-identity');
  return asserted === undefined ? undefined : Grammar.nameAddrHeaderParse(asserted)?.uri.user;
}
