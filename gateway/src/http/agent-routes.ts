/** What an agent's desktop, or a CRM in its place, does: log in, status, reservations, calls, wrap-up. */
import { z } from 'zod';
import { loginSchema, notesSchema, setStatusSchema, wrapUpSchema } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Agents } from '../acd/agents.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import { agentOf, type ContactRunner } from '../contact/runner.ts';
import type { ContactEvent, ContactState } from '../contact/state.ts';
import type { AgentStream } from '../signaling/agent-stream.ts';
import { pastContacts, queueViews } from '../signaling/agent-view.ts';
import type { Logins } from '../session/logins.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';
import { limit } from './session-routes.ts';

const idSchema = z.object({ id: z.uuid() });
const viewAnswer = { description: 'The agent\'s view, as the stream carries it.' };
/** A viewer's token is used at once; the viewer asks for another when it comes back later. */
const viewerTokenSeconds = 60;
const sseKeepAlive = 15_000;
/** Bytes; dozens of views. */
const sseBacklog = 1_000_000;
const recentContacts = 50;

export interface AgentRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly logins: Logins;
  readonly tokens: Tokens;
  readonly agents: Agents;
  readonly runner: ContactRunner;
  readonly stream: AgentStream;
  readonly changes: Changes;
  readonly publicUrl: () => string;
  readonly viewerOrigin: string | null;
  readonly now: () => number;
}

/** The cookie that authenticates the `/sip` socket. */
export const sipCookie = 'gethelp_sip';

