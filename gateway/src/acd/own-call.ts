/** Whether an agent may do something with a contact now, and the problem if not. Pure. */
import type { Problem } from '#shared/problem.ts';
import type { Second } from '../contact/phases/second-party.ts';
import type { Decision } from '../contact/runner.ts';
import type { ContactEvent, ContactState, PhaseOf } from '../contact/state.ts';
import { problems } from '../http/problems.ts';

/** The event for an agent who has the call of this contact, whose both sides are connected. */
export function inOwnCall(state: ContactState, agentId: string, decide: (phase: PhaseOf<'call'>) => Decision): Decision {
  const call = ownCall(state, agentId);
  return 'problem' in call ? call : decide(call.phase);
}

/** The same where a second party has answered. */
export function withSecondUp(state: ContactState, agentId: string, event: (second: Second) => ContactEvent): Decision {
  return inOwnCall(state, agentId, ({ second }) => {
    if (second === null) return { problem: problems.wrongState('There is no third party in this call: consult somebody first.') };
    if (second.state !== 'up') return { problem: problems.wrongState('The third party has not answered yet: wait, or end the consultation and transfer blind.') };
    return { event: event(second) };
  });
}

/** Why this agent may not hand the contact over now; null: they may. A chat, a message or a task is handed over as it is; a number cannot read it. */
export function refusalToHandOver(state: ContactState, agentId: string, toNumber: boolean): Problem | null {
  const { phase } = state;
  if (phase.name !== 'chat' && phase.name !== 'work') return refusalToInvolve(state, agentId);
  if (phase.agentId !== agentId) return problems.notOnCall();
  return toNumber ? problems.wrongState('What is written cannot be handed to a number: choose a colleague or a queue.') : null;
}

/** Why this agent may not bring somebody else into the call, or hand it over, now; null: they may. */
export function refusalToInvolve(state: ContactState, agentId: string): Problem | null {
  const call = ownCall(state, agentId);
  if ('problem' in call) return call.problem;
  return call.phase.second === null ? null : problems.wrongState('There is a third party in this call already: complete the transfer, or end the consultation first.');
}

function ownCall({ phase }: ContactState, agentId: string): { readonly phase: PhaseOf<'call'> } | { readonly problem: Problem } {
  if (!('agentId' in phase) || phase.agentId !== agentId) return { problem: problems.notOnCall() };
  if (phase.name !== 'call') return { problem: problems.wrongState('There is no call with this contact now.') };
  return phase.connectedAt === null ? { problem: problems.wrongState('Wait until you are connected with the customer.') } : { phase };
}
