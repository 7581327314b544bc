/** A contact that an agent may take: at their desktop, or by picking up a phone. Also one that was handed over, whose customer stays on the line. */
import type { ReservationState } from '#shared/vocabulary.ts';
import type { At, ContactEvent, ContactState, Effect, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { connecting } from './call.ts';
import { calledAgain } from './callback-place.ts';
import { startCalling } from './calling-back.ts';
import { startedChat } from './chat.ts';
import { answerLimit, hasCustomer, offerAbsenceEnd, reached, shifted } from './deadlines.ts';
import { end, requeue } from './leaving.ts';

type Offered = PhaseOf<'offered'>;

export function whileOffered(state: ContactState, phase: Offered, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const back = (outcome: Exclude<ReservationState, 'offered' | 'accepted' | 'canceled'>, aside?: 'missed' | 'endpointFailed') =>
    backFromOffer(state, phase, { outcome, ...(aside === undefined ? {} : { aside }) }, at);
  const left = (): Transition => end(state, phase.transferredBy === null ? { party: 'customer', reason: 'canceled' } : { party: 'customer', reason: 'hangup' }, at);
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    case 'customerDisconnected': return !hasCustomer(state) ? unchanged(state) : { state: { ...state, absentUntil: now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return left();
    case 'callbackCanceled': return state.callback === null ? unchanged(state) : end(state, { party: 'agent', reason: 'canceled' }, at);
    case 'customerHungUp': return state.telephone === null ? unchanged(state) : left();
    case 'customerLegLost': return state.telephone === null ? unchanged(state) : end(state, { party: 'customer', reason: 'customerLost' }, at);
    case 'mediaPrepared': return state.channel !== 'voice' || state.callback !== null ? unchanged(state) : { state: { ...state, mediaEpoch: event.epoch }, effects: [] };
    case 'accepted': return event.reservationId === phase.reservationId ? (state.channel === 'voice' ? accepted(state, phase, at, [{ type: 'callAgent' }]) : takenAtDesk(state, phase, at)) : unchanged(state);
    case 'rejected': return event.reservationId === phase.reservationId ? back('rejected') : unchanged(state);
    case 'agentGone': return event.agentId === phase.agentId ? back('rescinded') : unchanged(state);
    case 'deskGone': return event.agentId === phase.agentId && phase.by === 'desktop' ? back('rescinded') : unchanged(state);

    // The INVITE was the offer, and this is what the phone says to it.
    case 'agentAnswered': {
      if (phase.by !== 'phone') return unchanged(state);
      if (state.callback !== null) return startCalling(state, phase, { endpoint: event.endpoint ?? null }, at);
      const taken = accepted(state, phase, at, []);
      if (taken.state.phase.name !== 'call') return taken;
      const { customer } = taken.state.phase;
      return connecting(taken.state, {
        ...taken.state.phase, agent: { state: 'up', until: null }, endpoint: event.endpoint ?? null,
        customer: customer.state === 'awaited' ? { state: 'awaited', until: now + limits.customerMedia } : customer,
      }, now, taken.effects);
    }
    case 'agentFailed': return phase.by === 'phone' ? refusedByPhone(event.status, back) : unchanged(state);

    case 'mediaFailed':
    case 'gatewayStopping': return back('rescinded');
    case 'mediaLost': return state.telephone === null ? back('rescinded') : calledAgain(state, state.telephone.number, null, at);
    case 'gatewayRestarted': {
      if (!hasCustomer(state)) return backFromOffer(state, phase, { outcome: 'rescinded' }, at);
      const away = { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace };
      return state.telephone === null ? backFromOffer(away, phase, { outcome: 'rescinded' }, at) : calledAgain(away, state.telephone.number, null, at);
    }
    case 'tick':
      if (now >= phase.expiresAt) return back('timeout', 'missed');
      return reached(offerAbsenceEnd(state, limits), now) ? back('rescinded') : unchanged(state);
    default: return unchanged(state);
  }
}

/** Busy or declined is a person's word; no answer is a missed offer; anything else is the phone's failure (RFC 3261, 21.4 and 21.6). */
function refusedByPhone(status: number, back: (outcome: 'rejected' | 'timeout' | 'rescinded', aside?: 'missed' | 'endpointFailed') => Transition): Transition {
  switch (status) {
    case 486:
    case 600:
    case 603: return back('rejected');
    case 408:
    case 480:
    case 487: return back('timeout', 'missed');
    default: return back('rescinded', 'endpointFailed');
  }
}

function backFromOffer(
  state: ContactState, phase: Offered, how: { readonly outcome: 'rejected' | 'timeout' | 'rescinded'; readonly aside?: 'missed' | 'endpointFailed' }, at: At,
): Transition {
  const aside: Effect[] = how.aside === undefined ? [] : [{ type: 'recordAgentAside', agentId: phase.agentId, reason: how.aside }];
  return requeue(state, {
    // Who was told that a colleague takes over is told that it came to nothing; others never left the queue in their eyes.
    requeued: phase.transferredBy === null ? null : 'agentUnavailable', outcome: how.outcome,
    ...(how.outcome === 'rescinded' && how.aside === undefined ? {} : { notTo: phase.agentId }),
  }, at, aside);
}

function accepted(state: ContactState, phase: Offered, { now, limits }: At, effects: readonly Effect[]): Transition {
  if (state.callback !== null) return startCalling(state, phase, null, { now, limits });
  const { reservationId, agentId, answerWith } = phase;
  const answer = answerLimit(answerWith, limits);
  return {
    state: {
      ...state, absentUntil: shifted(state.absentUntil, limits.customerReturn - limits.holdPlace),
      phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint: null, acceptedAt: now, connectedAt: null, onHold: false, second: null, dialed: null, escalated: false,
        agent: { state: 'calling', until: now + answer, returnBy: null },
        // A desktop answers by itself, within the customer's own limit; a phone may have to be picked up first.
        customer: state.telephone !== null ? { state: 'up', until: null } : { state: 'awaited', until: now + limits.customerMedia + (answerWith === 'desktop' ? 0 : answer) },
      },
    },
    effects: [
      { type: 'recordReservation', reservationId, state: 'accepted' },
      { type: 'recordSlot', reservationId, slot: 'engaged' },
      ...effects,
    ],
  };
}

/** What is written needs no endpoint: accepted is begun. */
function takenAtDesk(state: ContactState, phase: Offered, { now }: At): Transition {
  const { reservationId, agentId } = phase;
  return {
    state: { ...state, phase: state.channel === 'chat' ? startedChat(phase, now) : { name: 'work', reservationId, agentId, acceptedAt: now } },
    effects: [
      { type: 'recordReservation', reservationId, state: 'accepted' }, { type: 'recordSlot', reservationId, slot: 'engaged' },
      { type: 'recordHop', hopId: reservationId, news: 'answered' },
    ],
  };
}
