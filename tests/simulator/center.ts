/**
 * A simulated contact center, event by event: chance brings contacts, handling and patience; who gets whom is decided by the product's own code.
 * Whoever gives up stays as a shadow that takes no agent, so that it is known how long they would have waited.
 */
import { byRank, match, type Candidate, type IdleAgent } from '../../gateway/src/acd/match.ts';
import { MomentQueue } from '../../gateway/src/acd/moment-queue.ts';
import { needAt, routings, type RoutedQueue, type Routing, type Skills } from '../../gateway/src/acd/routing.ts';
import { seeded } from '../../gateway/src/acd/random.ts';
import type { Law } from './laws.ts';

export interface SimulatedQueue extends RoutedQueue {
  readonly priority: number;
  /** Arrivals per millisecond at a moment, and the most there ever are. */
  readonly arrivals: (at: number) => number;
  readonly mostArrivals: number;
  readonly handling: Law;
  /** Mean milliseconds until somebody who waits gives up; Infinity: nobody does. */
  readonly patience: number;
}

export interface SimulatedAgent {
  readonly skills: Skills;
  /** Whether they are at work; who is not takes nobody new. */
  readonly atWork: (at: number) => boolean;
}

export interface Scenario {
  readonly name: string;
  readonly seed: number;
  readonly queues: readonly SimulatedQueue[];
  readonly agents: readonly SimulatedAgent[];
  /** Milliseconds. */
  readonly duration: number;
  readonly pointWorth: number;
}

export interface Contact {
  readonly id: string;
  readonly queue: SimulatedQueue;
  readonly queuedAt: number;
  gaveUpAt: number;
  /** When an agent was there for them, or would have been; null: not yet. */
  servedAt: number | null;
}

export interface Agent extends SimulatedAgent {
  readonly id: string;
  busy: { readonly contact: Contact; readonly since: number } | null;
  idleSince: number;
  lastOfferAt: number;
}

type Event = { readonly arrival: SimulatedQueue } | { readonly free: Agent } | { readonly look: true };

export interface Watcher {
  arrived?(contact: Contact): void;
  /** Somebody came whom no agent was idle for. */
  mustWait?(contact: Contact, center: Center): void;
  served?(contact: Contact, at: number): void;
  freed?(contact: Contact, took: number, at: number): void;
}

/** How often those at work are looked at anew: shifts begin and steps are reached between other events. */
const lookEvery = 5_000;

export class Center {
  readonly scenario: Scenario;
  readonly routing: ReadonlyMap<string, Routing>;
  readonly agents: readonly Agent[];
  now = 0;
  readonly #random: () => number;
  readonly #watcher: Watcher;
  readonly #events = new MomentQueue<Event>([]);
  readonly #lanes: ReadonlyMap<SimulatedQueue, Contact[]>;
  #arrived = 0;

  constructor(scenario: Scenario, watcher: Watcher) {
    this.scenario = scenario;
    this.routing = routings(scenario.queues);
    this.#random = seeded(scenario.seed);
    this.#watcher = watcher;
    this.agents = scenario.agents.map((agent, at) => ({ ...agent, id: `agent ${String(at).padStart(4, '0')}`, busy: null, idleSince: at, lastOfferAt: 0 }));
    this.#lanes = new Map(scenario.queues.map((queue) => [queue, []]));
  }

