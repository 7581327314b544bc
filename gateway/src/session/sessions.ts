/**
 * Sessions: what a portal asks for on behalf of a customer, the one-time token it gets, and how the customer's client turns that token,
 * and later a resume secret, into a place in the queue. The destination is always our own record's, never the client's word.
 */
import { randomUUID } from 'node:crypto';
import type { Reply } from '#shared/problem.ts';
import { pathMatches } from '#shared/page-path.ts';
import type { CreatedSession, CreateSession, IceServer } from '#shared/session-api.ts';
import type { CustomerAuth } from '#shared/customer-protocol.ts';
import type { CustomerChannel } from '#shared/vocabulary.ts';
import { openingOf, takes, type Waits } from '../acd/waits.ts';
import type { Config, PortalConfig } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { limitsOf, queueOf } from '../contact/limits.ts';
import { arriving } from '../contact/phases/flow.ts';
import { newContact, type ContactState } from '../contact/state.ts';
import { deadlineOf } from '../contact/transition.ts';
import { relayFor } from '../cobrowse/relay-nodes.ts';
import { problems } from '../http/problems.ts';
import type { Db } from '../store/database.ts';
import { findSession, insertContact, insertSession, redeemToken, replaceToken, rotateResume, type SessionRow } from '../store/sessions.ts';
import { hashSecret, newCallerUri, newSecret } from './secrets.ts';
import { phoneOf } from './phone-of.ts';
import type { Tokens } from './tokens.ts';

/** Time from the portal's page to the customer's first connection; a page that takes longer asks for a new session. */
const tokenSeconds = 120;

export interface SessionsOptions {
  readonly db: Db;
  readonly config: Config;
  readonly waits: Waits;
  readonly tokens: Tokens;
  readonly changes: Changes;
  readonly sipDomain: string;
  readonly publicUrl: () => string;
  /** Relays that run by themselves; none: the gateway relays. */
  readonly cobrowseNodes: readonly string[];
  readonly iceServers: (user: string) => IceServer[];
  readonly now: () => number;
}

export interface Connected {
  readonly contactId: string;
  /** The next resume secret. */
  readonly resume: string;
}

export class Sessions {
  readonly #options: SessionsOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async create(portal: PortalConfig, asked: CreateSession, idempotencyKey: string | null): Promise<Reply<CreatedSession>> {
    const { db, sipDomain, now } = this.#options;
    const request = { ...asked, channels: asked.channels ?? portal.channels };
    const queueId = chooseQueue(portal, request);
    if (queueId === null) return { ok: false, problem: problems.unknownQueue(request.queue ?? '', portal.queues) };
    const session = {
      id: randomUUID(), portalId: portal.id, from: newCallerUri(sipDomain), request, queueId, tokenId: randomUUID(),
      tokenExpiresAt: now() + tokenSeconds * 1000, idempotencyKey, now: now(),
    };
    const inserted = await insertSession(db, session);
    if (inserted !== undefined || idempotencyKey === null) return { ok: true, value: await this.#answer(session) };

    const earlier = await findSession(db, { portalId: portal.id, idempotencyKey });
    if (earlier === undefined || canonical(earlier.request) !== canonical(request)) return { ok: false, problem: problems.idempotencyReused() };
    if (!await replaceToken(db, earlier.id, { id: session.tokenId, expiresAt: session.tokenExpiresAt })) return { ok: false, problem: problems.idempotencyReused() };
    return { ok: true, value: await this.#answer({ ...earlier, tokenId: session.tokenId, tokenExpiresAt: session.tokenExpiresAt }) };
  }

  /** Redeems a token or exchanges a resume secret. */
  async connect(auth: CustomerAuth, origin: string | undefined): Promise<Reply<Connected>> {
    return 'token' in auth ? this.#redeem(auth, origin) : this.#resume(auth.resume, origin);
  }

  async #redeem({ token, channel: asked }: Extract<CustomerAuth, { readonly token: string }>, origin: string | undefined): Promise<Reply<Connected>> {
    const { db, tokens, config, now } = this.#options;
    const verified = tokens.verify('customer', token);
    if (!verified.ok) return verified;
    const session = await findSession(db, { from: verified.claims.sub });
    if (session === undefined) return { ok: false, problem: problems.tokenInvalid() };
    // Checked before the token is consumed: a page of another origin must not be able to spend it.
    if (!this.#originAllowed(session, origin)) return { ok: false, problem: problems.originRefused() };
    const { secret, hash } = newSecret();
    const contactId = randomUUID();
    const allowed = session.request.channels ?? ['voice', 'video'];
    const channel = beginningOf(allowed, asked);
    if (channel === null) return { ok: false, problem: problems.channelRefused(asked ?? '', allowed) };
    const state = this.#arrive(session, channel);
    const redeemed = await db.transaction().execute(async (tx) => {
      if (!await redeemToken(tx, { id: session.id, tokenId: verified.claims.jti, now: now() })) return false;
      const wakeAt = deadlineOf(state, limitsOf(config, session.queueId));
      await insertContact(tx, { id: contactId, session, priority: queueOf(config, session.queueId).priority, state, resumeHash: hash, phone: phoneOf(session.request, config), wakeAt, now: now() });
      return true;
    });
    if (!redeemed) return { ok: false, problem: problems.tokenUsed() };
    this.#options.changes.emit('queue', session.queueId);
    return { ok: true, value: { contactId, resume: secret } };
  }

  /**
   * A closed queue takes nobody, unless its flow knows what then: the contact is recorded, and over. Any other counts as absent until its socket
   * stands, so that a client that goes away between the token and the welcome is not offered to anybody.
   */
  #arrive(session: SessionRow, channel: 'voice' | 'chat'): ContactState {
    const { config, now } = this.#options;
    const arrived = { ...newContact(now(), channel), absentUntil: now() + limitsOf(config, session.queueId).holdPlace };
    if (takes(config, session.queueId, now())) {
      // A closed queue that takes somebody has something to say to them, and says it in its flow.
      const hasFlow = queueOf(config, session.queueId).flow.length > 0 || !openingOf(config, session.queueId, now()).open;
      return hasFlow ? { ...arrived, phase: arriving(session.queueId, { now: now(), limits: limitsOf(config, session.queueId) }) } : arrived;
    }
    return { ...arrived, phase: { name: 'ended', end: { party: 'system', reason: 'closed' }, at: now() } };
  }

