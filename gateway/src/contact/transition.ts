/**
 * What follows from each event in each phase of a contact's life, in life order (the states and their diagram are in state.ts).
 * Total: an event that means nothing in the present phase changes nothing, because late news from the network is normal.
 */
import type { RequeueReason } from '#shared/customer-protocol.ts';
import type { ContactEnd, ReservationState } from '#shared/vocabulary.ts';
import type { ContactEvent, ContactLimits, ContactState, Effect, Phase, Transition } from './state.ts';

type Waiting = Extract<Phase, { name: 'waiting' }>;
type Offered = Extract<Phase, { name: 'offered' }>;
type Call = Extract<Phase, { name: 'call' }>;

export function transition(state: ContactState, event: ContactEvent, now: number, limits: ContactLimits): Transition {
  const { phase } = state;
  switch (phase.name) {
    case 'waiting': return whileWaiting(state, phase, event, now, limits);
    case 'offered': return whileOffered(state, phase, event, now, limits);
    case 'call': return inCall(state, phase, event, now, limits);
    case 'ended': return unchanged(state);
  }
}

/** The next moment at which a `tick` may change something; null only when the contact has ended. */
export function deadlineOf(state: ContactState, limits: ContactLimits): number | null {
  const { phase } = state;
  const rest = state.notTo.map(({ until }) => until);
  switch (phase.name) {
    case 'waiting': return earliest([state.absentUntil, waitEnd(state, limits), ...rest]);
    case 'offered': return earliest([phase.expiresAt, offerAbsenceEnd(state, limits)]);
    case 'call': return earliest([
      state.absentUntil, phase.agent.until, phase.agent.state === 'away' ? phase.agent.retryAt : null, phase.customer.until, phase.acceptedAt + limits.maximumDuration,
    ]);
    case 'ended': return null;
  }
}

function whileWaiting(state: ContactState, phase: Waiting, event: ContactEvent, now: number, limits: ContactLimits): Transition {
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected':
    case 'gatewayRestarted':
      return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, now);
    case 'reserved': return {
      state: { ...state, phase: { name: 'offered', reservationId: event.reservationId, agentId: event.agentId, expiresAt: event.expiresAt } },
      effects: [{ type: 'prepareMedia' }],
    };
    case 'tick': {
      if (reached(state.absentUntil, now)) return end(state, { party: 'customer', reason: 'absent' }, now);
      if (now >= waitEnd(state, limits)) return end(state, { party: 'system', reason: 'maximumWait' }, now);
      return { state: { ...state, phase, notTo: state.notTo.filter(({ until }) => until > now) }, effects: [] };
    }
    default: return unchanged(state);
  }
}

function whileOffered(state: ContactState, phase: Offered, event: ContactEvent, now: number, limits: ContactLimits): Transition {
  const back = (outcome: ReservationState, effects: readonly Effect[] = []) =>
    requeue(state, phase, { outcome, requeued: null, rest: outcome === 'rescinded' ? null : limits.notAgain }, now, limits, effects);
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, now);
    case 'mediaPrepared': return { state: { ...state, mediaEpoch: event.epoch }, effects: [] };
    case 'accepted': {
      if (event.reservationId !== phase.reservationId) return unchanged(state);
      const call: Call = {
        name: 'call', reservationId: phase.reservationId, agentId: phase.agentId, acceptedAt: now, connectedAt: null, onHold: false,
        agent: { state: 'calling', until: now + limits.agentAnswer, returnBy: null }, customer: { state: 'awaited', until: now + limits.customerMedia },
      };
      return {
        state: { ...state, phase: call, absentUntil: shifted(state.absentUntil, limits.customerReturn - limits.holdPlace) },
        effects: [
          { type: 'recordReservation', reservationId: phase.reservationId, state: 'accepted' },
          { type: 'recordSlot', reservationId: phase.reservationId, slot: 'engaged' },
          { type: 'callAgent' },
        ],
      };
    }
    case 'rejected': return event.reservationId === phase.reservationId ? back('rejected') : unchanged(state);
    case 'agentGone': return event.agentId === phase.agentId ? back('rescinded') : unchanged(state);
    case 'mediaLost':
    case 'mediaFailed':
    case 'gatewayStopping': return back('rescinded');
    case 'gatewayRestarted': {
      const waiting = back('rescinded');
      return { ...waiting, state: { ...waiting.state, absentUntil: state.absentUntil ?? now + limits.holdPlace } };
    }
    case 'tick':
      if (now >= phase.expiresAt) return back('timeout', [{ type: 'recordAgentAside', agentId: phase.agentId, reason: 'missed' }]);
      return reached(offerAbsenceEnd(state, limits), now) ? back('rescinded') : unchanged(state);
    default: return unchanged(state);
  }
}

