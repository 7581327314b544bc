/**
 * The second party, beside agent and customer.
 *
 *   offered ──accepted──▶ calling ──answered──▶ up { talk: second ⇄ customer, all } ──completed──▶ the customer's (transferring.ts)
 *      └────── refused, no answer in time, dropped, hung up, lost: the agent is with the customer again ──────┘
 *
 * A phone that is offered goes from offered to up; a number begins with calling.
 */
import type { Talk } from '../call-port.ts';
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { answerLimit } from './deadlines.ts';
import type { EndedSecond, Second } from './second-party.ts';
import { dropSecond } from './transferring.ts';

type Call = PhaseOf<'call'>;

/** One consultation at a time, beside a call that stands. Whoever makes the reservation for it asks first, in the same transaction. */
export function mayConsult({ phase }: ContactState): boolean {
  return phase.name === 'call' && phase.connectedAt !== null && phase.second === null;
}

export function startSecond(state: ContactState, phase: Call, { secondId, party, expiresAt }: Extract<ContactEvent, { type: 'consulted' }>, { now, limits }: At): Transition {
  if (!mayConsult(state)) return unchanged(state);
  const offered = party.kind === 'agent';
  return {
    state: {
      ...state, secondEnded: null, phase: {
        ...phase, second: {
          id: secondId, party, state: offered ? 'offered' : 'calling', since: now, until: offered ? expiresAt : now + limits.externalAnswer, talk: 'customer', endpoint: null,
        },
      },
    },
    effects: offered && party.by === 'desktop' ? [] : [{ type: 'callSecond' }],
  };
}

/** What happens to or by the second party; anything else changes nothing. */
export function beside(state: ContactState, phase: Call, event: ContactEvent, at: At): Transition {
  const { second } = phase;
  if (second === null || ('secondId' in event && event.secondId !== second.id)) return unchanged(state);
  const { now, limits } = at;
  const becomes = (change: Partial<Second>, effects: readonly Effect[]): Transition => ({ state: { ...state, phase: { ...phase, second: { ...second, ...change } } }, effects });
  const taken: Effect[] = [{ type: 'recordReservation', reservationId: second.id, state: 'accepted' }, { type: 'recordSlot', reservationId: second.id, slot: 'engaged' }];

  switch (event.type) {
    case 'secondAccepted': {
      if (second.state !== 'offered' || second.party.kind !== 'agent') return unchanged(state);
      return becomes({ state: 'calling', until: now + answerLimit(second.party.answerWith, limits) }, [...taken, { type: 'callSecond' }]);
    }
    case 'secondRejected': return second.state === 'offered' ? dropSecond(state, phase, second, { outcome: 'declined', reservation: 'rejected' }, at) : unchanged(state);
    case 'secondAnswered': {
      if (second.state === 'up') return unchanged(state);
      return becomes({ state: 'up', since: now, until: null, talk: 'second', endpoint: event.endpoint ?? null }, [
        ...(second.state === 'offered' ? taken : []), { type: 'recordHop', hopId: second.id, news: 'consulted' }, { type: 'setTalk', talk: 'second', before: 'customer' },
      ]);
    }
    case 'secondFailed': return dropSecond(state, phase, second, failure(second, event.status), at);
    case 'secondHungUp': return dropSecond(state, phase, second, { outcome: second.state === 'up' ? 'hungUp' : 'declined' }, at);
    case 'secondLost': return dropSecond(state, phase, second, { outcome: 'lost' }, at);
    case 'secondDropped': return dropSecond(state, phase, second, { outcome: null }, at);
    case 'agentGone': return second.party.kind === 'agent' && second.party.agentId === event.agentId && second.state === 'offered'
      ? dropSecond(state, phase, second, { outcome: 'unreachable' }, at) : unchanged(state);
    case 'deskGone': return second.party.kind === 'agent' && second.party.agentId === event.agentId && second.state === 'offered' && second.party.by === 'desktop'
      ? dropSecond(state, phase, second, { outcome: 'unreachable' }, at) : unchanged(state);
    case 'talk': return second.state === 'up' ? talking(state, { ...phase, second }, event.talk) : unchanged(state);
    case 'talkRefused': return second.state === 'up' ? becomes({ talk: event.talk }, []) : unchanged(state);
    default: return unchanged(state);
  }
}

/** Whoever turns to the customer takes them off hold with it. */
function talking(state: ContactState, phase: Call & { readonly second: Second }, talk: Talk): Transition {
  const { second } = phase;
  if (second.talk === talk) return unchanged(state);
  const resumes = talk !== 'second' && phase.onHold;
  return {
    state: { ...state, phase: { ...phase, onHold: resumes ? false : phase.onHold, second: { ...second, talk } } },
    effects: [...(resumes ? [{ type: 'setHold', onHold: false } as const] : []), { type: 'setTalk', talk, before: second.talk }],
  };
}

/** A colleague who did not answer an offer missed it as any other; a number just did not answer. */
export function secondDeadline(state: ContactState, phase: Call, at: At): Transition {
  if (phase.second === null) return unchanged(state);
  return dropSecond(state, phase, phase.second, failure(phase.second, 408), at);
}

function failure({ state, party }: Second, status: number): Parameters<typeof dropSecond>[3] {
  const outcome = outcomeOf(status);
  if (party.kind === 'external') return { outcome };
  // Accepted at the desktop, and then the endpoint did not do its part.
  if (state === 'calling') return { outcome, aside: 'endpointFailed' };
  if (outcome === 'busy' || outcome === 'declined') return { outcome, reservation: 'rejected' };
  return outcome === 'noAnswer' || status === 480 ? { outcome, reservation: 'timeout', aside: 'missed' } : { outcome, aside: 'endpointFailed' };
}

function outcomeOf(status: number): EndedSecond['outcome'] {
  switch (status) {
    case 486:
    case 600: return 'busy';
    case 603: return 'declined';
    case 408:
    case 487: return 'noAnswer';
    case 415:
    case 488: return 'unsupported';
    default: return 'unreachable';
  }
}
