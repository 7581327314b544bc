/** Views as the gateway would send them, for the states a desk can be in. */
import type { AuditReport } from '#shared/cobrowse-audit.ts';
import type { Explained } from '#shared/flow-api.ts';
import type { InCharge } from '#shared/hunt-api.ts';
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { AgentContact, AgentEndpoint, AgentView, ContactSummary, Directory, OpenCallback, QueueView, SecondParty, Ticket } from '#shared/agent-protocol.ts';
import type { ThreadMessage } from '#shared/thread-protocol.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

/** As they stand now: the oldest has waited for a minute and a half at every call. */
function queuesNow(): readonly QueueView[] {
  return [
    { id: 'cards', label: 'Cards & payments', open: true, waiting: 2, callbacks: { waiting: 0, scheduled: 0 }, oldestQueuedAt: ago(96), agentsIdle: 1, ewt: { low: 60, high: 180 }, inCharge: null },
    { id: 'mortgages', label: 'Mortgages', open: true, waiting: 0, callbacks: { waiting: 0, scheduled: 0 }, oldestQueuedAt: null, agentsIdle: 3, ewt: null, inCharge: null },
    { id: 'business', label: 'Business accounts', open: false, waiting: 0, callbacks: { waiting: 0, scheduled: 0 }, oldestQueuedAt: null, agentsIdle: 0, ewt: null, inCharge: null },
  ];
}

export function fakeContact(patch: Partial<AgentContact> = {}): AgentContact {
  return {
    contactId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0001', reservationId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0002', from: 'sip:caller-7f3a@gethelp.test',
    slot: 'reserved', channel: 'voice', channels: ['voice', 'video'], thread: null, chat: null, inbound: null, since: ago(4), offerExpiresAt: new Date(Date.now() + 16_000).toISOString(), queue: { id: 'cards', label: 'Cards & payments' },
    customer: { id: 'C-204711', name: 'Maria Weber', attributes: { segment: 'Premier', 'member since': 2014, 'two-factor': true, city: 'Hamburg' } },
    inquiry: { pageUrl: 'https://bank.example/cards/overview?session=9', title: 'Your cards', topic: 'Card declined abroad' },
    page: { url: 'https://bank.example/cards/limits', title: 'Card limits and regions' },
    waitedSeconds: 74,
    history: [
      { contactId: 'h1', at: '2026-11-03T09:12:00Z', queue: 'Cards & payments', agent: 'Jonas Falk', pageUrl: 'https://bank.example/cards', disposition: 'Solved', notes: 'New card sent to the holiday address.', end: { party: 'customer', reason: 'hangup' }, channel: 'voice', messages: 0, pageRecorded: false },
      { contactId: 'h2', at: '2026-08-19T15:40:00Z', queue: 'Mortgages', agent: 'Anna Berg', pageUrl: 'https://bank.example/mortgage/calculator', disposition: null, notes: '', end: { party: 'customer', reason: 'canceled' }, channel: 'chat', messages: 6, pageRecorded: true },
    ],
    part: 'own', by: null, ticket: 10_427, second: null, secondEnded: null, digits: '', callback: null, telephone: null,
    call: { endpoint: null, state: 'none', connectedAt: null }, cobrowse: { grants: noGrants }, end: null,
    wrapUp: { mode: 'mandatory', dispositions: ['Solved', 'Follow-up needed', 'Passed on', 'Wrong queue'], endsAt: null },
    ...patch,
  };
}

/** A call of three minutes at the desktop. */
export const callIs = (state: AgentContact['call']['state'], kind: 'desktop' | 'phone' = 'desktop'): AgentContact['call'] => (
  { endpoint: { kind, label: kind === 'desktop' ? 'Browser' : 'Snom D785' }, state, connectedAt: ago(190) });

export const colleague = (patch: Partial<SecondParty> = {}): SecondParty => ({
  party: { kind: 'agent', agentId: 'a2', name: 'Ben Falk' }, state: 'up', since: ago(42), talk: 'second', ...patch,
});

export const engaged = (patch: Partial<AgentContact> = {}): AgentContact => fakeContact({
  slot: 'engaged', since: ago(192), offerExpiresAt: null, call: callIs('active'), ...patch,
});

/** A chat of a few minutes, whose thread has this many messages. */
export const chatting = (patch: Partial<AgentContact> = {}, last = 3): AgentContact => fakeContact({
  slot: 'engaged', channel: 'chat', channels: ['voice', 'video', 'chat'], since: ago(192), offerExpiresAt: null,
  thread: { last, readByCustomer: 0, readByAgent: 0, typing: false }, chat: { proposal: null, video: true, callFailed: false, quietUntil: null }, ...patch,
});

/** A mail that somebody works at. */
export const mail = (patch: Partial<AgentContact> = {}): AgentContact => chatting({
  contactId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0009', reservationId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0010', channel: 'message', chat: null, customer: null, history: [],
  inbound: { source: 'mail', subject: 'Statement of last year', sender: 'jan.novak@example.com', replyTo: 'jan.novak@example.com', link: 'https://crm.example/tickets/4711' }, ...patch,
}, 1);

