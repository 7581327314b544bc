/** What was set while everybody works, beside what the contact-center file says: queues' settings, agents' skills and accounts. */
import { z } from 'zod';

export const originSchema = z.union([
  z.object({ from: z.literal('config') }),
  z.object({ from: z.literal('runtime'), by: z.string().describe('Who set it.'), since: z.iso.datetime() }),
]);
export type Origin = z.infer<typeof originSchema>;

/** One setting of a queue: what counts, where it comes from, and what the file says. */
export const settingSchema = z.object({ name: z.string(), value: z.unknown().optional(), origin: originSchema, configured: z.unknown().optional() });
export type SettingView = z.infer<typeof settingSchema>;

export const queueSettingsViewSchema = z.object({ queue: z.string(), label: z.string(), settings: z.array(settingSchema) }).meta({ id: 'QueueSettings' });
export type QueueSettingsView = z.infer<typeof queueSettingsViewSchema>;

/** Everything that was set at run time. */
export const runtimeSettingSchema = z.object({
  scope: z.enum(['queue', 'agent']), subject: z.string().describe('The queue\'s id, the agent\'s user name.'), name: z.string(), value: z.unknown().optional(), configured: z.unknown().optional(),
  by: z.string(), since: z.iso.datetime(), unfit: z.string().nullable().describe('Why it does not count: it does not fit the file any more.'),
}).meta({ id: 'RuntimeSetting' });
export type RuntimeSetting = z.infer<typeof runtimeSettingSchema>;

export const configChangeSchema = z.object({
  number: z.int(), at: z.iso.datetime(), by: z.string(), action: z.enum(['set', 'reset', 'reload']), subject: z.string(), detail: z.object({}).loose(),
}).meta({ id: 'ConfigChange' });
export type ConfigChangeView = z.infer<typeof configChangeSchema>;

export const agentSkillsViewSchema = z.object({
  agentId: z.uuid(), skills: z.record(z.string(), z.int()).describe('Levels, 1 to 5.'), origin: originSchema, configured: z.record(z.string(), z.int()).describe('As the file says.'),
}).meta({ id: 'AgentSkills' });
export type AgentSkillsView = z.infer<typeof agentSkillsViewSchema>;

/** An agent as administrators see them. */
export const agentAccountSchema = z.object({
  id: z.uuid(), username: z.string(), name: z.string(), role: z.enum(['agent', 'supervisor', 'admin']), active: z.boolean(),
  origin: originSchema.describe('runtime: added through the API.'),
}).meta({ id: 'AgentAccount' });
export type AgentAccount = z.infer<typeof agentAccountSchema>;

const names = z.array(z.string()).describe('As they are found in the file, such as `queues.loans` or `breakReasons`.');
/** `POST /api/config/reload`. */
export const reloadedFileSchema = z.object({
  added: names, changed: names, removed: names, afterRestart: names.describe('What was changed and counts from the next start on.'),
  unfit: z.array(z.string()).describe('Settings made at run time that do not fit the file any more, and why.'),
}).meta({ id: 'ReloadedFile' });
export type ReloadedFile = z.infer<typeof reloadedFileSchema>;
