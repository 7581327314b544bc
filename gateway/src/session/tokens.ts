/**
 * Every JWT that the gateway issues and accepts: fixed algorithm, issuer, one audience each. Whatever is wrong with a token comes back as a
 * problem that says which of it; nothing here throws for what a client sent.
 */
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Problem } from '#shared/problem.ts';
import { problems } from '../http/problems.ts';

const algorithm = 'HS256';
const issuer = 'gethelp';

const claimSchemas = {
  /** The customer's one-time token; `sub` is the caller URI, `jti` the session's current token. */
  customer: z.object({ sub: z.string(), jti: z.string() }),
  /** An agent's access token; `sub` is the agent, `sid` their login. */
  agent: z.object({ sub: z.string(), sid: z.string() }),
  /** What the cookie of the `/sip` socket holds: same login, good for nothing else. */
  sip: z.object({ sub: z.string(), sid: z.string() }),
  cobrowse: z.object({
    sub: z.string(), role: z.enum(['sharer', 'viewer']), contactId: z.string(), agentId: z.string().nullable(), origin: z.string().nullable(),
  }),
  /** One agent's replay of one recording. */
  replay: z.object({ sub: z.string(), recordingId: z.string() }),
} as const;

export type Audience = keyof typeof claimSchemas;
export type Claims<A extends Audience> = z.infer<(typeof claimSchemas)[A]>;

export type Verified<A extends Audience> = { readonly ok: true; readonly claims: Claims<A> } | { readonly ok: false; readonly problem: Problem };

export class Tokens {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  issue<A extends Audience>(audience: A, claims: Claims<A>, expiresInSeconds: number): string {
    return jwt.sign(claims, this.#secret, { algorithm, issuer, audience, expiresIn: expiresInSeconds });
  }

  verify<A extends Audience>(audience: A, token: string): Verified<A> {
    let payload: unknown;
    try {
      payload = jwt.verify(token, this.#secret, { algorithms: [algorithm], issuer, audience });
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError) return { ok: false, problem: problems.tokenExpired() };
      const wrongAudience = error instanceof jwt.JsonWebTokenError && error.message.startsWith('jwt audience');
      return { ok: false, problem: wrongAudience ? problems.tokenAudience(audience) : problems.tokenInvalid() };
    }
    const claims = claimSchemas[audience].safeParse(payload);
    // The signature was ours, so a claim that is missing is a token of another version of this software.
    return claims.success ? { ok: true, claims: claims.data as Claims<A> } : { ok: false, problem: problems.tokenInvalid() };
  }
}
