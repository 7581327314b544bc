/** What the routes for agents answer, as schemas for the OpenAPI document; the compiler holds them to the protocol's types. */
import { z } from 'zod';
import type { AgentContact, AgentView, Directory, LoggedIn, OpenCallback, PastContact, QueueView, Ticket, ViewerToken } from '#shared/agent-protocol.ts';
import { inboundSources } from '#shared/inbound-api.ts';
import type { ThreadPage, Written } from '#shared/thread-protocol.ts';
import { agentRoles, agentStatuses, channels, customerChannels, endReasons } from '#shared/vocabulary.ts';

/** A field of the protocol that is missing here, or has another type, does not compile. */
type Describes<T> = z.ZodType<T>;

const moment = z.iso.datetime();
const range = z.object({ low: z.int(), high: z.int() }).readonly().nullable().describe('Seconds; null while there is too little data.');
const end = z.object({ party: z.enum(['customer', 'agent', 'system']), reason: z.enum(endReasons) }).readonly().nullable();
const identity = { id: z.uuid(), username: z.string(), name: z.string(), role: z.enum(agentRoles) };
const queueName = z.object({ id: z.string(), label: z.string() }).readonly();

export const loggedInSchema = z.object({
  token: z.string(), expiresAt: moment, agent: z.object(identity).readonly(), sip: z.object({ aor: z.string(), url: z.string() }).readonly(),
}).readonly().meta({ id: 'LoggedIn' }) satisfies Describes<LoggedIn>;

export const writtenSchema = z.object({ number: z.int(), at: moment }).readonly() satisfies Describes<Written>;
export const threadMessageSchema = z.object({ number: z.int(), at: moment, author: z.enum(['customer', 'agent']), name: z.string().nullable(), text: z.string() }).readonly();
export const threadPageSchema = z.object({ messages: z.array(threadMessageSchema).readonly(), more: z.boolean() }).readonly().meta({ id: 'ThreadPage' }) satisfies Describes<ThreadPage>;

const channel = z.enum(channels);

export const pastContactSchema = z.object({
  contactId: z.uuid(), at: moment, queue: z.string(), agent: z.string().nullable(), pageUrl: z.string(), disposition: z.string().nullable(), notes: z.string(), end, channel,
  messages: z.int().describe('How many messages its thread has.'), pageRecorded: z.boolean().describe('Something is kept of the page that was shared.'),
}).readonly().meta({ id: 'PastContact' }) satisfies Describes<PastContact>;

export const queueSchema = z.object({
  id: z.string(), label: z.string(), open: z.boolean(), waiting: z.int(), callbacks: z.object({ waiting: z.int(), scheduled: z.int() }).readonly(), oldestQueuedAt: moment.nullable(), agentsIdle: z.int(), ewt: range,
  inCharge: z.object({ entry: z.string(), label: z.string() }).readonly().nullable().describe('Of a queue that hunts: whom it rings first.'),
}).readonly().meta({ id: 'Queue' }) satisfies Describes<QueueView>;

const endpointKind = z.enum(['desktop', 'phone', 'extension']);
const talk = z.enum(['customer', 'second', 'all']);
const secondSchema = z.object({
  party: z.union([
    z.object({ kind: z.literal('agent'), agentId: z.uuid(), name: z.string() }).readonly(),
    z.object({ kind: z.literal('external'), number: z.string(), label: z.string().nullable() }).readonly(),
  ]),
  state: z.enum(['ringing', 'up']), since: moment, talk,
}).readonly().nullable().describe('The third party: whom the agent consults, or the consulted agent themselves.');

const grantState = z.enum(['off', 'asked', 'granted']);

const contactSchema = z.object({
  contactId: z.uuid(), reservationId: z.uuid(), from: z.string(), slot: z.enum(['reserved', 'engaged', 'wrapUp']), channel, channels: z.array(z.enum(customerChannels)).readonly(), since: moment, offerExpiresAt: moment.nullable(),
  queue: queueName,
  customer: z.object({
    id: z.string(), name: z.string().nullable(), attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).readonly(),
  }).readonly().nullable(),
  inquiry: z.object({ pageUrl: z.string(), title: z.string().nullable(), topic: z.string().nullable() }).readonly(),
  page: z.object({ url: z.string(), title: z.string() }).readonly(),
  waitedSeconds: z.int(), history: z.array(pastContactSchema).readonly(),
  part: z.enum(['own', 'consulted']), by: z.object({ agentId: z.uuid(), name: z.string() }).readonly().nullable(), ticket: z.int().nullable(),
  second: secondSchema,
  secondEnded: z.object({
    name: z.string(), outcome: z.enum(['declined', 'busy', 'noAnswer', 'unreachable', 'unsupported', 'hungUp', 'lost']), at: moment,
  }).readonly().nullable(),
  digits: z.string(),
  callback: z.object({ number: z.string().nullable(), at: moment.nullable(), triesLeft: z.int(), rings: z.enum(['page', 'telephone']).nullable() }).readonly().nullable(),
  telephone: z.object({ number: z.string() }).readonly().nullable(),
  thread: z.object({ last: z.int(), readByCustomer: z.int(), readByAgent: z.int(), typing: z.boolean() }).readonly().nullable().describe('How far the thread goes; its messages are at /api/contacts/{id}/messages.'),
  chat: z.object({ proposal: z.object({ by: z.enum(['customer', 'agent']), video: z.boolean() }).readonly().nullable(), video: z.boolean(), callFailed: z.boolean(), quietUntil: moment.nullable() }).readonly().nullable(),
  inbound: z.object({ source: z.enum(inboundSources), subject: z.string().nullable(), sender: z.string(), replyTo: z.string().nullable(), link: z.string().nullable() }).readonly().nullable(),
  call: z.object({ endpoint: z.object({ kind: endpointKind, label: z.string() }).readonly().nullable(), state: z.enum(['none', 'connecting', 'active', 'held', 'customerAway', 'agentAway']), connectedAt: moment.nullable(), withCamera: z.literal(true).exactOptional() }).readonly(),
  cobrowse: z.object({ grants: z.object({ view: grantState, annotate: grantState, control: grantState, record: grantState, screen: z.enum(['asked', 'granted']).exactOptional() }).readonly() }).readonly(),
  end,
  wrapUp: z.object({
    mode: z.enum(['none', 'optional', 'mandatory', 'mandatoryTimeboxed']), dispositions: z.array(z.string()).readonly(), endsAt: moment.nullable(),
  }).readonly(),
}).readonly().meta({ id: 'AgentContact' }) satisfies Describes<AgentContact>;