function inCall(state: ContactState, phase: Call, event: ContactEvent, now: number, limits: ContactLimits): Transition {
  const call = (change: Partial<Call>, effects: readonly Effect[] = []): Transition =>
    ({ state: { ...state, phase: connectedNow({ ...phase, ...change }, now) }, effects });
  const returnBy = agentReturnBy(phase, now, limits);

  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.customerReturn }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'hangup' }, now);
    case 'mediaPrepared': return { state: { ...state, mediaEpoch: event.epoch }, effects: [] };
    case 'mediaFailed': return end(state, { party: 'system', reason: 'failed' }, now);

    case 'agentAnswered': return call({ agent: { state: 'up', until: null } }, phase.onHold ? [{ type: 'setHold', onHold: true }] : []);
    case 'customerMediaFlowing': return call({ customer: { state: 'up', until: null } });
    case 'customerMediaLost': return call({ customer: { state: 'lost', until: now + limits.customerReturn } });

    case 'agentFailed': return agentFailed(state, phase, event.status, now, limits);
    case 'agentHungUp':
      return phase.connectedAt === null ? agentUnavailable(state, phase, now, limits) : end(state, { party: 'agent', reason: 'hangup' }, now);
    case 'agentLegLost': return phase.agent.state === 'away' ? unchanged(state)
      : call({ agent: { state: 'away', until: returnBy, retryAt: null } }, [{ type: 'awaitAgentEndpoint' }]);
    case 'agentEndpointReady':
      if (event.agentId !== phase.agentId || phase.agent.state !== 'away') return unchanged(state);
      return call({ agent: { state: 'calling', until: now + limits.agentAnswer, returnBy } }, [{ type: 'callAgent' }]);
    // Their status says offline, but a leg that is up is never taken from them; without one they have `agentReturn`.
    case 'agentGone': return unchanged(state);

    case 'mediaLost': return call(
      {
        agent: { state: 'calling', until: now + limits.agentAnswer, returnBy },
        customer: { state: 'awaited', until: now + limits.customerMedia },
      },
      [{ type: 'prepareMedia' }, { type: 'callAgent' }],
    );
    case 'gatewayRestarted': return {
      state: {
        ...state, absentUntil: now + limits.customerReturn,
        phase: { ...phase, agent: { state: 'away', until: now + limits.agentReturn, retryAt: null }, customer: { state: 'lost', until: now + limits.customerReturn } },
      },
      effects: [{ type: 'prepareMedia' }, { type: 'awaitAgentEndpoint' }],
    };

    case 'hold': return event.onHold === phase.onHold ? unchanged(state) : call({ onHold: event.onHold }, [{ type: 'setHold', onHold: event.onHold }]);
    case 'cobrowseAsked': return state.cobrowse === 'off' ? { state: { ...state, cobrowse: 'asked' }, effects: [] } : unchanged(state);
    case 'cobrowseGranted': return { state: { ...state, cobrowse: 'granted' }, effects: [] };
    case 'cobrowseRevoked': return { state: { ...state, cobrowse: 'off' }, effects: [{ type: 'endCobrowse' }] };

    case 'tick': return callDeadlines(state, phase, now, limits);
    default: return unchanged(state);
  }
}

function callDeadlines(state: ContactState, phase: Call, now: number, limits: ContactLimits): Transition {
  if (now >= phase.acceptedAt + limits.maximumDuration) return end(state, { party: 'system', reason: 'maximumDuration' }, now);
  if (reached(phase.customer.until, now) || reached(state.absentUntil, now)) {
    return phase.connectedAt === null ? noMedia(state, phase, now, limits) : end(state, { party: 'customer', reason: 'customerLost' }, now);
  }
  if (reached(phase.agent.until, now)) {
    if (phase.connectedAt === null) return agentUnavailable(state, phase, now, limits);
    const returnBy = agentReturnBy(phase, now, limits);
    if (phase.agent.state === 'calling' && returnBy > now) {
      // The call back was not answered: the page may have been reloaded once more.
      return {
        state: { ...state, phase: { ...phase, agent: { state: 'away', until: returnBy, retryAt: now } } },
        effects: [{ type: 'endAgentLeg', reason: 'no answer' }],
      };
    }
    return requeue(state, phase, { outcome: null, requeued: 'agentLost', rest: null }, now, limits);
  }
  if (phase.agent.state === 'away' && reached(phase.agent.retryAt, now)) {
    return { state: { ...state, phase: { ...phase, agent: { ...phase.agent, retryAt: null } } }, effects: [{ type: 'awaitAgentEndpoint' }] };
  }
  return unchanged(state);
}

/**
 * Before the call ever stood, an endpoint that does not work gives the customer to somebody else; one that is just not there (480) may be a page
 * that is reloading, and has as long as an answer may take. Later, they have their time to return.
 */
function agentFailed(state: ContactState, phase: Call, status: number, now: number, limits: ContactLimits): Transition {
  const until = phase.connectedAt === null ? phase.acceptedAt + limits.agentAnswer : agentReturnBy(phase, now, limits);
  if (phase.connectedAt === null && (status !== 480 || now >= until)) return agentUnavailable(state, phase, now, limits);
  return { state: { ...state, phase: { ...phase, agent: { state: 'away', until, retryAt: now + limits.agentRetry } } }, effects: [] };
}

