/** Makes the forecast of all queues: reads how they stand, plays futures a few at a time so that nobody else waits, and lays them side by side. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, WaitRange } from '#shared/vocabulary.ts';
import type { Config } from '../config/schema.ts';
import { queueOf } from '../contact/limits.ts';
import type { Db } from '../store/database.ts';
import { answeredWaits, chattingAgents, handleTimes, queuedNow, queueFlows, usernamesAtWork, workingAgents } from '../store/outlook.ts';
import { besides, chatPlaces } from './chat-places.ts';
import { estimates, toRange } from './ewt.ts';
import { huntWait } from './hunt-wait.ts';
import { futures, type AgentNow, type Present, type QueueOutlook, type Waiting } from './play-forward.ts';
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
  /** By queue: somebody who would arrive now, for a call or a chat. Of messages and tasks nothing is told. */
  readonly newcomers: Readonly<Record<ForecastChannel, ReadonlyMap<string, WaitRange | null>>>;
  /** Milliseconds of work that it took. */
  readonly effort: number;
}

type ForecastChannel = Extract<Channel, 'voice' | 'chat'>;
type Ranges = Omit<Forecast, 'newcomers'> & { readonly newcomers: ReadonlyMap<string, WaitRange | null> };

interface Presented {
  readonly present: Present;
  readonly contactIds: readonly string[];
  /** Before anything is played: those of hunts, which go by no skills. */
  readonly hunted: Omit<Ranges, 'effort'>;
}

/** Of nobody. */
export const noForecast: Forecast = { waiting: new Map(), newcomers: { voice: new Map(), chat: new Map() }, effort: 0 };

export class Outlook {
  readonly #options: { readonly db: Db; readonly config: Config; readonly now: () => number };

  constructor(options: { readonly db: Db; readonly config: Config; readonly now: () => number }) {
    this.#options = options;
  }

  async forecast(): Promise<Forecast> {
    const voice = await this.#forecast('voice');
    const chat = await this.#forecast('chat');
    return { waiting: new Map([...voice.waiting, ...chat.waiting]), newcomers: { voice: voice.newcomers, chat: chat.newcomers }, effort: voice.effort + chat.effort };
  }

  async #forecast(channel: ForecastChannel): Promise<Ranges> {
    const { present, contactIds, hunted } = await this.#present(channel);
    // Where nobody waits for a chat, and nobody could be given one, there is nothing to play.
    if (channel === 'chat' && contactIds.length === 0 && present.agents.length === 0) return { ...hunted, effort: 0 };
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
      waiting: new Map([...contactIds.map((contactId, at) => [contactId, ranges[at] ?? null] as const), ...hunted.waiting]),
      newcomers: new Map([...this.#options.config.queues.map(({ id }, at) => [id, ranges[contactIds.length + at] ?? null] as const), ...hunted.newcomers]),
      effort,
    };
  }

  async #present(channel: ForecastChannel): Promise<Presented> {
    const { db, config } = this.#options;
    const now = this.#options.now();
    // One after the other: together they would keep everybody else from the store, and nobody waits for a forecast as one waits for an agent.
    const queued = await queuedNow(db, channel);
    const agents = channel === 'voice' ? await workingAgents(db) : chatPlaces(await chattingAgents(db, now));
    const times = await handleTimes(db, now, channel);
    const flows = await queueFlows(db, now, channel);
    const routing = routings(config.queues);
    const own = queueOutlooks(config.queues, routing, { handleTimes: times, flows });
    const queues = channel === 'voice' ? own : [...own.map(forChats), ...await this.#besidesChats(agents, now)];
    const ruledBy = (queueId: string): string => queueOf(config, queueId).id;
    const waiting = queued.map(({ queueId, priority, video, queuedAt }): Waiting => ({ queueId: ruledBy(queueId), priority, video, queuedAt, probe: false }));
    const hunted = await this.#hunted(channel, queued.map(({ id, queueId, queuedAt }) => ({ id, queueId: ruledBy(queueId), queuedAt })), now);
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
      contactIds: queued.map(({ id }) => id), hunted,
      present: {
        now, pointWorth: config.priorityPointSeconds * 1000, queues, waiting: [...waiting, ...probes],
        agents: agents.map(({ skills, busy }) => ({ skills: shared(skills), busy: busy && { queueId: queues.some(({ queueId }) => queueId === busy.queueId) ? busy.queueId : ruledBy(busy.queueId), since: busy.since } })),
      },
    };
  }

  /** What keeps agents from chats takes its own time. */
  async #besidesChats(places: readonly AgentNow[], now: number): Promise<QueueOutlook[]> {
    const { db, config } = this.#options;
    const inTheWay = (['voice', 'message', 'task'] as const).filter((channel) => places.some(({ busy }) => busy?.queueId.startsWith(besides(channel, '')) === true));
    const all = await Promise.all(inTheWay.map(async (channel) => queueOutlooks(config.queues, routings(config.queues), { handleTimes: await handleTimes(db, now, channel), flows: new Map() })
      .map((outlook) => ({ ...outlook, queueId: besides(channel, outlook.queueId) }))));
    return all.flat();
  }

  /** In a hunt one waits as others waited there, as long as there is somebody on its list to ring. */
  async #hunted(channel: ForecastChannel, queued: ReadonlyArray<{ readonly id: string; readonly queueId: string; readonly queuedAt: number }>, now: number): Promise<Presented['hunted']> {
    const { db, config } = this.#options;
    const hunts = config.queues.flatMap(({ id, hunt }) => hunt === undefined ? [] : [{ id, hunt }]);
    if (hunts.length === 0) return { waiting: new Map(), newcomers: new Map() };
    const [waits, atWork] = await Promise.all([answeredWaits(db, hunts.map(({ id }) => id), now), usernamesAtWork(db)]);
    const reachable = new Set(hunts.filter(({ hunt }) => hunt.list.some((entry) => 'agent' in entry ? atWork.has(entry.agent) : channel === 'voice')).map(({ id }) => id));
    const range = (queueId: string, elapsed: number): WaitRange | null => reachable.has(queueId) ? toRange(huntWait(waits.get(queueId) ?? [], elapsed)) : null;
    return {
      waiting: new Map(queued.filter(({ queueId }) => hunts.some(({ id }) => id === queueId)).map(({ id, queueId, queuedAt }) => [id, range(queueId, now - queuedAt)])),
      newcomers: new Map(hunts.map(({ id }) => [id, range(id, 0)])),
    };
  }
}

/** Of the needs of a queue those of its chats, however it is asked. */
function forChats(outlook: QueueOutlook): QueueOutlook {
  const { chat } = outlook.routing;
  return { ...outlook, routing: { ...outlook.routing, voice: chat, video: chat } };
}
