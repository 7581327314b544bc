/** What a queue's hunt does beyond an offer to an agent: it rings a number, or comes to the end of its list. */
import type { At, ContactEvent, ContactState, Transition } from '../state.ts';
import { toFlowOf } from './flow.ts';

/** The customer is put through to the number as after a transfer; their client opens its media for it now. */
export function huntedOut(state: ContactState, { hopId, number, label, hunt, until }: Extract<ContactEvent, { type: 'huntedOut' }>, { now }: At): Transition {
  return {
    state: {
      ...state, hunt, phase: {
        name: 'external', hopId, number, label, transferredBy: null, acceptedAt: now, connectedAt: null, until, customer: state.telephone === null ? { state: 'awaited', until: null } : { state: 'up', until: null },
      },
    },
    effects: [...(state.telephone === null ? [{ type: 'prepareMedia' } as const] : []), { type: 'callSecond' }, { type: 'setTalk', talk: 'all', before: 'customer' }],
  };
}

/** On to the queue that follows, at the age that they have; or a rest for those who were rung, so that nobody is rung for ever. */
export function huntExhausted(state: ContactState, { to, restUntil }: Extract<ContactEvent, { type: 'huntExhausted' }>, at: At): Transition {
  if (to !== null) return onToQueue(state, to, at);
  return {
    state: {
      ...state, hunt: { round: state.hunt?.round ?? 1, tried: state.hunt?.tried ?? [], exhaustedAt: at.now },
      notTo: state.notTo.map((one) => ({ ...one, until: Math.max(one.until, restUntil) })),
    },
    effects: [],
  };
}

/** Whatever comes before that queue comes first, but for somebody who cannot be asked anything. */
export function onToQueue(state: ContactState, to: { readonly queueId: string; readonly priority: number }, at: At): Transition {
  if (state.telephone === null && state.callback === null) return toFlowOf(state, { ...to, visited: [], turn: 0 }, at);
  return { state: { ...state, hunt: null }, effects: [{ type: 'recordQueue', ...to }] };
}
