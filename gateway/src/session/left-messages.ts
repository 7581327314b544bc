/**
 * Messages that customers leave in the widget instead of waiting: the contact that they came with becomes the message, stored with it in one
 * transaction, so that neither is there without the other. From there on it is as one that a portal handed in.
 */
import { createHash } from 'node:crypto';
import { withoutNumberSecrets } from '#cobrowse/policy/secrets.ts';
import type { LeaveMessage } from '#shared/customer-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Config, QueueConfig } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import { mayLeaveMessage } from '../contact/phases/message-left.ts';
import type { ContactRunner, Decision } from '../contact/runner.ts';
import { problems } from '../http/problems.ts';
import type { Db, Queries } from '../store/database.ts';
import type { StoredContact } from '../store/contacts.ts';
import { findInbound, insertInbound } from '../store/inbound.ts';
import { appendMessage } from '../store/messages.ts';
import { storableText } from '../store/storable-text.ts';

export interface LeftMessagesOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly changes: Changes;
  readonly now: () => number;
}

export class LeftMessages {
  readonly #options: LeftMessagesOptions;

  constructor(options: LeftMessagesOptions) {
    this.#options = options;
  }

  /** Acknowledged after the commit; the same `id` again, with the same words, is acknowledged and changes nothing. */
  async leave(contactId: string, message: LeaveMessage): Promise<Reply<null>> {
    const { db, runner, changes } = this.#options;
    const reply = await runner.command(contactId, (tx, contact) => this.#taken(tx, contact, message));
    if (reply.ok) {
      changes.emit('thread', contactId);
      return { ok: true, value: null };
    }
    const known = await this.#known(db, contactId, message);
    return known ? { ok: true, value: null } : reply;
  }

  async #taken(tx: Queries, { id: contactId, queueId, state }: StoredContact, message: LeaveMessage): Promise<Decision> {
    const { config, now } = this.#options;
    const queue = queueOf(config, queueId);
    if (!mayLeaveMessage(state) || !queue.messages.fromWidget) return { problem: problems.wrongState('No message can be left here now.') };
    const { request, portal_id: portalId } = await sessionOf(tx, contactId);
    const { customer, inquiry } = request;
    const sender = message.replyTo ?? customer?.id;
    if (sender === undefined) return { problem: problems.wrongState('Nobody knows where to answer this customer: give `replyTo`.') };
    const { number } = await appendMessage(tx, { contactId, author: 'customer', agentId: null, clientId: externalId(contactId, message), text: wordsOf(queue, message), at: now() });
    await insertInbound(tx, {
      portalId, externalId: externalId(contactId, message), threadId: contactId, contactId, number, requestHash: hashOf(message), receivedAt: now(), source: 'widget',
      sender: customer?.name === undefined ? sender : `${customer.name} <${sender}>`, replyTo: message.replyTo ?? null, subject: storedSubject(message) ?? inquiry.topic ?? null, link: inquiry.pageUrl === '' ? null : inquiry.pageUrl,
    });
    return { event: { type: 'messageLeft', queueId, priority: queue.messages.priority ?? null, dueAt: now() + queue.messages.answerWithin * 1000 } };
  }

  async #known(db: Queries, contactId: string, message: LeaveMessage): Promise<boolean> {
    const session = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select('session.portal_id').where('contact.id', '=', contactId).executeTakeFirst();
    const known = session === undefined ? undefined : await findInbound(db, session.portal_id, externalId(contactId, message));
    return known?.requestHash === hashOf(message);
  }
}

function sessionOf(tx: Queries, contactId: string) {
  return tx.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select(['session.portal_id', 'session.request']).where('contact.id', '=', contactId).executeTakeFirstOrThrow();
}

/** Never one that a portal chose: it is the contact's own. */
function externalId(contactId: string, { id }: LeaveMessage): string {
  return `widget/${contactId}/${id}`;
}

function hashOf(message: LeaveMessage): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64url');
}

function storedSubject({ subject }: LeaveMessage): string | undefined {
  return subject === undefined || subject === '' ? undefined : storableText(subject);
}

/** As in a chat: secrets by number go before anybody reads them. */
function wordsOf({ chat }: QueueConfig, { text }: LeaveMessage): string {
  const plain = storableText(text);
  return chat.redactSecrets ? withoutNumberSecrets(plain) : plain;
}
