/** How a contact leaves a phase for the queue or the end: what the phase held is released, exactly once. */
import { noGrants } from '#shared/cobrowse-grants.ts';
import type { RequeueReason } from '#shared/customer-protocol.ts';
import type { ContactEnd, ReservationState } from '#shared/vocabulary.ts';
import type { At, ContactState, Effect, Phase, PhaseOf, Transition } from '../state.ts';
import { huntUndone } from '../../acd/hunt.ts';
import { shifted } from './deadlines.ts';
import { isNothing } from './grants.ts';

interface Requeue {
  readonly requeued: RequeueReason | null;
  /** Of the reservation, when the phase was an offer. */
  readonly outcome?: Exclude<ReservationState, 'offered' | 'accepted'>;
  /** Not offered to this agent (nor put through to this number of a hunt) for `notAgain`. */
  readonly notTo?: string;
  readonly returnTo?: string;
}

/** Back to the queue at the old place. `effects` are performed between what is released and the end of the media. */
export function requeue(state: ContactState, why: Requeue, { now, limits }: At, effects: readonly Effect[] = []): Transition {
  const { phase } = state;
  const reservedFor = 'agentId' in phase ? phase.agentId : null;
  const notTo = state.notTo.filter(({ agentId, until }) => until > now && agentId !== reservedFor);
  const stood = phase.name === 'chat' || phase.name === 'work' || ((phase.name === 'call' || phase.name === 'external') && phase.connectedAt !== null);
  const handedOver = phase.name === 'external' && phase.transferredBy !== null;
  return {
    state: {
      ...state, ...nothingShared, phase: { name: 'waiting', requeued: why.requeued, returnTo: why.returnTo ?? null, first: null },
      // In the queue their place is held, which is another limit than a call's.
      absentUntil: phase.name === 'call' || phase.name === 'external' ? shifted(state.absentUntil, limits.holdPlace - limits.customerReturn) : state.absentUntil,
      returnedAt: stood || handedOver ? now : state.returnedAt,
      overflow: stood || handedOver ? null : state.overflow,
      // Whom they talked with ends a hunt; an offer that was withdrawn before its time was no turn.
      hunt: stood || handedOver ? null : phase.name === 'offered' && why.notTo === undefined ? huntUndone(state.hunt) : state.hunt,
      notTo: why.notTo === undefined ? notTo : [...notTo, { agentId: why.notTo, since: now, until: now + limits.notAgain }],
    },
    effects: [
      ...released(phase, { outcome: why.outcome ?? 'rescinded', wrapUp: false }),
      ...effects,
      ...leftWith(state, why.requeued ?? why.outcome ?? 'requeued'),
      ...endedSharing(state),
    ],
  };
}

/** In which there is no media to close, but for a telephone's. */
const beforeAnyCall: ReadonlySet<Phase['name']> = new Set(['flow', 'dissuaded', 'waiting', 'scheduled']);

/** The only road to the end. An agent who talked gets their wrap-up; one who was only offered the contact is free. */
export function end(state: ContactState, why: ContactEnd, { now }: Pick<At, 'now'>): Transition {
  const { phase } = state;
  const wrapUp = phase.name === 'chat' || phase.name === 'work' || (phase.name === 'call' && phase.connectedAt !== null);
  return {
    state: { ...state, ...nothingShared, ...nobodyToCall, absentUntil: null, notTo: [], hunt: null, wanted: null, phase: { name: 'ended', end: why, at: now } },
    effects: [
      ...released(phase, { outcome: 'canceled', wrapUp }),
      { type: 'recordEnd', hopId: 'reservationId' in phase ? phase.reservationId : phase.name === 'external' ? phase.hopId : null },
      ...(state.channel !== 'voice' || (beforeAnyCall.has(phase.name) && state.telephone === null) ? [] : [{ type: 'closeMedia', reason: why.reason } as const]),
      ...endedSharing(state),
    ],
  };
}

/** An agent called back a customer whose contact had ended, and it came to nothing: the contact is as it was. */
export function endedAsBefore(state: ContactState, phase: PhaseOf<'rung' | 'call'>, before: { readonly end: ContactEnd; readonly at: number }, reason: string): Transition {
  return {
    state: { ...state, ...nothingShared, ...nobodyToCall, absentUntil: null, notTo: [], hunt: null, wanted: null, phase: { name: 'ended', end: before.end, at: before.at } },
    effects: [...released(phase, { outcome: 'canceled', wrapUp: false }), { type: 'closeMedia', reason }, ...endedSharing(state)],
  };
}

/** What ends with a call: the media's epoch, the grants, the digits, the news of a consultation. */
const nothingShared = { mediaEpoch: null, cobrowse: noGrants, digits: '', secondEnded: null } as const;

const nobodyToCall = { callback: null, telephone: null } as const;

/** Who is on their page opens new media at the next call. Who is on a telephone stays on the line, and hears that they wait. */
function leftWith({ phase, telephone, channel }: ContactState, reason: string): Effect[] {
  if (channel !== 'voice') return [];
  if (telephone === null) return [{ type: 'closeMedia', reason }];
  const beside = phase.name === 'external' || (phase.name === 'call' && phase.second !== null);
  return [...(beside ? [{ type: 'endSecond', reason } as const] : []), { type: 'endAgentLeg', reason }];
}

/** Reservations, slots and hops that the phase holds, closed. */
function released(phase: Phase, how: { readonly outcome: Exclude<ReservationState, 'offered' | 'accepted'>; readonly wrapUp: boolean }): Effect[] {
  switch (phase.name) {
    case 'flow':
    case 'dissuaded':
    case 'waiting':
    case 'scheduled':
    case 'ended': return [];
    case 'offered': return [
      { type: 'recordReservation', reservationId: phase.reservationId, state: how.outcome },
      { type: 'recordSlot', reservationId: phase.reservationId, slot: 'free' },
    ];
    case 'rung':
    case 'callingBack': return [{ type: 'recordSlot', reservationId: phase.reservationId, slot: 'free' }];
    case 'call': return [
      { type: 'recordSlot', reservationId: phase.reservationId, slot: how.wrapUp ? 'wrapUp' : 'free' },
      ...(phase.second === null ? [] : releasedSecond(phase.second, 'canceled')),
    ];
    case 'chat':
    case 'work': return [{ type: 'recordSlot', reservationId: phase.reservationId, slot: how.wrapUp ? 'wrapUp' : 'free' }];
    case 'external': return [{ type: 'recordHop', hopId: phase.hopId, news: 'over' }];
  }
}

export function releasedSecond(second: NonNullable<PhaseOf<'call'>['second']>, outcome: Exclude<ReservationState, 'offered' | 'accepted'>): Effect[] {
  if (second.party.kind === 'external') return [{ type: 'recordHop', hopId: second.id, news: 'over' }];
  return [
    ...(second.state === 'offered' ? [{ type: 'recordReservation', reservationId: second.id, state: outcome } as const] : []),
    { type: 'recordSlot', reservationId: second.id, slot: 'free' },
  ];
}

export function endedSharing({ cobrowse }: ContactState): Effect[] {
  return isNothing(cobrowse) ? [] : [{ type: 'endCobrowse' }];
}
