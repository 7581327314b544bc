/** The traces that the estimates are judged on, each from a fixed seed; and Erlang's own queue. */
import { always, type Scenario, type SimulatedAgent, type SimulatedQueue } from './center.ts';
import { exponential, logNormal } from './laws.ts';

const minute = 60_000;
const hour = 60 * minute;
const perHour = 1 / hour;

function steady(rate: number): Pick<SimulatedQueue, 'arrivals' | 'mostArrivals'> {
  return { arrivals: () => rate, mostArrivals: rate };
}
const plain = { skills: {}, strategy: 'longestIdle', steps: [], priority: 50, patience: Infinity } as const;

function agents(count: number, skills: SimulatedAgent['skills'] = {}, atWork: SimulatedAgent['atWork'] = always): SimulatedAgent[] {
  return Array.from({ length: count }, () => ({ skills, atWork }));
}

/** Poisson arrivals, exponential handling, agents who can all do everything. */
export function erlangs(options: { readonly agents: number; readonly load: number; readonly contacts: number; readonly seed: number }): Scenario {
  const rate = options.agents * options.load / (4 * minute);
  return {
    name: `${options.agents} agents at load ${options.load}`, seed: options.seed, pointWorth: minute, duration: options.contacts / rate,
    queues: [{ ...plain, id: 'only', ...steady(rate), handling: exponential(4 * minute) }], agents: agents(options.agents),
  };
}

/** The same all day long. */
export function stationary(hours: number): Scenario {
  return {
    name: 'stationary', seed: 11, pointWorth: minute, duration: hours * hour,
    queues: [{ ...plain, id: 'only', ...steady(0.95 * 12 / (5 * minute)), handling: logNormal(5 * minute, 0.9) }], agents: agents(12),
  };
}

/** Days with a peak that is more than those at work can do, and a second shift for it. */
export function dailyWave(hours: number): Scenario {
  const most = 200 * perHour;
  const wave = (at: number) => 0.25 + 0.75 * Math.sin(Math.PI * ((at % (12 * hour)) / (12 * hour))) ** 2;
  const shift = (at: number) => { const time = at % (12 * hour); return time > 4 * hour && time < 9 * hour; };
  return {
    name: 'daily wave', seed: 22, pointWorth: minute, duration: hours * hour,
    queues: [{ ...plain, id: 'only', arrivals: (at) => most * wave(at), mostArrivals: most, handling: logNormal(5 * minute, 0.8), patience: 20 * minute }],
    agents: [...agents(9), ...agents(6, {}, shift)],
  };
}

/** Three queues, agents with one, two or three skills, priorities, a step, and people who give up. */
export function severalSkills(hours: number): Scenario {
  const queue = (id: string, rate: number, change: Partial<SimulatedQueue>): SimulatedQueue => ({
    ...plain, id, ...steady(rate * perHour), skills: { [id]: 1 }, handling: logNormal(5 * minute, 0.8), patience: 10 * minute, ...change,
  });
  return {
    name: 'several skills', seed: 33, pointWorth: minute, duration: hours * hour,
    queues: [
      queue('service', 110, {}),
      queue('loans', 40, { handling: logNormal(9 * minute, 0.7), priority: 55, patience: 15 * minute }),
      queue('cards', 60, { handling: logNormal(3 * minute, 1), skills: { cards: 3 }, steps: [{ after: 60, minimumLevel: 1 }] }),
    ],
    agents: [
      ...agents(7, { service: 4 }), ...agents(3, { loans: 4 }), ...agents(3, { service: 3, loans: 3 }), ...agents(3, { service: 2, cards: 4 }), ...agents(1, { service: 3, loans: 3, cards: 1 }),
    ],
  };
}