export const agentViewSchema = z.object({
  epoch: z.string(), seq: z.int(),
  agent: z.object({
    ...identity, status: z.enum(agentStatuses), reason: z.string().nullable(), statusSince: moment, state: z.enum(['idle', 'reserved', 'engaged', 'wrapUp']),
    endpointRegistered: z.boolean(), answerWith: endpointKind,
    endpoints: z.array(z.object({ id: z.string(), kind: endpointKind, label: z.string(), reachable: z.boolean(), busy: z.boolean() }).readonly()).readonly(),
    skills: z.array(z.string()).readonly(),
  }).readonly(),
  breakReasons: z.array(z.string()).readonly(), recordsPages: z.boolean(), contacts: z.array(contactSchema).readonly(), queues: z.array(queueSchema).readonly(),
  summaries: z.array(z.object({
    id: z.uuid(), at: moment, contactId: z.uuid(), ticket: z.int(), queue: queueName, customer: z.string().nullable(), caller: z.string(),
    answered: z.boolean().describe('False: rung last, and nobody answered.'),
  }).readonly()).readonly(),
}).readonly().meta({ id: 'AgentView' }) satisfies Describes<AgentView>;

export const viewerTokenSchema = z.object({ token: z.string(), cobrowseUrl: z.string(), viewerUrl: z.string() }).readonly() satisfies Describes<ViewerToken>;

export const callbackSchema = z.object({
  contactId: z.uuid(), queue: queueName, customer: z.string().nullable(), number: z.string().nullable(), state: z.enum(['scheduled', 'waiting', 'paused', 'calling']),
  at: moment.nullable(), dueAt: moment, notBefore: moment.nullable(), triesLeft: z.int(), agent: z.object({ id: z.uuid(), name: z.string() }).readonly().nullable(),
}).readonly().meta({ id: 'Callback' }) satisfies Describes<OpenCallback>;

export const ticketSchema = z.object({
  ticket: z.int(), contactId: z.uuid(), from: moment, to: moment.nullable(), caller: z.string(), called: z.string(), agentId: z.uuid().nullable(), agent: z.string().nullable(),
  outcome: z.enum(['answered', 'consulted', 'missed', 'rejected']).nullable(), end: z.boolean().describe('The contact ended with this hop.'),
  disposition: z.string().nullable(), notes: z.string().describe('What the agent of this hop wrote.'),
  pageRecorded: z.boolean().describe('Something is kept of the page that was shared in this contact.'),
  pageShared: z.boolean().describe('The co-browse audit has entries of this contact.'),
}).readonly().meta({ id: 'Ticket' }) satisfies Describes<Ticket>;

export const contactDetailSchema = z.object({
  id: z.uuid(), from: z.string(), queue: z.string(), phase: z.string(), channel, messages: z.int(), agentId: z.uuid().nullable(), createdAt: moment, connectedAt: moment.nullable(), endedAt: moment.nullable(),
  endParty: z.string().nullable(), endReason: z.string().nullable(), disposition: z.string().nullable(), notes: z.string(),
  customer: z.record(z.string(), z.unknown()).nullable(), inquiry: z.record(z.string(), z.unknown()),
  tickets: z.array(ticketSchema).describe('Its hops, newest first, with what each agent wrote.'),
  journal: z.array(z.object({ at: moment, event: z.string(), phase: z.string(), detail: z.record(z.string(), z.unknown()) })),
}).meta({ id: 'ContactDetail' });

export const directorySchema = z.object({
  agents: z.array(z.object({
    agentId: z.uuid(), name: z.string(), status: z.enum(agentStatuses), state: z.enum(['idle', 'reserved', 'engaged', 'wrapUp']), reachable: z.boolean(),
  }).readonly()).readonly(),
  queues: z.array(z.object({ id: z.string(), label: z.string(), open: z.boolean(), waiting: z.int() }).readonly()).readonly(),
  skills: z.array(z.object({ skill: z.string(), free: z.int() }).readonly()).readonly().describe('What agents can who are at work, and how many of those are free.'), supervisorFree: z.boolean(),
  numbers: z.array(z.object({ number: z.string(), label: z.string() }).readonly()).readonly(),
  dialPad: z.boolean(),
}).readonly().meta({ id: 'Directory' }) satisfies Describes<Directory>;
