/**
 * The contact-center file (CONFIG): portals, queues, hours and agents. This schema is its documentation and its validation in one;
 * times in the file are in seconds, because people write them. What is about telephones stands in telephony.ts,
 * what is about skills and the way to an agent in routing.ts, what comes before the queue in flow.ts, what agents see of pages in cobrowse.ts.
 */
import { z } from 'zod';
import { acdSchema, checkAcds } from './acd.ts';
import { serviceLevelFormulas } from '#shared/figures.ts';
import { callbackSchema } from './callback.ts';
import { customerChannels } from '#shared/vocabulary.ts';
import { cobrowseSchema } from './cobrowse.ts';
import { agentChannelSettings, channelSettings, chatSettings, messageSettings } from './channels.ts';
import { checkFlows, flowSchema } from './flow.ts';
import { checkHunts, huntSchema } from './hunting.ts';
import { id, timeZone } from './identifiers.ts';
import { journalSchema } from './journal.ts';
import { agentSkills, checkRouting, queueSkills, stepSchema, strategySchema } from './routing.ts';
import { answerWithSchema, checkTelephony, edgeSchema, extensionSchema, phonebookSchema, phoneSchema, trunkSchema } from './telephony.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as "08:00"');
const date = z.iso.date();
const seconds = z.int().positive();
const origin = z.url({ protocol: /^https?$/ }).refine((value) => new URL(value).origin === value, 'expected an origin such as https://www.example.com, without a path');
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const portal = z.strictObject({
  id,
  name: z.string().min(1).max(100),
  keys: z.array(z.strictObject({
    id,
    secret: z.string().min(8).max(200).describe('What the portal\'s server sends as its API key. Several may be valid at once, so that one can be replaced without a gap.'),
  })).nonempty(),
  origins: z.array(origin).default([]).describe('Origins of the portal\'s pages: pages of another one may not use its sessions, apps (no Origin) may. Empty: any. A session\'s own `origins` win.'),
  queues: z.array(id).nonempty().describe('Which queues this portal may use.'),
  channels: z.array(z.enum(customerChannels)).nonempty().default(['voice', 'video']).describe('What its customers may use where the session does not say.'),
  replies: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    secret: z.string().min(8).max(200).describe('Signs what is sent, so that the portal knows whose it is.'),
  }).optional().describe('Where agents\' replies to what it handed in are sent; without it it has to ask for them.'),
  defaultQueue: id.optional().describe('Where neither the request nor a page rule names one; default: the first of `queues`.'),
  pages: z.array(z.strictObject({
    path: z.string().startsWith('/').describe('Path of the page; `*` stands for anything, also nothing.'),
    queue: id,
  })).default([]),
  cobrowse: cobrowseSchema.prefault({}).describe('What an agent may see of its pages, beside the attributes in their markup.'),
  setsInCharge: z.boolean().default(false).describe('Whether its server may say who is in charge of its queues\' hunts.'),
});

const wrapUp = z.strictObject({
  mode: z.enum(['none', 'optional', 'mandatory', 'mandatoryTimeboxed']).default('optional'),
  seconds: seconds.default(120).describe('optional and mandatoryTimeboxed: after this the wrap-up ends by itself.'),
  dispositions: z.array(z.string().min(1).max(100)).default([]),
});

const serviceLevel = z.strictObject({
  seconds: seconds.default(20).describe('Who is answered within it is answered in time.'),
  formula: z.enum(serviceLevelFormulas).default('abandonsIgnored').describe('What those count who give up in time: nothing (abandonsIgnored), a failure (negative), or a success (positive).'),
  shortAbandonSeconds: z.int().min(0).max(300).default(5).describe('Who gives up sooner did not mean it and is left out.'),
  target: z.number().min(0).max(100).default(80).describe('Per cent; below it supervisors see a warning.'),
});

export const queueSchema = z.strictObject({
  id,
  label: z.string().min(1).max(100).describe('As the customer reads it.'),
  skills: queueSkills,
  videoSkill: id.optional().describe('Needed besides where the contact may use the camera (its session\'s `channels` name video, or none).'),
  strategy: strategySchema.default('longestIdle'),
  hunt: huntSchema.optional().describe('With strategy: hunt.'),
  steps: z.array(stepSchema).default([]).describe('How the need relaxes while a contact waits.'),
  priority: z.int().min(0).max(100).default(50).describe('Each point is a lead of `priorityPointSeconds`.'),
  hours: id.optional().describe('A calendar of `hours`; none: always open.'),
  opening: z.strictObject({ open: z.boolean(), until: z.iso.datetime({ offset: true }).optional() }).optional()
    .describe('Open or closed whatever the calendar says, until a moment or until this is taken away.'),
  flow: flowSchema,
  holdPlace: seconds.default(180).describe('How long an absent customer keeps their place.'),
  maximumWait: seconds.default(3600),
  maximumDuration: seconds.default(4 * 3600),
  offerSeconds: seconds.default(20).describe('How long an agent may think about an offer before it is missed.'),
  setAside: z.boolean().optional().describe('Whether an agent who missed an offer gets no more until they say that they are back; default: yes, in a hunt no.'),
  summary: z.boolean().default(false).describe('Whether whoever answered a contact, or was rung last, is told of it after its end, at their desktop and by a text to their phone.'),
  wrapUp: wrapUp.prefault({}),
  callback: callbackSchema.prefault({}),
  serviceLevel: serviceLevel.prefault({}),
  chat: chatSettings.prefault({}),
  messages: messageSettings.prefault({}),
  acd: acdSchema.optional().describe('Somebody else\'s ACD, which gives the contacts of this queue to agents; none: this gateway does.'),
});

