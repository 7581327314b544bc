/** What a queue says to somebody who waits in it, or is about to. */
import type { Logger } from 'pino';
import type { QueueWait } from '#shared/session-api.ts';
import type { WaitRange } from '#shared/vocabulary.ts';
import type { Config } from '../config/schema.ts';
import type { Changes } from '../contact/changes.ts';
import { queueOf } from '../contact/limits.ts';
import { hoursLabel, openingAt } from '../flow/hours.ts';
import { queuePositions } from '../store/contacts.ts';
import type { Db } from '../store/database.ts';
import { idleAgentsWith } from '../store/outlook.ts';
import { Outlook, type Forecast } from './outlook.ts';

/** A forecast is made again no sooner, and never takes more than one part in this many of the process's time. */
const freshFor = 1000;
const shareOfTime = 30;
/** How often those who wait are told anew though nothing happened: an estimate that never moves is not believed. */
const retellAfter = 30_000;

export interface QueueFigures {
  /** Contact id → place, 1 is next. */
  readonly positions: ReadonlyMap<string, number>;
  readonly agentsIdle: number;
  ewtOf(contactId: string): WaitRange | null;
  /** Of somebody who would arrive now. */
  readonly ewtOfNewcomer: WaitRange | null;
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
  #forecast: Promise<Forecast> | null = null;
  /** Until when the forecast serves. */
  #freshUntil = 0;
  /** Something happened after what the forecast was made from. */
  #outdated = false;
  #telling = false;
  #timer: NodeJS.Timeout | undefined;
  #tellsAt = Infinity;

  constructor(options: WaitsOptions) {
    this.#options = options;
    this.#outlook = new Outlook(options);
    const outdate = (): void => { if (!this.#telling) this.#outdated = true; };
    options.changes.on('queue', outdate);
    options.changes.on('agent', outdate);
  }

  async figures(queueId: string): Promise<QueueFigures> {
    const { db, config } = this.#options;
    const queue = queueOf(config, queueId);
    const [positions, agentsIdle, forecast] = await Promise.all([
      queuePositions(db, queueId, config.priorityPointSeconds * 1000), idleAgentsWith(db, queue.skills), this.#current(),
    ]);
    const ewtOfNewcomer = forecast.newcomers.get(queue.id) ?? null;
    return { positions, agentsIdle, ewtOfNewcomer, ewtOf: (contactId) => forecast.waiting.has(contactId) ? forecast.waiting.get(contactId) ?? null : ewtOfNewcomer };
  }

  /** The wait of a contact that is not in the queue yet. */
  async ofNewcomer(queueId: string): Promise<QueueWait> {
    const { config, now } = this.#options;
    const queue = queueOf(config, queueId);
    const { positions, ewtOfNewcomer } = await this.figures(queueId);
    return { queue: queue.id, label: queue.label, ...openingOf(config, queueId, now()), position: positions.size + 1, ewt: ewtOfNewcomer };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#tellsAt = -Infinity;
  }

  #current(): Promise<Forecast> {
    const at = performance.now();
    if (this.#forecast !== null && at < this.#freshUntil) {
      // What is told now is older than what happened: it is told again when it may be made anew.
      if (this.#outdated) this.#tellIn(this.#freshUntil - at);
      return this.#forecast;
    }
    this.#outdated = false;
    this.#freshUntil = Infinity;
    const forecast = this.#outlook.forecast();
    this.#forecast = forecast;
    forecast.then(({ waiting }) => {
      const after = performance.now();
      this.#freshUntil = after + Math.max(freshFor, (after - at) * shareOfTime);
      if (this.#outdated) this.#tellIn(this.#freshUntil - after);
      else if (waiting.size > 0) this.#tellIn(Math.max(retellAfter, this.#freshUntil - after));
    }, (error: unknown) => {
      this.#forecast = null;
      this.#options.log.error({ err: error }, 'the expected wait could not be made');
    });
    return forecast;
  }

  /** Those who show the queues' figures are told that they changed. A sooner moment wins over a later one. */
  #tellIn(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= this.#tellsAt) return;
    clearTimeout(this.#timer);
    this.#tellsAt = at;
    this.#timer = setTimeout(() => {
      this.#tellsAt = Infinity;
      this.#telling = true;
      for (const { id } of this.#options.config.queues) this.#options.changes.emit('queue', id);
      this.#telling = false;
    }, milliseconds);
  }
}

export function openingOf(config: Config, queueId: string, now: number): Pick<QueueWait, 'open' | 'opensAt' | 'hours'> {
  const queue = queueOf(config, queueId);
  const calendar = config.hours.find(({ id }) => id === queue.hours) ?? null;
  return { ...openingAt(calendar, now), hours: hoursLabel(calendar) };
}
