/** Who calls: a portal's server by its API key, an agent by their token; and who opens a SIP socket, by cookie or one-time ticket. */
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Reply } from '#shared/problem.ts';
import type { Config, PortalConfig } from '../config/schema.ts';
import type { Identity } from '../sip/connection.ts';
import { sameSecret } from '../session/secrets.ts';
import type { LoggedInAgent, Logins } from '../session/logins.ts';
import { sipCookie } from './agent-routes.ts';
import { problems } from './problems.ts';
import type { Authenticate } from './route.ts';
import { queuesSignedFor } from './signed-request.ts';

export function authentication(config: Config, logins: Logins, now: () => number): Authenticate {
  const portalOf = (request: Request): PortalConfig | undefined => {
    const key = bearer(request);
    // Every key is compared, whichever fits, so that the time taken tells nothing about them.
    const portals = key === null ? [] : config.portals.filter((portal: PortalConfig) => portal.keys.filter(({ secret }) => sameSecret(key, secret)).length > 0);
    return portals[0];
  };
  const agentOf = async (request: Request): Promise<Reply<LoggedInAgent>> => {
    const token = bearer(request);
    return token === null ? { ok: false, problem: problems.notLoggedIn() } : logins.verify('agent', token);
  };
  return {
    none: () => Promise.resolve({ ok: true, value: null }),
    portal: (request) => {
      const portal = portalOf(request);
      return Promise.resolve(portal === undefined ? { ok: false, problem: problems.apiKey() } : { ok: true, value: portal });
    },
    agent: agentOf,
    acd: (request) => {
      const queueIds = queuesSignedFor(config, request, now());
      return Promise.resolve(queueIds.length === 0 ? { ok: false, problem: problems.acdSignature() } : { ok: true, value: { queueIds } });
    },
    manager: async (request) => {
      const portal = portalOf(request);
      if (portal !== undefined) {
        return portal.setsInCharge ? { ok: true, value: { by: portal.name, mayManage: (queueId) => portal.queues.includes(queueId) } }
          : { ok: false, problem: problems.forbidden('This portal may not: `setsInCharge` in the contact-center file allows it.') };
      }
      const reply = await agentOf(request);
      if (!reply.ok) return reply;
      const { agent } = reply.value;
      return agent.role === 'agent' ? { ok: false, problem: problems.forbidden('Supervisors and administrators do this.') } : { ok: true, value: { by: agent.name, mayManage: () => true } };
    },
  };
}

/** The cookie counts only together with our own Origin; a ticket is for clients that have neither cookie nor Origin. */
export function sipAuthentication(options: { readonly logins: Logins; readonly sipDomain: string; readonly origins: () => readonly string[] }) {
  return async (request: IncomingMessage): Promise<Identity | { readonly refuse: number; readonly detail: string }> => {
    const { logins, sipDomain, origins } = options;
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket');
    if (ticket !== null) {
      const agent = await logins.redeemTicket(ticket);
      if (agent === undefined) return { refuse: 401, detail: 'the ticket is unknown, used or older than 30 s: ask POST /api/agents/me/sip-ticket for another' };
      return { agentId: agent.id, username: agent.username, aor: `sip:${agent.username}@${sipDomain}` };
    }
    const { origin } = request.headers;
    // Same host as the request went to, or the public one: a foreign page must not ride on the agent's cookie.
    const own = origin !== undefined && (origins().includes(origin) || (URL.canParse(origin) && new URL(origin).host === request.headers.host));
    if (!own) return { refuse: 403, detail: 'the cookie is accepted from the desktop\'s own origin only' };
    const cookie = cookieOf(request, sipCookie);
    const reply = cookie === null ? null : await logins.verify('sip', cookie);
    if (reply === null || !reply.ok) return { refuse: 401, detail: 'log in first, or use a one-time ticket' };
    const { agent } = reply.value;
    return { agentId: agent.id, username: agent.username, aor: `sip:${agent.username}@${sipDomain}` };
  };
}

function bearer(request: Request): string | null {
  const [scheme, value] = (request.get('authorization') ?? '').split(' ', 2);
  return scheme?.toLowerCase() === 'bearer' && value !== undefined && value !== '' ? value : null;
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}
