/**
 * One possible future of all queues, from how they stand now: agents become free, take the first whom they may have, customers give up, more
 * urgent ones arrive. It goes by the policy that the matcher goes by (rank, needs, steps), so that what customers are told is what will be
 * done. Pure: chance comes in.
 */
import { MomentQueue } from './moment-queue.ts';
import { canServe, needAt, type Need, type Routing, type Skills } from './routing.ts';

/** How long agents are busy with contacts of a queue. */
export interface Handling {
  /** Milliseconds that are still to come when `elapsed` have passed. `u` is uniform in [0, 1). */
  remaining(elapsed: number, u: number): number;
  /** By how much all of it may be wrong, as a share: one standard error. */
  readonly uncertainty: number;
}

export interface QueueOutlook {
  readonly queueId: string;
  readonly routing: Routing;
  /** Of those who will arrive. */
  readonly priority: number;
  /** Null: too little is known, and whoever is busy there may never be free. */
  readonly handling: Handling | null;
  /** Per millisecond: how many arrive, and the share of those who wait that gives up. */
  readonly arrivals: number;
  readonly givingUp: number;
}

export interface Waiting {
  readonly queueId: string;
  readonly priority: number;
  readonly queuedAt: number;
  readonly video: boolean;
  /** Stands for somebody who would arrive now: finds out the wait, and takes no agent's time. */
  readonly probe: boolean;
}

export interface AgentNow {
  readonly skills: Skills;
  /** Null: idle. */
  readonly busy: { readonly queueId: string; readonly since: number } | null;
}

export interface Present {
  readonly now: number;
  /** Milliseconds. */
  readonly pointWorth: number;
  readonly queues: readonly QueueOutlook[];
  readonly waiting: readonly Waiting[];
  /** All who take contacts, idle or busy. */
  readonly agents: readonly AgentNow[];
}

/** Nobody waits as long; a future in which somebody does is one in which they are not served. */
const horizon = 8 * 3600_000;

interface Standing {
  /** Place in `Present.waiting`; -1 for those who arrive later. */
  readonly at: number;
  readonly queuedAt: number;
  readonly rank: number;
  /** From when on they are not there any more: they are told a wait like the others, and take no agent. */
  readonly gone: number;
}

interface Lane {
  readonly queue: QueueOutlook;
  readonly needs: readonly Need[];
  readonly standing: Standing[];
  next: number;
}

/** Which skills meet which need: the same in every future, so it is found out once. */
type Eligibility = Map<Need, Map<Skills, boolean>>;

/**
 * Futures of one present. Each call plays another one.
 * @returns for each who waits, milliseconds from now to an agent; Infinity where none comes
 */
export function futures(present: Present, random: () => number): () => Float64Array {
  const eligible: Eligibility = new Map();
  return () => new Future(present, random, eligible).play();
}

class Future {
  readonly #present: Present;
  readonly #random: () => number;
  readonly #eligible: Eligibility;
  readonly #waits: Float64Array;
  readonly #lanes = new Map<string, Lane>();
  /** Agents by the moment at which they are free. */
  readonly #free: MomentQueue<AgentNow>;
  readonly #arrivals: MomentQueue<QueueOutlook>;
  /** How wrong the measured handle times may be, the same for this whole future. */
  readonly #pace = new Map<QueueOutlook, number>();
  readonly #queues: ReadonlyMap<string, QueueOutlook>;
  #idle: AgentNow[] = [];
  /** Of those whom we ask for. */
  #left: number;
  #lastRank = -Infinity;

