/** What a queue says to somebody who waits in it, or is about to. */
import type { Logger } from 'pino';
import type { QueueWait } from '#shared/session-api.ts';
import type { Channel, WaitRange } from '#shared/vocabulary.ts';
import type { Config, QueueConfig } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import { hoursLabel, openingAt, overriddenOpening } from '../flow/hours.ts';
import { queueLength, queuePositions } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import { idleSkills, idleUsernames } from '../store/outlook.ts';
import { noForecast, Outlook, type Forecast } from './outlook.ts';
import { canServe, needAt, routings } from './routing.ts';

/** A forecast is made again no sooner, and never takes more than one part in this many of the process's time. */
const freshFor = 1000;
const shareOfTime = 30;
/** How often those who wait are told anew though nothing happened. */
const retellAfter = 30_000;

export interface QueueFigures {
  /** Contact id → place, 1 is next. */
  readonly positions: ReadonlyMap<string, number>;
  /** `channel`: as what somebody comes who is not in the queue yet. */
  ewtOf(contactId: string, channel?: Channel): WaitRange | null;
}

/** For somebody who would arrive now. */
export interface Prospect {
  readonly agentsIdle: number;
  readonly ewt: WaitRange | null;
}

interface WaitsOptions {
  readonly db: Db;
  readonly config: Config;
  readonly changes: Changes;
  readonly now: () => number;
  readonly log: Logger;
}

export class Waits {
  readonly #options: WaitsOptions;
  readonly #outlook: Outlook;
  #forecast: Forecast | null = null;
  #making: Promise<Forecast> | null = null;
  /** Until when the forecast serves as it is; and until when somebody who asks need not wait for the next one. */
  #freshUntil = 0;
  #usableUntil = 0;
  /** Something happened after what the forecast was made from. */
  #outdated = false;
  #telling = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer makes the next one. */
  #nextAt = Infinity;

