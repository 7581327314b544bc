/** A simulated center with one skill and exponential laws, beside what Erlang's formulas say of it. */
import { Center } from './center.ts';
import { erlangC } from './erlang-c.ts';
import { erlangs } from './scenarios.ts';

export interface Compared {
  readonly agents: number;
  readonly load: number;
  readonly meanWait: Measure;
  readonly served: Measure;
}

/** `error`: one standard error of the simulated mean. */
export interface Measure {
  readonly simulated: number;
  readonly error: number;
  readonly known: number;
}

const aht = 4 * 60;
/** The service level's limit: seconds. */
export const within = 20;
/** Waits that follow each other are alike; the means of long stretches are not. */
const stretches = 30;

export function compare(options: { readonly agents: number; readonly load: number; readonly contacts: number; readonly seed: number }): Compared {
  const waits: number[] = [];
  new Center(erlangs(options), { served: ({ queuedAt }, at) => { waits.push((at - queuedAt) / 1000); } }).run();
  // It began empty: what came first says little about what is usual.
  const settled = waits.slice(Math.round(waits.length / 20));
  const known = erlangC(options.agents, options.load);
  return {
    agents: options.agents, load: options.load,
    meanWait: { ...mean(settled), known: known.meanWait * aht },
    served: { ...mean(settled.map((wait) => Number(wait <= within))), known: known.served(within / aht) },
  };
}

function mean(values: readonly number[]): { readonly simulated: number; readonly error: number } {
  const length = Math.floor(values.length / stretches);
  const means = Array.from({ length: stretches }, (_, at) => average(values.slice(at * length, (at + 1) * length)));
  const simulated = average(means);
  return { simulated, error: Math.sqrt(average(means.map((one) => (one - simulated) ** 2)) / (stretches - 1)) };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
