/** Queries about sessions: issued to portals, redeemed once by customers, come back to with a resume secret. */
import type { CreateSession } from '#shared/session-api.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import type { ContactState } from '../contact/state.ts';
import { callbackTime } from './contacts.ts';
import { factsOf } from '../figures/facts.ts';
import type { Queries } from './database.ts';
import { recordFacts } from './facts.ts';

export interface SessionRow {
  readonly id: string;
  readonly portalId: string;
  readonly from: string;
  readonly request: CreateSession;
  readonly queueId: string;
  readonly tokenId: string;
  readonly tokenExpiresAt: number;
  readonly tokenUsed: boolean;
}

export interface NewSession extends Omit<SessionRow, 'tokenUsed'> {
  readonly idempotencyKey: string | null;
  readonly now: number;
}

/** Undefined when the portal used this idempotency key before. */
export async function insertSession(db: Queries, session: NewSession): Promise<{ readonly id: string } | undefined> {
  return db.insertInto('session').values({
    id: session.id, portal_id: session.portalId, from_uri: session.from, request: JSON.stringify(session.request), queue_id: session.queueId,
    token_id: session.tokenId, token_expires_at: new Date(session.tokenExpiresAt), token_used_at: null, idempotency_key: session.idempotencyKey,
    created_at: new Date(session.now),
  }).onConflict((conflict) => conflict.columns(['portal_id', 'idempotency_key']).doNothing()).returning('id').executeTakeFirst();
}

export async function findSession(
  db: Queries, by: { readonly id: string } | { readonly from: string } | { readonly portalId: string; readonly idempotencyKey: string },
): Promise<SessionRow | undefined> {
  const row = await db.selectFrom('session').selectAll().$call((query) => {
    if ('id' in by) return query.where('id', '=', by.id);
    if ('from' in by) return query.where('from_uri', '=', by.from);
    return query.where('portal_id', '=', by.portalId).where('idempotency_key', '=', by.idempotencyKey);
  }).executeTakeFirst();
  return row && {
    id: row.id, portalId: row.portal_id, from: row.from_uri, request: row.request, queueId: row.queue_id, tokenId: row.token_id,
    tokenExpiresAt: row.token_expires_at.getTime(), tokenUsed: row.token_used_at !== null,
  };
}

/** A retried request gets a new token, as long as none was redeemed: the old one is worthless from then on. */
export async function replaceToken(db: Queries, sessionId: string, token: { readonly id: string; readonly expiresAt: number }): Promise<boolean> {
  const row = await db.updateTable('session').set({ token_id: token.id, token_expires_at: new Date(token.expiresAt) })
    .where('id', '=', sessionId).where('token_used_at', 'is', null).returning('id').executeTakeFirst();
  return row !== undefined;
}

/** True for exactly one caller per token, also among several at once and several nodes. */
export async function redeemToken(tx: Queries, session: { readonly id: string; readonly tokenId: string; readonly now: number }): Promise<boolean> {
  const row = await tx.updateTable('session').set({ token_used_at: new Date(session.now) })
    .where('id', '=', session.id).where('token_id', '=', session.tokenId).where('token_used_at', 'is', null).returning('id').executeTakeFirst();
  return row !== undefined;
}

export async function revokeSession(db: Queries, sessionId: string, now: number): Promise<void> {
  await db.updateTable('session').set({ token_used_at: new Date(now) }).where('id', '=', sessionId).where('token_used_at', 'is', null).execute();
}

export interface NewContact {
  readonly id: string;
  readonly session: SessionRow;
  readonly priority: number;
  readonly state: ContactState;
  readonly resumeHash: string;
  /** Ties history together where the session names no customer. */
  readonly customerKey?: string;
  /** The customer's telephone number, if the portal told one. */
  readonly phone: string | null;
  /** When a tick is due; null when the contact is over already. */
  readonly wakeAt: number | null;
  readonly now: number;
}

function ended({ phase }: ContactState) {
  return phase.name === 'ended'
    ? { ended_at: new Date(phase.at), end_party: phase.end.party, end_reason: phase.end.reason }
    : { ended_at: null, end_party: null, end_reason: null };
}

export async function insertContact(tx: Queries, contact: NewContact): Promise<void> {
  const { session, state } = contact;
  const { inquiry, customer } = session.request;
  await tx.insertInto('contact').values({
    id: contact.id, session_id: session.id, from_uri: session.from, queue_id: session.queueId, priority: contact.priority, customer_id: customer?.id ?? contact.customerKey ?? null,
    phase: state.phase.name, channel: state.channel, state: JSON.stringify(state), queued_at: new Date(state.queuedAt), present: isOfferable(state), callback_at: callbackTime(state),
    // Whom nothing else was agreed with may use the camera.
    video: session.request.channels?.includes('video') ?? true,
    wake_at: contact.wakeAt === null ? null : new Date(contact.wakeAt),
    page: JSON.stringify({ url: inquiry.pageUrl, title: inquiry.title ?? '' }), resume_hash: contact.resumeHash, previous_resume_hash: null,
    created_at: new Date(contact.now), agent_id: null, connected_at: null, ...ended(state), disposition: null, notes: '', phone: contact.phone,
  }).execute();
  await tx.insertInto('journal').values({ contact_id: contact.id, at: new Date(contact.now), event: 'arrived', phase: state.phase.name, detail: JSON.stringify(state.phase) }).execute();
  await recordFacts(tx, { contactId: contact.id, queueId: session.queueId, facts: factsOf(null, state, false) }, contact.now);
}

/**
 * Exchanges a resume secret for a new one. The old secret stays valid until the new one is first used, so that a reply lost on
 * the way locks nobody out. Undefined when no contact has this secret.
 */
export async function rotateResume(tx: Queries, hashes: { readonly given: string; readonly next: string }): Promise<{ readonly contactId: string; readonly sessionId: string } | undefined> {
  const row = await tx.selectFrom('contact').select(['id', 'session_id'])
    .where((where) => where.or([where('resume_hash', '=', hashes.given), where('previous_resume_hash', '=', hashes.given)]))
    .forUpdate().executeTakeFirst();
  if (row === undefined) return undefined;
  await tx.updateTable('contact').set({ resume_hash: hashes.next, previous_resume_hash: hashes.given }).where('id', '=', row.id).execute();
  return { contactId: row.id, sessionId: row.session_id };
}

export async function customerName(db: Queries, contactId: string): Promise<string | null> {
  const row = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select('session.request').where('contact.id', '=', contactId).executeTakeFirst();
  return row?.request.customer?.name ?? null;
}
