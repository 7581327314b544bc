/** An agent and a customer, from the accept to the end: legs that come up, go and come back, hold, co-browse. */
import type { Grants } from '#shared/cobrowse-grants.ts';
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { calledAgain, tryFailed } from './callback-place.ts';
import { agentReturnBy, answerLimit, pageGoneAt, reached } from './deadlines.ts';
import { backToChat } from './chat.ts';
import { asked, forTheNextAgent, granted, revoked } from './grants.ts';
import { end, endedAsBefore, requeue } from './leaving.ts';
import { beside, secondDeadline, startSecond } from './second.ts';
import { afterConsultation, dropSecond, promoted, transferred } from './transferring.ts';

type Call = PhaseOf<'call'>;

/** How many of the customer's digits are kept. */
const digitsKept = 32;

export function inCall(state: ContactState, phase: Call, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const call = (change: Partial<Call>, effects: readonly Effect[] = []): Transition => connecting(state, { ...phase, ...change }, now, effects);
  const returnBy = agentReturnBy(phase, now, limits);
  const shares = (cobrowse: Grants, effects: readonly Effect[] = []): Transition => cobrowse === state.cobrowse && effects.length === 0
    ? unchanged(state) : { state: { ...state, cobrowse }, effects };

  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.customerReturn }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'hangup' }, at);
    case 'mediaPrepared': return { state: { ...state, mediaEpoch: event.epoch }, effects: [] };
    case 'mediaFailed': return phase.escalated ? backToChat(state, phase, 'failed', at) : end(state, { party: 'system', reason: 'failed' }, at);

    case 'agentAnswered': return call({
      agent: { state: 'up', until: null }, endpoint: event.endpoint ?? phase.endpoint,
      // From here on it is the customer's time alone that runs: what a phone did not need is not theirs.
      ...(phase.connectedAt === null && phase.customer.state === 'awaited' ? { customer: { state: 'awaited', until: Math.min(phase.customer.until ?? Infinity, now + limits.customerMedia) } } : {}),
    }, [
      ...(phase.onHold ? [{ type: 'setHold', onHold: true } as const] : []),
      ...(phase.second?.state === 'up' ? [{ type: 'setTalk', talk: phase.second.talk, before: 'customer' } as const] : []),
    ]);
    case 'customerHungUp': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'hangup' }, at);
    case 'customerLegLost': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'customerLost' }, at);
    case 'customerMediaFlowing': return call({ customer: { state: 'up', until: null } });
    // The page of somebody on a telephone has no media that could be missed.
    case 'customerMediaLost': return state.telephone !== null ? unchanged(state) : call({ customer: { state: 'lost', until: now + limits.customerReturn } });

    case 'agentFailed': return agentFailed(state, phase, event.status, at);
    case 'callEnded': return over(state, phase, 'customer', at);
    case 'hangup': return phase.connectedAt === null && !phase.escalated ? withoutAgent(state, phase, at, []) : over(state, phase, 'agent', at);
    case 'agentHungUp':
      if (phase.connectedAt === null) return agentUnavailable(state, phase, at);
      // Who leaves a conference leaves the other two to talk.
      return phase.second?.state === 'up' && phase.second.talk === 'all' ? promoted(state, phase, phase.second, at) : over(state, phase, 'agent', at);
    case 'agentLegLost': return phase.agent.state === 'away' ? unchanged(state)
      : call({ agent: { state: 'away', until: returnBy, retryAt: null } }, [{ type: 'awaitAgentEndpoint' }]);
    case 'agentEndpointReady':
      if (event.agentId !== phase.agentId || phase.agent.state !== 'away') return unchanged(state);
      return call({ agent: { state: 'calling', until: now + answerLimit(phase.answerWith, limits), returnBy } }, [{ type: 'callAgent' }]);
    // Their status says offline, but a leg that is up is never taken from them; without one they have `agentReturn`.
    case 'agentGone':
    case 'deskGone': return beside(state, phase, event, at);

    case 'mediaLost': return state.telephone !== null ? calledAgain(state, state.telephone.number, phase.agentId, at) : afterConsultation(call(
      {
        agent: { state: 'calling', until: now + answerLimit(phase.answerWith, limits), returnBy },
        customer: { state: 'awaited', until: now + limits.customerMedia + (phase.answerWith === 'desktop' ? 0 : limits.phoneAnswer) },
      },
      [{ type: 'prepareMedia' }, { type: 'callAgent' }],
    ), at);
    case 'gatewayRestarted': return state.telephone !== null ? calledAgain({ ...state, absentUntil: now + limits.customerReturn }, state.telephone.number, phase.agentId, at) : afterConsultation({
      state: {
        // Nobody knows what became of the page meanwhile: it may still be seen, and nobody acts in it without asking anew.
        ...state, absentUntil: now + limits.customerReturn, cobrowse: forTheNextAgent(state.cobrowse),
        phase: { ...phase, agent: { state: 'away', until: now + limits.agentReturn, retryAt: null }, customer: { state: 'lost', until: now + limits.customerReturn } },
      },
      effects: [{ type: 'prepareMedia' }, { type: 'awaitAgentEndpoint' }],
    }, at);

    case 'hold': return event.onHold === phase.onHold ? unchanged(state) : call({ onHold: event.onHold }, [{ type: 'setHold', onHold: event.onHold }]);
    // The phone's own button: its media is held already.
    case 'agentHeld': return event.onHold === phase.onHold ? unchanged(state) : call({ onHold: event.onHold });
    case 'dtmf': return event.from === 'customer' ? { state: { ...state, digits: `${state.digits}${event.digit}`.slice(-digitsKept) }, effects: [] } : unchanged(state);
    case 'cobrowseAsked': return shares(asked(state.cobrowse, event.grant));
    case 'cobrowseGranted': return shares(granted(state.cobrowse, event.grant));
    // The page may have stopped before the gateway knew of a grant: what it still holds open is closed in any case.
    case 'cobrowseRevoked': return shares(revoked(state.cobrowse, event.grant), event.grant === 'view' ? [{ type: 'endCobrowse' }] : []);

    case 'consulted': return startSecond(state, phase, event, at);
    case 'transferred': return transferred(state, phase, event.to, at);
    case 'transferCompleted': return phase.second?.state === 'up' ? promoted(state, phase, phase.second, at) : unchanged(state);
    case 'gatewayStopping': return phase.second === null ? unchanged(state) : dropSecond(state, phase, phase.second, { outcome: 'lost' }, at);
    case 'tick': return callDeadlines(state, phase, at);
    default: return beside(state, phase, event, at);
  }
}

