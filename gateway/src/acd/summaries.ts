/**
 * What is told of a contact after its end, to whoever answered it or was rung last and to nobody else: a summary at their desktop, and a text to their
 * phones from which the caller can be called back. Recorded with the end, told after it.
 */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import { calledOf, callerOf } from '../journal/hop.ts';
import { clockOf, timeZoneOf } from '../journal/times.ts';
import { phoneLine } from '../outbox/phone-messages.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Db, Queries } from '../store/database.ts';
import { journalPage } from '../store/journal.ts';
import { putInOutbox } from '../store/outbox.ts';
import { customerName } from '../store/sessions.ts';
import { insertSummary, summarized } from '../store/summaries.ts';
import type { MarkedHop } from '../store/tickets.ts';

/** A phone that is off gets its text when it is back, unless the day is over. Milliseconds. */
const textLives = 24 * 3600_000;

/** In the transaction of the end. */
export async function recordSummary(tx: Queries, contact: StoredContact, last: MarkedHop, { config, now }: { readonly config: Config; readonly now: number }): Promise<void> {
  const queue = queueOf(config, contact.queueId);
  if (!queue.summary || last.agentId === null) return;
  await insertSummary(tx, { id: randomUUID(), agentId: last.agentId, contactId: contact.id, ticket: last.ticket, at: now });
  const [hop] = await journalPage(tx, { agentId: last.agentId }, { after: last.ticket - 1, limit: 1 });
  const agent = await tx.selectFrom('agent').select('username').where('id', '=', last.agentId).executeTakeFirstOrThrow();
  if (hop === undefined || !config.agents.some(({ username, sip }) => username === agent.username && sip !== undefined)) return;
  const name = await customerName(tx, contact.id);
  const zone = timeZoneOf(config);
  const text = [
    queue.label, [name?.replaceAll(/\p{Cc}+/gu, ' ') ?? null, callerOf(hop)].filter((part) => part !== null).join(', '), `${clockOf(hop.from, zone)} - ${clockOf(hop.to ?? new Date(now).toISOString(), zone)}`,
    `${hop.outcome === 'answered' ? 'answered by' : 'rung last'}: ${calledOf(hop)}`, `Ticket ${hop.ticket}`,
  ].join('\r\n');
  await putInOutbox(tx, { kind: 'phoneMessage', agentId: last.agentId, callerUri: contact.from, callerNumber: hop.callerNumber, name, text }, { line: phoneLine(last.agentId), now, expiresAt: now + textLives });
}

/** Tells whom it concerns, once the end is stored. */
export function tellSummaries({ db, changes, sendSoon, onError }: { readonly db: Db; readonly changes: Changes; readonly sendSoon: () => void; readonly onError: (error: unknown) => void }): void {
  changes.on('ended', (contactId) => {
    summarized(db, contactId).then((agentIds) => {
      for (const agentId of agentIds) changes.emit('agent', agentId);
      if (agentIds.length > 0) sendSoon();
    }, onError);
  });
}
