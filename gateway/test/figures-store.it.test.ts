/** Figures from random histories are what a naive reading of them says, in whatever intervals; on the real store. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StayOutcome } from '../src/figures/facts.ts';
import { added, noHandlings, noStays, noTimes, type HandlingCounts, type QueueCounts, type TimeCounts } from '../src/figures/measures.ts';
import { timeGrid } from '../src/figures/time-grid.ts';
import { openDatabase, type OpenDatabase } from '../src/store/database.ts';
import { handlingCounts, stayCounts, timeCounts, type Counted } from '../src/store/figures.ts';
import { StoreStand } from './store-stand/stand.ts';

const stand = new StoreStand();
let database: OpenDatabase;

beforeAll(async () => {
  const { connection } = await stand.start(await stand.newDataDir());
  database = await openDatabase(connection, (error) => { throw error; });
});
afterAll(async () => {
  await database.close();
  await stand.close();
});

/** Seconds; the histories lie around the night in which Berlin's clocks are put back. */
const start = Date.parse('2026-10-24T18:00:00Z') / 1000;
const span = 14 * 3600;
const now = start + span;
const rules = [{ queue_id: 'help', threshold: 600, short: 60 }, { queue_id: 'loans', threshold: 1200, short: 0 }];
const queues = ['help', 'loans'] as const;
const agents = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;

interface Stay { readonly queue: (typeof queues)[number]; readonly at: number; readonly wait: number; readonly how: 'arrival' | 'transfer'; readonly outcome: StayOutcome | null }
interface Handling {
  readonly agent: string; readonly queue: (typeof queues)[number]; readonly at: number; readonly part: 'own' | 'consulted'; readonly outcome: 'accepted' | 'rejected' | 'timeout';
  readonly ring: number; readonly advice: number | null; readonly talk: number; readonly held: number; readonly wrapUp: number; readonly passedOn: boolean; readonly open: boolean;
}
interface Status { readonly status: 'available' | 'break' | 'offline'; readonly length: number }

const at = fc.integer({ min: 0, max: span });
const length = fc.integer({ min: 0, max: 3000 });
const stay: fc.Arbitrary<Stay> = fc.record({
  queue: fc.constantFrom(...queues), at, wait: length, how: fc.constantFrom('arrival' as const, 'transfer' as const),
  outcome: fc.constantFrom('answered' as const, 'abandoned' as const, 'overflowed' as const, 'callback' as const, 'expired' as const, 'closed' as const, null),
});
const handling: fc.Arbitrary<Handling> = fc.record({
  agent: fc.constantFrom(...agents), queue: fc.constantFrom(...queues), at, part: fc.constantFrom('own' as const, 'consulted' as const),
  outcome: fc.constantFrom('accepted' as const, 'accepted' as const, 'rejected' as const, 'timeout' as const),
  ring: fc.integer({ min: 0, max: 20 }), advice: fc.option(length), talk: fc.integer({ min: 100, max: 3000 }), held: fc.integer({ min: 0, max: 100 }), wrapUp: length, passedOn: fc.boolean(), open: fc.boolean(),
});
const history = fc.record({
  stays: fc.array(stay, { maxLength: 30 }), handlings: fc.array(handling, { maxLength: 20 }),
  statuses: fc.tuple(...agents.map(() => fc.array(fc.record({ status: fc.constantFrom('available' as const, 'break' as const, 'offline' as const), length: fc.integer({ min: 1, max: 9000 }) }), { maxLength: 8 }))),
  interval: fc.constantFrom('15m' as const, '1h' as const, '1d' as const, null), timeZone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'UTC'),
  from: fc.integer({ min: 0, max: 4 * 3600 }), to: fc.integer({ min: 5 * 3600, max: span }),
});

const date = (seconds: number): Date => new Date((start + seconds) * 1000);
/** What is over by now; null: it goes on. */
const past = (seconds: number): Date | null => seconds <= span ? date(seconds) : null;

/** Moments of a handling, in seconds; those to come are Infinity. */
function moments({ at: offered, outcome, part, ring, advice, talk, wrapUp, open }: Handling) {
  const over = (seconds: number): number => seconds <= span ? seconds : Infinity;
  const closed = over(offered + ring);
  if (outcome !== 'accepted') return { closed, talkFrom: Infinity, ownFrom: Infinity, ended: closed, freed: closed };
  const talkFrom = closed;
  const ownFrom = part === 'own' ? talkFrom : advice === null ? Infinity : over(talkFrom + advice);
  const ended = over((ownFrom === Infinity ? talkFrom : ownFrom) + talk);
  return { closed, talkFrom, ownFrom, ended, freed: open ? Infinity : over(ended + wrapUp) };
}

