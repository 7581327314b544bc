/** What the supervisor's page is shown in tests: a floor of several agents, a day of figures, a queue's settings. */
import type { AgentFigures, FigureReport, FigureRow, OwnFigures, QueueFigures } from '#shared/figures.ts';
import type { Floor, FloorAgent } from '#shared/floor.ts';
import type { AgentSkillsView, ConfigChangeView, QueueSettingsView } from '#shared/settings-api.ts';

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

function agent(agentId: string, name: string, patch: Partial<FloorAgent> = {}): FloorAgent {
  return { agentId, name, role: 'agent', status: 'available', reason: null, statusSince: ago(5400), state: 'idle', since: ago(95), reachable: true, skills: { cards: 4, german: 3 }, contacts: [], ...patch };
}
const contact = (patch: Partial<FloorAgent['contacts'][number]> = {}): FloorAgent['contacts'][number] => ({ contactId: 'c9', queue: 'cards', channel: 'voice', slot: 'engaged', part: 'own', since: ago(312), customer: 'Tom Baker', sharesPage: true, ...patch });

export function fakeFloor(): Floor {
  return {
    at: new Date().toISOString(), timeZone: 'Europe/Berlin',
    queues: [
      { id: 'cards', target: 0.8, withinSeconds: 20, today: { offered: 184, answered: 171, abandoned: 9, serviceLevel: 0.74, averageSpeedOfAnswer: 26.4, longestWait: 244 }, agents: { free: 0, busy: 3, onBreak: 1 } },
      { id: 'mortgages', target: 0.8, withinSeconds: 30, today: { offered: 42, answered: 41, abandoned: 1, serviceLevel: 0.93, averageSpeedOfAnswer: 11, longestWait: 58 }, agents: { free: 1, busy: 1, onBreak: 0 } },
      { id: 'business', target: 0.9, withinSeconds: 20, today: { offered: 0, answered: 0, abandoned: 0, serviceLevel: null, averageSpeedOfAnswer: null, longestWait: 0 }, agents: { free: 0, busy: 0, onBreak: 0 } },
    ],
    agents: [
      agent('a1', 'Anna Berg', { role: 'supervisor' }),
      agent('a2', 'Ben Falk', { state: 'engaged', since: ago(312), contacts: [contact()] }),
      agent('a3', 'Carla Ruiz', { state: 'wrapUp', since: ago(48), skills: { cards: 5, mortgages: 2, camera: 1 }, contacts: [contact({ contactId: 'c8', slot: 'wrapUp', sharesPage: false, customer: null, queue: 'mortgages' })] }),
      agent('a4', 'Dora Müller', { status: 'break', reason: 'Lunch', since: ago(1503) }),
      agent('a5', 'Emil Frost', { status: 'break', reason: 'Missed contact', since: ago(22), skills: {} }),
      agent('a6', 'Friederike Sommer-Abendroth', { reachable: false, since: ago(7900) }),
    ],
  };
}

const hours = 10;
const day = Date.parse('2026-11-26T23:00:00Z');
const hour = 3600_000;

function queueFigures(offered: number): QueueFigures {
  const answered = Math.round(offered * 0.92);
  return {
    offered, answered, abandoned: offered - answered, shortAbandoned: 1, callbacks: 2, overflowed: 0, expired: 0, forwarded: 0, closed: 0, serviceLevel: offered === 0 ? null : 0.6 + (offered % 40) / 100,
    averageSpeedOfAnswer: offered === 0 ? null : 12 + offered / 2, longestWait: offered * 3, handled: answered, averageHandleTime: answered === 0 ? null : 318, talkSeconds: answered * 240, holdSeconds: answered * 18,
    wrapUpSeconds: answered * 60, missed: 2, rejected: 0, transfersIn: 3, transfersOut: 4, dispositions: { Solved: answered, 'Follow-up needed': 3, '': 1 },
  };
}

function agentFigures(handled: number): AgentFigures {
  return {
    offers: handled + 2, accepted: handled, rejected: 1, missed: 1, handled, averageHandleTime: handled === 0 ? null : 305, talkSeconds: handled * 230, holdSeconds: handled * 15, wrapUpSeconds: handled * 60, consulted: 1,
    consultSeconds: 130, transfersIn: 1, transfersOut: 2, loggedInSeconds: 27_000, availableSeconds: 24_100, breakSeconds: 2900, busySeconds: handled * 305, occupancy: 0.78, dispositions: { Solved: handled },
  };
}

function report<Figures>(subjects: ReadonlyArray<readonly [id: string, name: string]>, figures: (seed: number) => Figures): FigureReport<Figures> {
  const row = ([id, name]: readonly [string, string], at: number, length: number, seed: number): FigureRow<Figures> => (
    { id, name, from: new Date(day + at * hour).toISOString(), to: new Date(day + (at + length) * hour).toISOString(), figures: figures(seed) }
  );
  return {
    timeZone: 'Europe/Berlin', from: new Date(day).toISOString(), to: new Date(day + 24 * hour).toISOString(), interval: '1h',
    rows: Array.from({ length: hours }, (_, at) => subjects.map((subject, which) => row(subject, at + 8, 1, Math.round(14 + 11 * Math.sin(at / 2 + which))))).flat(),
    totals: subjects.map((subject, which) => row(subject, 0, 24, 184 - which * 71)),
  };
}

export const queueReport = report([['cards', 'Cards & payments'], ['mortgages', 'Mortgages'], ['business', 'Business accounts']], queueFigures);
export const agentsReport = report([['a2', 'Ben Falk'], ['a3', 'Carla Ruiz']], (seed) => agentFigures(Math.round(seed / 6)));

