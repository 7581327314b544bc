/** A contact in the queue: a place, no call and no media. */
import type { At, ContactEvent, ContactState, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { reached, waitEnd } from './deadlines.ts';
import { takenByDialing } from './dialing.ts';
import { end } from './leaving.ts';

export function whileWaiting(state: ContactState, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected':
    case 'gatewayRestarted':
      return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'reserved': {
      const { reservationId, agentId, expiresAt, by, answerWith } = event;
      return {
        state: { ...state, phase: { name: 'offered', reservationId, agentId, expiresAt, by, answerWith, transferredBy: null } },
        effects: [{ type: 'prepareMedia' }, ...(by === 'phone' ? [{ type: 'callAgent' } as const] : [])],
      };
    }
    case 'dialed': return takenByDialing(state, event, at);
    case 'tick': {
      if (reached(state.absentUntil, now)) return end(state, { party: 'customer', reason: 'absent' }, at);
      if (now >= waitEnd(state, limits)) return end(state, { party: 'system', reason: 'maximumWait' }, at);
      return { state: { ...state, notTo: state.notTo.filter(({ until }) => until > now) }, effects: [] };
    }
    default: return unchanged(state);
  }
}
