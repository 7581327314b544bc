/** What a queue says to somebody who waits in it, or is about to. */
import type { QueueWait } from '#shared/session-api.ts';
import type { WaitRange } from '#shared/vocabulary.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import { hoursLabel, openingAt } from '../flow/hours.ts';
import { staffing } from '../store/agents.ts';
import { queuePositions, recentHandleTimes } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { expectedWait } from './ewt.ts';

/** How many past contacts speak for the present handle time. */
const handleTimeSamples = 50;

export interface QueueFigures {
  /** Contact id → place, 1 is next. */
  readonly positions: ReadonlyMap<string, number>;
  readonly agentsIdle: number;
  ewtAt(position: number): WaitRange | null;
}

export async function queueFigures(db: Queries, config: Config, queueId: string): Promise<QueueFigures> {
  const [positions, staff, handleTimes] = await Promise.all([
    queuePositions(db, queueId, config.priorityPointSeconds * 1000), staffing(db, Object.keys(queueOf(config, queueId).skills)), recentHandleTimes(db, queueId, handleTimeSamples),
  ]);
  return { positions, agentsIdle: staff.idle, ewtAt: (position) => expectedWait({ position, ...staff, handleTimes }) };
}

/** The wait of a contact that is not in the queue yet. */
export async function queueWait(db: Queries, config: Config, queueId: string, now: number): Promise<QueueWait> {
  const queue = queueOf(config, queueId);
  const figures = await queueFigures(db, config, queueId);
  const position = figures.positions.size + 1;
  return {
    queue: queue.id, label: queue.label, ...openingOf(config, queueId, now), position, ewt: figures.ewtAt(position),
  };
}

export function openingOf(config: Config, queueId: string, now: number): Pick<QueueWait, 'open' | 'opensAt' | 'hours'> {
  const queue = queueOf(config, queueId);
  const calendar = config.hours.find(({ id }) => id === queue.hours) ?? null;
  return { ...openingAt(calendar, now), hours: hoursLabel(calendar) };
}
