/** Queries about what portals handed in. */
import type { InboundFacts } from '#shared/agent-protocol.ts';
import type { Queries } from './database.ts';

/** Of the latest that came in for this contact. */
export async function inboundFacts(db: Queries, contactId: string): Promise<InboundFacts | undefined> {
  const row = await db.selectFrom('inbound').select(['source', 'subject', 'sender', 'reply_to', 'link']).where('contact_id', '=', contactId).orderBy('number', 'desc').limit(1).executeTakeFirst();
  return row && { source: row.source, subject: row.subject, sender: row.sender, replyTo: row.reply_to, link: row.link };
}