/** Time in a call is no waiting: who loses their agent after an hour of talk has the whole wait before them again. */
function waitEnd({ queuedAt, returnedAt }: ContactState, limits: ContactLimits): number {
  return (returnedAt ?? queuedAt) + limits.maximumWait;
}

function shifted(moment: number | null, by: number): number | null {
  return moment === null ? null : moment + by;
}

function offerAbsenceEnd({ absentUntil }: ContactState, limits: ContactLimits): number | null {
  return absentUntil === null ? null : absentUntil - limits.holdPlace + limits.offerAbsence;
}

/** Until when the agent's return is awaited: counted from the first loss, however often they are called back in between. */
function agentReturnBy({ agent }: Call, now: number, limits: ContactLimits): number {
  switch (agent.state) {
    case 'up': return now + limits.agentReturn;
    case 'away': return agent.until;
    case 'calling': return agent.returnBy ?? now + limits.agentReturn;
  }
}

/** No media from the customer in time: the agent is freed without penalty, the contact keeps its place once. */
function noMedia(state: ContactState, phase: Call, now: number, limits: ContactLimits): Transition {
  if (state.noMediaUsed) return end(state, { party: 'customer', reason: 'noMedia' }, now);
  return requeue({ ...state, noMediaUsed: true }, phase, { outcome: null, requeued: 'noMedia', rest: null }, now, limits);
}

function agentUnavailable(state: ContactState, phase: Call, now: number, limits: ContactLimits): Transition {
  return requeue(state, phase, { outcome: null, requeued: 'agentUnavailable', rest: limits.notAgain }, now, limits, [
    { type: 'recordAgentAside', agentId: phase.agentId, reason: 'endpointFailed' },
  ]);
}

/** Back to the queue at the old place: `rest` milliseconds without an offer to the same agent, or null for none. */
function requeue(
  state: ContactState, phase: Offered | Call,
  why: { readonly outcome: ReservationState | null; readonly requeued: RequeueReason | null; readonly rest: number | null },
  now: number, limits: ContactLimits, effects: readonly Effect[] = [],
): Transition {
  const notTo = state.notTo.filter(({ agentId, until }) => until > now && agentId !== phase.agentId);
  return {
    state: {
      ...state, mediaEpoch: null, cobrowse: 'off', phase: { name: 'waiting', requeued: why.requeued },
      ...(phase.name === 'call' ? {
        // In the queue their place is held, which is another limit than a call's.
        absentUntil: shifted(state.absentUntil, limits.holdPlace - limits.customerReturn),
        returnedAt: phase.connectedAt === null ? state.returnedAt : now,
      } : {}),
      notTo: why.rest === null ? notTo : [...notTo, { agentId: phase.agentId, until: now + why.rest }],
    },
    effects: [
      ...(why.outcome ? [{ type: 'recordReservation', reservationId: phase.reservationId, state: why.outcome } as const] : []),
      { type: 'recordSlot', reservationId: phase.reservationId, slot: 'free' },
      ...effects,
      { type: 'closeMedia', reason: why.requeued ?? why.outcome ?? 'requeued' },
      ...(state.cobrowse === 'off' ? [] : [{ type: 'endCobrowse' } as const]),
    ],
  };
}

/** The only road to the end. An agent who talked gets their wrap-up; one who was only offered the contact is free. */
function end(state: ContactState, why: ContactEnd, now: number): Transition {
  const { phase } = state;
  const effects: Effect[] = [];
  if (phase.name === 'offered') {
    effects.push({ type: 'recordReservation', reservationId: phase.reservationId, state: 'canceled' });
    effects.push({ type: 'recordSlot', reservationId: phase.reservationId, slot: 'free' });
  }
  if (phase.name === 'call') {
    effects.push({ type: 'recordSlot', reservationId: phase.reservationId, slot: phase.connectedAt === null ? 'free' : 'wrapUp' });
  }
  if (phase.name !== 'waiting') effects.push({ type: 'closeMedia', reason: why.reason });
  if (state.cobrowse !== 'off') effects.push({ type: 'endCobrowse' });
  return {
    state: { ...state, mediaEpoch: null, cobrowse: 'off', absentUntil: null, notTo: [], phase: { name: 'ended', end: why, at: now } },
    effects,
  };
}

function connectedNow(phase: Call, now: number): Call {
  return phase.connectedAt === null && phase.agent.state === 'up' && phase.customer.state === 'up' ? { ...phase, connectedAt: now } : phase;
}

function unchanged(state: ContactState): Transition {
  return { state, effects: [] };
}

function reached(deadline: number | null, now: number): boolean {
  return deadline !== null && now >= deadline;
}

function earliest(moments: ReadonlyArray<number | null>): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}
