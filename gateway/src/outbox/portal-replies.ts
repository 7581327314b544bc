/**
 * Agents' replies to what a portal handed in, sent to its server: signed as Standard Webhooks are, so that it knows who sent it, that nothing was
 * changed, and which of them it has already.
 */
import type { PortalReply } from '#shared/inbound-api.ts';
import type { Config } from '../config/schema.ts';
import type { Queries } from '../store/database.ts';
import { answeredInbound } from '../store/inbound.ts';
import { messagesAfter } from '../store/messages.ts';
import { putInOutbox, type ReplyMessage } from '../store/outbox.ts';
import type { Delivery } from './outbox.ts';
import { signedPost } from './signed-post.ts';

/** As long as a portal may be away, milliseconds; afterwards it can still ask. */
const kept = 3 * 24 * 60 * 60_000;
const patience = 5_000;

/** Returns whether there is something to send: not where the portal only asks. */
export async function sendReply(tx: Queries, config: Config, { contactId, number, portalId, now }: Omit<ReplyMessage, 'kind'> & { readonly now: number }): Promise<boolean> {
  if (repliesOf(config, portalId) === undefined) return false;
  // Replies to one conversation come in the order in which they were written; others do not wait for them.
  await putInOutbox(tx, { kind: 'reply', portalId, contactId, number }, { line: `reply ${contactId}`, now, expiresAt: now + kept });
  return true;
}

export function portalReplies({ db, config, now }: { readonly db: Queries; readonly config: Config; readonly now: () => number }): (reply: ReplyMessage) => Promise<Delivery> {
  return async ({ portalId, contactId, number }) => {
    const replies = repliesOf(config, portalId);
    if (replies === undefined) return { outcome: 'never', why: 'its portal is not sent replies any more' };
    const [message] = (await messagesAfter(db, contactId, number - 1, 1)).messages;
    const inbound = await answeredInbound(db, contactId, number);
    if (message?.number !== number || inbound === undefined) return { outcome: 'never', why: 'it is gone' };
    const body = JSON.stringify({
      type: 'reply', contactId, ...inbound, message: { number, at: message.at, name: message.name, text: message.text },
    } satisfies PortalReply);
    const posted = await signedPost({ ...replies, id: `${contactId}.${number}`, body, patience, now: now() });
    if (!posted.reached) return { outcome: 'again', why: `the portal was not reached: ${posted.why}` };
    if (posted.ok) return { outcome: 'taken' };
    return { outcome: posted.status === 410 ? 'never' : 'again', why: `the portal answered ${posted.status}` };
  };
}

function repliesOf(config: Config, portalId: string): { readonly url: string; readonly secret: string } | undefined {
  return config.portals.find(({ id }) => id === portalId)?.replies;
}
