/** Settings of queues that supervisors change while everybody works: each with its origin, and resettable to what the contact-center file says. */
import { z } from 'zod';
import type { Reply } from '#shared/problem.ts';
import { configChangeSchema, queueSettingsViewSchema, runtimeSettingSchema, type Origin, type QueueSettingsView, type RuntimeSetting } from '#shared/settings-api.ts';
import type { Administration, Change } from '../config/administration.ts';
import type { Config } from '../config/schema.ts';
import { queueSettingNames, queueSettingsSchema, type Setting } from '../config/settings.ts';
import type { LoggedInAgent } from '../session/logins.ts';
import type { Db } from '../store/database.ts';
import { listChanges, type StoredSetting } from '../store/settings.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const tag = 'Configuration';
const queueParams = z.object({ id: z.string() });
const answer = { description: 'The queue\'s settings, each with its origin.', schema: queueSettingsViewSchema };

export interface QueueSettingRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly administration: Administration;
}

export function queueSettingRoutes({ db, config, administration }: QueueSettingRouteOptions): Route[] {
  const view = (queueId: string): Reply<QueueSettingsView> => {
    const queue = config.queues.find(({ id }) => id === queueId);
    if (queue === undefined) return { ok: false, problem: problems.notFound('queue') };
    const configured = new Map(Object.entries(administration.standing.file.queues.find(({ id }) => id === queueId) ?? {}));
    const now = new Map(Object.entries(queue));
    return {
      ok: true,
      value: {
        queue: queueId, label: queue.label,
        settings: queueSettingNames.map((name) => ({ name, value: now.get(name), origin: originOf(administration, { scope: 'queue', subject: queueId, name }), configured: configured.get(name) })),
      },
    };
  };
  const change = async (caller: LoggedInAgent, queueId: string, wanted: readonly Change[]): Promise<Reply<QueueSettingsView>> => {
    const made = await changed(administration, caller, wanted);
    return made.ok ? view(queueId) : made;
  };

  return [
    route({
      method: 'get', path: '/api/queues/{id}/settings', tag, auth: 'agent', params: queueParams, summary: 'A queue\'s settings, where each comes from and what the file says; for supervisors', answer,
      handle: ({ caller, params }) => Promise.resolve(refusalTo(caller) ?? view(params.id)),
    }),
    route({
      method: 'patch', path: '/api/queues/{id}', tag, auth: 'agent', params: queueParams, body: queueSettingsSchema,
      summary: 'Change settings of a queue; for supervisors. They count at once, are kept, and win over the file until they are reset. A setting is replaced as a whole',
      answer,
      handle: async ({ caller, params, body }) => {
        if (!config.queues.some(({ id }) => id === params.id)) return { ok: false, problem: problems.notFound('queue') };
        return refusalTo(caller) ?? change(caller, params.id, Object.entries(body).map(([name, value]) => ({ scope: 'queue', subject: params.id, name, value })));
      },
    }),
    route({
      method: 'delete', path: '/api/queues/{id}/settings/{name}', tag, auth: 'agent', params: z.object({ id: z.string(), name: z.string() }), status: 204,
      summary: 'Reset a setting of a queue to what the file says; for supervisors', answer: { description: 'Reset.' },
      handle: ({ caller, params }) => reset(administration, caller, { scope: 'queue', subject: params.id, name: params.name }),
    }),
    route({
      method: 'get', path: '/api/settings', tag, auth: 'agent', summary: 'Everything that was set at run time, beside what the file says; for supervisors',
      answer: { description: 'In the order in which it was set.', schema: z.object({ settings: z.array(runtimeSettingSchema) }) },
      handle: ({ caller }) => Promise.resolve(refusalTo(caller) ?? { ok: true, value: { settings: runtimeSettings(administration) } }),
    }),
    route({
      method: 'get', path: '/api/config/changes', tag, auth: 'agent', summary: 'Who changed what, newest first; for supervisors',
      query: z.object({ before: z.coerce.number().int().positive().optional().describe('Those below this number.'), limit: z.coerce.number().int().min(1).max(200).default(50) }),
      answer: { description: 'The log.', schema: z.object({ changes: z.array(configChangeSchema) }) },
      handle: async ({ caller, query }) => refusalTo(caller) ?? { ok: true, value: { changes: await listChanges(db, query) } },
    }),
  ];
}

export function refusalTo(caller: LoggedInAgent, to: 'supervisors' | 'administrators' = 'supervisors'): { readonly ok: false; readonly problem: ReturnType<typeof problems.forbidden> } | null {
  const { role } = caller.agent;
  if (role === 'admin' || (to === 'supervisors' && role === 'supervisor')) return null;
  return { ok: false, problem: problems.forbidden(to === 'supervisors' ? 'Supervisors and administrators do this.' : 'Administrators do this.') };
}

export async function changed(administration: Administration, { agent }: LoggedInAgent, wanted: readonly Change[]): Promise<Reply<null>> {
  const why = await administration.change({ name: agent.name, username: agent.username }, wanted);
  return why === null ? { ok: true, value: null } : { ok: false, problem: problems.settingRefused(why) };
}

export async function reset(administration: Administration, caller: LoggedInAgent, what: Change): Promise<Reply<null>> {
  const refused = refusalTo(caller);
  if (refused !== null) return refused;
  const isSet = administration.standing.settings.some((setting) => isSame(setting, what));
  return isSet ? changed(administration, caller, [{ ...what, value: undefined }]) : { ok: false, problem: problems.notFound('setting') };
}

export function originOf({ standing: { settings, unfit } }: Administration, what: Change): Origin {
  const set = settings.find((setting) => isSame(setting, what) && !unfit.some((one) => one.setting === setting));
  return set === undefined ? { from: 'config' } : { from: 'runtime', by: set.by, since: new Date(set.since).toISOString() };
}

function runtimeSettings({ standing: { file, settings, unfit } }: Administration): RuntimeSetting[] {
  return settings.map((setting) => {
    const { scope, subject, name, by, since } = setting;
    return {
      scope, subject, name, by, since: new Date(since).toISOString(), unfit: unfit.find((one) => one.setting === setting)?.why ?? null, configured: configuredAs(file, setting),
      // Of an account no more than that it was added: its name is the subject's.
      ...(name === 'account' ? {} : { value: setting.value }),
    };
  });
}

function configuredAs(file: Config, { scope, subject, name }: StoredSetting): unknown {
  if (scope === 'queue') return Object.entries(file.queues.find(({ id }) => id === subject) ?? {}).find(([key]) => key === name)?.[1];
  const agent = file.agents.find(({ username }) => username === subject);
  return name === 'skills' ? agent?.skills : name === 'active' ? agent !== undefined : undefined;
}

function isSame(one: Pick<Setting, 'scope' | 'subject' | 'name'>, other: Change): boolean {
  return one.scope === other.scope && one.subject === other.subject && one.name === other.name;
}