export const fakeThread: ThreadMessage[] = [
  { number: 1, at: ago(180), author: 'customer', name: null, text: 'My card was declined abroad. <b>Help!</b>' },
  { number: 2, at: ago(150), author: 'agent', name: 'Anna Berg', text: 'I am sorry to hear that. Which of your cards is it?' },
  { number: 3, at: ago(90), author: 'customer', name: null, text: 'The blue one.\nI tried this: https://bank.example/cards/limits' },
];

export const wrappingUp = (patch: Partial<AgentContact> = {}): AgentContact => fakeContact({
  slot: 'wrapUp', since: ago(12), offerExpiresAt: null, end: { party: 'customer', reason: 'hangup' },
  wrapUp: { mode: 'mandatoryTimeboxed', dispositions: ['Solved', 'Follow-up needed', 'Passed on', 'Wrong queue'], endsAt: new Date(Date.now() + 78_000).toISOString() }, ...patch,
});

export function fakeView(patch: { agent?: Partial<AgentView['agent']>; recordsPages?: boolean; contacts?: readonly AgentContact[]; queues?: readonly QueueView[]; summaries?: readonly ContactSummary[] } = {}): Omit<AgentView, 'seq'> {
  const slot = patch.contacts?.[0]?.slot;
  return {
    epoch: 'e1',
    agent: {
      id: 'a1', username: 'anna', name: 'Anna Berg', role: 'agent', status: 'available', reason: null, statusSince: ago(1260),
      state: slot ?? 'idle', endpointRegistered: true, skills: ['cards'],
      endpoints: [{ id: 'd', kind: 'desktop', label: 'Browser', reachable: true, busy: false }], answerWith: 'desktop', ...patch.agent,
    },
    breakReasons: ['Lunch', 'Coffee', 'Training'], recordsPages: patch.recordsPages ?? true, contacts: patch.contacts ?? [], queues: patch.queues ?? queuesNow(), summaries: patch.summaries ?? [],
  };
}

export const emergency: QueueView = {
  id: 'emergency', label: 'Card emergencies', open: true, waiting: 1, callbacks: { waiting: 0, scheduled: 0 }, oldestQueuedAt: ago(12), agentsIdle: 2, ewt: null, inCharge: { entry: 'anna', label: 'Anna Berg' },
};

/** As the gateway answers who is in charge of it. */
export function inChargeOf(queue: string, set: { readonly by: string; readonly entry: string } | null): InCharge {
  return {
    queue, inCharge: set?.entry ?? 'anna', origin: set === null ? { from: 'config' } : { from: 'runtime', by: set.by, since: ago(0) },
    list: [{ entry: 'anna', label: 'Anna Berg' }, { entry: 'ben', label: 'Ben Falk' }, { entry: '+4917012345', label: 'Engineer on call' }],
  };
}

export const summaries: readonly ContactSummary[] = [
  { id: 's1', at: ago(40), contactId: 'h1', ticket: 10_431, queue: { id: 'emergency', label: 'Card emergencies' }, customer: 'Jonas Weber', caller: '+49 40 5550199', answered: false },
  { id: 's2', at: ago(400), contactId: 'h2', ticket: 10_428, queue: { id: 'emergency', label: 'Card emergencies' }, customer: null, caller: '7f3a91bc', answered: true },
];

/** An agent with a phone on the table. */
export const withPhone = (phone: Partial<AgentEndpoint> = {}): Pick<AgentView['agent'], 'endpoints'> => ({ endpoints: [
  { id: 'd', kind: 'desktop', label: 'Browser', reachable: true, busy: false },
  { id: 'p', kind: 'phone', label: 'Snom D785', reachable: true, busy: false, ...phone },
] });

export const fakeDirectory: Directory = {
  agents: [
    { agentId: 'a2', name: 'Ben Falk', status: 'available', state: 'idle', reachable: true },
    { agentId: 'a3', name: 'Carla Ruiz', status: 'available', state: 'engaged', reachable: true },
    { agentId: 'a4', name: 'Dora Müller', status: 'available', state: 'idle', reachable: true },
    { agentId: 'a5', name: 'Emil Frost', status: 'break', state: 'idle', reachable: true },
  ],
  queues: [{ id: 'mortgages', label: 'Mortgages', open: true, waiting: 1 }, { id: 'business', label: 'Business accounts', open: false, waiting: 0 }],
  numbers: [{ number: '+49 40 5550100', label: 'Fraud desk' }],
  skills: [{ skill: 'insurance', free: 2 }, { skill: 'mortgages', free: 0 }], supervisorFree: true,
  dialPad: true,
};

