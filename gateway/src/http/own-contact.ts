/** An agent's act on a contact that they have: the question whether they have it, and what they do, are one transaction. */
import type { Problem, Reply } from '#shared/problem.ts';
import { agentOf, type ContactRunner } from '../contact/runner.ts';
import type { ContactEvent, ContactState } from '../contact/state.ts';
import { problems } from './problems.ts';

/** Phases in which an agent acts on a contact. */
export type HeldPhase = 'offered' | 'rung' | 'callingBack' | 'call' | 'chat' | 'work';

/** `further`: what else may stand against it in the state as it is then. */
export function ownContact(runner: ContactRunner) {
  return async (
    contactId: string, agentId: string, event: ContactEvent, phase: HeldPhase, further: (state: ContactState) => Problem | null = () => null,
  ): Promise<Reply<null>> => {
    const refusal = (state: ContactState): Error | null => {
      if (agentOf(state) !== agentId) return new Refused(problems.notOnCall());
      const problem = state.phase.name === phase ? further(state) : problems.wrongState('There is no call with this contact now.');
      return problem === null ? null : new Refused(problem);
    };
    try {
      const state = await runner.dispatch(contactId, event, refusal);
      return state === undefined ? { ok: false, problem: problems.notFound('contact') } : { ok: true, value: null };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { ok: false, problem: error.problem };
    }
  };
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}
