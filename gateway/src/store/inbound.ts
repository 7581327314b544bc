/** Queries about what portals handed in. */
import type { InboundFacts } from '#shared/agent-protocol.ts';
import type { InboundSource, PortalReply } from '#shared/inbound-api.ts';
import { anyOf } from './any-of.ts';
import type { Queries } from './database.ts';

/** Of the latest that came in, by contact. */
export async function inboundFacts(db: Queries, contactIds: readonly string[]): Promise<ReadonlyMap<string, InboundFacts>> {
  if (contactIds.length === 0) return new Map();
  const rows = await db.selectFrom('inbound').distinctOn('contact_id').select(['contact_id', 'source', 'subject', 'sender', 'reply_to', 'link']).where('contact_id', '=', anyOf(contactIds))
    .orderBy('contact_id').orderBy('number', 'desc').execute();
  return new Map(rows.map((row) => [row.contact_id, { source: row.source, subject: row.subject, sender: row.sender, replyTo: row.reply_to, link: row.link }]));
}

/** What a reply of this number answers: the latest that came in before it. */
export async function answeredInbound(db: Queries, contactId: string, number: number): Promise<Pick<PortalReply, 'externalId' | 'threadId' | 'to' | 'subject'> | undefined> {
  const row = await db.selectFrom('inbound').select(['external_id', 'thread_id', 'sender', 'reply_to', 'subject']).where('contact_id', '=', contactId).where('number', '<', number)
    .orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row && { externalId: row.external_id, threadId: row.thread_id, to: row.reply_to ?? row.sender, subject: row.subject };
}

/** What became of the message that has this id at the portal. */
export async function findInbound(db: Queries, portalId: string, externalId: string): Promise<{ readonly contactId: string; readonly number: number; readonly requestHash: string } | undefined> {
  const row = await db.selectFrom('inbound').select(['contact_id', 'number', 'request_hash']).where('portal_id', '=', portalId).where('external_id', '=', externalId).executeTakeFirst();
  return row && { contactId: row.contact_id, number: row.number, requestHash: row.request_hash };
}

/** The contact to which the latest message of the thread went. */
export async function latestOfThread(db: Queries, portalId: string, threadId: string): Promise<string | undefined> {
  const row = await db.selectFrom('inbound').select('contact_id').where('portal_id', '=', portalId).where('thread_id', '=', threadId).orderBy('received_at', 'desc').orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row?.contact_id;
}

export interface NewInbound {
  readonly portalId: string;
  /** Of the portal's choice; of what was left in the widget, of ours. */
  readonly externalId: string;
  readonly threadId: string;
  readonly contactId: string;
  readonly number: number;
  readonly requestHash: string;
  readonly receivedAt: number;
  readonly source: InboundSource;
  readonly sender: string;
  /** Null: at the sender's. */
  readonly replyTo: string | null;
  readonly subject: string | null;
  readonly link: string | null;
}

export async function insertInbound(tx: Queries, one: NewInbound): Promise<void> {
  await tx.insertInto('inbound').values({
    portal_id: one.portalId, external_id: one.externalId, thread_id: one.threadId, contact_id: one.contactId, number: one.number, source: one.source, sender: one.sender,
    reply_to: one.replyTo, subject: one.subject, link: one.link, request_hash: one.requestHash, received_at: new Date(one.receivedAt),
  }).execute();
}

/** Where those who left a message may be answered, by contact; not in it: none was left. */
export async function replyAddresses(db: Queries, contactIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  if (contactIds.length === 0) return new Map();
  const rows = await db.selectFrom('inbound').select(['contact_id', 'reply_to']).where('contact_id', '=', anyOf(contactIds)).where('source', '=', 'widget').execute();
  return new Map(rows.map((row) => [row.contact_id, row.reply_to]));
}