async function store(stays: readonly Stay[], handlings: readonly Handling[], statuses: readonly Status[][]): Promise<void> {
  const { db } = database;
  await db.deleteFrom('queue_stay').execute();
  await db.deleteFrom('handling').execute();
  await db.deleteFrom('agent_status_span').execute();
  for (const { queue, at: entered, wait, how, outcome } of stays) {
    const left = outcome === null ? null : past(entered + wait);
    await db.insertInto('queue_stay').values({ contact_id: randomUUID(), queue_id: queue, entered_at: date(entered), entered_by: how, left_at: left, outcome: left === null ? null : outcome, agent_id: null }).execute();
  }
  for (const one of handlings) {
    const { closed, talkFrom, ownFrom, ended, freed } = moments(one);
    const moment = (seconds: number): Date | null => seconds === Infinity ? null : date(seconds);
    // Of an offer that is still open nothing is stored.
    if (closed === Infinity) continue;
    await db.insertInto('handling').values({
      id: randomUUID(), contact_id: randomUUID(), agent_id: one.agent, queue_id: one.queue, part: one.part, by_agent_id: null, offered_at: date(one.at), closed_at: moment(closed), outcome: one.outcome,
      talk_from: moment(talkFrom), own_from: moment(ownFrom), held: `${ownFrom === Infinity ? 0 : one.held} seconds`, held_since: null, ended_at: moment(ended), freed_at: moment(freed),
      passed_on: one.passedOn && ownFrom !== Infinity, disposition: null,
    }).execute();
  }
  for (const [which, spans] of statuses.entries()) {
    let from = 0;
    for (const { status, length: seconds } of spans) {
      if (from > span) break;
      await db.insertInto('agent_status_span').values({ agent_id: agents[which] ?? '', status, reason: null, from_at: date(from), to_at: past(from + seconds) }).execute();
      from += seconds;
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const within = (from: number, to: number) => (moment: number): boolean => moment >= from && moment < to;

function naiveStays(stays: readonly Stay[], queue: string, from: number, to: number): QueueCounts {
  const rule = rules.find(({ queue_id }) => queue_id === queue) ?? { threshold: 0, short: 0 };
  const mine = stays.filter((one) => one.queue === queue && within(from, to)(one.at)).map((one) => {
    const isOver = one.outcome !== null && one.at + one.wait <= span;
    return { ...one, outcome: isOver ? one.outcome : 'waiting', waited: isOver ? one.wait : span - one.at };
  });
  const isShort = (one: (typeof mine)[number]): boolean => one.outcome === 'abandoned' && one.waited < rule.short;
  const count = (fits: (one: (typeof mine)[number]) => boolean): number => mine.filter(fits).length;
  const of = (outcome: string) => count((one) => one.outcome === outcome && !isShort(one));
  const inTime = (outcome: string) => count((one) => one.outcome === outcome && !isShort(one) && one.waited <= rule.threshold);
  return {
    offered: count((one) => one.outcome !== 'closed' && !isShort(one)), answered: of('answered'), abandoned: of('abandoned'), shortAbandoned: count(isShort), callbacks: of('callback'), overflowed: of('overflowed'),
    expired: of('expired'), forwarded: 0, closed: of('closed'), answeredInTime: inTime('answered'), abandonedInTime: inTime('abandoned'), pending: inTime('waiting'),
    waitSeconds: sum(mine.filter((one) => one.outcome === 'answered').map((one) => one.waited)), longestWait: Math.max(0, ...mine.filter((one) => one.outcome !== 'closed').map((one) => one.waited)),
    transfersIn: count((one) => one.how === 'transfer'),
  };
}

function naiveHandlings(handlings: readonly Handling[], from: number, to: number): HandlingCounts {
  const mine = handlings.filter((one) => within(from, to)(one.at)).map((one) => ({ ...one, ...moments(one) })).filter(({ closed }) => closed !== Infinity);
  const count = (fits: (one: (typeof mine)[number]) => boolean): number => mine.filter(fits).length;
  const handled = mine.filter(({ ownFrom, freed }) => ownFrom !== Infinity && freed !== Infinity);
  const consulted = mine.filter(({ part, talkFrom }) => part === 'consulted' && talkFrom !== Infinity);
  return {
    offers: count(({ part }) => part === 'own'), accepted: count(({ part, outcome }) => part === 'own' && outcome === 'accepted'), rejected: count(({ outcome }) => outcome === 'rejected'),
    missed: count(({ outcome }) => outcome === 'timeout'), handled: handled.length, talkSeconds: sum(handled.map(({ ended, ownFrom, held }) => ended - ownFrom - held)),
    holdSeconds: sum(handled.map(({ held }) => held)), wrapUpSeconds: sum(handled.map(({ freed, ended }) => freed - ended)), consulted: consulted.length,
    consultSeconds: sum(consulted.map(({ ownFrom, ended, talkFrom }) => ownFrom === Infinity ? (ended === Infinity ? 0 : ended - talkFrom) : ownFrom - talkFrom)),
    transfersIn: 0, transfersOut: count(({ passedOn, ownFrom }) => passedOn && ownFrom !== Infinity),
  };
}

/** Looks at every second: slow, and hard to get wrong. */
function naiveTimes(handlings: readonly Handling[], spans: readonly Status[], from: number, to: number): TimeCounts {
  const busy = handlings.filter(({ outcome }) => outcome === 'accepted').map(moments);
  const times = { loggedInSeconds: 0, availableSeconds: 0, breakSeconds: 0, busySeconds: 0, staffedSeconds: 0 };
  const edges = spans.reduce<number[]>((all, { length: seconds }) => [...all, (all.at(-1) ?? 0) + seconds], []);
  for (let second = from; second < Math.min(to, span); second += 1) {
    const which = edges.findIndex((edge) => edge > second);
    const status = which < 0 ? 'offline' : spans[which]?.status ?? 'offline';
    const isBusy = busy.some(({ closed, freed }) => closed <= second && freed > second);
    if (status !== 'offline') times.loggedInSeconds += 1;
    if (status === 'available') times.availableSeconds += 1;
    if (status === 'break') times.breakSeconds += 1;
    if (isBusy) times.busySeconds += 1;
    if (isBusy || status === 'available') times.staffedSeconds += 1;
  }
  return times;
}

const pick = <Counts>(counted: ReadonlyArray<Counted<Counts>>, id: string, slice: number, none: Counts): Counts => counted.find((one) => one.id === id && one.slice === slice)?.counts ?? none;
const rounded = <Counts extends object>(counts: Counts): Counts => Object.fromEntries(Object.entries(counts).map(([name, value]: [string, number]) => [name, Math.round(value * 1000) / 1000])) as Counts;

describe('figures of random histories', () => {
  it('FG5 are what a naive reading says, interval by interval, and add up to the whole', async () => {
    await fc.assert(fc.asyncProperty(history, async ({ stays, handlings, statuses, interval, timeZone, from, to }) => {
      const { db } = database;
      await store(stays, handlings, statuses);
      const moment = (seconds: number): number => (start + seconds) * 1000;
      const grid = timeGrid({ from: moment(from), to: moment(to), interval, timeZone });
      const edges = grid.map((edge) => edge / 1000 - start);
      const counted = { stays: await stayCounts(db, { grid, now: now * 1000, rules }), handlings: await handlingCounts(db, { grid, by: 'agent' }), times: await timeCounts(db, { grid, now: now * 1000 }) };
      for (const [slice, begins] of edges.slice(0, -1).entries()) {
        const ends = edges[slice + 1] ?? begins;
        for (const queue of queues) expect(rounded(pick(counted.stays, queue, slice, noStays))).toEqual(naiveStays(stays, queue, begins, ends));
        for (const [which, agent] of agents.entries()) {
          const mine = handlings.filter((one) => one.agent === agent);
          expect(rounded(pick(counted.handlings, agent, slice, noHandlings))).toEqual(naiveHandlings(mine, begins, ends));
          expect(rounded(pick(counted.times, agent, slice, noTimes))).toEqual(naiveTimes(mine, statuses[which] ?? [], begins, ends));
        }
      }
      const whole = [moment(from), moment(to)];
      const at = { stays: await stayCounts(db, { grid: whole, now: now * 1000, rules }), times: await timeCounts(db, { grid: whole, now: now * 1000 }) };
      for (const queue of queues) expect(rounded(added(noStays, counted.stays.filter(({ id }) => id === queue).map(({ counts }) => counts)))).toEqual(rounded(pick(at.stays, queue, 0, noStays)));
      for (const agent of agents) expect(rounded(added(noTimes, counted.times.filter(({ id }) => id === agent).map(({ counts }) => counts)))).toEqual(rounded(pick(at.times, agent, 0, noTimes)));
    }), { numRuns: 40 });
  });
});
