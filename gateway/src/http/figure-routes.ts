/** Figures of queues and agents over a time, as JSON or CSV. */
import { z } from 'zod';
import { ownSpans, type AgentFigures, type FigureReport, type OwnFigures, type QueueFigures } from '#shared/figures.ts';
import type { Floor } from '#shared/floor.ts';
import type { Reply } from '#shared/problem.ts';
import { agentRoles, agentStatuses, channels } from '#shared/vocabulary.ts';
import { figuresZone, reportOfAgents, reportOfOneself, reportOfQueues, type ReportSpan } from '../acd/reports.ts';
import type { Config } from '../config/schema.ts';
import { toCsv, type Cell } from '../figures/csv.ts';
import { intervals, startOfDay, dateOf } from '../figures/time-grid.ts';
import type { FloorBoard } from '../signaling/floor.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { refusalTo } from './queue-setting-routes.ts';
import { route, type Route } from './route.ts';

/** Days that may be asked for at once, by interval: thousands of rows, not millions. */
const mostDays = { '15m': 8, '1h': 62, '1d': 400, none: 400 } as const;
const dayLength = 24 * 3600_000;

const timeZone = z.string().max(64).refine((name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC', 'expected an IANA time zone such as Europe/Berlin');
const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).describe('A moment (ISO 8601 with offset), or a date: its first moment in the time zone.');

const querySchema = z.object({
  by: z.enum(['queue', 'agent']).default('queue'),
  from: moment.optional().describe('Default: the beginning of today.'),
  to: moment.optional().describe('Exclusive; default: now.'),
  interval: z.enum(intervals).optional().describe(`One row for each; without it, one for the whole time. At most ${mostDays['15m']} days of 15m, ${mostDays['1h']} of 1h, ${mostDays['1d']} of 1d.`),
  timeZone: timeZone.optional().describe('Whose days and hours; default: `figures.timeZone` of the contact-center file.'),
  format: z.enum(['json', 'csv']).default('json'),
});

const share = z.number().nullable().describe('0 to 1; null: nobody counts.');
const count = z.int();
const secs = z.number().describe('Seconds.');
const dispositions = z.record(z.string(), count);
const queueFigures = z.object({
  offered: count, answered: count, abandoned: count, shortAbandoned: count, callbacks: count, overflowed: count, expired: count, forwarded: count, closed: count, serviceLevel: share,
  averageSpeedOfAnswer: secs.nullable(), longestWait: secs, handled: count, averageHandleTime: secs.nullable(), talkSeconds: secs, holdSeconds: secs, wrapUpSeconds: secs,
  missed: count, rejected: count, transfersIn: count, transfersOut: count, dispositions,
}) satisfies z.ZodType<QueueFigures>;
const agentFigures = z.object({
  offers: count, accepted: count, rejected: count, missed: count, handled: count, averageHandleTime: secs.nullable(), talkSeconds: secs, holdSeconds: secs, wrapUpSeconds: secs,
  consulted: count, consultSeconds: secs, transfersIn: count, transfersOut: count, loggedInSeconds: secs, availableSeconds: secs, breakSeconds: secs, busySeconds: secs, occupancy: share, dispositions,
}) satisfies z.ZodType<AgentFigures>;
const floorSchema = z.object({
  at: z.iso.datetime(), timeZone: z.string(),
  queues: z.array(z.object({
    id: z.string(), target: z.number().describe('What the service level should be, 0 to 1.'), withinSeconds: secs,
    today: z.object({ offered: count, answered: count, abandoned: count, serviceLevel: share, averageSpeedOfAnswer: secs.nullable(), longestWait: secs }).readonly().describe('Of the stays that began today.'),
    agents: z.object({ free: count, busy: count, onBreak: count }).readonly().describe('Who can serve it.'),
  }).readonly()).readonly(),
  agents: z.array(z.object({
    agentId: z.uuid(), name: z.string(), role: z.enum(agentRoles), status: z.enum(agentStatuses), reason: z.string().nullable(), statusSince: z.iso.datetime(), state: z.enum(['idle', 'reserved', 'engaged', 'wrapUp']),
    since: z.iso.datetime(), reachable: z.boolean(), skills: z.record(z.string(), z.int()).readonly(),
    contacts: z.array(z.object({
      contactId: z.uuid(), queue: z.string(), channel: z.enum(channels), slot: z.enum(['reserved', 'engaged', 'wrapUp']), part: z.enum(['own', 'consulted']), since: z.iso.datetime(), customer: z.string().nullable(),
      sharesPage: z.boolean().describe('A supervisor may look on.'),
    }).readonly()).readonly(),
  }).readonly()).readonly(),
}).meta({ id: 'Floor' }) satisfies z.ZodType<Floor>;
const row = z.object({ id: z.string(), name: z.string(), from: z.iso.datetime(), to: z.iso.datetime(), figures: z.union([queueFigures, agentFigures]) });
const reportSchema = z.object({
  timeZone: z.string(), from: z.iso.datetime(), to: z.iso.datetime(), interval: z.enum(intervals).nullable(), rows: z.array(row), totals: z.array(row),
});

const ownSchema = z.object({
  timeZone: z.string(), from: z.iso.datetime(), to: z.iso.datetime(), total: agentFigures,
  channels: z.array(z.object({ channel: z.enum(channels), handled: count, averageHandleTime: secs.nullable(), talkSeconds: secs, holdSeconds: secs, wrapUpSeconds: secs }).readonly()).readonly()
    .describe('Of `handled`, as what it was offered; those in which there was anything.'),
  statuses: z.array(z.object({ status: z.enum(['available', 'break']), reason: z.string().nullable(), seconds: secs }).readonly()).readonly(),
}).meta({ id: 'OwnFigures' }) satisfies z.ZodType<OwnFigures>;

export interface FigureRouteOptions {
  readonly db: Db;
  readonly config: Config;
  readonly floor: FloorBoard;
  readonly now: () => number;
}

export function figureRoutes({ db, config, floor, now }: FigureRouteOptions): Route[] {
  return [
    route({
      method: 'get', path: '/api/figures/now', tag: 'Figures', auth: 'agent', summary: 'The floor: who is where, since when and with what, and how the queues fare today; for supervisors',
      answer: { description: 'As the stream carries it.', schema: floorSchema },
      handle: async ({ caller }) => refusalTo(caller) ?? { ok: true, value: await floor.current() },
    }),
    route({
      method: 'get', path: '/api/agents/me/figures', tag: 'Figures', auth: 'agent',
      query: z.object({ span: z.enum(ownSpans).default('today').describe('Days of `figures.timeZone` of the contact-center file; the week begins on Monday.') }),
      summary: 'One\'s own figures of today, yesterday or this week, by channel and by status, as docs/figures.md defines them', answer: { description: 'The figures.', schema: ownSchema },
      handle: async ({ caller, query }) => {
        const own = await reportOfOneself({ db, config, now: now() }, query.span, caller.agentId);
        return own === undefined ? { ok: false, problem: problems.notFound('agent') } : { ok: true, value: own };
      },
    }),
    route({
      method: 'get', path: '/api/figures', tag: 'Figures', auth: 'agent', query: querySchema,
      summary: 'Figures of queues or agents over a time, as docs/figures.md defines them; an agent reads their own, and those of queues where configured',
      answer: { description: 'The report; with `format=csv` its rows as `text/csv`.', schema: reportSchema },
      handle: async ({ caller, query, response }) => {
        const own = caller.agent.role === 'agent';
        if (own && query.by === 'queue' && !config.figures.agentsSeeQueues) {
          return { ok: false, problem: problems.forbidden('Figures of queues are read by supervisors; `figures.agentsSeeQueues` of the contact-center file opens them to agents. Ask for `by=agent` to read your own.') };
        }
        const span = spanOf(query, config, now());
        if (!span.ok) return span;
        const options = { db, config, now: now() };
        const report = query.by === 'queue' ? await reportOfQueues(options, span.value) : await reportOfAgents(options, span.value, own ? caller.agentId : undefined);
        if (query.format === 'json') return { ok: true, value: report };
        response.type('text/csv; charset=utf-8').attachment(`figures-by-${query.by}-${dateOf(span.value.from, span.value.timeZone)}.csv`).send(asCsv(report));
        return 'handled';
      },
    }),
  ];
}

function spanOf(query: z.infer<typeof querySchema>, config: Config, now: number): Reply<ReportSpan> {
  const zone = query.timeZone ?? figuresZone(config);
  const at = (given: string): number => /^\d{4}-\d\d-\d\d$/.test(given) ? startOfDay(given, zone) : Date.parse(given);
  const from = query.from === undefined ? startOfDay(dateOf(now, zone), zone) : at(query.from);
  const to = query.to === undefined ? Math.max(now, from + 1) : at(query.to);
  const refused = (path: string, message: string): Reply<ReportSpan> => ({ ok: false, problem: problems.outOfRange(path, message) });
  if (to <= from) return refused('to', 'expected a moment after `from`');
  const most = mostDays[query.interval ?? 'none'];
  if (to - from > most * dayLength) return refused('from', `expected at most ${most} days${query.interval === undefined ? '' : ` of ${query.interval}`} at once; ask for a longer interval, or several times`);
  return { ok: true, value: { from, to, interval: query.interval ?? null, timeZone: zone } };
}

function asCsv({ rows }: FigureReport<QueueFigures> | FigureReport<AgentFigures>): string {
  const [first] = rows;
  const names = first === undefined ? [] : Object.keys(first.figures);
  return toCsv(['from', 'to', 'id', 'name', ...names], rows.map(({ from, to, id, name, figures }) => [
    from, to, id, name, ...Object.values(figures).map((value: number | null | Readonly<Record<string, number>>): Cell => (
      typeof value === 'object' && value !== null ? Object.entries(value).map(([disposition, of]) => `${disposition || '–'}: ${of}`).join('; ') : value
    )),
  ]));
}
