/** Follows a flow with what it needs: gives each fact that is missing, as long as whoever follows it has one to give. */
import type { FlowStep } from '../config/flow.ts';
import { advance } from '../flow/advance.ts';
import type { Advance, Facts, Next, Progress } from '../flow/progress.ts';

export type Needs = Extract<Next, { kind: 'needs' }>;

/** @param give the missing fact; null: it is not to be had here, and the flow stops at it. */
export async function follow(flow: readonly FlowStep[], progress: Progress, facts: Facts, give: (needs: Needs) => Promise<Partial<Facts> | null>): Promise<Advance> {
  let known = facts;
  for (;;) {
    const reached = advance(flow, progress, known);
    if (reached.next.kind !== 'needs') return reached;
    const given = await give(reached.next);
    // Whoever gives something else than what was asked for would be asked for ever.
    if (given?.[reached.next.fact] === undefined) return reached;
    known = { ...known, ...given };
  }
}
