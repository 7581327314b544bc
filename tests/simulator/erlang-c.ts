/** What is known of a queue with Poisson arrivals, exponential handling and `agents` who can all do everything (Erlang, 1917). */
export interface ErlangC {
  /** Share of those who wait at all. */
  readonly waits: number;
  /** In units of the mean handle time. */
  readonly meanWait: number;
  /** Share of those who wait no longer than this, in units of the mean handle time. */
  served(within: number): number;
}

/** `load`: arrivals per mean handle time and agent, below 1. */
export function erlangC(agents: number, load: number): ErlangC {
  const offered = agents * load;
  // Erlang B by its recursion, which stays small where factorials do not.
  let blocked = 1;
  for (let n = 1; n <= agents; n += 1) blocked = offered * blocked / (n + offered * blocked);
  const waits = blocked / (1 - load * (1 - blocked));
  const spare = agents - offered;
  return { waits, meanWait: waits / spare, served: (within) => 1 - waits * Math.exp(-spare * within) };
}
