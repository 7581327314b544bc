/** Why what the customer was asked for is not shown any more, when it was the customer who said so. */
import { useState } from 'react';
import type { GrantState } from '#shared/cobrowse-grants.ts';

/** `stoppedHere`: the agent is ending it, or was, when it ended. */
export function useOutcome(state: GrantState, stoppedHere: boolean): 'declined' | 'stopped' | null {
  const [seen, setSeen] = useState<{ state: GrantState; stoppedHere: boolean; outcome: 'declined' | 'stopped' | null }>(
    { state, stoppedHere, outcome: null });
  if (state !== seen.state) {
    const byCustomer = state === 'off' && !seen.stoppedHere && !stoppedHere;
    setSeen({ state, stoppedHere: false, outcome: byCustomer ? seen.state === 'asked' ? 'declined' : 'stopped' : null });
  } else if (stoppedHere && !seen.stoppedHere) setSeen({ ...seen, stoppedHere });
  return seen.outcome;
}
