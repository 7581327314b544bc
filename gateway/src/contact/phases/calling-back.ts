/**
 * The customer of a callback is called: an agent has taken it, their endpoint comes first, so that nobody is rung for silence; then the page, if it is
 * open, and the number after it, or at once.
 */
import type { AnsweredBy } from '../call-port.ts';
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { tryFailed } from './callback-place.ts';
import { answerLimit } from './deadlines.ts';
import { end, requeue } from './leaving.ts';

type CallingBack = PhaseOf<'callingBack'>;

/** Statuses that say that there is nobody at this number, now or later (RFC 3261, 21.4 and 21.6). */
const nobodysNumber: readonly number[] = [404, 410, 484, 604];

/** An agent has accepted; `answered`: by picking up the phone that was offered it. */
export function startCalling(
  state: ContactState, phase: PhaseOf<'offered'>, answered: { readonly endpoint: AnsweredBy | null } | null, at: At,
): Transition {
  const { reservationId, agentId, answerWith } = phase;
  const calling: CallingBack = {
    name: 'callingBack', reservationId, agentId, answerWith, endpoint: answered?.endpoint ?? null, leg: answered === null ? 'calling' : 'up', rings: null,
    acceptedAt: at.now, until: at.now + answerLimit(answerWith, at.limits),
  };
  const rung = answered === null ? { state: { ...state, phase: calling }, effects: [{ type: 'callAgent' } as const] } : ringing(state, calling, at);
  return { ...rung, effects: [{ type: 'recordReservation', reservationId, state: 'accepted' }, { type: 'recordSlot', reservationId, slot: 'engaged' }, ...rung.effects] };
}

/** An agent calls before the turn has come. Their phone's own call can be put through to the page alone. */
export function callingByDialing(state: ContactState, { reservationId, agentId, answerWith, own }: Extract<ContactEvent, { type: 'dialed' }>, { now, limits }: At): Transition {
  return {
    state: {
      ...state, notTo: [], phase: {
        name: 'callingBack', reservationId, agentId, answerWith, endpoint: null, leg: own ? 'own' : 'calling', rings: own ? 'page' : null, acceptedAt: now,
        until: now + (own ? limits.ringCustomer : answerLimit(answerWith, limits)),
      },
    },
    effects: own ? [] : [{ type: 'callAgent' }],
  };
}

export function whileCallingBack(state: ContactState, phase: CallingBack, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const { callback } = state;
  if (callback === null) return end(state, { party: 'system', reason: 'failed' }, at);
  /** No try of the customer's is used up by what went wrong on our side before they were rung, or by a failure of the system. */
  const back = (why: Parameters<typeof requeue>[1], effects: readonly Effect[] = []): Transition => requeue(state, why, at, effects);
  const aside: Effect = { type: 'recordAgentAside', agentId: phase.agentId, reason: 'endpointFailed' };
  const failed = (news: 'missed' | 'rejected', final = false): Transition => tryFailed(state, phase, callback, { news, final }, at);

  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'callbackCanceled': return end(state, { party: 'agent', reason: 'canceled' }, at);

    case 'agentAnswered': return phase.leg === 'calling' ? ringing(state, { ...phase, leg: 'up', endpoint: event.endpoint ?? null }, at) : unchanged(state);
    case 'agentFailed': return phase.leg === 'up' ? unchanged(state) : back({ requeued: null, notTo: phase.agentId }, phase.leg === 'calling' ? [aside] : []);
    // Whom it rang for is gone.
    case 'hangup':
    case 'agentHungUp':
      if (phase.rings === null) return back({ requeued: null, notTo: phase.agentId });
      return failed('missed');
    case 'agentGone': return event.agentId === phase.agentId && phase.leg !== 'up' ? back({ requeued: null }) : unchanged(state);
    case 'agentLegLost':
    case 'mediaLost':
    case 'mediaFailed':
    case 'gatewayStopping': return back({ requeued: null });
    case 'gatewayRestarted': {
      const waiting = back({ requeued: null });
      return { ...waiting, state: { ...waiting.state, absentUntil: state.absentUntil ?? now + limits.holdPlace } };
    }

    case 'answered':
      if (phase.rings !== 'page') return unchanged(state);
      return event.accept ? answeredOnPage(state, phase, at) : failed('rejected');
    case 'customerAnswered': return phase.rings === 'telephone' && callback.number !== null ? answeredByTelephone(state, phase, callback.number, at) : unchanged(state);
    case 'customerFailed':
      if (phase.rings !== 'telephone') return unchanged(state);
      return failed(event.status === 486 || event.status === 600 || event.status === 603 ? 'rejected' : 'missed', nobodysNumber.includes(event.status));
    case 'customerHungUp':
    case 'customerLegLost': return phase.rings === 'telephone' ? failed('missed') : unchanged(state);

    case 'tick':
      if (now < phase.until) return unchanged(state);
      if (phase.rings === null) return back({ requeued: null, notTo: phase.agentId }, [aside]);
      // Nobody is at the page; the number may find them.
      return phase.rings === 'page' && phase.leg === 'up' && callback.number !== null ? dialling(state, phase, at) : failed('missed');
    default: return unchanged(state);
  }
}

/** The agent is there: the page rings where it is open, or where there is nothing else. */
function ringing(state: ContactState, phase: CallingBack, at: At): Transition {
  if (state.absentUntil !== null && state.callback?.number != null) return dialling(state, phase, at);
  return { state: { ...state, phase: { ...phase, rings: 'page', until: at.now + at.limits.ringCustomer } }, effects: [] };
}

function dialling(state: ContactState, phase: CallingBack, { now, limits }: At): Transition {
  return { state: { ...state, phase: { ...phase, rings: 'telephone', until: now + limits.externalAnswer } }, effects: [{ type: 'callCustomer' }] };
}

/** The page opens its media and sends; the callback stays one until the call stands. */
function answeredOnPage(state: ContactState, { reservationId, agentId, answerWith, endpoint, leg }: CallingBack, { now, limits }: At): Transition {
  return {
    state: {
      ...state, absentUntil: null, phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint, acceptedAt: now, connectedAt: null, onHold: false, second: null, dialed: null, escalated: false,
        agent: leg === 'up' ? { state: 'up', until: null } : { state: 'calling', until: now + limits.customerMedia, returnBy: null },
        customer: { state: 'awaited', until: now + limits.customerMedia },
      },
    },
    effects: [{ type: 'prepareMedia' }],
  };
}

function answeredByTelephone(state: ContactState, { reservationId, agentId, answerWith, endpoint }: CallingBack, number: string, { now }: At): Transition {
  return {
    state: {
      ...state, callback: null, telephone: { number }, phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint, acceptedAt: now, connectedAt: now, onHold: false, second: null, dialed: null, escalated: false,
        agent: { state: 'up', until: null }, customer: { state: 'up', until: null },
      },
    },
    effects: [{ type: 'recordHop', hopId: reservationId, news: 'answered' }],
  };
}
