/** How a callback keeps its place while it waits, what a try that nobody answered comes to, and when it is over. */
import type { At, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { callbackAt, type Callback } from './callback.ts';
import { hasCustomer } from './deadlines.ts';
import { end, requeue } from './leaving.ts';

/** Asked for by somebody who waits, or who is asked what they want; whoever wanted to write is called too. */
export function enterCallback(before: ContactState, asked: Callback, at: At): Transition {
  if (!hasCustomer(before)) return unchanged(before);
  const state: ContactState = { ...before, channel: 'voice' };
  // Agreed on for later, and in nobody's queue until then.
  if (asked.at !== null && asked.at > at.now) return { state: { ...state, callback: asked, notTo: [], phase: { name: 'scheduled', at: asked.at } }, effects: [] };
  const waiting = state.phase.name === 'waiting' ? state.phase : { name: 'waiting', requeued: null, returnTo: asked.agentId, first: null } as const;
  return asItStands({ ...state, phase: waiting }, asked, at);
}

/** What time alone makes of a waiting callback. */
export function asItStands(state: ContactState, callback: Callback, at: At, effects: readonly Effect[] = []): Transition {
  const { now } = at;
  const standing = callbackAt(callback, now);
  if (standing === null) {
    const over = end(state, { party: 'system', reason: 'callbackExpired' }, at);
    return { ...over, effects: [...effects, ...over.effects] };
  }
  return { state: { ...state, callback: standing, notTo: state.notTo.filter(({ until }) => until > now) }, effects };
}

/** Nobody answered: the agent is free again without penalty, and the contact keeps its place for the next try, if there is one left. */
export function tryFailed(state: ContactState, phase: PhaseOf<'callingBack' | 'call'>, callback: Callback, how: { readonly news: 'missed' | 'rejected'; readonly final?: boolean }, at: At): Transition {
  const told: Effect[] = phase.name === 'callingBack' ? [{ type: 'recordHop', hopId: phase.reservationId, news: how.news }] : [];
  const triesLeft = callback.triesLeft - 1;
  const next = how.final === true || triesLeft <= 0 ? null : callbackAt({ ...callback, triesLeft, notBefore: at.now + at.limits.callbackPause }, at.now);
  const left = next === null ? end(state, { party: 'customer', reason: 'notReached' }, at) : requeue({ ...state, callback: next }, { requeued: null, ...(callback.agentId === null ? {} : { returnTo: callback.agentId }) }, at);
  return { ...left, effects: [...told, ...left.effects] };
}

/** The line to a customer's telephone broke by our own fault: their number is called again, by whom they talked to if possible. */
export function calledAgain(state: ContactState, number: string, talkedTo: string | null, at: At): Transition {
  const { now, limits } = at;
  const callback: Callback = { number, at: null, agentId: talkedTo, triesLeft: limits.callbackTries, notBefore: null, windows: [{ from: now, until: now + limits.maximumWait }] };
  return requeue({ ...state, telephone: null, callback }, { requeued: 'agentLost', ...(talkedTo === null ? {} : { returnTo: talkedTo }) }, at);
}
