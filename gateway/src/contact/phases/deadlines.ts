/** When each phase of a contact runs out. */
import type { ChatPhase, ContactLimits, ContactState, PhaseOf } from '../state.ts';
import type { AnswerWith } from '#shared/agent-protocol.ts';
import { callbackDeadline, needsPage } from './callback.ts';

/** The next moment at which a `tick` may change something; null only when the contact has ended. */
export function deadlineOf(state: ContactState, limits: ContactLimits): number | null {
  const { phase } = state;
  switch (phase.name) {
    case 'flow': return earliest([state.absentUntil, phase.awaits.until]);
    case 'dissuaded': return earliest([state.absentUntil, phase.until]);
    case 'waiting': return earliest([
      ...(state.callback === null ? [pageGoneAt(state), waitEnd(state, limits), phase.first?.until ?? null, state.overflow?.at ?? null] : [callbackDeadline(state.callback)]),
      ...state.notTo.map(({ until }) => until),
    ]);
    case 'scheduled': return phase.at;
    case 'offered': return earliest([phase.expiresAt, offerAbsenceEnd(state, limits)]);
    case 'rung': return earliest([state.absentUntil, phase.until]);
    case 'callingBack': return phase.until;
    case 'call': return earliest([
      pageGoneAt(state), phase.agent.until, phase.agent.state === 'away' ? phase.agent.retryAt : null, phase.customer.until, phase.second?.until ?? null,
      phase.acceptedAt + limits.maximumDuration,
    ]);
    case 'external': return earliest([pageGoneAt(state), phase.until, phase.customer.until, phase.acceptedAt + limits.maximumDuration]);
    case 'chat': return earliest([state.absentUntil, chatQuietEnd(phase, limits), phase.acceptedAt + limits.maximumDuration]);
    case 'work': return phase.acceptedAt + limits.workHold;
    case 'ended': return null;
  }
}

/** Time in a call is no waiting: who loses their agent after an hour of talk has the whole wait before them again. */
export function waitEnd(state: ContactState, limits: ContactLimits): number {
  return (state.returnedAt ?? state.queuedAt) + (hasCustomer(state) ? limits.maximumWait : limits.workWait);
}

/** Whether somebody is, or ought to be, connected at the other end. */
export function hasCustomer({ channel }: ContactState): boolean {
  return channel === 'voice' || channel === 'chat';
}

/** A phone can only ring for a call. */
export function offeredBy({ channel }: ContactState, by: 'desktop' | 'phone'): 'desktop' | 'phone' {
  return channel === 'voice' ? by : 'desktop';
}

/** When a customer who owes an answer is warned, and then let go. */
export function chatQuietEnd({ quietSince, warned }: ChatPhase, { chat }: ContactLimits): number | null {
  return quietSince === null ? null : quietSince + chat.quiet - (warned ? 0 : chat.warning);
}

/** When a page that is gone has been awaited long enough; null: it is there, or not needed. */
export function pageGoneAt(state: ContactState): number | null {
  return needsPage(state) ? state.absentUntil : null;
}

export function offerAbsenceEnd(state: ContactState, limits: ContactLimits): number | null {
  const absentUntil = pageGoneAt(state);
  return absentUntil === null ? null : absentUntil - limits.holdPlace + limits.offerAbsence;
}

/** How long the endpoint that an agent answers with may take. */
export function answerLimit(answerWith: AnswerWith, limits: ContactLimits): number {
  return answerWith === 'desktop' ? limits.agentAnswer : limits.phoneAnswer;
}

/** Until when the agent's return is awaited: counted from the first loss, however often they are called back in between. */
export function agentReturnBy({ agent }: PhaseOf<'call'>, now: number, limits: ContactLimits): number {
  switch (agent.state) {
    case 'up': return now + limits.agentReturn;
    case 'away': return agent.until;
    case 'calling': return agent.returnBy ?? now + limits.agentReturn;
  }
}

/** In a call and in the queue a customer's absence has different limits, both counted from when they went. */
export function shifted(moment: number | null, by: number): number | null {
  return moment === null ? null : moment + by;
}

export function reached(deadline: number | null, now: number): boolean {
  return deadline !== null && now >= deadline;
}

function earliest(moments: ReadonlyArray<number | null>): number | null {
  const known = moments.filter((moment) => moment !== null);
  return known.length === 0 ? null : Math.min(...known);
}
