/** The customer with a number outside: rung after a blind transfer, or taken over from a consultation. No agent is in it any more. */
import type { At, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { calledAgain } from './callback-place.ts';
import { pageGoneAt, reached } from './deadlines.ts';
import { end, requeue } from './leaving.ts';

type External = PhaseOf<'external'>;

export function whileExternal(state: ContactState, phase: External, event: ContactEvent, at: At): Transition {
  if ('secondId' in event && event.secondId !== phase.hopId) return unchanged(state);
  const { now, limits } = at;
  const call = (change: Partial<External>): Transition => ({ state: { ...state, phase: { ...phase, ...change } }, effects: [] });
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.customerReturn }, effects: [] };
    case 'callEnded':
    case 'customerLeft': return end(state, { party: 'customer', reason: phase.transferredBy === null && phase.connectedAt === null ? 'canceled' : 'hangup' }, at);
    case 'customerHungUp': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'hangup' }, at);
    case 'customerLegLost': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'customerLost' }, at);
    case 'customerMediaFlowing': return call({ customer: { state: 'up', until: null } });
    case 'customerMediaLost': return call({ customer: { state: 'lost', until: now + limits.customerReturn } });
    case 'mediaPrepared': return { state: { ...state, mediaEpoch: event.epoch }, effects: [] };
    case 'mediaFailed': return end(state, { party: 'system', reason: 'failed' }, at);

    // The number's leg is the second party's until it is promoted, and told as the agent's place from then on.
    case 'secondAnswered':
    case 'agentAnswered': return phase.connectedAt !== null ? unchanged(state) : {
      state: { ...state, phase: { ...phase, connectedAt: now, until: null, customer: phase.customer.state === 'awaited' ? { state: 'awaited', until: now + limits.customerMedia } : phase.customer } },
      effects: [{ type: 'recordHop', hopId: phase.hopId, news: 'answered' }, { type: 'promoteSecond', reason: 'transferred' }],
    };
    case 'secondFailed':
    case 'agentFailed': return failed(state, phase, event.status, at);
    case 'secondHungUp':
    case 'agentHungUp': return phase.connectedAt === null ? failed(state, phase, 603, at) : end(state, { party: 'agent', reason: 'hangup' }, at);
    case 'secondLost':
    case 'agentLegLost': return phase.connectedAt === null ? failed(state, phase, 480, at) : requeue(state, { requeued: 'agentLost' }, at);

    // The number is called again; whoever talked there hears it ring once more.
    case 'mediaLost': return state.telephone !== null ? calledAgain(state, state.telephone.number, phase.transferredBy, at) : {
      state: { ...state, phase: { ...phase, connectedAt: null, until: now + limits.externalAnswer, customer: { state: 'awaited', until: null } } },
      effects: [{ type: 'prepareMedia' }, { type: 'callSecond' }, { type: 'setTalk', talk: 'all', before: 'customer' }],
    };
    // Nobody knows any more how the number can be reached without ringing somebody who believes to be in a call.
    case 'gatewayRestarted': {
      const away = { ...state, absentUntil: now + limits.customerReturn };
      return state.telephone === null ? requeue(away, { requeued: 'agentLost' }, at) : calledAgain(away, state.telephone.number, phase.transferredBy, at);
    }

    case 'tick':
      if (now >= phase.acceptedAt + limits.maximumDuration) return end(state, { party: 'system', reason: 'maximumDuration' }, at);
      if (reached(phase.customer.until, now) || reached(pageGoneAt(state), now)) return end(state, { party: 'customer', reason: 'customerLost' }, at);
      return reached(phase.until, now) ? failed(state, phase, 408, at) : unchanged(state);
    default: return unchanged(state);
  }
}

/** Back to the agent who transferred the customer there, should they be free, else to the queue at the old place, where a hunt goes on. */
function failed(state: ContactState, phase: External, status: number, at: At): Transition {
  const news = status === 486 || status === 600 || status === 603 ? 'rejected' : 'missed';
  const { transferredBy } = phase;
  const waiting = requeue(state, transferredBy === null ? { requeued: null, notTo: phase.number } : { requeued: 'agentUnavailable', returnTo: transferredBy }, at);
  return { ...waiting, effects: [{ type: 'recordHop', hopId: phase.hopId, news }, ...waiting.effects] };
}