  async #resume(given: string, origin: string | undefined): Promise<Reply<Connected>> {
    const { db } = this.#options;
    const { secret, hash } = newSecret();
    const resumed = await db.transaction().execute(async (tx) => {
      const contact = await rotateResume(tx, { given: hashSecret(given), next: hash });
      if (contact === undefined) return { problem: problems.resumeInvalid() };
      const session = await findSession(tx, { id: contact.sessionId });
      // Thrown away with the transaction's result, not committed: a wrong origin must not rotate the secret either.
      if (session === undefined || !this.#originAllowed(session, origin)) throw new OriginRefused();
      return { contactId: contact.contactId };
    }).catch((error: unknown) => {
      if (error instanceof OriginRefused) return { problem: problems.originRefused() };
      throw error;
    });
    if ('problem' in resumed) return { ok: false, problem: resumed.problem };
    return { ok: true, value: { contactId: resumed.contactId, resume: secret } };
  }

  /**
   * What the portal named for this session is exact: nobody else, and nobody without an Origin. Else its pages in the configuration bind
   * browsers, which always tell their Origin here; an app has none.
   */
  #originAllowed(session: SessionRow, origin: string | undefined): boolean {
    const { origins } = session.request;
    if (origins !== undefined) return origin !== undefined && origins.some((allowed) => new URL(allowed).origin === origin);
    const configured = this.#options.config.portals.find(({ id }) => id === session.portalId)?.origins ?? [];
    return configured.length === 0 || origin === undefined || configured.includes(origin);
  }

  async #answer(session: Pick<SessionRow, 'id' | 'from' | 'request' | 'queueId' | 'tokenId' | 'tokenExpiresAt'>): Promise<CreatedSession> {
    const { waits, tokens, publicUrl, cobrowseNodes, iceServers } = this.#options;
    return {
      sessionId: session.id, from: session.from,
      token: tokens.issue('customer', { sub: session.from, jti: session.tokenId }, tokenSeconds),
      expiresAt: new Date(session.tokenExpiresAt).toISOString(), iceServers: iceServers(session.id), signalingUrl: publicUrl(), cobrowseUrl: relayFor(session.from, cobrowseNodes) ?? publicUrl(),
      channels: session.request.channels ?? ['voice', 'video'],
      wait: await waits.ofNewcomer(session.queueId, session.request.channels?.every((channel) => channel === 'chat') === true ? 'chat' : 'voice'),
    };
  }
}

/** As what a contact begins: as the customer chose, else with a call where there may be one. Null: they may not. */
function beginningOf(allowed: readonly CustomerChannel[], asked: 'voice' | 'chat' | undefined): 'voice' | 'chat' | null {
  const mayCall = allowed.includes('voice') || allowed.includes('video');
  const begins = asked ?? (mayCall ? 'voice' : 'chat');
  return (begins === 'voice' ? mayCall : allowed.includes('chat')) ? begins : null;
}

class OriginRefused extends Error {
  override readonly name = 'OriginRefused';
}

/** The request's queue wins, then the portal's page rules, then its default. Null when the portal may not use the queue asked for. */
export function chooseQueue(portal: PortalConfig, request: Pick<CreateSession, 'queue' | 'inquiry'>): string | null {
  if (request.queue !== undefined) return portal.queues.includes(request.queue) ? request.queue : null;
  const { pathname } = new URL(request.inquiry.pageUrl);
  const rule = portal.pages.find(({ path }) => pathMatches(path, pathname));
  return rule?.queue ?? portal.defaultQueue ?? portal.queues[0] ?? null;
}

/** JSON with sorted keys: PostgreSQL keeps `jsonb` in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1)) : inner);
}
