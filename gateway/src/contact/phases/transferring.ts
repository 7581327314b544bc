/** How a call passes on: blind to an agent, a queue or a number, or to the second party after a consultation; and how a consultation ends without that. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { ReservationState } from '#shared/vocabulary.ts';
import type { At, ContactState, Effect, PhaseOf, Transition, TransferTarget } from '../state.ts';
import { unchanged } from '../state.ts';
import { offeredBy, shifted } from './deadlines.ts';
import { forTheNextAgent } from './grants.ts';
import { endedSharing, releasedSecond, requeue } from './leaving.ts';
import { secondName, type EndedSecond, type Second } from './second-party.ts';

type Call = PhaseOf<'call'>;
type Held = Call | PhaseOf<'chat'> | PhaseOf<'work'>;

/** What an agent has accepted; of calls, one that stands with nobody else in it. Whoever makes the reservation for it asks first, in the same transaction. */
export function mayTransfer({ phase }: ContactState): boolean {
  if (phase.name === 'chat' || phase.name === 'work') return true;
  return phase.name === 'call' && phase.connectedAt !== null && phase.second === null;
}

export function transferred(state: ContactState, phase: Held, to: TransferTarget, at: At): Transition {
  if (!mayTransfer(state) || (to.kind === 'external' && phase.name !== 'call')) return unchanged(state);
  const { now, limits } = at;
  const left: Effect[] = [{ type: 'recordSlot', reservationId: phase.reservationId, slot: 'wrapUp' }];
  switch (to.kind) {
    case 'queue': {
      const waiting = requeue(state, { requeued: 'transferred' }, at);
      return { state: { ...waiting.state, wanted: to.wanted ?? null }, effects: [...left, ...waiting.effects.filter(({ type }) => type !== 'recordSlot'), { type: 'recordQueue', queueId: to.queueId, priority: to.priority }] };
    }
    case 'agent': {
      const { reservationId, agentId, expiresAt, answerWith } = to;
      const by = offeredBy(state, to.by);
      return {
        state: {
          ...state, ...forTheNext(state), returnedAt: now, absentUntil: phase.name === 'call' ? shifted(state.absentUntil, limits.holdPlace - limits.customerReturn) : state.absentUntil,
          phase: { name: 'offered', reservationId, agentId, expiresAt, by, answerWith, transferredBy: phase.agentId },
        },
        effects: [
          ...left, ...(phase.name === 'call' ? [{ type: 'endAgentLeg', reason: 'transferred' } as const] : []), ...viewerLeaves(state, phase.agentId),
          ...(by === 'phone' ? [{ type: 'callAgent' } as const] : []),
        ],
      };
    }
    case 'external': return phase.name !== 'call' ? unchanged(state) : {
      state: {
        ...state, ...forTheNext(state), cobrowse: noGrants, phase: {
          name: 'external', hopId: to.hopId, number: to.number, label: to.label, transferredBy: phase.agentId, acceptedAt: phase.acceptedAt, connectedAt: null,
          until: now + limits.externalAnswer, customer: phase.customer,
        },
      },
      // With nobody else in it, the customer is to hear how the number rings.
      effects: [...left, { type: 'endAgentLeg', reason: 'transferred' }, ...endedSharing(state), { type: 'callSecond' }, { type: 'setTalk', talk: 'all', before: 'customer' }],
    };
  }
}

/** The second party has the customer from here on, and the agent their wrap-up. What the customer shares, a colleague goes on seeing. */
export function promoted(state: ContactState, phase: Call, second: Second, { now }: At): Transition {
  const left: Effect[] = [{ type: 'recordSlot', reservationId: phase.reservationId, slot: 'wrapUp' }];
  const passes: Effect = { type: 'promoteSecond', reason: 'transferred' };
  const { party } = second;
  if (party.kind === 'agent') {
    return {
      state: {
        ...state, ...forTheNext(state), phase: {
          ...phase, reservationId: second.id, agentId: party.agentId, answerWith: party.answerWith, endpoint: second.endpoint, onHold: false, second: null, dialed: null,
          agent: { state: 'up', until: null },
        },
      },
      effects: [
        ...left, { type: 'recordSlot', reservationId: second.id, slot: 'own' }, { type: 'recordHop', hopId: second.id, news: 'answered' }, passes, ...viewerLeaves(state, phase.agentId),
      ],
    };
  }
  return {
    state: {
      ...state, ...forTheNext(state), cobrowse: noGrants, phase: {
        name: 'external', hopId: second.id, number: party.number, label: party.label, transferredBy: phase.agentId, acceptedAt: phase.acceptedAt, connectedAt: now,
        until: null, customer: phase.customer,
      },
    },
    effects: [...left, { type: 'recordHop', hopId: second.id, news: 'answered' }, passes, ...endedSharing(state)],
  };
}

interface Drop {
  /** Null: the agent ended it themselves, and needs not be told. */
  readonly outcome: EndedSecond['outcome'] | null;
  /** Of a colleague's offer that was still open. */
  readonly reservation?: Exclude<ReservationState, 'offered' | 'accepted'>;
  readonly aside?: 'missed' | 'endpointFailed';
}

/** The agent is with the customer alone again. */
export function dropSecond(state: ContactState, phase: Call, second: Second, how: Drop, { now }: At): Transition {
  const secondEnded = how.outcome === null ? state.secondEnded : { name: secondName(second.party), outcome: how.outcome, at: now };
  const news = how.outcome === 'busy' || how.outcome === 'declined' ? 'rejected' : how.outcome === 'noAnswer' ? 'missed' : null;
  return {
    state: { ...state, secondEnded, phase: { ...phase, second: null } },
    effects: [
      ...(second.party.kind === 'external' && news !== null && second.state !== 'up' ? [{ type: 'recordHop', hopId: second.id, news } as const] : []),
      ...releasedSecond(second, how.reservation ?? 'rescinded'),
      ...(second.party.kind === 'agent' && how.aside !== undefined ? [{ type: 'recordAgentAside', agentId: second.party.agentId, reason: how.aside } as const] : []),
      { type: 'endSecond', reason: how.outcome ?? 'dropped' },
      ...(second.talk === 'customer' ? [] : [{ type: 'setTalk', talk: 'customer', before: 'customer' } as const]),
    ],
  };
}

/** All media is gone or made anew: a consultation does not survive that, the call does. */
export function afterConsultation({ state, effects }: Transition, at: At): Transition {
  const { phase } = state;
  if (phase.name !== 'call' || phase.second === null) return { state, effects };
  const dropped = dropSecond(state, phase, phase.second, { outcome: 'lost' }, at);
  return { state: dropped.state, effects: [...dropped.effects.filter(({ type }) => type !== 'setTalk'), ...effects] };
}

/** The digits were pressed for the agent who leaves, and an unanswered question for the page was theirs. */
function forTheNext({ cobrowse }: ContactState): Pick<ContactState, 'digits' | 'secondEnded' | 'cobrowse'> {
  return { digits: '', secondEnded: null, cobrowse: forTheNextAgent(cobrowse) };
}

function viewerLeaves({ cobrowse }: ContactState, agentId: string): Effect[] {
  return cobrowse.view === 'granted' ? [{ type: 'endViewer', agentId }] : [];
}
