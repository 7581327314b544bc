/** What portals and the widget call before a customer connects. */
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { createSessionSchema } from '#shared/session-api.ts';
import { customerChannels } from '#shared/vocabulary.ts';
import type { Acds } from '../acd/acds.ts';
import type { Waits } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import type { ContactRunner } from '../contact/runner.ts';
import type { ContactState } from '../contact/state.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Db } from '../store/database.ts';
import { findSession, revokeSession } from '../store/sessions.ts';
import { problems } from './problems.ts';
import { route, sendProblem, type Route } from './route.ts';

const rangeSchema = z.object({ low: z.int(), high: z.int() }).describe('Seconds.').nullable();
const waitSchema = z.object({
  queue: z.string(), label: z.string(), open: z.boolean(), takes: z.boolean(), onlyMessages: z.literal(true).optional(), opensAt: z.string().nullable(), hours: z.string(), position: z.int(), ewt: rangeSchema,
});
const createdSchema = z.object({
  sessionId: z.uuid(), from: z.string(), token: z.string(), expiresAt: z.string(), signalingUrl: z.string(), cobrowseUrl: z.string(), channels: z.array(z.enum(customerChannels)), wait: waitSchema,
  iceServers: z.array(z.object({ urls: z.union([z.string(), z.array(z.string())]), username: z.string().optional(), credential: z.string().optional() })),
});
const stateSchema = z.object({
  sessionId: z.uuid(), from: z.string(), state: z.enum(['created', 'expired', 'waiting', 'offered', 'call', 'chat', 'work', 'scheduled', 'ended']), queue: z.string(),
  position: z.int().nullable(), contactId: z.uuid().nullable(),
});
const idSchema = z.object({ id: z.uuid() });
const idempotencySchema = z.string().min(1).max(200);

export interface SessionRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly waits: Waits;
  readonly acds: Acds;
  readonly sessions: Sessions;
  readonly runner: ContactRunner;
  readonly now: () => number;
}

export function sessionRoutes({ db, config, waits, acds, sessions, runner, now }: SessionRouteOptions): Route[] {
  const state = async (portalId: string, sessionId: string) => {
    const session = await findSession(db, { id: sessionId });
    if (session === undefined || session.portalId !== portalId) return undefined;
    const contact = await db.selectFrom('contact').select(['id', 'phase']).where('session_id', '=', session.id).executeTakeFirst();
    const waiting = contact?.phase === 'waiting' || contact?.phase === 'offered';
    const positions = waiting ? (await acds.expectedWait(session.queueId)).positions : null;
    return {
      sessionId: session.id, from: session.from, queue: session.queueId, contactId: contact?.id ?? null,
      state: contact === undefined ? (session.tokenUsed || session.tokenExpiresAt <= now() ? 'expired' : 'created') : stateOf(contact.phase),
      position: contact === undefined ? null : positions?.get(contact.id) ?? null,
    };
  };

  return [
    route({
      method: 'post', path: '/api/sessions', tag: 'Sessions', auth: 'portal', status: 201,
      summary: 'Issue a session: a caller URI and a one-time token for one customer',
      headers: z.object({ 'Idempotency-Key': idempotencySchema.optional().describe('A repeated request with the same key and body answers the same session with a fresh token.') }),
      body: createSessionSchema, answer: { description: 'Hand this to the customer\'s page, whole.', schema: createdSchema },
      // One portal's server speaks for many customers: bounded against a loop gone wild, far above any honest rate.
      limit: limit({ perMinute: 1200 }),
      handle: async ({ caller, body, headers }) => {
        const key = idempotencySchema.optional().safeParse(headers['idempotency-key']);
        if (!key.success) return { ok: false, problem: problems.invalidInput(key.error, 'header Idempotency-Key') };
        return sessions.create(caller, body, key.data ?? null);
      },
    }),
    route({
      method: 'get', path: '/api/sessions/{id}', tag: 'Sessions', auth: 'portal', summary: 'Where a session stands',
      params: idSchema, answer: { description: 'The session\'s state.', schema: stateSchema },
      handle: async ({ caller, params }) => {
        const found = await state(caller.id, params.id);
        return found === undefined ? { ok: false, problem: problems.notFound('session') } : { ok: true, value: found };
      },
    }),
    route({
      method: 'delete', path: '/api/sessions/{id}', tag: 'Sessions', auth: 'portal', status: 204,
      summary: 'End a session: an unused token is void, a waiting contact leaves the queue, a call ends as if the customer hung up',
      params: idSchema, answer: { description: 'Ended.' },
      handle: async ({ caller, params }) => {
        if (await state(caller.id, params.id) === undefined) return { ok: false, problem: problems.notFound('session') };
        await revokeSession(db, params.id, now());
        // Looked up after the token is void: the customer may have connected in between.
        const found = await state(caller.id, params.id);
        if (found !== undefined && found.contactId !== null) await runner.dispatch(found.contactId, { type: 'customerLeft', by: 'portal' });
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'get', path: '/api/wait', tag: 'Sessions', auth: 'none', summary: 'The wait in a queue, before anybody presses',
      query: z.object({ queue: z.string().max(100).optional().describe('Default: the first queue of the first portal.') }),
      answer: { description: 'The wait for a contact that would arrive now.', schema: waitSchema }, limit: limit({ perMinute: 120 }),
      handle: async ({ query }) => {
        const queueId = query.queue ?? config.portals[0]?.defaultQueue ?? config.portals[0]?.queues[0];
        if (queueId === undefined || !config.queues.some(({ id }) => id === queueId)) return { ok: false, problem: problems.notFound('queue') };
        return { ok: true, value: await waits.ofNewcomer(queueId) };
      },
    }),
  ];
}

/** `failuresOnly`: what succeeded is not counted, so that a whole office behind one address can begin its day. */
export function limit({ perMinute, failuresOnly = false }: { readonly perMinute: number; readonly failuresOnly?: boolean }) {
  return rateLimit({
    windowMs: 60_000, limit: perMinute, skipSuccessfulRequests: failuresOnly, standardHeaders: 'draft-8', legacyHeaders: false,
    handler: (_request, response) => sendProblem(response, problems.rateLimited()),
  });
}

/** A portal sees a call as a call, whoever is in it; and somebody who is on the way to the queue, or being called back, as waiting. */
function stateOf(phase: ContactState['phase']['name']): 'waiting' | 'offered' | 'call' | 'chat' | 'work' | 'scheduled' | 'ended' {
  switch (phase) {
    case 'rung':
    case 'external': return 'call';
    case 'flow':
    case 'dissuaded':
    case 'callingBack': return 'waiting';
    default: return phase;
  }
}
