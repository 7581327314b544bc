/** What an agent's desktop, or a CRM in its place, does for itself: log in and out, status, the stream of views. */
import { z } from 'zod';
import { answerWithSchema, loginSchema, setStatusSchema } from '#shared/agent-protocol.ts';
import type { Agents } from '../acd/agents.ts';
import type { Waits } from '../acd/waits.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import type { AgentStream } from '../signaling/agent-stream.ts';
import type { FloorBoard } from '../signaling/floor.ts';
import { queueViews } from '../signaling/agent-view.ts';
import type { Logins } from '../session/logins.ts';
import type { Db } from '../store/database.ts';
import { agentViewSchema, loggedInSchema, queueSchema } from './agent-answers.ts';
import { dismissSummary } from '../store/summaries.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

const viewAnswer = { description: 'The agent\'s view, as the stream carries it.', schema: agentViewSchema };
const sseKeepAlive = 15_000;
/** Bytes; dozens of views. */
const sseBacklog = 1_000_000;

export interface AgentRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly waits: Waits;
  readonly logins: Logins;
  readonly agents: Agents;
  readonly stream: AgentStream;
  readonly floor: FloorBoard;
  readonly changes: Changes;
  readonly publicUrl: () => string;
  readonly now: () => number;
}

/** The cookie that authenticates the `/sip` socket. */
export const sipCookie = 'gethelp_sip';