export const fakeOwnFigures: OwnFigures = {
  timeZone: 'Europe/Berlin', from: new Date(day).toISOString(), to: new Date(day + 15 * hour).toISOString(), total: { ...agentFigures(31), missed: 2, rejected: 1, transfersIn: 2, transfersOut: 4, consulted: 3, consultSeconds: 410 },
  channels: [
    { channel: 'voice', handled: 19, averageHandleTime: 341, talkSeconds: 4370, holdSeconds: 465, wrapUpSeconds: 1644 },
    { channel: 'chat', handled: 9, averageHandleTime: 412, talkSeconds: 3168, holdSeconds: 0, wrapUpSeconds: 540 },
    { channel: 'message', handled: 3, averageHandleTime: 655, talkSeconds: 1785, holdSeconds: 0, wrapUpSeconds: 180 },
  ],
  statuses: [{ status: 'available', reason: null, seconds: 24_100 }, { status: 'break', reason: 'Lunch', seconds: 2400 }, { status: 'break', reason: 'Missed contact', seconds: 500 }],
};
export const noOwnFigures: OwnFigures = { ...fakeOwnFigures, total: { ...agentFigures(0), offers: 0, rejected: 0, missed: 0, loggedInSeconds: 0, occupancy: null }, channels: [], statuses: [] };

const runtime = { from: 'runtime', by: 'Sara Lindqvist', since: '2026-11-27T09:12:00.000Z' } as const;
const config = { from: 'config' } as const;
export const fakeSettings = (): QueueSettingsView => ({
  queue: 'cards', label: 'Cards & payments',
  settings: [
    { name: 'label', value: 'Cards & payments', configured: 'Cards & payments', origin: config },
    { name: 'skills', value: { cards: 2 }, configured: { cards: 2 }, origin: config },
    { name: 'strategy', value: 'longestIdle', configured: 'longestIdle', origin: config },
    { name: 'priority', value: 70, configured: 50, origin: runtime },
    { name: 'offerSeconds', value: 20, configured: 20, origin: config },
    { name: 'holdPlace', value: 180, configured: 180, origin: config },
    { name: 'maximumWait', value: 3600, configured: 3600, origin: config },
    { name: 'maximumDuration', value: 14_400, configured: 14_400, origin: config },
    { name: 'opening', value: { open: false, until: '2026-11-27T15:00:00.000Z' }, origin: runtime },
    { name: 'wrapUp', value: { mode: 'optional', seconds: 120, dispositions: ['Solved', 'Follow-up needed'] }, configured: { mode: 'optional', seconds: 120, dispositions: ['Solved'] }, origin: config },
    { name: 'serviceLevel', value: { seconds: 20, formula: 'abandonsIgnored', shortAbandonSeconds: 5, target: 80 }, configured: {}, origin: config },
    { name: 'steps', value: [{ after: 60, minimumLevel: 2 }, { after: 300, addQueues: ['mortgages'] }], configured: [], origin: config },
    { name: 'callback', value: { page: true, phone: true, numbers: ['+49*'], scheduled: false, tries: 3, pauseSeconds: 300, maximumWait: 86_400, slotMinutes: 30, slotCapacity: 4, daysAhead: 7, priority: 100 }, configured: {}, origin: runtime },
    { name: 'chat', value: { quietSeconds: 600, warningSeconds: 120, afterCall: true, redactSecrets: true }, configured: {}, origin: config },
    { name: 'messages', value: { answerWithin: 14_400, fromWidget: true, maximumWait: 604_800, maximumHold: 86_400 }, configured: {}, origin: config },
  ],
});
export const fakeChanges: readonly ConfigChangeView[] = [
  { number: 3, at: '2026-11-27T09:12:00.000Z', by: 'Sara Lindqvist (sara)', action: 'set', subject: 'queues.cards.priority', detail: { before: null, after: 70 } },
  { number: 2, at: '2026-11-27T08:40:00.000Z', by: 'Otto Brandt (otto)', action: 'reload', subject: '', detail: { added: [], changed: ['queues.cards'] } },
  { number: 1, at: '2026-11-26T16:02:00.000Z', by: 'Sara Lindqvist (sara)', action: 'reset', subject: 'agents.ben.skills', detail: { before: { cards: 5 }, after: null } },
];
export const fakeSkills = (agentId: string): AgentSkillsView => ({ agentId, skills: { cards: 4, german: 3 }, origin: runtime, configured: { cards: 3 } });

/** Answers what the supervisor's page asks; undefined: it is nothing of that. */
export function supervisionAnswer(method: string, path: string, query: Readonly<Record<string, unknown>>): { readonly json?: unknown; readonly csv?: string } | undefined {
  if (path === '/figures') return query['format'] === 'csv' ? { csv: 'from,to,id,name,offered\r\n' } : { json: query['by'] === 'agent' ? agentsReport : queueReport };
  if (/^\/queues\/[^/]+(\/settings)?$/.test(path) && method !== 'DELETE') return { json: { ...fakeSettings(), queue: path.split('/')[2] } };
  if (path === '/config/reload') return { json: { added: ['queues.night'], changed: ['agents.ben', 'queues.cards'], removed: [], afterRestart: ['trunks.pbx'], unfit: [] } };
  if (path === '/config/changes') return { json: { changes: fakeChanges } };
  const [, agentId] = /^\/agents\/([^/]+)\/skills$/.exec(path) ?? [];
  return agentId !== undefined && method !== 'DELETE' ? { json: fakeSkills(agentId) } : undefined;
}
