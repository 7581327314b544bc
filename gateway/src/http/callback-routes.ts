/** Callbacks: asked for by portals on behalf of their customers, agreed on by agents, listed, put off and canceled by the house. */
import { z } from 'zod';
import { agentCallbackSchema, rescheduleSchema, type OpenCallback } from '#shared/agent-protocol.ts';
import { askCallbackSchema } from '#shared/customer-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import { createSessionSchema } from '#shared/session-api.ts';
import type { Callbacks } from '../acd/callbacks.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { chooseQueue } from '../session/sessions.ts';
import type { LoggedInAgent } from '../session/logins.ts';
import { openCallbacks, type CallbackRow } from '../store/callbacks.ts';
import type { Db } from '../store/database.ts';
import { findSession } from '../store/sessions.ts';
import { hadHop, hopQueue } from '../store/tickets.ts';
import { callbackSchema } from './agent-answers.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

const idSchema = z.object({ id: z.uuid() });
const newCallbackSchema = createSessionSchema.pick({ customer: true, inquiry: true, queue: true }).extend({
  number: z.string().trim().min(1).max(40), at: askCallbackSchema.shape.at.describe('Within a slot of `GET /api/callbacks/times`; none: at its turn.'),
});
const madeSchema = z.object({ sessionId: z.uuid(), contactId: z.uuid(), from: z.string() });

export interface CallbackRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly callbacks: Callbacks;
}

export function callbackRoutes({ db, config, callbacks }: CallbackRouteOptions): Route[] {
  /** Null: the agent may change it. */
  const refusal = async (contactId: string, { agentId, agent }: LoggedInAgent): Promise<Problem | null> => {
    const [found] = await openCallbacks(db, { contactId });
    return found !== undefined && (agent.role !== 'agent' || found.state.callback?.agentId === agentId) ? null : problems.notFound('callback');
  };

  return [
    route({
      method: 'post', path: '/api/callbacks', tag: 'Callbacks', auth: 'portal', status: 201, body: newCallbackSchema,
      summary: 'Have a customer called back at a number, without anybody waiting on a page; `DELETE /api/sessions/{id}` cancels',
      answer: { description: 'Agreed on. A number that is to be called back already is refused, so a repeated request makes no second call.', schema: madeSchema },
      limit: limit({ perMinute: 1200 }),
      handle: async ({ caller, body: { number, at, ...request } }) => {
        const queueId = chooseQueue(caller, request);
        if (queueId === null) return { ok: false, problem: problems.unknownQueue(request.queue ?? '', caller.queues) };
        return callbacks.create({ portalId: caller.id, request, queueId, asked: { number, ...(at === undefined ? {} : { at }) }, asker: { by: 'portal' } });
      },
    }),
    route({
      method: 'post', path: '/api/sessions/{id}/callback', tag: 'Callbacks', auth: 'portal', status: 204, params: idSchema, body: askCallbackSchema,
      summary: 'Have a customer who waits called back, at their place or at a time; without a number their page rings', answer: { description: 'Agreed on.' },
      handle: async ({ caller, params, body }) => {
        const session = await findSession(db, { id: params.id });
        if (session === undefined || session.portalId !== caller.id) return { ok: false, problem: problems.notFound('session') };
        const contact = await db.selectFrom('contact').select('id').where('session_id', '=', session.id).executeTakeFirst();
        if (contact === undefined) return { ok: false, problem: problems.wrongState('The customer has not connected yet. Without one, POST /api/callbacks.') };
        return callbacks.ask(contact.id, body, { by: 'portal' });
      },
    }),
    route({
      method: 'get', path: '/api/callbacks/times', tag: 'Callbacks', auth: 'none', summary: 'The times that can be chosen in a queue',
      query: z.object({ queue: z.string().max(100) }), limit: limit({ perMinute: 120 }),
      answer: { description: 'Where slots begin that have room for one more.', schema: z.object({ times: z.array(z.iso.datetime()) }) },
      handle: async ({ query }) => config.queues.some(({ id }) => id === query.queue)
        ? { ok: true, value: { times: (await callbacks.times(query.queue)).map((time) => new Date(time).toISOString()) } } : { ok: false, problem: problems.notFound('queue') },
    }),
    route({
      method: 'get', path: '/api/callbacks', tag: 'Callbacks', auth: 'agent', summary: 'Who is to be called back, the soonest first: one\'s own, or all for supervisors',
      answer: { description: 'The callbacks.', schema: z.object({ callbacks: z.array(callbackSchema) }) },
      handle: async ({ caller }) => ({
        ok: true, value: { callbacks: (await openCallbacks(db, caller.agent.role === 'agent' ? { agentId: caller.agentId } : 'all')).map((row) => openCallback(config, row)) },
      }),
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/callback', tag: 'Callbacks', auth: 'agent', status: 201, params: idSchema, body: agentCallbackSchema,
      summary: 'Call the customer of a contact back at a number: at a time within the queue\'s hours, or at its turn', answer: { description: 'Agreed on: a contact of its own.', schema: madeSchema },
      handle: async ({ caller, params, body: { number, at, mine } }) => {
        const contact = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id').select(['contact.queue_id', 'contact.page', 'session.request', 'session.portal_id'])
          .where('contact.id', '=', params.id).executeTakeFirst();
        if (contact === undefined || (caller.agent.role === 'agent' && !await hadHop(db, params.id, caller.agentId))) return { ok: false, problem: problems.notFound('contact') };
        const { customer, inquiry } = contact.request;
        return callbacks.create({
          portalId: contact.portal_id, request: { customer, inquiry }, queueId: await hopQueue(db, params.id, caller.agentId) ?? contact.queue_id,
          asked: { number, ...(at === undefined ? {} : { at }) }, asker: { by: 'agent', agentId: mine ? caller.agentId : null },
        });
      },
    }),
    route({
      method: 'put', path: '/api/callbacks/{id}', tag: 'Callbacks', auth: 'agent', status: 204, params: idSchema, body: rescheduleSchema,
      summary: 'Put a callback off to another time, or bring it forward', answer: { description: 'Agreed on.' },
      handle: async ({ caller, params, body }) => {
        const problem = await refusal(params.id, caller);
        return problem === null ? callbacks.reschedule(params.id, body.at) : { ok: false, problem };
      },
    }),
    route({
      method: 'delete', path: '/api/callbacks/{id}', tag: 'Callbacks', auth: 'agent', status: 204, params: idSchema, summary: 'Cancel a callback', answer: { description: 'Nobody is called.' },
      handle: async ({ caller, params }) => {
        const problem = await refusal(params.id, caller);
        return problem === null ? callbacks.cancel(params.id) : { ok: false, problem };
      },
    }),
  ];
}

function openCallback(config: Config, { contactId, queueId, customerName, dueAt, state: { phase, callback }, agentName }: CallbackRow): OpenCallback {
  const iso = (moment: number | null | undefined): string | null => moment == null ? null : new Date(moment).toISOString();
  const notBefore = iso(callback?.notBefore);
  return {
    contactId, queue: { id: queueId, label: queueOf(config, queueId).label }, customer: customerName, number: callback?.number ?? null,
    state: phase.name === 'scheduled' ? 'scheduled' : phase.name !== 'waiting' ? 'calling' : notBefore === null ? 'waiting' : 'paused',
    at: iso(callback?.at), dueAt: new Date(dueAt).toISOString(), notBefore, triesLeft: callback?.triesLeft ?? 0,
    agent: callback?.agentId == null ? null : { id: callback.agentId, name: agentName ?? '' },
  };
}