export function agentRoutes(options: AgentRouteOptions): Route[] {
  const { db, config, logins, tokens, agents, runner, stream, changes, publicUrl, now } = options;
  const secure = publicUrl().startsWith('https:');
  const cookieOptions = { httpOnly: true, sameSite: 'strict', secure, path: '/sip' } as const;

  /** Applies an event to a contact that this agent has; the check and the event are one transaction. */
  const onOwn = async (contactId: string, agentId: string, event: ContactEvent, phase: 'offered' | 'call'): Promise<Reply<null>> => {
    const refusal = (state: ContactState): Error | null => {
      if (agentOf(state) !== agentId) return new Refused('notOnCall');
      return state.phase.name === phase ? null : new Refused('wrongState');
    };
    try {
      const state = await runner.dispatch(contactId, event, refusal);
      return state === undefined ? { ok: false, problem: problems.notFound('contact') } : { ok: true, value: null };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ok: false, problem: error.why === 'notOnCall' ? problems.notOnCall() : problems.wrongState('There is no call with this contact now.') };
    }
  };

  const answerReservation = (type: 'accepted' | 'rejected') => route({
    method: 'post', path: `/api/reservations/{id}/${type === 'accepted' ? 'accept' : 'reject'}`, tag: 'Reservations', auth: 'agent', status: 204, params: idSchema,
    summary: type === 'accepted' ? 'Accept: the call is set up at once' : 'Reject: the contact keeps its place and goes to somebody else',
    answer: { description: 'Done; the view follows in the stream.' },
    handle: async ({ caller, params }) => {
      const reservation = await db.selectFrom('reservation').select(['contact_id', 'state']).where('id', '=', params.id).where('agent_id', '=', caller.agentId).executeTakeFirst();
      if (reservation === undefined) return { ok: false, problem: problems.notFound('reservation') };
      const over = { ok: false, problem: problems.wrongState(`The reservation is over (${reservation.state}).`) } as const;
      if (reservation.state !== 'offered') return over;
      const reply = await onOwn(reservation.contact_id, caller.agentId, { type, reservationId: params.id }, 'offered');
      return reply.ok ? reply : over;
    },
  });

  const callAction = (name: string, summary: string, event: ContactEvent) => route({
    method: 'post', path: `/api/contacts/{id}/${name}`, tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, summary,
    answer: { description: 'Done; the view follows in the stream.' },
    handle: ({ caller, params }) => onOwn(params.id, caller.agentId, event, 'call'),
  });

  return [
    route({
      method: 'post', path: '/api/agents/login', tag: 'Agents', auth: 'none', summary: 'Log in', body: loginSchema, limit: limit({ perMinute: 20, failuresOnly: true }),
      answer: { description: 'Access token and softphone account; also sets the cookie for the SIP socket.' },
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
        await agents.renewLease(caller.agentId);
        await agents.setStatus(caller.agentId, body.status, body.reason ?? null);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'get', path: '/api/agents/me/events', tag: 'Agents', auth: 'agent',
      summary: 'Server-sent events: the same views as the socket; being connected keeps the agent\'s lease', answer: viewAnswer,
      handle: ({ caller, response }) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
        const unsubscribe = stream.subscribe(caller.agentId, (view) => {
          response.write(`id: ${view.epoch}-${view.seq}\nevent: view\ndata: ${JSON.stringify(view)}\n\n`);
          // Whoever does not read is cut off, and comes back to a whole view; what they did not read would pile up here.
          if (response.writableLength > sseBacklog) response.destroy();
        });
        const renewal = async (): Promise<void> => {
          if (await logins.stands(caller)) await agents.renewLease(caller.agentId);
          else response.end();
        };
        const renew = (): void => { renewal().catch(() => response.end()); };
        renew();
        const timer = setInterval(() => { response.write(': keep-alive\n\n'); renew(); }, sseKeepAlive);
        const onLoggedOut = (loginId: string): void => { if (loginId === caller.loginId) response.end(); };
        changes.on('loggedOut', onLoggedOut);
        response.on('close', () => { clearInterval(timer); unsubscribe(); changes.off('loggedOut', onLoggedOut); });
        return Promise.resolve('handled' as const);
      },
    }),
    route({
      method: 'post', path: '/api/agents/me/sip-ticket', tag: 'Agents', auth: 'agent', status: 201,
      summary: 'A one-time ticket (30 s) for the SIP socket, as `/sip?ticket=…`, for softphones without the cookie',
      answer: { description: 'The ticket.', schema: z.object({ ticket: z.string(), expiresAt: z.string() }) },
      handle: async ({ caller }) => ({ ok: true, value: await logins.issueTicket(caller.agentId) }),
    }),
    answerReservation('accepted'),
    answerReservation('rejected'),
    callAction('hangup', 'End the call', { type: 'agentHungUp' }),
    callAction('hold', 'Put the customer on hold', { type: 'hold', onHold: true }),
    callAction('resume', 'Take the customer off hold', { type: 'hold', onHold: false }),
    callAction('cobrowse', 'Ask the customer to share their page', { type: 'cobrowseAsked' }),
    route({
      method: 'delete', path: '/api/contacts/{id}/cobrowse', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, summary: 'Stop viewing the customer\'s page',
      answer: { description: 'Stopped.' }, handle: ({ caller, params }) => onOwn(params.id, caller.agentId, { type: 'cobrowseRevoked' }, 'call'),
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/cobrowse/token', tag: 'Contacts', auth: 'agent', status: 201, params: idSchema,
      summary: 'The viewer\'s credential for the page that the customer shares',
      answer: { description: 'Use at once.', schema: z.object({ token: z.string(), cobrowseUrl: z.string(), viewerUrl: z.string() }) },
      handle: async ({ caller, params }) => {
        const row = await db.selectFrom('contact').select(['from_uri', 'state']).where('id', '=', params.id).executeTakeFirst();
        if (row === undefined || agentOf(row.state) !== caller.agentId) return { ok: false, problem: problems.notOnCall() };
        if (row.state.cobrowse !== 'granted') return { ok: false, problem: problems.grantMissing() };
        const viewerBase = options.viewerOrigin ?? publicUrl();
        const token = tokens.issue('cobrowse', {
          sub: row.from_uri, role: 'viewer', contactId: params.id, agentId: caller.agentId, origin: new URL(viewerBase).origin,
        }, viewerTokenSeconds);
        return { ok: true, value: { token, cobrowseUrl: publicUrl(), viewerUrl: `${viewerBase}/viewer/` } };
      },
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/wrapup', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, body: wrapUpSchema,
      summary: 'Finish the wrap-up: disposition and notes; the agent is free', answer: { description: 'Stored.' },
      handle: async ({ caller, params, body }) => {
        const contact = await db.selectFrom('contact').select('queue_id').where('id', '=', params.id).executeTakeFirst();
        if (contact === undefined) return { ok: false, problem: problems.notFound('contact') };
        const { dispositions, mode } = queueOf(config, contact.queue_id).wrapUp;
        if (body.disposition === null ? mode.startsWith('mandatory') && dispositions.length > 0 : !dispositions.includes(body.disposition)) {
          return { ok: false, problem: problems.wrongState(`A disposition is expected, one of: ${dispositions.join(', ')}.`) };
        }
        return await agents.finishWrapUp(params.id, caller.agentId, body)
          ? { ok: true, value: null } : { ok: false, problem: problems.wrongState('You are not in wrap-up of this contact.') };
      },
    }),
    route({
      method: 'put', path: '/api/contacts/{id}/notes', tag: 'Contacts', auth: 'agent', status: 204, params: idSchema, body: notesSchema,
      summary: 'Keep the notes as they stand, during the call or the wrap-up; the agent stays in it', answer: { description: 'Stored.' },
      handle: async ({ caller, params, body }) => await agents.keepNotes(params.id, caller.agentId, body.notes)
        ? { ok: true, value: null } : { ok: false, problem: problems.wrongState('You are neither in a call with this contact nor in its wrap-up.') },
    }),
    route({
      method: 'get', path: '/api/contacts', tag: 'Contacts', auth: 'agent', summary: 'One\'s own recent contacts, newest first', answer: { description: 'The contacts.' },
      handle: async ({ caller }) => ({ ok: true, value: { contacts: await pastContacts(db, { agentId: caller.agentId, limit: recentContacts }) } }),
    }),
    route({
      method: 'get', path: '/api/contacts/{id}', tag: 'Contacts', auth: 'agent', summary: 'One contact with its journal; one\'s own, or any for supervisors', params: idSchema,
      answer: { description: 'The contact.' },
      handle: async ({ caller, params }) => {
        const contact = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id')
          .select(['contact.id', 'contact.from_uri as from', 'contact.queue_id as queue', 'contact.phase', 'contact.agent_id', 'contact.created_at as createdAt', 'contact.connected_at as connectedAt',
            'contact.ended_at as endedAt', 'contact.end_party as endParty', 'contact.end_reason as endReason', 'contact.disposition', 'contact.notes', 'session.request'])
          .where('contact.id', '=', params.id).executeTakeFirst();
        const own = contact?.agent_id === caller.agentId || caller.agent.role !== 'agent';
        if (contact === undefined || !own) return { ok: false, problem: problems.notFound('contact') };
        const journal = await db.selectFrom('journal').select(['at', 'event', 'phase', 'detail']).where('contact_id', '=', params.id).orderBy('id').execute();
        const { agent_id: agentId, request, ...rest } = contact;
        return { ok: true, value: { ...rest, agentId, customer: request.customer, inquiry: request.inquiry, journal } };
      },
    }),
    route({
      method: 'get', path: '/api/queues', tag: 'Queues', auth: 'agent', summary: 'The queues and how they stand', answer: { description: 'The queues.' },
      handle: async () => ({ ok: true, value: { queues: await queueViews(db, config, now()) } }),
    }),
  ];
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly why: 'notOnCall' | 'wrongState';

  constructor(why: 'notOnCall' | 'wrongState') {
    super(why);
    this.why = why;
  }
}
