/** A queue whose contacts are given to agents by somebody else's ACD. It names whom the gateway tells, so that only the file says it. */
import { z } from 'zod';

export const acdSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2000).describe('Where it is told who waits. No redirect is followed.'),
  secret: z.string().min(8).max(200).describe('Signs what is sent to it, and what it sends.'),
  timeout: z.number().min(0.1).max(30).default(5).describe('How long an answer may take, in seconds.'),
  fallbackAfter: z.number().min(1).max(600).default(15).describe('For how long it may say nothing of a contact, in seconds; then that one is not left to it.'),
  whenAway: z.string().min(1).max(100).default('builtin').describe('What follows: `builtin`, this gateway gives the contact to an agent; or the `id` of the queue that it goes to.'),
});
export type AcdConfig = z.infer<typeof acdSchema>;

interface Queue { readonly id: string; readonly hunt?: unknown; readonly acd?: AcdConfig | undefined }

export function checkAcds(queues: readonly Queue[], complain: (path: Array<string | number>, message: string) => void): void {
  for (const [index, { id, acd, hunt }] of queues.entries()) {
    if (acd === undefined) continue;
    if (hunt !== undefined) complain(['queues', index, 'acd'], 'a queue that hunts is not left to another ACD: take away one of both');
    if (acd.whenAway === 'builtin') continue;
    if (acd.whenAway === id) complain(['queues', index, 'acd', 'whenAway'], 'that is this queue itself: expected builtin or another queue');
    else if (queues.every((queue) => queue.id !== acd.whenAway)) complain(['queues', index, 'acd', 'whenAway'], `no queue "${acd.whenAway}" in this file; expected builtin or one of: ${queues.map((queue) => queue.id).join(', ')}`);
  }
}

/** Those whose contacts another ACD gives to agents. */
export function foreignQueues(queues: readonly Queue[]): string[] {
  return queues.flatMap(({ id, acd }) => acd === undefined ? [] : [id]);
}
