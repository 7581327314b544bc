/** What was measured of the queues lately, as the forecast needs it. Pure. */
import { Durations, leastSamples } from './durations.ts';
import type { QueueOutlook } from './play-forward.ts';
import type { Routing } from './routing.ts';

/** How many past contacts of all queues speak for the present handle times. */
export const pastContacts = 2000;
/** Over which time arrivals are counted: long enough for a rate, short enough for the time of day. Milliseconds. */
export const arrivalWindow = 30 * 60_000;
/** Over which time those who gave up are counted. Milliseconds. */
export const patienceWindow = 8 * 3600_000;
/** How many futures a forecast lays side by side, at most: the ends of the range are then good to a tenth. */
export const mostFutures = 100;

export interface QueueFlow {
  /** Per millisecond. */
  readonly arrivals: number;
  readonly givingUp: number;
}

export interface Measured {
  /** Milliseconds from an accepted offer to the agent's being free again, by queue; newest first. */
  readonly handleTimes: ReadonlyMap<string, readonly number[]>;
  readonly flows: ReadonlyMap<string, QueueFlow>;
}

const still: QueueFlow = { arrivals: 0, givingUp: 0 };

export function queueOutlooks(
  queues: ReadonlyArray<{ readonly id: string; readonly priority: number }>, routing: ReadonlyMap<string, Routing>, { handleTimes, flows }: Measured,
): QueueOutlook[] {
  const ofAll = [...handleTimes.values()].flat();
  return queues.flatMap(({ id, priority }): QueueOutlook[] => {
    const rules = routing.get(id);
    if (rules === undefined) return [];
    const own = handleTimes.get(id) ?? [];
    // A queue in which hardly anybody was served yet is taken to be like the others.
    const samples = own.length >= leastSamples ? own : ofAll;
    return [{ queueId: id, routing: rules, priority, handling: samples.length >= leastSamples ? new Durations(samples) : null, ...flows.get(id) ?? still }];
  });
}
