/** Runs what an agent does at the gateway: each action once at a time, and what was refused is kept to be shown. */
import { ProblemError, unreachable } from '../session/desk-api.ts';
import type { DeskAction, DeskState, Refusal } from './desk-state.ts';

type Shown = Pick<DeskState, 'underWay' | 'failures'>;

export class Actions {
  readonly #options: { readonly state: () => Shown; readonly set: (patch: Partial<Shown>) => void; readonly isLoggedIn: () => boolean };
  #ids = 0;

  constructor(options: { state: () => Shown; set: (patch: Partial<Shown>) => void; isLoggedIn: () => boolean }) {
    this.#options = options;
  }

  /** `about`: the contact, and what of it where there are several. False when it was refused, with the failure shown, or under way already. */
  async run(action: DeskAction, about: string, perform: () => Promise<void>): Promise<boolean> {
    const { state, set, isLoggedIn } = this.#options;
    if (state().underWay.has(`${action}:${about}`)) return false;
    const problem = await this.attempt(action, about, perform);
    const failures = state().failures.filter((failure) => failure.action !== action);
    if (problem === null) {
      set({ failures });
    } else if (isLoggedIn()) {
      this.#ids += 1;
      set({ failures: [...failures, { id: this.#ids, action, problem }].slice(-3) });
    }
    return problem === null;
  }

  /** The same for what shows its failures in a place of its own. */
  async attempt(action: DeskAction, about: string, perform: () => Promise<void>): Promise<Refusal> {
    const { state, set } = this.#options;
    const key = `${action}:${about}`;
    set({ underWay: new Set([...state().underWay, key]) });
    try {
      await perform();
      return null;
    } catch (error) {
      return error instanceof ProblemError ? error.problem : unreachable;
    } finally {
      set({ underWay: new Set([...state().underWay].filter((other) => other !== key)) });
    }
  }
}
