/** Reports of figures: reads the counts of a time and lays them out. */
import type { AgentFigures, FigureReport, OwnFigures, OwnSpan, QueueFigures } from '#shared/figures.ts';
import { channels } from '#shared/vocabulary.ts';
import type { Config, QueueConfig } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { averageHandleTime } from '../figures/measures.ts';
import { ownSpan } from '../figures/own-span.ts';
import { agentReport, queueReport } from '../figures/report.ts';
import { timeGrid, type Interval } from '../figures/time-grid.ts';
import type { Queries } from '../store/database.ts';
import { dispositionCounts, handlingCounts, statusTimes, stayCounts, timeCounts, type StayRule } from '../store/figures.ts';

export interface ReportSpan {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly interval: Interval | null;
  readonly timeZone: string;
}

interface ReportOptions {
  readonly db: Queries;
  readonly config: Config;
  readonly now: number;
}

/** The zone in which days are counted where nobody names another. */
export function figuresZone({ figures, hours }: Config): string {
  return figures.timeZone ?? hours[0]?.timeZone ?? 'UTC';
}

export function stayRules(queues: readonly QueueConfig[]): StayRule[] {
  return queues.map(({ id, serviceLevel }) => ({ queue_id: id, threshold: serviceLevel.seconds, short: serviceLevel.shortAbandonSeconds }));
}

export async function reportOfQueues({ db, config, now }: ReportOptions, span: ReportSpan): Promise<FigureReport<QueueFigures>> {
  const grid = timeGrid(span);
  const [stays, handlings, dispositions] = await Promise.all([
    stayCounts(db, { grid, now, rules: stayRules(config.queues) }), handlingCounts(db, { grid, by: 'queue' }), dispositionCounts(db, { grid, by: 'queue' }),
  ]);
  // Queues of earlier times have figures too, under their ids.
  const known = new Set(config.queues.map(({ id }) => id));
  const gone = new Set([...stays, ...handlings].map(({ id }) => id).filter((id) => !known.has(id)));
  const subjects = [...config.queues.map(({ id, label }) => ({ id, name: label })), ...[...gone].toSorted().map((id) => ({ id, name: id }))];
  return { ...heading(span), ...queueReport({ grid, subjects }, { stays, handlings, dispositions }, (queueId) => queueOf(config, queueId).serviceLevel.formula) };
}

/** Of all agents who did anything in that time, or of one. */
export async function reportOfAgents({ db, now }: ReportOptions, span: ReportSpan, agentId?: string): Promise<FigureReport<AgentFigures>> {
  const grid = timeGrid(span);
  const [handlings, times, dispositions] = await Promise.all([
    handlingCounts(db, { grid, by: 'agent', agentId }), timeCounts(db, { grid, now, agentId }), dispositionCounts(db, { grid, by: 'agent', agentId }),
  ]);
  const ids = new Set([...handlings, ...times.filter(({ counts }) => counts.loggedInSeconds > 0 || counts.busySeconds > 0)].map(({ id }) => id));
  if (agentId !== undefined) ids.add(agentId);
  const subjects = ids.size === 0 ? [] : await db.selectFrom('agent').select(['id', 'name']).where('id', 'in', [...ids]).orderBy('name').execute();
  return { ...heading(span), ...agentReport({ grid, subjects }, { handlings, times, dispositions }) };
}

/** What an agent reads of themselves, in the days of the figures' zone. */
export async function reportOfOneself({ db, config, now }: ReportOptions, span: OwnSpan, agentId: string): Promise<OwnFigures | undefined> {
  const timeZone = figuresZone(config);
  const { from, to } = ownSpan(span, now, timeZone);
  const [report, byChannel, statuses] = await Promise.all([
    reportOfAgents({ db, config, now }, { from, to, interval: null, timeZone }, agentId), handlingCounts(db, { grid: [from, to], by: 'channel', agentId }), statusTimes(db, { from, to, now, agentId }),
  ]);
  const total = report.totals[0]?.figures;
  if (total === undefined) return undefined;
  return {
    timeZone, from: report.from, to: report.to, total, statuses,
    channels: channels.flatMap((channel) => {
      const counts = byChannel.find(({ id }) => id === channel)?.counts;
      if (counts === undefined || counts.handled === 0) return [];
      const { handled, talkSeconds, holdSeconds, wrapUpSeconds } = counts;
      return [{ channel, handled, averageHandleTime: averageHandleTime(counts), talkSeconds, holdSeconds, wrapUpSeconds }];
    }),
  };
}

function heading({ from, to, interval, timeZone }: ReportSpan): Pick<FigureReport<never>, 'timeZone' | 'from' | 'to' | 'interval'> {
  return { timeZone, from: new Date(from).toISOString(), to: new Date(to).toISOString(), interval };
}
