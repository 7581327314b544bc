/** What supervisors and administrators do with agents while everybody works: skills and levels, a colleague's status, accounts. */
import { z } from 'zod';
import { setStatusSchema } from '#shared/agent-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { agentAccountSchema, agentSkillsViewSchema, type AgentAccount, type AgentSkillsView } from '#shared/settings-api.ts';
import type { Agents } from '../acd/agents.ts';
import type { Administration } from '../config/administration.ts';
import { agentSkills } from '../config/routing.ts';
import { agentSchema, type Config } from '../config/schema.ts';
import { newAgentSchema } from '../config/settings.ts';
import { hashPassword } from '../session/secrets.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { changed, originOf, refusalTo, reset } from './queue-setting-routes.ts';
import { route, type Route } from './route.ts';

const tag = 'Agents';
const agentParams = z.object({ id: z.uuid() });
const skillsAnswer = { description: 'The agent\'s skills and where they come from.', schema: agentSkillsViewSchema };

export interface AgentAdminRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly agents: Agents;
  readonly administration: Administration;
}

export function agentAdminRoutes({ db, config, agents, administration }: AgentAdminRouteOptions): Route[] {
  const known = async (id: string): Promise<Reply<{ readonly username: string; readonly name: string }>> => {
    const row = await db.selectFrom('agent').select(['username', 'name']).where('id', '=', id).executeTakeFirst();
    return row === undefined ? { ok: false, problem: problems.notFound('agent') } : { ok: true, value: row };
  };
  const skillsOf = (agentId: string, username: string): Reply<AgentSkillsView> => {
    const agent = config.agents.find((one) => one.username === username);
    if (agent === undefined) return { ok: false, problem: problems.notFound('agent') };
    const configured = administration.standing.file.agents.find((one) => one.username === username)?.skills ?? {};
    return { ok: true, value: { agentId, skills: agent.skills, origin: originOf(administration, { scope: 'agent', subject: username, name: 'skills' }), configured } };
  };

  return [
    route({
      method: 'get', path: '/api/agents/{id}/skills', tag, auth: 'agent', params: agentParams, summary: 'An agent\'s skills with their levels; for supervisors', answer: skillsAnswer,
      handle: async ({ caller, params }) => {
        const agent = await known(params.id);
        return refusalTo(caller) ?? (agent.ok ? skillsOf(params.id, agent.value.username) : agent);
      },
    }),
    route({
      method: 'put', path: '/api/agents/{id}/skills', tag, auth: 'agent', params: agentParams, body: z.strictObject({ skills: agentSkills }), answer: skillsAnswer,
      summary: 'Set an agent\'s skills, all of them; for supervisors. They count at once, also for who waits, are kept, and win over the file until they are reset',
      handle: async ({ caller, params, body }) => {
        const refused = refusalTo(caller);
        if (refused !== null) return refused;
        const agent = await known(params.id);
        if (!agent.ok) return agent;
        const { username } = agent.value;
        const made = await changed(administration, caller, [{ scope: 'agent', subject: username, name: 'skills', value: body.skills }]);
        return made.ok ? skillsOf(params.id, username) : made;
      },
    }),
    route({
      method: 'delete', path: '/api/agents/{id}/skills', tag, auth: 'agent', params: agentParams, status: 204, summary: 'Reset an agent\'s skills to what the file says; for supervisors', answer: { description: 'Reset.' },
      handle: async ({ caller, params }) => {
        const agent = await known(params.id);
        return agent.ok ? reset(administration, caller, { scope: 'agent', subject: agent.value.username, name: 'skills' }) : agent;
      },
    }),
    route({
      method: 'put', path: '/api/agents/{id}/status', tag, auth: 'agent', params: agentParams, body: setStatusSchema, status: 204,
      summary: 'Set a colleague\'s status, such as offline for one who forgot; for supervisors. A running contact is not touched by it', answer: { description: 'Set.' },
      handle: async ({ caller, params, body }) => {
        const refused = refusalTo(caller);
        if (refused !== null) return refused;
        if (body.status === 'break' && body.reason !== undefined && !config.breakReasons.includes(body.reason)) return { ok: false, problem: problems.wrongState(`"${body.reason}" is no break reason here; there are: ${config.breakReasons.join(', ')}.`) };
        const agent = await known(params.id);
        if (!agent.ok) return agent;
        await agents.setStatus(params.id, body.status, body.reason ?? null);
        return { ok: true, value: null };
      },
    }),
    route({
      method: 'get', path: '/api/agents', tag, auth: 'agent', summary: 'All accounts, also those that were taken out; for supervisors',
      answer: { description: 'By name.', schema: z.object({ agents: z.array(agentAccountSchema) }) },
      handle: async ({ caller }) => {
        const refused = refusalTo(caller);
        if (refused !== null) return refused;
        const rows = await db.selectFrom('agent').select(['id', 'username', 'name', 'role', 'active']).orderBy('name').execute();
        return { ok: true, value: { agents: rows.map((row): AgentAccount => ({ ...row, origin: originOf(administration, { scope: 'agent', subject: row.username, name: 'account' }) })) } };
      },
    }),
    route({
      method: 'post', path: '/api/agents', tag, auth: 'agent', body: newAgentSchema, status: 201, summary: 'Add an agent; for administrators. They may log in at once',
      answer: { description: 'The account.', schema: agentAccountSchema },
      handle: async ({ caller, body }) => {
        const refused = refusalTo(caller, 'administrators');
        if (refused !== null) return refused;
        const { password, ...rest } = body;
        const account = agentSchema.parse({ ...rest, passwordHash: await hashPassword(password) });
        const made = await changed(administration, caller, [{ scope: 'agent', subject: body.username, name: 'account', value: account }]);
        if (!made.ok) return made;
        const row = await db.selectFrom('agent').select(['id', 'username', 'name', 'role', 'active']).where('username', '=', body.username).executeTakeFirstOrThrow();
        return { ok: true, value: { ...row, origin: originOf(administration, { scope: 'agent', subject: row.username, name: 'account' }) } };
      },
    }),
    route({
      method: 'put', path: '/api/agents/{id}/active', tag, auth: 'agent', params: agentParams, body: z.strictObject({ active: z.boolean() }), status: 204,
      summary: 'Take an agent out, or back in; for administrators. One who has a contact finishes it first', answer: { description: 'Set.' },
      handle: async ({ caller, params, body }) => {
        const refused = refusalTo(caller, 'administrators');
        if (refused !== null) return refused;
        if (params.id === caller.agentId) return { ok: false, problem: problems.wrongState('That is yourself: somebody else has to take you out.') };
        const agent = await known(params.id);
        if (!agent.ok) return agent;
        const made = await changed(administration, caller, [{ scope: 'agent', subject: agent.value.username, name: 'active', ...(body.active ? {} : { value: false }) }]);
        return made;
      },
    }),
  ];
}
