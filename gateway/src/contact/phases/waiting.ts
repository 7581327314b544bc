/** A contact in the queue: a place, no call and no media, but for a customer on a telephone, who holds the line. Or a callback, whose customer does not wait. */
import type { At, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { asItStands, calledAgain, enterCallback } from './callback-place.ts';
import { callingByDialing } from './calling-back.ts';
import { hasCustomer, offeredBy, pageGoneAt, reached, waitEnd } from './deadlines.ts';
import { takenByDialing } from './dialing.ts';
import { toFlowOf } from './flow.ts';
import { huntedOut, huntExhausted, onToQueue } from './hunting.ts';
import { end } from './leaving.ts';
import { mayLeaveMessage, messageLeft } from './message-left.ts';

export function whileWaiting(state: ContactState, phase: PhaseOf<'waiting'>, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return !hasCustomer(state) ? unchanged(state) : { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'gatewayRestarted': {
      if (!hasCustomer(state)) return unchanged(state);
      const away = { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace };
      return state.telephone === null ? { state: away, effects: [] } : calledAgain(away, state.telephone.number, null, at);
    }
    case 'mediaLost': return state.telephone === null ? unchanged(state) : calledAgain(state, state.telephone.number, null, at);
    case 'customerHungUp': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'customerLegLost': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'customerLost' }, at);
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'reserved': {
      const { reservationId, agentId, expiresAt, answerWith, hunt = null } = event;
      const by = offeredBy(state, event.by);
      return {
        state: { ...state, hunt, phase: { name: 'offered', reservationId, agentId, expiresAt, by, answerWith, transferredBy: null } },
        // A callback's customer has nothing to open yet.
        effects: [...(state.channel === 'voice' && state.callback === null ? [{ type: 'prepareMedia' } as const] : []), ...(by === 'phone' ? [{ type: 'callAgent' } as const] : [])],
      };
    }
    case 'huntedOut': return state.callback === null && state.channel === 'voice' ? huntedOut(state, event, at) : unchanged(state);
    case 'acdAway': return onToQueue(state, event.to, at);
    case 'huntExhausted': return huntExhausted(state, event, at);
    case 'dialed': return state.callback === null ? takenByDialing(state, event, at) : callingByDialing(state, event, at);
    case 'callbackAsked': return state.telephone === null ? enterCallback(state, event.callback, at) : unchanged(state);
    case 'messageLeft': return mayLeaveMessage(state) ? messageLeft(state, event) : unchanged(state);
    // Their place was kept by the callback alone, and is theirs with all the time that a present customer has.
    case 'callbackWithdrawn': return state.callback === null ? unchanged(state) : { state: { ...state, callback: null, returnedAt: now }, effects: [] };
    case 'callbackCanceled': return state.callback === null ? unchanged(state) : end(state, { party: 'agent', reason: 'canceled' }, at);
    case 'rescheduled': return state.callback === null ? unchanged(state) : enterCallback(state, { ...state.callback, at: event.at, windows: event.windows, notBefore: null }, at);
    case 'tick': {
      if (state.callback !== null) return asItStands(state, state.callback, at);
      if (reached(pageGoneAt(state), now)) return end(state, { party: 'customer', reason: 'absent' }, at);
      if (now >= waitEnd(state, limits)) return end(state, { party: 'system', reason: 'maximumWait' }, at);
      // It takes too long here: another queue, at the age that the contact has.
      if (state.overflow !== null && now >= state.overflow.at) return toFlowOf(state, { ...state.overflow, turn: 0 }, at);
      const first = reached(phase.first?.until ?? null, now) ? null : phase.first;
      return { state: { ...state, phase: { ...phase, first }, notTo: state.notTo.filter(({ until }) => until > now) }, effects: [] };
    }
    default: return unchanged(state);
  }
}
