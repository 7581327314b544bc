/** What other ACDs are told, and what they answer. Whatever one answers with 2xx, it has the contact in hand (again). */
import { acdAnswerSchema, type AcdAnswer } from '#shared/acd-api.ts';
import type { Config } from '../config/schema.ts';
import type { AcdMessage } from '../store/outbox.ts';
import type { Delivery } from './outbox.ts';
import { signedPost } from './signed-post.ts';

interface Options {
  readonly config: Config;
  readonly heard: (queueId: string, contactId: string, answer: AcdAnswer) => Promise<void>;
  readonly now: () => number;
}

export function acdMessages({ config, heard, now }: Options): (message: AcdMessage) => Promise<Delivery> {
  return async ({ id, telling }) => {
    const acd = config.queues.find((queue) => queue.id === telling.queue)?.acd;
    if (acd === undefined) return { outcome: 'never', why: 'its queue is no other ACD\'s any more' };
    const posted = await signedPost({ url: acd.url, secret: acd.secret, id, body: JSON.stringify(telling), patience: acd.timeout * 1000, now: now() });
    if (!posted.reached) return { outcome: 'again', why: `the ACD was not reached: ${posted.why}` };
    if (!posted.ok) return { outcome: 'again', why: `the ACD answered ${posted.status}` };
    if (telling.type !== 'cancel') await heard(telling.queue, telling.contactId, answerOf(posted.text));
    return { outcome: 'taken' };
  };
}

/** An answer that says nothing we understand still says that somebody is there. */
function answerOf(text: string | null): AcdAnswer {
  try {
    const answer = acdAnswerSchema.safeParse(JSON.parse(text ?? ''));
    return answer.success ? answer.data : {};
  } catch {
    return {};
  }
}
