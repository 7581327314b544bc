/**
 * What follows from each event in each phase of a contact's life (the states and their diagram are in state.ts; each phase is a file).
 * Total: an event that means nothing in the present phase changes nothing, because late news from the network is normal.
 */
import { unchanged, type At, type ContactEvent, type ContactLimits, type ContactState, type Transition } from './state.ts';
import { inCall } from './phases/call.ts';
import { whileCallingBack } from './phases/calling-back.ts';
import { inChat } from './phases/chat.ts';
import { onceEnded, whileRung } from './phases/dialing.ts';
import { hasCustomer } from './phases/deadlines.ts';
import { whileDissuaded } from './phases/dissuaded.ts';
import { whileExternal } from './phases/external.ts';
import { whileInFlow } from './phases/flow.ts';
import { whileOffered } from './phases/offered.ts';
import { whileScheduled } from './phases/scheduled.ts';
import { whileWaiting } from './phases/waiting.ts';
import { atWork } from './phases/work.ts';

export { deadlineOf } from './phases/deadlines.ts';

export function transition(state: ContactState, event: ContactEvent, now: number, limits: ContactLimits): Transition {
  const { phase } = state;
  const at: At = { now, limits };
  // What is written stays with us when its page goes.
  if (event.type === 'customerLeft' && event.by !== 'portal' && !hasCustomer(state)) return unchanged(state);
  switch (phase.name) {
    case 'flow': return whileInFlow(state, phase, event, at);
    case 'dissuaded': return whileDissuaded(state, phase, event, at);
    case 'waiting': return whileWaiting(state, phase, event, at);
    case 'offered': return whileOffered(state, phase, event, at);
    case 'rung': return whileRung(state, phase, event, at);
    case 'scheduled': return whileScheduled(state, phase, event, at);
    case 'callingBack': return whileCallingBack(state, phase, event, at);
    case 'call': return inCall(state, phase, event, at);
    case 'chat': return inChat(state, phase, event, at);
    case 'work': return atWork(state, phase, event, at);
    case 'external': return whileExternal(state, phase, event, at);
    case 'ended': return onceEnded(state, phase, event, at);
  }
}
