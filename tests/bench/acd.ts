/**
 * `npm run bench:acd`: how fast the ACD is with 1,000 agents and 10,000 contacts waiting, on the embedded PostgreSQL: from an agent's being free to the
 * reservation in their desktop's stream, and assignments per second when everybody becomes free at once. Beside it, in the same run on the same
 * store, a bare loop that does nothing but take the next row (`FOR UPDATE SKIP LOCKED`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { openDatabase } from '../../gateway/src/store/database.ts';
import { startStore } from '../../gateway/src/store/embedded-server.ts';
import { AcdStand, agentCount, contactCount } from './acd-stand.ts';

const log = pino({ level: 'warn' });
const rounds = Number(process.argv[2] ?? 5);
/** Agents who become free in a second, one by one: more than 1,000 ever do, even if each had a customer a minute; and far more. */
const paces = [20, 60];
/** At first every connection plans each statement, which nobody meets who comes to work in the morning and finds it running. */
const warmUp = 100;

const takeFirst = {
  name: 'take', values: [],
  text: 'update bare set agent_id = gen_random_uuid() where id = (select id from bare where agent_id is null order by queued_at limit 1 for update skip locked) returning id',
};

const dataDir = await mkdtemp(join(tmpdir(), 'gethelp-bench-'));
const store = await startStore({ dataDir, databaseUrl: null, log, progress: () => { /* nobody watches */ } });
const database = await openDatabase(store.connection, (error) => log.error({ err: error }, 'store connection lost'));
const client = new pg.Client(store.connection);
await client.connect();
try {
  const stand = await AcdStand.open({ db: database.db, client, log });
  process.stdout.write(`${agentCount} agents, ${contactCount} contacts waiting\n`);

  for (const pace of paces) {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const latencies = await stand.freeOneByOne(pace);
    delays.disable();
    print(`agent free → reservation in their stream, ${pace} a second`, latencies.slice(warmUp), `event loop p99 ${(delays.percentile(99) / 1e6).toFixed(1)} ms`);
  }
  print('bare SKIP LOCKED and commit, 60 a second', await bareOneByOne(60));

  // In turns, so that a machine that is slower for a while is slower for both.
  const rates: Array<{ readonly made: number; readonly shown: number; readonly bare: number }> = [];
  for (let round = 0; round < rounds; round += 1) rates.push({ ...await stand.freeAllAtOnce(), bare: await bareLoop(1) });
  process.stdout.write(`assignments per second, all ${agentCount} free at once: ${rates.map(({ made }) => made.toFixed(0)).join(', ')}; median ${median(rates.map(({ made }) => made)).toFixed(0)}`
    + ` (${median(rates.map(({ shown }) => shown)).toFixed(0)} until every desktop shows its own)\n`);
  process.stdout.write(`bare SKIP LOCKED loop between them: ${rates.map(({ bare }) => bare.toFixed(0)).join(', ')} a second; the ACD does ${(median(rates.map(({ made, bare }) => made / bare)) * 100).toFixed(0)} % of it (median of the rounds)\n`);
  await stand.close();
  const crowded = await bareLoop(10);
  process.stdout.write(`bare loop on 10 connections: ${crowded.toFixed(0)} a second\n`);
} finally {
  await client.end();
  await database.close();
  await store.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** What one such statement takes when nothing else happens. */
async function bareOneByOne(pace: number): Promise<number[]> {
  await fillBare();
  const latencies: number[] = [];
  for (let at = 0; at < 500; at += 1) {
    await sleep(1000 / pace);
    const from = performance.now();
    await client.query(takeFirst);
    latencies.push(performance.now() - from);
  }
  return latencies;
}

async function fillBare(): Promise<void> {
  await client.query('drop table if exists bare');
  await client.query('create table bare (id uuid primary key, queued_at timestamptz not null, agent_id uuid)');
  await client.query('create index bare_waiting on bare (queued_at) where agent_id is null');
  await client.query(`insert into bare select gen_random_uuid(), now() + n * interval '1 ms', null from generate_series(1, ${contactCount}) n`);
}

/** What the store alone can do: each turn takes the first waiting row of a table with nothing else in it, and commits. */
async function bareLoop(connections: number): Promise<number> {
  await fillBare();
  const clients = await Promise.all(Array.from({ length: connections }, async () => {
    const one = new pg.Client(store.connection);
    await one.connect();
    return one;
  }));
  let left = contactCount / 2;
  const started = performance.now();
  await Promise.all(clients.map(async (one) => {
    while (left > 0) {
      left -= 1;
      await one.query(takeFirst);
    }
  }));
  const took = performance.now() - started;
  await Promise.all(clients.map((one) => one.end()));
  return contactCount / 2 / took * 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(what: string, milliseconds: readonly number[], more?: string): void {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  process.stdout.write(`${what}: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms of ${sorted.length}${more === undefined ? '' : `; ${more}`}\n`);
}
