/**
 * Decides which INVITE the softphone answers by itself: only one for a contact that this agent accepted, or whose customer they call back.
 * The INVITE may overtake the HTTP reply and the view (or, after a reload, the first view), so what is not known yet is held for a
 * moment, not refused.
 */
import type { AgentView } from '#shared/agent-protocol.ts';

export type AnswerDecision = 'answer' | 'wait' | 'refuse';

export interface AnswerFacts {
  readonly view: AgentView | null;
  /** Contacts whose accept the agent pressed and whose outcome is not in the view yet. */
  readonly accepting: ReadonlySet<string>;
}

export function decideAnswer(contactId: string | null, { view, accepting }: AnswerFacts): AnswerDecision {
  if (contactId === null || contactId === '') return 'refuse';
  if (accepting.has(contactId)) return 'answer';
  const slot = view?.contacts.find((contact) => contact.contactId === contactId)?.slot;
  switch (slot) {
    case 'engaged': return 'answer';
    // Calling back out of the wrap-up ends it, and the INVITE that follows may be here before the view that says so.
    case 'wrapUp':
    case 'reserved':
    case undefined: return 'wait';
  }
}

/** How long an INVITE for a contact that is not known as accepted waits for that to change. */
export const answerPatienceMilliseconds = 5000;

/** Holds the facts and those who wait for them to change. */
export class AnswerGate {
  #facts: AnswerFacts = { view: null, accepting: new Set() };
  readonly #waiting = new Set<() => void>();

  update(facts: AnswerFacts): void {
    this.#facts = facts;
    for (const wake of this.#waiting) wake();
  }

  /** True to answer, false to refuse; at the latest after the patience above. */
  admits(contactId: string | null): Promise<boolean> {
    const decision = decideAnswer(contactId, this.#facts);
    if (decision !== 'wait') return Promise.resolve(decision === 'answer');
    return new Promise((resolve) => {
      const settle = (admitted: boolean): void => {
        this.#waiting.delete(wake);
        clearTimeout(patience);
        resolve(admitted);
      };
      const wake = (): void => {
        const decision = decideAnswer(contactId, this.#facts);
        if (decision !== 'wait') settle(decision === 'answer');
      };
      const patience = setTimeout(() => { settle(false); }, answerPatienceMilliseconds);
      this.#waiting.add(wake);
    });
  }
}