export const fakeTickets: readonly Ticket[] = [
  { ticket: 10_427, contactId: 'h1', from: ago(4200), to: ago(3960), caller: 'sip:caller-7f3a@gethelp.test', called: 'sip:anna@gethelp.test', agentId: 'a1', agent: 'Anna Berg', outcome: 'answered', end: true, disposition: null, notes: '', pageRecorded: true, pageShared: true },
  { ticket: 10_426, contactId: 'h3', from: ago(6100), to: ago(6010), caller: 'sip:caller-91bc@gethelp.test', called: 'sip:anna@gethelp.test', agentId: 'a1', agent: 'Anna Berg', outcome: 'consulted', end: false, disposition: null, notes: '', pageRecorded: false, pageShared: false },
  { ticket: 10_422, contactId: 'h2', from: ago(9400), to: ago(9380), caller: 'sip:caller-22d0@gethelp.test', called: 'sip:anna@gethelp.test', agentId: 'a1', agent: 'Anna Berg', outcome: 'missed', end: false, disposition: null, notes: '', pageRecorded: false, pageShared: false },
];

/** The newest is numbered 1000 and as many as there are; one every ten minutes. */
export function manyTickets(count: number): Ticket[] {
  return Array.from({ length: count }, (_, index): Ticket => ({
    ticket: 1000 + count - index, contactId: `t${index}`, from: ago(index * 600 + 200), to: ago(index * 600), caller: 'sip:caller-7f3a@gethelp.test', called: 'sip:anna@gethelp.test', agentId: 'a1',
    agent: 'Anna Berg', outcome: 'answered', end: true, disposition: null, notes: '', pageRecorded: false, pageShared: false,
  }));
}

/** A long way with each kind of outcome in it. */
export const explained: Explained = {
  steps: [
    { queue: 'cards', kind: 'hours', name: 'hours', outcome: 'queue', why: { code: 'closed', opensAt: '2026-11-23T07:00:00.000Z' } },
    { queue: 'mortgages', kind: 'hours', name: 'hours', outcome: 'passed', why: { code: 'open' } },
    { queue: 'mortgages', kind: 'notice', name: 'notice recorded', outcome: 'asked', why: { code: 'mustConfirm', seconds: 120, key: '1' } },
    { queue: 'mortgages', kind: 'entitlement', name: 'entitlement', outcome: 'passed', why: { code: 'lookupNotAsked', allowed: true } },
    { queue: 'mortgages', kind: 'crm', name: 'crm', outcome: 'passed', why: { code: 'ruleFits', rule: 1, attribute: 'tier', priority: 90, queue: null } },
    { queue: 'mortgages', kind: 'lastAgent', name: 'lastAgent', outcome: 'passed', why: { code: 'lastAgentFree', agent: 'Ben Falk', seconds: 15 } },
    { queue: 'mortgages', kind: 'overflow', name: 'overflow', outcome: 'passed', why: { code: 'overflows', seconds: 120, queue: 'cards' } },
  ],
  verdict: {
    kind: 'waits', queue: 'mortgages', label: 'Mortgages', priority: 90, waiting: 3, ewt: { low: 60, high: 180 }, first: { agentId: '9b1c1f9e-0000-4000-8000-000000000001', name: 'Ben Falk', seconds: 15 }, next: null,
    overflow: { after: 120, queue: 'cards' },
  },
};

export function fakeCallbacks(): readonly OpenCallback[] {
  const cards = { id: 'cards', label: 'Cards & payments' };
  const later = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  return [
    { contactId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0101', queue: cards, customer: 'Maria Weber', number: '+494012345', state: 'waiting', at: null, dueAt: ago(700), notBefore: null, triesLeft: 3, agent: null },
    { contactId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0102', queue: cards, customer: null, number: null, state: 'paused', at: null, dueAt: ago(1200), notBefore: later(4), triesLeft: 1, agent: null },
    {
      contactId: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0103', queue: { id: 'mortgages', label: 'Mortgages' }, customer: 'Ole Hansen', number: '+4930998877', state: 'scheduled', at: later(90), dueAt: later(90),
      notBefore: null, triesLeft: 3, agent: { id: '5b0c2f5e-8f58-4a0e-9a0e-3d8a1f1f0009', name: 'Anna Berg' },
    },
  ];
}

/** An audit of which each entry is as it was written. */
export const fakeAudit: AuditReport = {
  contactId: 'h1', verified: true, brokenAt: null,
  entries: [
    { seq: 41, at: '2026-11-20T09:11:58Z', action: 'asked', actor: { kind: 'agent', id: 'a1', name: 'Anna Berg' }, detail: { grant: 'view' }, hash: 'a' },
    { seq: 42, at: '2026-11-20T09:12:04Z', action: 'granted', actor: { kind: 'customer' }, detail: { grant: 'view', to: 'a1' }, hash: 'b' },
    { seq: 43, at: '2026-11-20T09:12:05Z', action: 'pageShown', actor: { kind: 'customer' }, detail: { address: 'https://bank.example/accounts/•••/transfer?•••' }, hash: 'c' },
    { seq: 44, at: '2026-11-20T09:12:40Z', action: 'redacted', actor: { kind: 'system' }, detail: { where: 'page', count: 2 }, hash: 'd' },
  ],
};
