/**
 * What is changed while everybody works, laid over the contact-center file: settings of queues, skills of agents, agents who were added or taken
 * out. Each is one value with a name; it wins over the file until it is reset. One that fits the file no longer (its queue is gone) is left
 * out, and counts again when it fits again. Pure.
 */
import { z } from 'zod';
import { agentSchema, checkWhole, queueSchema, type AgentConfig, type Config, type QueueConfig } from './schema.ts';

export type Setting =
  | { readonly scope: 'queue'; readonly subject: string; readonly name: string; readonly value: unknown }
  | { readonly scope: 'agent'; readonly subject: string; readonly name: 'skills'; readonly value: AgentConfig['skills'] }
  /** An agent whom the file does not know. */
  | { readonly scope: 'agent'; readonly subject: string; readonly name: 'account'; readonly value: AgentConfig }
  | { readonly scope: 'agent'; readonly subject: string; readonly name: 'active'; readonly value: false };

/** In this order, so that skills find the agent who was added. */
const order = { account: 0, skills: 1, active: 3 } as const;

/**
 * What supervisors may see and change. A flow is not among them: it names whom the gateway asks, and with which keys, so only whoever may write the file says
 * that, and nobody reads it here.
 */
const changeable = [
  'label', 'skills', 'videoSkill', 'strategy', 'hunt', 'steps', 'priority', 'hours', 'opening', 'holdPlace', 'maximumWait', 'maximumDuration', 'offerSeconds', 'setAside', 'wrapUp', 'callback', 'serviceLevel',
  'chat', 'messages',
] as const satisfies ReadonlyArray<keyof QueueConfig>;
/** Each by itself, without what it is when it is left out. */
const queueParts = Object.fromEntries(changeable.map((name) => [name, z.optional(withoutDefault(queueSchema.shape[name]))]));
export type QueueSettings = { readonly [Name in (typeof changeable)[number]]?: QueueConfig[Name] };
export const queueSettingsSchema = z.strictObject(queueParts).refine((given) => Object.keys(given).length > 0, 'expected at least one setting of the queue') as unknown as z.ZodType<QueueSettings>;
export const queueSettingNames: readonly string[] = changeable;

export interface Laid<One> {
  readonly config: Config;
  /** Those that do not fit, and why. */
  readonly unfit: ReadonlyArray<{ readonly setting: One; readonly why: string }>;
}

export function withSettings<One extends Setting>(file: Config, settings: readonly One[]): Laid<One> {
  let config = file;
  const unfit: Array<{ setting: One; why: string }> = [];
  const rank = ({ name, scope }: Setting): number => scope === 'queue' ? 2 : order[name];
  for (const setting of settings.toSorted((one, other) => rank(one) - rank(other))) {
    const laid = laidOver(config, setting);
    const why = typeof laid === 'string' ? laid : complaintAbout(laid);
    if (why !== null || typeof laid === 'string') unfit.push({ setting, why: why ?? '' });
    else config = laid;
  }
  return { config, unfit };
}

function laidOver(config: Config, { scope, subject, name, value }: Setting): Config | string {
  if (scope === 'queue') {
    if (!config.queues.some(({ id }) => id === subject)) return `there is no queue "${subject}" any more`;
    return { ...config, queues: config.queues.map((queue) => queue.id === subject ? { ...queue, [name]: value } : queue) };
  }
  const known = config.agents.find(({ username }) => username === subject);
  switch (name) {
    case 'account': return known === undefined ? { ...config, agents: [...config.agents, value] } : `the contact-center file names "${subject}" itself`;
    case 'skills': return known === undefined ? `there is no agent "${subject}" any more` : { ...config, agents: config.agents.map((agent) => agent === known ? { ...agent, skills: value } : agent) };
    case 'active': return known === undefined ? `there is no agent "${subject}" any more` : { ...config, agents: config.agents.filter((agent) => agent !== known) };
  }
}

/** The parts fitted together before this one: whatever does not now is its doing. */
function complaintAbout(config: Config): string | null {
  const found: string[] = [];
  checkWhole(config, (path, message) => found.push(`${named(config, path)}: ${message}`));
  return found[0] ?? null;
}

/** A place in a list is named by what stands there. */
function named(config: Config, [part, index, ...rest]: ReadonlyArray<string | number>): string {
  const list = part === 'queues' ? config.queues.map(({ id }) => id) : part === 'agents' ? config.agents.map(({ username }) => username) : [];
  return [part, typeof index === 'number' ? list[index] ?? index : index, ...rest].filter((one) => one !== undefined).join('.');
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return withoutDefault(schema.unwrap() as z.ZodType);
  return schema;
}

/** An agent as an administrator adds one; the password is hashed before it is kept. */
export const newAgentSchema = z.strictObject({
  username: agentSchema.shape.username, name: agentSchema.shape.name, role: agentSchema.shape.role, skills: agentSchema.shape.skills,
  password: z.string().min(8, 'expected 8 characters or more').max(200),
});
