/**
 * Click-to-dial: an agent calls a customer, at the desktop or from their phone. One who waits is taken from the queue; one whose contact has
 * ended is rung by their page, and the contact goes on if they answer.
 */
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { answerLimit, reached } from './deadlines.ts';
import { endedAsBefore } from './leaving.ts';

type Dialed = Extract<ContactEvent, { type: 'dialed' }>;

/** The agent's endpoint is called first; the customer's page opens its media meanwhile and sends when the agent has answered. */
export function takenByDialing(state: ContactState, { reservationId, agentId, answerWith, own }: Dialed, { now, limits }: At): Transition {
  // A phone that called us is answered when the customer is there.
  const answer = own ? limits.customerMedia : answerLimit(answerWith, limits);
  return {
    state: {
      ...state, notTo: [], phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint: null, acceptedAt: now, connectedAt: null, onHold: false, second: null, dialed: { before: null }, escalated: false,
        agent: { state: 'calling', until: now + answer, returnBy: null }, customer: state.telephone !== null ? { state: 'up', until: null } : { state: 'awaited', until: now + limits.customerMedia + (own ? 0 : answer) },
      },
    },
    effects: [{ type: 'prepareMedia' }, ...(own ? [] : [{ type: 'callAgent' } as const])],
  };
}

export function onceEnded(state: ContactState, phase: PhaseOf<'ended'>, event: ContactEvent, { now, limits }: At): Transition {
  if (event.type !== 'dialed') return unchanged(state);
  const { reservationId, agentId, answerWith, own } = event;
  return {
    state: {
      ...state, absentUntil: null, phase: {
        name: 'rung', reservationId, agentId, answerWith, endpoint: null, leg: own ? 'own' : 'calling',
        until: now + (own ? limits.ringCustomer : answerLimit(answerWith, limits)), before: { end: phase.end, at: phase.at },
      },
    },
    effects: own ? [] : [{ type: 'callAgent' }],
  };
}

export function whileRung(state: ContactState, phase: PhaseOf<'rung'>, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const over = (reason: string, effects: readonly Effect[] = []): Transition => {
    const ended = endedAsBefore(state, phase, phase.before, reason);
    return { ...ended, effects: [...effects, ...ended.effects] };
  };
  const declined = (): Transition => over('declined', [{ type: 'recordHop', hopId: phase.reservationId, news: 'rejected' }]);
  switch (event.type) {
    case 'agentAnswered':
      if (phase.leg !== 'calling') return unchanged(state);
      return { state: { ...state, phase: { ...phase, leg: 'up', endpoint: event.endpoint ?? null, until: now + limits.ringCustomer } }, effects: [] };
    case 'answered':
      if (phase.leg === 'calling') return unchanged(state);
      return event.accept ? answered(state, phase, at) : declined();
    case 'customerLeft': return declined();
    // One that is reloaded is back in a moment, and rings on; one that was closed rings nowhere.
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.offerAbsence }, effects: [] };
    case 'hangup':
    case 'agentHungUp':
    case 'agentFailed':
    case 'agentLegLost':
    case 'mediaLost':
    case 'mediaFailed':
    case 'gatewayRestarted':
    case 'gatewayStopping': return over('the call back was given up');
    case 'agentGone': return event.agentId === phase.agentId && phase.leg === 'calling' ? over('the agent is gone') : unchanged(state);
    case 'tick':
      if (now < phase.until && !reached(state.absentUntil, now)) return unchanged(state);
      return over('no answer', phase.leg === 'calling' ? [] : [{ type: 'recordHop', hopId: phase.reservationId, news: 'missed' }]);
    default: return unchanged(state);
  }
}

/** The contact goes on where it had ended; its routing age begins anew, for a customer who was not waiting. */
function answered(state: ContactState, phase: PhaseOf<'rung'>, { now, limits }: At): Transition {
  const { reservationId, agentId, answerWith, endpoint, leg, before } = phase;
  return {
    state: {
      ...state, queuedAt: now, returnedAt: null, noMediaUsed: false, phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint, acceptedAt: now, connectedAt: null, onHold: false, second: null, dialed: { before }, escalated: false,
        agent: leg === 'up' ? { state: 'up', until: null } : { state: 'calling', until: now + limits.customerMedia, returnBy: null },
        customer: { state: 'awaited', until: now + limits.customerMedia },
      },
    },
    effects: [{ type: 'prepareMedia' }],
  };
}