  constructor(options: WaitsOptions) {
    this.#options = options;
    this.#outlook = new Outlook(options);
    const outdate = (): void => { if (!this.#telling) this.#outdated = true; };
    options.changes.on('queue', outdate);
    options.changes.on('agent', outdate);
  }

  async figures(queueId: string): Promise<QueueFigures> {
    const { db, config } = this.#options;
    const [positions, forecast] = await Promise.all([queuePositions(db, queueId, config.priorityPointSeconds * 1000), this.#current()]);
    const newcomer = (channel: Channel): WaitRange | null => channel === 'voice' || channel === 'chat' ? forecast.newcomers[channel].get(queueOf(config, queueId).id) ?? null : null;
    return { positions: new Map([...positions].map(([contactId, { place }]) => [contactId, place])), ewtOf: (contactId, channel = positions.get(contactId)?.channel ?? 'voice') => forecast.waiting.has(contactId) ? forecast.waiting.get(contactId) ?? null : newcomer(channel) };
  }

  /** The wait of a contact that is not in the queue yet. */
  async ofNewcomer(queueId: string, channel: Extract<Channel, 'voice' | 'chat'> = 'voice'): Promise<QueueWait> {
    const { db, config, now } = this.#options;
    const queue = queueOf(config, queueId);
    const [waiting, forecast] = await Promise.all([queueLength(db, queueId, channel), this.#current()]);
    return { queue: queue.id, label: queue.label, ...openingOf(config, queueId, now()), takes: takes(config, queueId, now()), ...onlyMessages(config, queueId, now()), position: waiting + 1, ewt: forecast.newcomers[channel].get(queue.id) ?? null };
  }

  /** How all queues stand, by id. */
  async prospects(): Promise<ReadonlyMap<string, Prospect>> {
    const { db, config } = this.#options;
    const hunts = config.queues.some(({ hunt }) => hunt !== undefined);
    const [idle, names, forecast] = await Promise.all([idleSkills(db), hunts ? idleUsernames(db) : new Set<string>(), this.#current()]);
    const routing = routings(config.queues);
    return new Map(config.queues.map(({ id, hunt }) => {
      const need = needAt(routing.get(id)?.voice ?? [], 0);
      const agentsIdle = hunt === undefined ? idle.reduce((sum, { skills, agents }) => canServe(skills, need) ? sum + agents : sum, 0)
        : hunt.list.filter((entry) => 'agent' in entry && names.has(entry.agent)).length;
      return [id, { agentsIdle, ewt: forecast.newcomers.voice.get(id) ?? null }];
    }));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#nextAt = -Infinity;
  }

  /** What was made last, if it is not too old; a newer one is then on its way, and told when it is there. */
  async #current(): Promise<Forecast> {
    const at = performance.now();
    if (this.#forecast === null || at >= this.#usableUntil) return this.#make();
    if (this.#outdated) this.#makeAt(this.#freshUntil);
    return this.#forecast;
  }

  #make(): Promise<Forecast> {
    if (this.#making !== null) return this.#making;
    this.#outdated = false;
    // The store may be gone before a forecast is through that was begun before the stop: nobody reads it any more.
    const making = this.#outlook.forecast().catch((error: unknown): Forecast => {
      if (this.#stopped) return noForecast;
      throw error;
    });
    this.#making = making;
    making.then((forecast) => {
      const at = performance.now();
      this.#forecast = forecast;
      this.#freshUntil = at + Math.max(freshFor, forecast.effort * shareOfTime);
      this.#usableUntil = at + retellAfter;
      // An estimate that never moves is not believed.
      if (this.#outdated || forecast.waiting.size > 0) this.#makeAt(this.#outdated ? this.#freshUntil : Math.max(this.#freshUntil, at + retellAfter));
    }, (error: unknown) => this.#options.log.error({ err: error }, 'the expected wait could not be made')).finally(() => { this.#making = null; });
    return making;
  }

  /** A sooner moment wins over a later one. */
  #makeAt(moment: number): void {
    if (moment >= this.#nextAt) return;
    clearTimeout(this.#timer);
    this.#nextAt = moment;
    this.#timer = setTimeout(() => {
      this.#nextAt = Infinity;
      this.#make().then(() => this.#tell(), () => { /* logged where it was made */ });
    }, Math.max(0, moment - performance.now()));
  }

  /** Those who show the queues' figures are told that they changed. */
  #tell(): void {
    this.#telling = true;
    for (const { id } of this.#options.config.queues) this.#options.changes.emit('queue', id);
    this.#telling = false;
  }
}

export function openingOf(config: Config, queueId: string, now: number): Pick<QueueWait, 'open' | 'opensAt' | 'hours'> {
  const queue = queueOf(config, queueId);
  const calendar = config.hours.find(({ id }) => id === queue.hours) ?? null;
  const overridden = queue.opening === undefined ? null : overriddenOpening(queue.opening, calendar, now);
  return { ...overridden ?? openingAt(calendar, now), hours: hoursLabel(calendar) };
}

/** Whether somebody who comes now is taken up: the queue is open, or its flow knows of something else for them. */
export function takes(config: Config, queueId: string, now: number): boolean {
  return openingOf(config, queueId, now).open || whenClosed(queueOf(config, queueId)) !== 'end';
}

function onlyMessages(config: Config, queueId: string, now: number): Pick<QueueWait, 'onlyMessages'> {
  return !openingOf(config, queueId, now).open && whenClosed(queueOf(config, queueId)) === 'message' ? { onlyMessages: true } : {};
}

/** What a closed queue has for whoever comes: the end, a message and nothing else, or more. */
function whenClosed({ flow, messages }: QueueConfig): 'end' | 'message' | 'more' {
  const step = flow.find(({ kind }) => kind === 'hours');
  if (step?.kind !== 'hours') return messages.fromWidget ? 'message' : 'end';
  if (step.closed.kind === 'offer') return step.closed.choices.every((choice) => choice === 'message') ? 'message' : 'more';
  return step.closed.kind === 'end' ? 'end' : 'more';
}
