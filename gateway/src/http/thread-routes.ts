/** What is written in a contact, for the agent who has it, and a chat's way to a call and back. */
import { z } from 'zod';
import { proposeCallSchema, readUpToSchema, writeSchema } from '#shared/thread-protocol.ts';
import type { Escalations } from '../acd/escalations.ts';
import { agentOf } from '../contact/runner.ts';
import type { Threads } from '../contact/threads.ts';
import type { Typing } from '../contact/typing.ts';
import type { Db } from '../store/database.ts';
import { threadPageSchema, writtenSchema } from './agent-answers.ts';
import { mayReadContact } from './may-read.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const idSchema = z.object({ id: z.uuid() });
const pageSchema = z.object({ after: z.coerce.number().int().min(0).default(0).describe('The last message that one has.') });
const followed = { description: 'Done; the view follows in the stream.' };

export interface ThreadRouteOptions {
  readonly db: Db;
  readonly threads: Threads;
  readonly typing: Typing;
  readonly escalations: Escalations;
}

export function threadRoutes({ db, threads, typing, escalations }: ThreadRouteOptions): Route[] {
  const isOwn = async (contactId: string, agentId: string): Promise<boolean> => {
    const contact = await db.selectFrom('contact').select('state').where('id', '=', contactId).executeTakeFirst();
    return contact !== undefined && agentOf(contact.state) === agentId;
  };

  return [
    route({
      method: 'get', path: '/api/contacts/{id}/messages', tag: 'Conversation', auth: 'agent', params: idSchema, query: pageSchema, summary: 'What was written, oldest first; also of earlier contacts that one may read',
      answer: { description: 'Up to 200 messages after the one named.', schema: threadPageSchema },
      handle: async ({ caller, params, query }) => await mayReadContact(db, params.id, caller)
        ? { ok: true, value: await threads.after(params.id, query.after) } : { ok: false, problem: problems.notFound('contact') },
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/messages', tag: 'Conversation', auth: 'agent', status: 201, params: idSchema, body: writeSchema,
      summary: 'Write to the customer; sent again with the same id it is written once', answer: { description: 'Stored.', schema: writtenSchema },
      handle: ({ caller, params, body }) => threads.byAgent(params.id, caller.agentId, body),
    }),
    route({
      method: 'put', path: '/api/contacts/{id}/messages/read', tag: 'Conversation', auth: 'agent', status: 204, params: idSchema, body: readUpToSchema, summary: 'One has seen the thread up to this message', answer: followed,
      handle: async ({ caller, params, body }) => {
        if (!await isOwn(params.id, caller.agentId)) return { ok: false, problem: problems.notOnCall() };
        await threads.read(params.id, 'agent', body.upTo);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/messages/typing', tag: 'Conversation', auth: 'agent', status: 204, params: idSchema, summary: 'One is writing; to be told again every few seconds', answer: followed,
      handle: async ({ caller, params }) => {
        if (!await isOwn(params.id, caller.agentId)) return { ok: false, problem: problems.notOnCall() };
        typing.begins(params.id, 'agent');
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/call', tag: 'Conversation', auth: 'agent', status: 204, params: idSchema, body: proposeCallSchema,
      summary: 'Out of a chat: ask the customer for a call, or say yes to one who asks', answer: followed,
      handle: ({ caller, params, body }) => escalations.propose(params.id, { by: 'agent', video: body.video }, caller.agentId),
    }),
    route({
      method: 'delete', path: '/api/contacts/{id}/call', tag: 'Conversation', auth: 'agent', status: 204, params: idSchema, summary: 'No to a customer who asks for a call, or take one\'s own question back', answer: followed,
      handle: ({ caller, params }) => escalations.decline(params.id, caller.agentId),
    }),
  ];
}
