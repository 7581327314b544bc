import { describe, expect, it } from 'vitest';
import { Durations } from './durations.ts';
import { estimates, toRange } from './ewt.ts';
import { futures, type Present, type QueueOutlook, type Waiting } from './play-forward.ts';
import { seeded } from './random.ts';
import { routings, type RoutedQueue } from './routing.ts';

const minute = 60_000;
const now = 10_000 * minute;
/** Four minutes on the average, as calls are: many short ones, some long. */
const handleTimes = Array.from({ length: 300 }, (_, at) => -Math.log(1 - ((at * 137) % 300 + 0.5) / 300) * 4 * minute);

function outlook(change: Partial<QueueOutlook> = {}, rule: Partial<RoutedQueue> = {}): QueueOutlook {
  const queueId = change.queueId ?? 'help';
  const routing = routings([{ id: queueId, skills: {}, strategy: 'longestIdle', steps: [], ...rule }]).get(queueId);
  if (routing === undefined) throw new Error('unreachable: it was just given');
  return { queueId, routing, priority: 50, handling: new Durations(handleTimes), arrivals: 0, givingUp: 0, ...change };
}
const one = (at: number, change: Partial<Waiting> = {}): Waiting => ({ queueId: 'help', priority: 50, queuedAt: now - minute + at, video: true, probe: false, ...change });
const crowd = (count: number): Waiting[] => Array.from({ length: count }, (_, at) => one(at));
const busy = (count: number, queueId = 'help', skills = {}) => Array.from({ length: count }, (_, at) => ({ skills, busy: { queueId, since: now - at * 1000 } }));
const idle = (skills = {}) => ({ skills, busy: null });

function foresee(present: Partial<Present>, count = 300) {
  const play = futures({ now, pointWorth: minute, queues: [outlook()], waiting: [], agents: [], ...present }, seeded(7));
  return estimates(Array.from({ length: count }, play));
}

describe('the expected wait', () => {
  it('RT4 is nothing with too little data or nobody at work, little with an idle agent, and grows with the position', () => {
    expect(foresee({ queues: [outlook({ handling: null })], waiting: crowd(3), agents: busy(2) })).toEqual([null, null, null]);
    expect(foresee({ waiting: crowd(1) })).toEqual([null]);
    expect(foresee({ queues: [outlook({ handling: null })], waiting: crowd(2), agents: [idle()] }).map(toRange)).toEqual([{ low: 0, high: 20 }, null]);
    const waits = foresee({ waiting: crowd(20), agents: busy(5) });
    for (const [at, wait] of waits.entries()) expect(wait?.expected).toBeGreaterThan(waits[at - 1]?.expected ?? 0);
  });

  it('RT45 is a range in which four of five waits lie: with all busy, that of as many departures as the position', () => {
    // The wait at position 10 behind five agents of four minutes is the tenth departure of a Poisson stream of 1.25 a minute: an Erlang
    // distribution, of which four fifths lie between 6.22/1.25 and 14.21/1.25 minutes, and half below 9.67/1.25.
    const wait = foresee({ waiting: crowd(10), agents: busy(5) }, 2000).at(-1);
    expect((wait?.low ?? 0) / minute / (6.22 / 1.25)).toBeCloseTo(1, 0.7);
    expect((wait?.expected ?? 0) / minute / (9.67 / 1.25)).toBeCloseTo(1, 0.7);
    expect((wait?.high ?? 0) / minute / (14.21 / 1.25)).toBeCloseTo(1, 0.7);
  });

  it('RT46 knows how long those who are busy have been so, who gives up, and who is still to overtake', () => {
    const even = new Durations(Array.from({ length: 100 }, (_, at) => (4 + at / 1000) * minute));
    const nearlyDone = [{ skills: {}, busy: { queueId: 'help', since: now - 3.5 * minute } }];
    const soon = foresee({ queues: [outlook({ handling: even })], waiting: crowd(1), agents: nearlyDone });
    expect(soon[0]?.high).toBeLessThan(minute);

    const last = (present: Partial<Present>) => foresee({ waiting: crowd(20), agents: busy(5), ...present }).at(-1)?.expected ?? Infinity;
    const patient = last({});
    expect(last({ queues: [outlook({ givingUp: 1 / (10 * minute) })] })).toBeLessThan(0.8 * patient);
    const urgent = outlook({ queueId: 'urgent', priority: 60, arrivals: 0.5 / minute });
    expect(last({ queues: [outlook(), urgent] })).toBeGreaterThan(1.1 * patient);
    // Those who come later at the same priority stay behind.
    expect(last({ queues: [outlook({ arrivals: 5 / minute })] })).toBeCloseTo(patient, -5);
  });

  it('RT47 counts the agents a contact may have, shared with those who may have them too, and by what a step adds', () => {
    const loans = { loans: 3 };
    const queues = [outlook({}, { skills: { banking: 1 } }), outlook({ queueId: 'loans' }, { skills: { loans: 1 } })];
    const agents = [...busy(4, 'help', { banking: 3 }), ...busy(1, 'loans', loans)];
    const last = (waiting: readonly Waiting[], of = agents) => foresee({ queues, agents: of, waiting }).at(-1)?.expected ?? Infinity;
    const alone = last([one(1, { queueId: 'loans' })]);
    // Four others before them whom the loans agent cannot serve change nothing; four whom they can do.
    expect(last([...crowd(4), one(5, { queueId: 'loans' })])).toBeCloseTo(alone, -5);
    const both = [...busy(5, 'help', { banking: 3, ...loans })];
    expect(last([...crowd(4), one(5, { queueId: 'loans' })], both)).toBeGreaterThan(1.5 * last([one(5, { queueId: 'loans' })], both));

    const stepped = routings([
      { id: 'loans', skills: { loans: 1 }, strategy: 'longestIdle', steps: [{ after: 120, addQueues: ['help'] }] }, { id: 'help', skills: { banking: 1 }, strategy: 'longestIdle', steps: [] },
    ]).get('loans');
    if (stepped === undefined) throw new Error('unreachable: it was just given');
    const opened = foresee({ queues: [outlook({ queueId: 'loans', routing: stepped })], waiting: [one(0, { queueId: 'loans' })], agents: [idle({ banking: 3 })] });
    expect(opened[0]?.expected).toBe(minute);
  });

  it('RT48 is told in steps that do not tremble', () => {
    expect(toRange({ low: 12_300, expected: 20_000, high: 41_000 })).toEqual({ low: 10, high: 45 });
    expect(toRange({ low: 100_000, expected: 200_000, high: 301_000 })).toEqual({ low: 90, high: 315 });
    expect(toRange({ low: 700_000, expected: 900_000, high: 1_201_000 })).toEqual({ low: 660, high: 1260 });
    expect(toRange(null)).toBeNull();
  });
});

describe('measured durations', () => {
  it('RT46 give the rest of what has begun as those did that took longer', () => {
    const durations = new Durations(handleTimes);
    const mean = (elapsed: number) => Array.from({ length: 1000 }, (_, at) => durations.remaining(elapsed, (at + 0.5) / 1000)).reduce((sum, value) => sum + value, 0) / 1000 / minute;
    // These have no memory: four minutes, however long it has been.
    for (const elapsed of [0, 1, 4, 8]) expect(mean(elapsed * minute)).toBeCloseTo(4, 0);
    expect(mean(1000 * minute)).toBeCloseTo(4, 0);
  });
});
