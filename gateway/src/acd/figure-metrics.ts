/**
 * Figures for Prometheus: waits and handle times as they end, the service level of today, agents by what they do. Read from the store when they are
 * asked for; counting begins with the process, as Prometheus expects.
 */
import type { Logger } from 'pino';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Floor } from '#shared/floor.ts';
import type { Db } from '../store/database.ts';
import { endedHandlings, endedStays } from '../store/figures.ts';

/** Milliseconds for which what ended is not counted yet: a transaction that is slow to commit would be missed. */
const settling = 5000;
const waitBuckets = [5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600];
const handleBuckets = [30, 60, 120, 180, 300, 600, 900, 1800, 3600];

interface FigureMetricsOptions {
  readonly db: Db;
  readonly floor: () => Promise<Floor>;
  readonly now: () => number;
  readonly log: Logger;
}

export function registerFigureMetrics(registry: Registry, { db, floor, now, log }: FigureMetricsOptions): void {
  const failed = (error: unknown): void => log.error({ err: error }, 'figures for metrics could not be read');
  /** Reads what ended since the last time, each once. */
  const since = <Row>(read: (from: number, to: number) => Promise<readonly Row[]>, each: (row: Row) => void): (() => Promise<void>) => {
    let from = now() - settling;
    let reading: Promise<void> = Promise.resolve();
    const next = async (): Promise<void> => {
      const to = now() - settling;
      if (to <= from) return;
      const rows = await read(from, to);
      from = to;
      rows.forEach(each);
    };
    // Two who ask at once must not both count the same.
    return () => { reading = reading.then(next).catch(failed); return reading; };
  };

  const waits: Histogram<'queue' | 'outcome'> = new Histogram({
    name: 'gethelp_queue_wait_seconds', help: 'Time in a queue, by how it ended (docs/figures.md)', labelNames: ['queue', 'outcome'], buckets: waitBuckets, registers: [registry],
    collect: since((from, to) => endedStays(db, from, to), ({ queue, outcome, seconds }) => waits.observe({ queue, outcome }, seconds)),
  });
  const handled: Histogram<'queue'> = new Histogram({
    name: 'gethelp_handle_seconds', help: 'Talk, hold and wrap-up of a contact at an agent', labelNames: ['queue'], buckets: handleBuckets, registers: [registry],
    collect: since((from, to) => endedHandlings(db, from, to), ({ queue, seconds }) => handled.observe({ queue }, seconds)),
  });
  const level: Gauge<'queue'> = new Gauge({
    name: 'gethelp_service_level', help: 'Share of today\'s contacts that were answered in time, by the queue\'s formula', labelNames: ['queue'], registers: [registry],
    collect: async () => {
      level.reset();
      await floor().then(({ queues }) => { for (const { id, today } of queues) if (today.serviceLevel !== null) level.set({ queue: id }, today.serviceLevel); }, failed);
    },
  });
  const agents: Gauge<'doing'> = new Gauge({
    name: 'gethelp_agents', help: 'Agents at work, by what they do: idle, reserved, engaged, wrapUp, break', labelNames: ['doing'], registers: [registry],
    collect: async () => {
      agents.reset();
      for (const doing of ['idle', 'reserved', 'engaged', 'wrapUp', 'break']) agents.set({ doing }, 0);
      await floor().then((seen) => { for (const { status, state } of seen.agents) agents.inc({ doing: state === 'idle' && status === 'break' ? 'break' : state }); }, failed);
    },
  });
}