  run(): void {
    for (const queue of this.scenario.queues) this.#nextArrival(queue);
    const looks = this.scenario.queues.some(({ steps }) => steps.length > 0) || this.agents.some(({ atWork }) => atWork !== always);
    if (looks) this.#events.add(0, { look: true });
    while (this.#events.first <= this.scenario.duration) {
      this.now = this.#events.first;
      for (const event of this.#events.take()) this.#happen(event);
    }
  }

  /** Who is there and waits, in the order in which they came. */
  waiting(): Contact[] {
    return [...this.#lanes.values()].flat().filter(({ gaveUpAt }) => gaveUpAt > this.now).sort((a, b) => a.queuedAt - b.queuedAt);
  }

  #happen(event: Event): void {
    if ('look' in event) {
      this.#events.add(this.now + lookEvery, event);
      this.#match();
    } else if ('free' in event) {
      const { free: agent } = event;
      if (agent.busy !== null) this.#watcher.freed?.(agent.busy.contact, this.now - agent.busy.since, this.now);
      agent.busy = null;
      agent.idleSince = this.now;
      this.#match();
    } else this.#arrive(event.arrival);
  }

  #arrive(queue: SimulatedQueue): void {
    this.#nextArrival(queue);
    // Thinned from the busiest rate to the present one.
    if (this.#random() * queue.mostArrivals > queue.arrivals(this.now)) return;
    this.#arrived += 1;
    const contact: Contact = { id: String(this.#arrived).padStart(9, '0'), queue, queuedAt: this.now, gaveUpAt: this.now + this.#exponential(queue.patience), servedAt: null };
    this.#lanes.get(queue)?.push(contact);
    this.#watcher.arrived?.(contact);
    this.#match();
    if (contact.servedAt === null) this.#watcher.mustWait?.(contact, this);
  }

  #match(): void {
    for (;;) {
      const idle = this.agents.filter(({ busy, atWork }) => busy === null && atWork(this.now));
      // As many of each lane as could be given away: those behind them cannot come first.
      const front = [...this.#lanes.values()].flatMap((lane) => lane.slice(0, idle.length));
      if (idle.length === 0 || front.length === 0) return;
      const matches = match(front.map((contact) => this.#candidate(contact)), idle.map(idleAgent), this.scenario.pointWorth);
      const shadow = matches.findIndex(({ contactId }) => (front.find(({ id }) => id === contactId)?.gaveUpAt ?? Infinity) <= this.now);
      for (const { contactId, agentId } of shadow < 0 ? matches : matches.slice(0, shadow + 1)) {
        const contact = front.find(({ id }) => id === contactId);
        const agent = idle.find(({ id }) => id === agentId);
        if (contact !== undefined && agent !== undefined) this.#serve(contact, agent);
      }
      if (shadow < 0) return;
    }
  }

  #serve(contact: Contact, agent: Agent): void {
    const lane = this.#lanes.get(contact.queue);
    lane?.splice(lane.indexOf(contact), 1);
    contact.servedAt = this.now;
    this.#watcher.served?.(contact, this.now);
    if (contact.gaveUpAt <= this.now) return;
    agent.busy = { contact, since: this.now };
    agent.lastOfferAt = this.now;
    this.#events.add(this.now + contact.queue.handling.remaining(0, this.#random()), { free: agent });
  }

  #candidate({ id, queue, queuedAt }: Contact): Candidate {
    const needs = this.routing.get(queue.id)?.voice ?? [];
    return { contactId: id, priority: queue.priority, queuedAt, need: needAt(needs, this.now - queuedAt), notTo: [] };
  }

  #nextArrival(queue: SimulatedQueue): void {
    this.#events.add(this.now + this.#exponential(1 / queue.mostArrivals), { arrival: queue });
  }

  #exponential(mean: number): number {
    return mean === Infinity ? Infinity : -Math.log(1 - this.#random()) * mean;
  }
}

export const always = (): boolean => true;

/** Place among those who wait in the same queue; 1 is next. */
export function positionOf(contact: Contact, center: Center): number {
  const rank = ({ id, queue, queuedAt }: Contact) => ({ contactId: id, priority: queue.priority, queuedAt });
  const inOrder = byRank(center.scenario.pointWorth);
  return center.waiting().filter((other) => other.queue === contact.queue && inOrder(rank(other), rank(contact)) <= 0).length;
}

function idleAgent({ id, skills, idleSince, lastOfferAt }: Agent): IdleAgent {
  return { agentId: id, openTo: ['voice'], load: 0, skills, idleSince, lastOfferAt };
}
