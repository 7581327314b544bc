/** `POST /api/inbound`: what a portal's server hands in for its customers (mail, social, tasks), to be answered in its time. */
import { z } from 'zod';
import { customerSchema } from './session-api.ts';

export const inboundSources = ['mail', 'social', 'widget', 'other'] as const;
export type InboundSource = (typeof inboundSources)[number];

export const longestInbound = 20_000;
const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);

export const inboundSchema = z.strictObject({
  channel: z.enum(['message', 'task']).default('message'),
  source: z.enum(['mail', 'social', 'other']).default('mail'),
  externalId: z.string().min(1).max(300).describe('The portal\'s own id of this message: handed in twice, it is one.'),
  threadId: z.string().min(1).max(300).optional().describe('Messages of one thread go to the contact that is open for it, or to a new one of the same history. Default: a thread of its own.'),
  from: z.strictObject({ address: z.string().min(1).max(320), name: z.string().max(200).optional() }),
  replyTo: z.string().min(1).max(320).optional().describe('Where the reply is to be sent; default: where it came from.'),
  customer: customerSchema.nullable().default(null).describe('Who it is, where that is known.'),
  subject: z.string().max(300).optional(),
  text: z.string().trim().min(1).max(longestInbound),
  link: httpUrl.optional().describe('Where an agent can look at it, for instance in the ticket system.'),
  queue: z.string().max(100).optional().describe('Default: the portal\'s.'),
});
export type Inbound = z.infer<typeof inboundSchema>;

/** What is posted to a portal's `replies.url` for every reply. */
export interface PortalReply {
  readonly type: 'reply';
  readonly contactId: string;
  /** Of what it answers: the latest that was handed in before it. */
  readonly externalId: string;
  readonly threadId: string;
  readonly to: string;
  readonly subject: string | null;
  /** `at`: ISO 8601; `name`: of the agent, as customers know them. */
  readonly message: { readonly number: number; readonly at: string; readonly name: string | null; readonly text: string };
}
