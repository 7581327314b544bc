/** Makes the forecast of all queues: reads how they stand, plays futures a few at a time so that nobody else waits, and lays them side by side. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WaitRange } from '#shared/vocabulary.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Db } from '../store/database.ts';
import { handleTimes, queuedNow, queueFlows, workingAgents } from '../store/outlook.ts';
import { estimates, toRange } from './ewt.ts';
import { futures, type Present, type Waiting } from './play-forward.ts';
import { mostFutures, queueOutlooks } from './queue-outlook.ts';
import { seeded } from './random.ts';
import { routings, type Skills } from './routing.ts';

/** The longer the queues, the less one future differs from another. */
const fewestFutures = 20;
/** Contacts played in all of them together: some tens of milliseconds. */
const mostPlayed = 50_000;
/** Milliseconds in which futures are played before others get their turn, and how many times as long that turn is. */
const turnLength = 4;
const turnOfOthers = 4;

export interface Forecast {
  /** By contact; null where nothing can be said. */
  readonly waiting: ReadonlyMap<string, WaitRange | null>;
  /** By queue: somebody who would arrive now. */
  readonly newcomers: ReadonlyMap<string, WaitRange | null>;
  /** Milliseconds of work that it took. */
  readonly effort: number;
}

export class Outlook {
  readonly #options: { readonly db: Db; readonly config: Config; readonly now: () => number };

  constructor(options: { readonly db: Db; readonly config: Config; readonly now: () => number }) {
    this.#options = options;
  }

  async forecast(): Promise<Forecast> {
    const { present, contactIds } = await this.#present();
    // The same chance each time: an estimate changes because the queues changed.
    const play = futures(present, seeded(1));
    const count = Math.round(Math.min(mostFutures, Math.max(fewestFutures, mostPlayed / (present.waiting.length + present.agents.length))));
    const played: Float64Array[] = [];
    let effort = 0;
    for (let from = performance.now(); played.length < count;) {
      played.push(play());
      const took = performance.now() - from;
      if (took < turnLength && played.length < count) continue;
      effort += took;
      if (took >= turnLength) await pause(took * turnOfOthers);
      from = performance.now();
    }
    const ranges = estimates(played).map(toRange);
    return {
      waiting: new Map(contactIds.map((contactId, at) => [contactId, ranges[at] ?? null])),
      newcomers: new Map(present.queues.map(({ queueId }, at) => [queueId, ranges[contactIds.length + at] ?? null])),
      effort,
    };
  }

  async #present(): Promise<{ readonly present: Present; readonly contactIds: readonly string[] }> {
    const { db, config } = this.#options;
    const now = this.#options.now();
    const [queued, agents, times, flows] = await Promise.all([queuedNow(db), workingAgents(db), handleTimes(db, now), queueFlows(db, now)]);
    const queues = queueOutlooks(config.queues, routings(config.queues), { handleTimes: times, flows });
    const ruledBy = (queueId: string): string => queueOf(config, queueId).id;
    const waiting = queued.map(({ queueId, priority, video, queuedAt }): Waiting => ({ queueId: ruledBy(queueId), priority, video, queuedAt, probe: false }));
    const probes = config.queues.map(({ id, priority }): Waiting => ({ queueId: id, priority, video: true, queuedAt: now, probe: true }));
    // Agents who can the same share one object, so that what they can is looked up once.
    const known = new Map<string, Skills>();
    const shared = (skills: Skills): Skills => {
      const key = JSON.stringify(Object.entries(skills).sort(([a], [b]) => a < b ? -1 : 1));
      const same = known.get(key) ?? skills;
      known.set(key, same);
      return same;
    };
    return {
      contactIds: queued.map(({ id }) => id),
      present: {
        now, pointWorth: config.priorityPointSeconds * 1000, queues, waiting: [...waiting, ...probes],
        agents: agents.map(({ skills, busy }) => ({ skills: shared(skills), busy: busy && { queueId: ruledBy(busy.queueId), since: busy.since } })),
      },
    };
  }
}