export function agentRoutes(options: AgentRouteOptions): Route[] {
  const { db, config, waits, logins, agents, stream, floor, changes, publicUrl, now } = options;
  const secure = publicUrl().startsWith('https:');
  const cookieOptions = { httpOnly: true, sameSite: 'strict', secure, path: '/sip' } as const;

  return [
    route({
      method: 'post', path: '/api/agents/login', tag: 'Agents', auth: 'none', summary: 'Log in', body: loginSchema, limit: limit({ perMinute: 20, failuresOnly: true }),
      answer: { description: 'Access token and softphone account; also sets the cookie for the SIP socket.', schema: loggedInSchema },
      handle: async ({ body, response }) => {
        const reply = await logins.login(body);
        if (!reply.ok) return reply;
        const { cookie, cookieSeconds, ...loggedIn } = reply.value;
        response.cookie(sipCookie, cookie, { ...cookieOptions, maxAge: cookieSeconds * 1000 });
        return { ok: true, value: loggedIn };
      },
    }),
    route({
      method: 'post', path: '/api/agents/logout', tag: 'Agents', auth: 'agent', status: 204, summary: 'Log out: the token stops working, the agent is offline',
      answer: { description: 'Logged out.' },
      handle: async ({ caller, response }) => {
        await agents.setStatus(caller.agentId, 'offline', null);
        await logins.logout(caller.loginId);
        response.clearCookie(sipCookie, cookieOptions);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'get', path: '/api/agents/me', tag: 'Agents', auth: 'agent', summary: 'Oneself: status, contacts, queues', answer: viewAnswer,
      handle: async ({ caller }) => {
        const view = await stream.current(caller.agentId);
        return view === undefined ? { ok: false, problem: problems.notFound('agent') } : { ok: true, value: view };
      },
    }),
    route({
      method: 'put', path: '/api/agents/me/status', tag: 'Agents', auth: 'agent', status: 204, body: setStatusSchema,
      summary: 'Set one\'s status; a running contact is not touched by it', answer: { description: 'Set.' },
      handle: async ({ caller, body }) => {
        if (body.status === 'break' && body.reason !== undefined && !config.breakReasons.includes(body.reason)) {
          return { ok: false, problem: problems.wrongState(`"${body.reason}" is no break reason here; there are: ${config.breakReasons.join(', ')}.`) };
        }
        await agents.renewLease(caller.agentId, { atDesk: false });
        await agents.setStatus(caller.agentId, body.status, body.reason ?? null);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'delete', path: '/api/agents/me/summaries/{id}', tag: 'Agents', auth: 'agent', status: 204, params: z.object({ id: z.uuid() }),
      summary: 'Dismiss the summary of a contact that one answered, or was rung for last', answer: { description: 'Dismissed.' },
      handle: async ({ caller, params }) => {
        if (!await dismissSummary(db, { id: params.id, agentId: caller.agentId, at: now() })) return { ok: false, problem: problems.notFound('summary') };
        changes.emit('agent', caller.agentId);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'put', path: '/api/agents/me/endpoint', tag: 'Agents', auth: 'agent', status: 204, body: answerWithSchema,
      summary: 'Choose what one\'s calls ring on: the browser, a phone registered here, an extension behind a trunk; from the next call on', answer: { description: 'Set.' },
      handle: async ({ caller, body }) => {
        const configured = config.agents.find(({ username }) => username === caller.agent.username);
        const missing = (body.answerWith === 'phone' && configured?.sip === undefined) || (body.answerWith === 'extension' && configured?.extension === undefined);
        if (missing) {
          const what = body.answerWith === 'phone' ? '`sip`, the account of a phone' : '`extension`';
          return { ok: false, problem: problems.wrongState(`You have no ${body.answerWith}: the contact-center file names no ${what} for you. Ask whoever administers it.`) };
        }
        await agents.setAnswerWith(caller.agentId, body.answerWith);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'get', path: '/api/agents/me/events', tag: 'Agents', auth: 'agent',
      summary: 'Server-sent events: the same views as the socket; being connected keeps the agent\'s lease',
      answer: { ...viewAnswer, description: 'Events named `view`, each with a whole view as its data; for supervisors also `floor`, as GET /api/figures/now answers.', type: 'text/event-stream' },
      handle: ({ caller, response }) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
        const unsubscribe = stream.subscribe(caller.agentId, (view) => {
          response.write(`id: ${view.epoch}-${view.seq}\nevent: view\ndata: ${JSON.stringify(view)}\n\n`);
          // Whoever does not read is cut off, and comes back to a whole view; what they did not read would pile up here.
          if (response.writableLength > sseBacklog) response.destroy();
        });
        const unwatch = caller.agent.role === 'agent' ? null : floor.watch(caller.agentId, (picture) => {
          response.write(`event: floor\ndata: ${JSON.stringify(picture)}\n\n`);
          if (response.writableLength > sseBacklog) response.destroy();
        });
        const renewal = async (): Promise<void> => {
          if (await logins.stands(caller)) await agents.renewLease(caller.agentId, { atDesk: true });
          else response.end();
        };
        const renew = (): void => { renewal().catch(() => response.end()); };
        renew();
        const timer = setInterval(() => { response.write(': keep-alive\n\n'); renew(); }, sseKeepAlive);
        const onLoggedOut = (loginId: string): void => { if (loginId === caller.loginId) response.end(); };
        changes.on('loggedOut', onLoggedOut);
        response.on('close', () => { clearInterval(timer); unsubscribe(); unwatch?.(); changes.off('loggedOut', onLoggedOut); });
        return Promise.resolve('handled' as const);
      },
    }),
    route({
      method: 'post', path: '/api/agents/me/sip-ticket', tag: 'Agents', auth: 'agent', status: 201,
      summary: 'A one-time ticket (30 s) for the SIP socket, as `/sip?ticket=…`, for softphones without the cookie',
      answer: { description: 'The ticket.', schema: z.object({ ticket: z.string(), expiresAt: z.string() }) },
      handle: async ({ caller }) => ({ ok: true, value: await logins.issueTicket(caller.agentId) }),
    }),
    route({
      method: 'get', path: '/api/queues', tag: 'Queues', auth: 'agent', summary: 'The queues and how they stand', answer: { description: 'The queues.', schema: z.object({ queues: z.array(queueSchema) }) },
      handle: async () => ({ ok: true, value: { queues: await queueViews(db, config, waits, now()) } }),
    }),
  ];
}