function callDeadlines(state: ContactState, phase: Call, at: At): Transition {
  const { now, limits } = at;
  if (now >= phase.acceptedAt + limits.maximumDuration) return end(state, { party: 'system', reason: 'maximumDuration' }, at);
  if (reached(phase.customer.until, now) || reached(pageGoneAt(state), now)) {
    if (phase.connectedAt === null) return noMedia(state, phase, at);
    // Their line is bad, and they are there.
    if (phase.escalated && limits.chat.afterCall && state.absentUntil === null) return backToChat(state, phase, 'over', at);
    return end(state, { party: 'customer', reason: 'customerLost' }, at);
  }
  if (reached(phase.agent.until, now)) {
    if (phase.connectedAt === null) return agentUnavailable(state, phase, at);
    const returnBy = agentReturnBy(phase, now, limits);
    if (phase.agent.state === 'calling' && returnBy > now) {
      // The call back was not answered: the page may have been reloaded once more.
      return {
        state: { ...state, phase: { ...phase, agent: { state: 'away', until: returnBy, retryAt: now } } },
        effects: [{ type: 'endAgentLeg', reason: 'no answer' }],
      };
    }
    // A conference goes on without the agent who vanished from it.
    if (phase.second?.state === 'up' && phase.second.talk === 'all') return promoted(state, phase, phase.second, at);
    return requeue(state, { requeued: 'agentLost' }, at);
  }
  if (reached(phase.second?.until ?? null, now)) return secondDeadline(state, phase, at);
  if (phase.agent.state === 'away' && reached(phase.agent.retryAt, now)) {
    return { state: { ...state, phase: { ...phase, agent: { ...phase.agent, retryAt: null } } }, effects: [{ type: 'awaitAgentEndpoint' }] };
  }
  return unchanged(state);
}

