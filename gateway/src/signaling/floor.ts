/** The floor for supervisors: who is where, since when and with what, and how the queues fare today. Told to whoever watches, as it changes. */
import type { Logger } from 'pino';
import type { Floor, FloorAgent, FloorQueue } from '#shared/floor.ts';
import { figuresZone, stayRules } from '../acd/reports.ts';
import { canServe, needAt, routings } from '../acd/routing.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { averageSpeedOfAnswer, noStays, serviceLevel } from '../figures/measures.ts';
import { dateOf, startOfDay } from '../figures/time-grid.ts';
import { agentState } from '../store/agents.ts';
import type { Db } from '../store/database.ts';
import { stayCounts } from '../store/figures.ts';
import { floorAgents, type FloorRow } from '../store/floor.ts';
import { Board } from './board.ts';

/** Milliseconds that a floor rests between two tellings, for each agent on it: a thousand agents are told every five seconds. */
const pauseForEach = 5;
const leastPause = 1000;

interface Picture {
  readonly floor: Floor;
  /** Agents who may see it. */
  readonly supervisors: ReadonlySet<string>;
}

export interface FloorBoardOptions {
  readonly db: Db;
  readonly config: Config;
  readonly changes: Changes;
  readonly now: () => number;
  readonly log: Logger;
}

export class FloorBoard {
  readonly #options: FloorBoardOptions;
  readonly #board: Board<Picture>;
  readonly #watchers = new Map<(floor: Floor) => void, string>();

  constructor(options: FloorBoardOptions) {
    this.#options = options;
    this.#board = new Board({
      changes: options.changes, log: options.log, read: () => this.#read(), show: (picture) => this.#show(picture), isWatched: () => this.#watchers.size > 0,
      pause: ({ floor }) => Math.max(leastPause, floor.agents.length * pauseForEach),
    });
  }

  /** The present floor comes at once, if the agent is a supervisor, and every later one. Answers how to stop it. */
  watch(agentId: string, listener: (floor: Floor) => void): () => void {
    this.#watchers.set(listener, agentId);
    this.#board.current().then(({ floor, supervisors }) => {
      if (this.#watchers.has(listener) && supervisors.has(agentId)) listener(floor);
    }, (error: unknown) => this.#options.log.error({ err: error }, 'the floor could not be read'));
    return () => { this.#watchers.delete(listener); };
  }

  async current(): Promise<Floor> {
    return (await this.#board.current()).floor;
  }

  stop(): void {
    this.#board.stop();
  }

  #show({ floor, supervisors }: Picture): void {
    for (const [listener, agentId] of this.#watchers) if (supervisors.has(agentId)) listener(floor);
  }

  async #read(): Promise<Picture> {
    const { db, config } = this.#options;
    const now = this.#options.now();
    const timeZone = figuresZone(config);
    const grid = [startOfDay(dateOf(now, timeZone), timeZone), now];
    const [rows, stays] = await Promise.all([floorAgents(db), stayCounts(db, { grid, now, rules: stayRules(config.queues) })]);
    const agents = rows.filter(({ status, slots }) => status !== 'offline' || slots.length > 0);
    const routing = routings(config.queues);
    const queues = config.queues.map((queue): FloorQueue => {
      const counts = stays.find(({ id }) => id === queue.id)?.counts ?? noStays;
      const need = needAt(routing.get(queue.id)?.voice ?? [], 0);
      const able = agents.filter(({ skills }) => canServe(skills, need));
      const { offered, answered, abandoned, longestWait } = counts;
      return {
        id: queue.id, target: queue.serviceLevel.target / 100, withinSeconds: queue.serviceLevel.seconds,
        today: { offered, answered, abandoned, longestWait, averageSpeedOfAnswer: averageSpeedOfAnswer(counts), serviceLevel: serviceLevel(counts, queue.serviceLevel.formula) },
        agents: {
          free: able.filter(({ status, slots, reachable }) => status === 'available' && slots.length === 0 && reachable).length, busy: able.filter(({ slots }) => slots.length > 0).length,
          onBreak: able.filter(({ status, slots }) => status === 'break' && slots.length === 0).length,
        },
      };
    });
    return {
      floor: { at: new Date(now).toISOString(), timeZone, queues, agents: agents.map(onFloor) },
      supervisors: new Set(rows.filter(({ role }) => role !== 'agent').map(({ agentId }) => agentId)),
    };
  }
}

function onFloor({ agentId, name, role, status, reason, statusSince, reachable, skills, idleSince, slots }: FloorRow): FloorAgent {
  const state = agentState(slots);
  const since = state === 'idle' ? Math.max(statusSince, status === 'available' ? idleSince : 0) : Math.min(...slots.filter((slot) => slot.state === state).map((slot) => slot.since));
  return {
    agentId, name, role, status, reason, statusSince: iso(statusSince), state, since: iso(since), reachable, skills,
    contacts: slots.map(({ contactId, queue, channel, state: slot, part, since: from, customer, sharesPage }) => ({ contactId, queue, channel, slot, part, since: iso(from), customer, sharesPage })),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