const hours = z.strictObject({
  id,
  timeZone,
  weekly: z.array(z.strictObject({ days: z.array(z.enum(days)).nonempty(), from: clock, to: clock })
    .refine(({ from, to }) => from < to, '`from` must be before `to`; for hours over midnight write two entries')),
  holidays: z.array(date).default([]),
});

export const agentSchema = z.strictObject({
  username: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,49}$/, 'expected 1 to 50 of a-z, 0-9, ., - and _; it is also the user part of the SIP address'),
  name: z.string().min(1).max(100),
  password: z.string().min(1).max(200).optional().describe('In clear: refused in production, where `passwordHash` is needed.'),
  passwordHash: z.string().startsWith('scrypt$').optional().describe('Printed by `npm run hash-password`.'),
  role: z.enum(['agent', 'supervisor', 'admin']).default('agent'),
  skills: agentSkills,
  ...agentChannelSettings,
  sip: phoneSchema.optional().describe('A phone that registers here under the agent\'s name.'),
  extension: extensionSchema.optional().describe('A telephone of theirs behind a trunk.'),
  answerWith: answerWithSchema.default('desktop').describe('On what they take calls, until they choose another one at the desktop.'),
}).refine(({ password, passwordHash }) => (password === undefined) !== (passwordHash === undefined), 'expected either password or passwordHash');

export const configSchema = z.strictObject({
  portals: z.array(portal).nonempty(),
  queues: z.array(queueSchema).nonempty(),
  priorityPointSeconds: seconds.default(60).describe('How many seconds of waiting one point of priority counts for: nobody is overtaken by anybody who came later than that.'),
  ...channelSettings,
  hours: z.array(hours).default([]),
  agents: z.array(agentSchema).default([]),
  breakReasons: z.array(z.string().min(1).max(100)).default(['Break', 'Lunch', 'Meeting', 'Training']),
  trunks: z.array(trunkSchema).default([]),
  edges: z.array(edgeSchema).default([]).describe('SIP proxies in front of this gateway.'),
  retention: z.strictObject({
    days: z.int().min(14).max(36_500).optional().describe('Contacts that ended longer ago are deleted with all that is theirs; default: they are kept. The expected wait looks back two weeks.'),
  }).prefault({}),
  figures: z.strictObject({
    timeZone: timeZone.optional().describe('In which days are counted; default: that of the first calendar, else UTC.'),
    agentsSeeQueues: z.boolean().default(false).describe('Whether agents may read figures of queues; their own they always may.'),
  }).prefault({}),
  tickets: z.strictObject({
    start: z.int().min(1).max(Number.MAX_SAFE_INTEGER - 1_000_000_000).default(1).describe('The first ticket\'s number. Numbers that were given are not given again: a start below them changes nothing.'),
  }).prefault({}),
  journal: journalSchema.prefault({}),
  phonebook: phonebookSchema.default([]).describe('Numbers that the transfer dialog offers.'),
}).superRefine((config, context) => checkWhole(config, (path, message) => context.addIssue({ code: 'custom', path, message })));

/** Whether the parts fit together; each on its own is valid. */
export function checkWhole(config: Config, complain: (path: Array<string | number>, message: string) => void): void {
  const queueIds = new Set(config.queues.map((queue) => queue.id));
  const hourIds = new Set(config.hours.map((calendar) => calendar.id));
  const unknown = (path: Array<string | number>, kind: string, value: string, known: ReadonlySet<string>): void =>
    complain(path, `no ${kind} "${value}" in this file; there are: ${[...known].join(', ') || 'none'}`);

  for (const [index, portal] of config.portals.entries()) {
    for (const [at, queue] of portal.queues.entries()) if (!queueIds.has(queue)) unknown(['portals', index, 'queues', at], 'queue', queue, queueIds);
    const own = new Set(portal.queues);
    if (portal.defaultQueue !== undefined && !own.has(portal.defaultQueue)) unknown(['portals', index, 'defaultQueue'], 'queue of this portal', portal.defaultQueue, own);
    for (const [at, page] of portal.pages.entries()) if (!own.has(page.queue)) unknown(['portals', index, 'pages', at, 'queue'], 'queue of this portal', page.queue, own);
  }
  for (const [index, queue] of config.queues.entries()) {
    if (queue.hours !== undefined && !hourIds.has(queue.hours)) unknown(['queues', index, 'hours'], 'calendar', queue.hours, hourIds);
  }
  checkFlows(config.queues, complain);
  checkRouting(config.queues, complain);
  checkAcds(config.queues, complain);
  checkHunts(config, complain);
  checkTelephony(config, complain);
  const lists = {
    portals: config.portals.map((one) => one.id), queues: config.queues.map((one) => one.id), hours: config.hours.map((one) => one.id),
    agents: config.agents.map((one) => one.username), trunks: config.trunks.map((one) => one.id), edges: config.edges.map((one) => one.id),
    'portals keys': config.portals.flatMap((one) => one.keys.map((key) => key.secret)),
  };
  for (const [list, names] of Object.entries(lists)) {
    const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
    // The secret itself is not repeated in the message.
    if (twice >= 0) complain([list.split(' ')[0] ?? list, twice], list === 'portals keys' ? 'two portal keys have the same secret' : `"${names[twice]}" stands twice`);
  }
}

export type Config = z.infer<typeof configSchema>;
export type PortalConfig = Config['portals'][number];
export type QueueConfig = Config['queues'][number];
export type HoursConfig = Config['hours'][number];
export type AgentConfig = Config['agents'][number];
