/**
 * An agent and a customer who write to each other.
 *
 *                 escalated (both want to talk)
 *   chat ───────────────────────────────────────▶ call { escalated }
 *     ▲                                             │
 *     └── the call could not be made, or is over ◀──┘
 *
 * Whoever owes an answer has the time: a customer who was written to and says nothing is warned and then let go; an agent's silence ends nothing.
 */
import type { AnswerWith } from '#shared/agent-protocol.ts';
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { At, ChatPhase, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { answerLimit, chatQuietEnd, reached } from './deadlines.ts';
import { end, endedSharing, releasedSecond, requeue } from './leaving.ts';
import { transferred } from './transferring.ts';

export function startedChat({ reservationId, agentId }: Pick<ChatPhase, 'reservationId' | 'agentId'>, now: number): ChatPhase {
  return { name: 'chat', reservationId, agentId, acceptedAt: now, quietSince: null, warned: false, proposal: null, callFailed: false };
}

export function inChat(state: ContactState, phase: ChatPhase, event: ContactEvent, at: At): Transition {
  const { now, limits } = at;
  const chat = (change: Partial<ChatPhase>): Transition => ({ state: { ...state, phase: { ...phase, ...change } }, effects: [] });
  switch (event.type) {
    case 'customerConnected': return { state: { ...state, absentUntil: null }, effects: [] };
    // A chat stands a closed page for as long as a place in the queue does.
    case 'customerDisconnected': return { state: { ...state, absentUntil: now + limits.holdPlace }, effects: [] };
    case 'gatewayRestarted': return { state: { ...state, absentUntil: state.absentUntil ?? now + limits.holdPlace }, effects: [] };
    case 'customerLeft': return end(state, { party: 'customer', reason: 'hangup' }, at);
    case 'hangup': return end(state, { party: 'agent', reason: 'hangup' }, at);
    case 'wrote': return event.by === 'customer' ? chat({ quietSince: null, warned: false }) : chat({ quietSince: phase.quietSince ?? now });
    case 'callProposed': return chat({ proposal: event.proposal, callFailed: false });
    case 'callDeclined': return phase.proposal === null ? unchanged(state) : chat({ proposal: null });
    case 'escalated': return escalated(state, phase, event, at);
    case 'transferred': return transferred(state, phase, event.to, at);
    // Without their desktop nobody writes: the customer goes on with somebody else, who reads what was written.
    case 'agentGone':
    case 'deskGone': return event.agentId === phase.agentId ? requeue(state, { requeued: 'agentLost' }, at) : unchanged(state);
    case 'tick':
      if (now >= phase.acceptedAt + limits.maximumDuration) return end(state, { party: 'system', reason: 'maximumDuration' }, at);
      if (reached(state.absentUntil, now)) return end(state, { party: 'customer', reason: 'customerLost' }, at);
      if (reached(chatQuietEnd(phase, limits), now)) return phase.warned ? end(state, { party: 'customer', reason: 'inactive' }, at) : chat({ warned: true });
      return unchanged(state);
    default: return unchanged(state);
  }
}

/** The same agent and the same contact, whose legs are built as in any call. Who asks has seen that the agent may have a call. */
function escalated(state: ContactState, phase: ChatPhase, { answerWith, video }: { readonly answerWith: AnswerWith; readonly video: boolean }, { now, limits }: At): Transition {
  if (phase.proposal === null) return unchanged(state);
  const answer = answerLimit(answerWith, limits);
  const { reservationId, agentId } = phase;
  return {
    state: {
      ...state, channel: 'voice', absentUntil: state.absentUntil === null ? null : now + limits.customerReturn,
      phase: {
        name: 'call', reservationId, agentId, answerWith, endpoint: null, acceptedAt: now, connectedAt: null, onHold: false, second: null, dialed: null, escalated: true, ...(video ? { withCamera: true as const } : {}),
        agent: { state: 'calling', until: now + answer, returnBy: null }, customer: { state: 'awaited', until: now + limits.customerMedia + (answerWith === 'desktop' ? 0 : answer) },
      },
    },
    effects: [{ type: 'recordSlotChannel', reservationId, channel: 'voice' }, { type: 'prepareMedia' }, { type: 'callAgent' }],
  };
}

/** They write again. `failed`: there was no call at all, and both are told so. */
export function backToChat(state: ContactState, phase: PhaseOf<'call'>, how: 'failed' | 'over', { now, limits }: At): Transition {
  const { reservationId, second } = phase;
  return {
    state: {
      ...state, channel: 'chat', mediaEpoch: null, cobrowse: noGrants, digits: '', secondEnded: null,
      absentUntil: state.absentUntil === null ? null : now + limits.holdPlace,
      phase: { ...startedChat(phase, now), callFailed: how === 'failed' },
    },
    effects: [
      { type: 'recordSlotChannel', reservationId, channel: 'chat' }, ...(second === null ? [] : releasedSecond(second, 'canceled')),
      { type: 'closeMedia', reason: how === 'failed' ? 'back to the chat' : 'hangup' }, ...endedSharing(state),
    ],
  };
}
