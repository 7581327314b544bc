/** A callback for which a time was agreed on: nobody waits for it until then, and then it goes before the others. */
import type { At, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { asItStands, enterCallback } from './callback-place.ts';
import { callingByDialing } from './calling-back.ts';
import { end } from './leaving.ts';

export function whileScheduled(state: ContactState, phase: PhaseOf<'scheduled'>, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const { callback } = state;
  if (callback === null) return end(state, { party: 'system', reason: 'failed' }, at);
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    // No limit of theirs: the time that was agreed on is the callback's.
    case 'customerDisconnected':
    case 'gatewayRestarted': return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'callbackCanceled': return end(state, { party: 'agent', reason: 'canceled' }, at);
    case 'rescheduled': return enterCallback(state, { ...callback, at: event.at, windows: event.windows }, at);
    case 'dialed': return callingByDialing(state, event, at);
    case 'tick':
      if (now < phase.at) return unchanged(state);
      // Their wait begins now, and so does its limit.
      return asItStands({ ...state, queuedAt: now, returnedAt: now, phase: { name: 'waiting', requeued: null, returnTo: callback.agentId, first: null } }, callback, at, [{ type: 'recordDue' }]);
    default: return unchanged(state);
  }
}
