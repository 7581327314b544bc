/** A customer who was advised against waiting, and chooses what to do instead. They hold no place meanwhile, and lose none: the age goes on counting. */
import type { At, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { enterCallback } from './callback-place.ts';
import { reached } from './deadlines.ts';
import { follow } from './flow.ts';
import { end } from './leaving.ts';
import { mayLeaveMessage, messageLeft } from './message-left.ts';

export function whileDissuaded(state: ContactState, phase: PhaseOf<'dissuaded'>, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'gatewayRestarted': return {
      // Nobody is to find on their return that the time to choose went by while they could not.
      state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace, phase: { ...phase, until: Math.max(phase.until, now + limits.holdPlace) } }, effects: [],
    };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'waitChosen': return phase.progress !== null && phase.choices.includes('wait') ? follow(state, phase.progress, phase.turn, at) : unchanged(state);
    case 'callbackAsked': {
      if (!phase.choices.includes('callback')) return unchanged(state);
      const waits = enterCallback(state, event.callback, at);
      // What a rule said of their priority counts for a callback as for a wait.
      const { queueId, priority } = phase.progress ?? { queueId: '', priority: null };
      return priority === null ? waits : { ...waits, effects: [{ type: 'recordQueue', queueId, priority }, ...waits.effects] };
    }
    case 'messageLeft': return mayLeaveMessage(state) ? messageLeft(state, event) : unchanged(state);
    case 'tick': {
      if (reached(state.absentUntil, now)) return end(state, { party: 'customer', reason: 'absent' }, at);
      if (now < phase.until) return unchanged(state);
      if (phase.otherwise !== null || phase.progress === null) return end(state, phase.otherwise ?? { party: 'system', reason: 'dissuaded' }, at);
      return follow(state, phase.progress, phase.turn, at);
    }
    default: return unchanged(state);
  }
}
