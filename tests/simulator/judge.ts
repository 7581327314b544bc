/** Runs a scenario and says how near each way of telling the wait came, at the moment of arrival, to what became of it. */
import { Center, type Contact, type Scenario, type Watcher } from './center.ts';
import type { Estimator, Told } from './estimators.ts';

export interface Verdict {
  readonly name: string;
  readonly told: number;
  /** Seconds. */
  readonly meanError: number;
  /** Share of the waits that lay within the range. */
  readonly within: number;
  /** Seconds. */
  readonly width: number;
}

/** The first of a trace teach the estimators what is usual here. */
const warmUp = 0.1;

export interface Judged {
  readonly waits: number;
  readonly meanWait: number;
  readonly verdicts: readonly Verdict[];
}

/** `every`: one in so many of those who must wait is told; what all could tell is compared. */
export function judge(scenario: Scenario, estimators: readonly Estimator[], every: number): Judged {
  const told: Array<{ readonly contact: Contact; readonly by: readonly Told[] }> = [];
  let waiting = 0;
  const watcher: Watcher = {
    mustWait: (contact, center) => {
      waiting += 1;
      if (waiting % every === 0 && center.now > warmUp * scenario.duration) told.push({ contact, by: estimators.map((one) => one.tell(contact, center)) });
    },
    arrived: (contact) => { for (const one of estimators) one.arrived?.(contact); },
    served: (contact, at) => { for (const one of estimators) one.served?.(contact, at); },
    freed: (contact, took, at) => { for (const one of estimators) one.freed?.(contact, took, at); },
  };
  new Center(scenario, watcher).run();
  const judged = told.flatMap(({ contact: { queuedAt, servedAt }, by }) => servedAt === null || by.includes(null) ? [] : [{ wait: servedAt - queuedAt, by }]);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return {
    waits: judged.length, meanWait: mean(judged.map(({ wait }) => wait)) / 1000,
    verdicts: estimators.map(({ name }, at) => {
      const pairs = judged.flatMap(({ wait, by }) => { const range = by[at]; return range ? [{ wait, range }] : []; });
      return {
        name, told: pairs.length, meanError: mean(pairs.map(({ wait, range }) => Math.abs(wait - range.expected))) / 1000,
        within: mean(pairs.map(({ wait, range }) => Number(wait >= range.low && wait <= range.high))), width: mean(pairs.map(({ range }) => range.high - range.low)) / 1000,
      };
    }),
  };
}
