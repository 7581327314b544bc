/** What a portal's server hands in for its customers, and what was answered. */
import { z } from 'zod';
import { inboundSchema } from '#shared/inbound-api.ts';
import type { InboundMessages } from '../session/inbound.ts';
import { threadMessageSchema } from './agent-answers.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

const idSchema = z.object({ id: z.uuid() });
const takenSchema = z.object({ contactId: z.uuid(), number: z.int(), continued: z.boolean().describe('It went to the contact that was open for its thread.') });
const stateSchema = z.object({
  contactId: z.uuid(), state: z.enum(['waiting', 'offered', 'atAgent', 'ended']), disposition: z.string().nullable(), messages: z.array(threadMessageSchema).describe('Those of the author `agent` are the replies.'),
});

export function inboundRoutes({ inbound }: { readonly inbound: InboundMessages }): Route[] {
  return [
    route({
      method: 'post', path: '/api/inbound', tag: 'Inbound', auth: 'portal', status: 201, body: inboundSchema, limit: limit({ perMinute: 1200 }),
      summary: 'Hand in a mail, a message or a task: it waits in a queue and is answered in its time. Handed in twice with the same `externalId` it is one',
      answer: { description: 'Taken in.', schema: takenSchema },
      handle: ({ caller, body }) => inbound.take(caller, body),
    }),
    route({
      method: 'get', path: '/api/inbound/{id}', tag: 'Inbound', auth: 'portal', params: idSchema, summary: 'How far something that was handed in is, with the replies',
      answer: { description: 'Its state and its thread.', schema: stateSchema },
      handle: ({ caller, params }) => inbound.state(caller, params.id),
    }),
  ];
}