/**
 * Before the call ever stood, an endpoint that does not work gives the customer to somebody else; one that is just not there (480) may be a page
 * that is reloading, and has as long as an answer may take. Later, they have their time to return.
 */
function agentFailed(state: ContactState, phase: Call, status: number, at: At): Transition {
  const { now, limits } = at;
  const until = phase.connectedAt === null ? phase.acceptedAt + limits.agentAnswer : agentReturnBy(phase, now, limits);
  if (phase.connectedAt === null && (status !== 480 || now >= until || phase.dialed !== null)) return agentUnavailable(state, phase, at);
  return { state: { ...state, phase: { ...phase, agent: { state: 'away', until, retryAt: now + limits.agentRetry } } }, effects: [] };
}

/** No media from the customer in time: the agent is freed without penalty, the contact keeps its place once. */
function noMedia(state: ContactState, phase: Call, at: At): Transition {
  const { limits } = at;
  if (phase.dialed !== null && phase.dialed.before !== null) return endedAsBefore(state, phase, phase.dialed.before, 'no media');
  if (phase.escalated) return backToChat(state, phase, 'failed', at);
  if (state.callback !== null) return tryFailed(state, phase, state.callback, { news: 'missed' }, at);
  if (state.noMediaUsed) return limits.callbackByPhone ? offeredTelephone(state, at) : end(state, { party: 'customer', reason: 'noMedia' }, at);
  return requeue({ ...state, noMediaUsed: true }, { requeued: 'noMedia' }, at);
}

/** Their page cannot be heard, but a telephone may: they are asked for a number, at the age and place that they have. */
function offeredTelephone(state: ContactState, at: At): Transition {
  const { state: waiting, effects } = requeue(state, { requeued: 'noMedia' }, at);
  return {
    state: {
      ...waiting, phase: {
        name: 'dissuaded', why: 'noMedia', choices: ['callback'], message: null, opensAt: null, until: at.now + at.limits.holdPlace,
        otherwise: { party: 'customer', reason: 'noMedia' }, progress: null, turn: 0,
      },
    },
    effects,
  };
}

/** An agent who called a customer, or turned a chat into a call, sees that it failed; one who accepted an offer is not given the next one. */
function agentUnavailable(state: ContactState, phase: Call, at: At): Transition {
  return withoutAgent(state, phase, at, phase.dialed !== null ? [] : [{ type: 'recordAgentAside', agentId: phase.agentId, reason: 'endpointFailed' }]);
}

function withoutAgent(state: ContactState, phase: Call, at: At, effects: readonly Effect[]): Transition {
  if (phase.escalated) return backToChat(state, phase, 'failed', at);
  if (phase.dialed === null) return requeue(state, { requeued: 'agentUnavailable', notTo: phase.agentId }, at, effects);
  return phase.dialed.before === null ? requeue(state, { requeued: null }, at, effects) : endedAsBefore(state, phase, phase.dialed.before, 'no answer');
}

/** A hang-up ends the contact, or takes both back to the chat that it was before. */
function over(state: ContactState, phase: Call, party: 'customer' | 'agent', at: At): Transition {
  if (phase.escalated && (phase.connectedAt === null || at.limits.chat.afterCall)) return backToChat(state, phase, 'over', at);
  return end(state, { party, reason: 'hangup' }, at);
}

/** A call stands when both legs are up. */
export function connecting(state: ContactState, phase: Call, now: number, effects: readonly Effect[]): Transition {
  const connects = phase.connectedAt === null && phase.agent.state === 'up' && phase.customer.state === 'up';
  return {
    state: connects ? { ...state, callback: null, phase: { ...phase, connectedAt: now } } : { ...state, phase },
    effects: connects ? [{ type: 'recordHop', hopId: phase.reservationId, news: 'answered' }, ...effects] : effects,
  };
}
