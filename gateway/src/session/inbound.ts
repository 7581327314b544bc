/**
 * What portals hand in for their customers (mail, social, tasks): each becomes a message of a contact's thread. One of a thread whose contact is still
 * open goes there; any other is a contact of its own, which waits in a queue like the others and is worked at with nobody connected.
 */
import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Inbound } from '#shared/inbound-api.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';
import type { Config, PortalConfig } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { limitsOf, queueOf } from '../contact/limits.ts';
import type { Applied, ContactRunner } from '../contact/runner.ts';
import { newContact } from '../contact/state.ts';
import { deadlineOf } from '../contact/transition.ts';
import { problems } from '../http/problems.ts';
import type { Db, Queries } from '../store/database.ts';
import { lockContact } from '../store/contacts.ts';
import { findInbound, insertInbound, latestOfThread, type NewInbound } from '../store/inbound.ts';
import { appendMessage, messagesAfter } from '../store/messages.ts';
import { insertContact, insertSession } from '../store/sessions.ts';
import { newCallerUri, newSecret } from './secrets.ts';

/** A thread is answered whole up to here; nobody's mails have as many. */
const longestThread = 1000;

export interface TakenIn {
  readonly contactId: string;
  /** The message's number in the contact's thread. */
  readonly number: number;
  /** It went to the contact that was open for its thread already. */
  readonly continued: boolean;
}

export interface InboundState {
  readonly contactId: string;
  readonly state: 'waiting' | 'offered' | 'atAgent' | 'ended';
  readonly disposition: string | null;
  readonly messages: readonly ThreadMessage[];
}

export interface InboundOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly changes: Changes;
  readonly sipDomain: string;
  readonly now: () => number;
}

export class InboundMessages {
  readonly #options: InboundOptions;

  constructor(options: InboundOptions) {
    this.#options = options;
  }

  async take(portal: PortalConfig, inbound: Inbound): Promise<Reply<TakenIn>> {
    const { db, runner, changes } = this.#options;
    const queueId = inbound.queue ?? portal.defaultQueue ?? portal.queues[0] ?? '';
    if (!portal.queues.includes(queueId)) return { ok: false, problem: problems.unknownQueue(queueId, portal.queues) };
    const threadId = inbound.threadId ?? inbound.externalId;
    const requestHash = createHash('sha256').update(JSON.stringify(inbound)).digest('base64url');
    const taken = await db.transaction().execute(async (tx): Promise<{ readonly taken: TakenIn; readonly applied: Applied | null; readonly isNew: boolean } | { readonly problem: Problem }> => {
      // Two messages of one thread at once must not become two contacts, nor one message two.
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${portal.id} ${threadId}`}, 1))`.execute(tx);
      const known = await findInbound(tx, portal.id, inbound.externalId);
      if (known !== undefined) {
        return known.requestHash === requestHash ? { taken: { contactId: known.contactId, number: known.number, continued: known.number > 1 }, applied: null, isNew: false }
          : { problem: problems.inboundReused() };
      }
      const earlier = await latestOfThread(tx, portal.id, threadId);
      const open = earlier === undefined ? undefined : await lockContact(tx, earlier);
      const continues = open !== undefined && open.state.phase.name !== 'ended';
      const contactId = continues ? open.id : await this.#arrive(tx, portal, queueId, inbound);
      const contact = continues ? open : await lockContact(tx, contactId);
      if (contact === undefined) throw new Error('unreachable: it was just stored');
      const { number } = await appendMessage(tx, { contactId, author: 'customer', agentId: null, clientId: inbound.externalId, text: inbound.text, at: this.#options.now() });
      await insertInbound(tx, { portalId: portal.id, externalId: inbound.externalId, threadId, contactId, number, requestHash, receivedAt: this.#options.now(), ...asStored(inbound) });
      return { taken: { contactId, number, continued: continues }, applied: await runner.apply(tx, contact, { type: 'wrote', by: 'customer' }), isNew: !continues };
    });
    if ('problem' in taken) return { ok: false, problem: taken.problem };
    const { contactId } = taken.taken;
    changes.emit('thread', contactId);
    if (taken.applied !== null) await runner.follow(taken.applied);
    if (taken.isNew) {
      changes.emit('queue', queueId);
      changes.emit('waiting', contactId);
    }
    return { ok: true, value: taken.taken };
  }

  /** For the portal that handed it in: how far it is, and what was answered. */
  async state(portal: PortalConfig, contactId: string): Promise<Reply<InboundState>> {
    const { db } = this.#options;
    const contact = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select(['contact.phase', 'contact.disposition'])
      .where('contact.id', '=', contactId).where('contact.channel', 'in', ['message', 'task']).where('session.portal_id', '=', portal.id).executeTakeFirst();
    if (contact === undefined) return { ok: false, problem: problems.notFound('message') };
    const { messages } = await messagesAfter(db, contactId, 0, longestThread);
    const state = contact.phase === 'ended' || contact.phase === 'offered' ? contact.phase : contact.phase === 'work' ? 'atAgent' : 'waiting';
    return { ok: true, value: { contactId, state, disposition: contact.disposition, messages } };
  }

  async #arrive(tx: Queries, portal: PortalConfig, queueId: string, inbound: Inbound): Promise<string> {
    const { config, sipDomain, now } = this.#options;
    const queue = queueOf(config, queueId);
    const { channel, customer, subject, link } = inbound;
    const session = {
      id: randomUUID(), portalId: portal.id, from: newCallerUri(sipDomain), queueId, tokenId: randomUUID(), tokenExpiresAt: now(), tokenUsed: true, idempotencyKey: null, now: now(),
      request: { customer, inquiry: { pageUrl: link ?? '', ...(subject === undefined ? {} : { title: subject, topic: subject.slice(0, 200) }) } },
    };
    await insertSession(tx, session);
    // Until it is due it leaves first place to whoever waits for an answer now: its age begins then.
    const state = newContact(now() + queue.messages.answerWithin * 1000, channel);
    const id = randomUUID();
    await insertContact(tx, {
      id, session, priority: queue.messages.priority ?? queue.priority, state, resumeHash: newSecret().hash, phone: null,
      // Whom the portal does not know is known by where they write from.
      customerKey: customer?.id ?? `${inbound.source}:${inbound.from.address.toLowerCase()}`, wakeAt: deadlineOf(state, limitsOf(config, queueId)), now: now(),
    });
    return id;
  }
}

function asStored({ source, from, replyTo, subject, link }: Inbound): Pick<NewInbound, 'source' | 'sender' | 'replyTo' | 'subject' | 'link'> {
  return { source, sender: from.name === undefined ? from.address : `${from.name} <${from.address}>`, replyTo: replyTo ?? from.address, subject: subject ?? null, link: link ?? null };
}