  constructor(present: Present, random: () => number, eligible: Eligibility) {
    this.#present = present;
    this.#random = random;
    this.#eligible = eligible;
    this.#queues = new Map(present.queues.map((queue) => [queue.queueId, queue]));
    this.#waits = new Float64Array(present.waiting.length).fill(Infinity);
    this.#left = present.waiting.length;
    for (const queue of present.queues) this.#pace.set(queue, Math.exp(normal(random) * (queue.handling?.uncertainty ?? 0)));
    for (const [at, contact] of present.waiting.entries()) this.#stand(contact, at, contact.probe ? -Infinity : this.#givesUp(this.#queues.get(contact.queueId), present.now));
    for (const lane of this.#lanes.values()) lane.standing.sort((a, b) => a.queuedAt - b.queuedAt);
    this.#free = new MomentQueue(present.agents.map((agent) => [agent.busy === null ? present.now : present.now + this.#handling(agent.busy.queueId, present.now - agent.busy.since), agent]));
    this.#arrivals = new MomentQueue(present.queues.map((queue) => [present.now + this.#exponential(queue.arrivals), queue]));
  }

  play(): Float64Array {
    const end = this.#present.now + horizon;
    for (let now = this.#present.now; this.#left > 0 && now <= end;) {
      const moment = Math.min(this.#free.first, this.#nextUrgent(), this.#idle.length === 0 ? Infinity : this.#nextStep(now));
      if (moment === Infinity) break;
      now = Math.max(now, moment);
      if (this.#free.first <= now) {
        // Who was idle already found nobody, and nobody has come since.
        this.#idle.push(...this.#free.take().filter((agent) => !this.#serve(agent, now)));
        continue;
      }
      if (this.#arrivals.first <= now) this.#arrive(now);
      this.#idle = this.#idle.filter((agent) => !this.#serve(agent, now));
    }
    return this.#waits;
  }

  /** Gives the agent the first whom they may have; false when there is none. */
  #serve(agent: AgentNow, now: number): boolean {
    for (;;) {
      let best: Lane | null = null;
      let rank = Infinity;
      for (const lane of this.#lanes.values()) {
        const first = lane.standing[lane.next];
        // Steps only widen: whom the oldest of a lane does not go to, nobody behind them does.
        if (first === undefined || first.rank >= rank || !this.#may(agent, needAt(lane.needs, now - first.queuedAt))) continue;
        best = lane;
        ({ rank } = first);
      }
      const first = best?.standing[best.next];
      if (best === null || first === undefined) return false;
      best.next += 1;
      if (first.at >= 0) {
        this.#waits[first.at] = now - this.#present.now;
        this.#left -= 1;
      }
      if (first.gone <= now) continue;
      this.#free.add(now + this.#handling(best.queue.queueId, 0), agent);
      return true;
    }
  }

  #may({ skills }: AgentNow, need: Need): boolean {
    let known = this.#eligible.get(need);
    if (known === undefined) this.#eligible.set(need, known = new Map());
    let answer = known.get(skills);
    if (answer === undefined) known.set(skills, answer = canServe(skills, need));
    return answer;
  }

  #stand({ queueId, priority, queuedAt, video }: Omit<Waiting, 'probe'>, at: number, gone: number): void {
    const queue = this.#queues.get(queueId);
    if (queue === undefined) return;
    const key = `${queueId} ${video} ${priority}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, lane = { queue, needs: queue.routing[video ? 'video' : 'voice'], standing: [], next: 0 });
    const rank = queuedAt - priority * this.#present.pointWorth;
    if (at >= 0) this.#lastRank = Math.max(this.#lastRank, rank);
    lane.standing.push({ at, queuedAt, rank, gone });
  }

  /** The next arrival that goes before anybody whom we ask for; later ones change nothing for them. */
  #nextUrgent(): number {
    for (;;) {
      const [queue] = this.#arrivals.heads;
      if (queue === undefined || this.#arrivals.first - queue.priority * this.#present.pointWorth < this.#lastRank) return this.#arrivals.first;
      this.#arrivals.take();
    }
  }

  #arrive(now: number): void {
    for (const queue of this.#arrivals.take()) {
      this.#stand({ queueId: queue.queueId, priority: queue.priority, queuedAt: now, video: true }, -1, this.#givesUp(queue, now));
      this.#arrivals.add(now + this.#exponential(queue.arrivals), queue);
    }
  }

  /** When a step may open somebody who waits to an agent who is idle. */
  #nextStep(now: number): number {
    let first = Infinity;
    for (const { standing, next, needs } of this.#lanes.values()) {
      const oldest = standing[next];
      const step = oldest && needs.find(({ from }) => oldest.queuedAt + from > now);
      if (oldest !== undefined && step !== undefined) first = Math.min(first, oldest.queuedAt + step.from);
    }
    return first;
  }

  #handling(queueId: string, elapsed: number): number {
    const queue = this.#queues.get(queueId);
    if (queue === undefined || queue.handling === null) return Infinity;
    return queue.handling.remaining(elapsed, this.#random()) * (this.#pace.get(queue) ?? 1);
  }

  #givesUp(queue: QueueOutlook | undefined, now: number): number {
    return now + this.#exponential(queue?.givingUp ?? 0);
  }

  #exponential(rate: number): number {
    return rate === 0 ? Infinity : -Math.log(1 - this.#random()) / rate;
  }
}

/** A normal deviate, by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
