/**
 * What customer and agent write to each other. A message is stored in the transaction that holds its contact, and acknowledged after that; who reads is
 * told by their view how far the thread goes, and asks for what they lack.
 */
import { withoutNumberSecrets } from '#cobrowse/policy/secrets.ts';
import type { Reply } from '#shared/problem.ts';
import type { CreateSession } from '#shared/session-api.ts';
import type { ThreadPage, Write, Written } from '#shared/thread-protocol.ts';
import type { Config } from '../config/schema.ts';
import { problems } from '../http/problems.ts';
import { sendReply } from '../outbox/portal-replies.ts';
import type { Db } from '../store/database.ts';
import { lockContact } from '../store/contacts.ts';
import { appendMessage, messagesAfter, noteRead } from '../store/messages.ts';
import { storableText } from '../store/storable-text.ts';
import type { Changes } from './changes.ts';
import { queueOf } from './limits.ts';
import { agentOf, type ContactRunner } from './runner.ts';
import type { ContactState } from './state.ts';
import type { Typing } from './typing.ts';

/** As many messages as one request answers. */
const pageLength = 200;

export interface ThreadsOptions {
  readonly db: Db;
  readonly config: Config;
  readonly runner: ContactRunner;
  readonly changes: Changes;
  readonly typing: Typing;
  /** A reply was put in the outbox. */
  readonly sendSoon: () => void;
  readonly now: () => number;
}

export class Threads {
  readonly #options: ThreadsOptions;

  constructor(options: ThreadsOptions) {
    this.#options = options;
  }

  byCustomer(contactId: string, message: Write): Promise<Reply<Written>> {
    return this.#write(contactId, message, { author: 'customer', agentId: null }, ({ phase }) =>
      phase.name !== 'ended' && phase.name !== 'rung' && phase.name !== 'work');
  }

  byAgent(contactId: string, agentId: string, message: Write): Promise<Reply<Written>> {
    return this.#write(contactId, message, { author: 'agent', agentId }, (state) => mayWriteNow(state, agentId));
  }

  /** Who may read is for the caller to know. */
  after(contactId: string, after: number): Promise<ThreadPage> {
    return messagesAfter(this.#options.db, contactId, after, pageLength);
  }

  async read(contactId: string, by: 'customer' | 'agent', upTo: number): Promise<void> {
    const { db, changes } = this.#options;
    if (await noteRead(db, contactId, by, upTo)) changes.emit('thread', contactId);
  }

  async #write(
    contactId: string, { id, text }: Write, by: { readonly author: 'customer' | 'agent'; readonly agentId: string | null }, may: (state: ContactState) => boolean,
  ): Promise<Reply<Written>> {
    const { db, config, runner, changes, typing, sendSoon, now } = this.#options;
    const done = await db.transaction().execute(async (tx) => {
      const contact = await lockContact(tx, contactId);
      if (contact === undefined) return { problem: problems.notFound('contact') };
      const { request, portalId } = await tx.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select(['session.request', 'session.portal_id as portalId']).where('contact.id', '=', contactId).executeTakeFirstOrThrow();
      if (!hasThread(contact.state, request)) return { problem: problems.wrongState('This customer cannot write, nor be written to: their session allows calls only.') };
      if (!may(contact.state)) return { problem: by.author === 'agent' && agentOf(contact.state) !== by.agentId ? problems.notOnCall() : problems.wrongState('Nothing can be written here now.') };
      const wasHandedIn = contact.state.channel === 'message' || contact.state.channel === 'task';
      const redacts = queueOf(config, contact.queueId).chat.redactSecrets && !wasHandedIn;
      const plain = storableText(text);
      const stored = await appendMessage(tx, { contactId, ...by, clientId: storableText(id), text: redacts ? withoutNumberSecrets(plain) : plain, at: now() });
      const sends = wasHandedIn && by.author === 'agent' && !stored.known && await sendReply(tx, config, { portalId, contactId, number: stored.number, now: now() });
      return { stored, sends, applied: stored.known ? null : await runner.apply(tx, contact, { type: 'wrote', by: by.author }) };
    });
    if ('problem' in done) return { ok: false, problem: done.problem };
    typing.ends(contactId, by.author);
    if (done.sends) sendSoon();
    if (done.applied !== null) {
      changes.emit('thread', contactId);
      await runner.follow(done.applied);
    }
    return { ok: true, value: { number: done.stored.number, at: new Date(done.stored.at).toISOString() } };
  }
}

/** Whether anything can be written in this contact: what came in is written, and customers whose session allows it may write. */
export function hasThread({ channel }: ContactState, { channels }: Pick<CreateSession, 'channels'>): boolean {
  return channel === 'chat' || channel === 'message' || channel === 'task' || channels?.includes('chat') === true;
}

function mayWriteNow(state: ContactState, agentId: string): boolean {
  const { phase } = state;
  return agentOf(state) === agentId && (phase.name === 'call' || phase.name === 'chat' || phase.name === 'work');
}
