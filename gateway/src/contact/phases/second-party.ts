/** The second party of a call: whom the agent consults, beside the customer. What it can be; what happens to it is in second.ts. */
import type { AnswerWith } from '#shared/agent-protocol.ts';
import type { AnsweredBy, Talk } from '../call-port.ts';

export type SecondParty =
  | { readonly kind: 'agent'; readonly agentId: string; readonly name: string; readonly by: 'desktop' | 'phone'; readonly answerWith: AnswerWith }
  | { readonly kind: 'external'; readonly number: string; readonly label: string | null };

export interface Second {
  /** A colleague's reservation, or the hop to a number. */
  readonly id: string;
  readonly party: SecondParty;
  /** `offered`: a colleague has not answered yet. `calling`: they accepted at a desktop, or a number is dialled. */
  readonly state: 'offered' | 'calling' | 'up';
  readonly since: number;
  /** The limit of the offer or the answer; null when up, which the call's own limits end. */
  readonly until: number | null;
  /** Whom the agent talks to; nobody hears the second party before it is up. */
  readonly talk: Talk;
  readonly endpoint: AnsweredBy | null;
}

export interface EndedSecond {
  readonly name: string;
  readonly outcome: 'declined' | 'busy' | 'noAnswer' | 'unreachable' | 'unsupported' | 'hungUp' | 'lost';
  readonly at: number;
}

export function secondName(party: SecondParty): string {
  return party.kind === 'agent' ? party.name : party.label ?? party.number;
}
