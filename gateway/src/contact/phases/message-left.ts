/**
 * A customer who would rather write than wait, or can do nothing else: their contact becomes a message, which waits for its answer with nobody
 * connected. Their page may go, and cannot take the message back with it; history, page and what was written stay with the contact.
 */
import type { ContactEvent, ContactState, Transition } from '../state.ts';

/** Whoever waits by themselves, or is offered it instead. A telephone writes nothing, and who is to be called back has asked for something else. */
export function mayLeaveMessage({ channel, phase, telephone, callback }: ContactState): boolean {
  if ((channel !== 'voice' && channel !== 'chat') || telephone !== null || callback !== null) return false;
  return phase.name === 'waiting' || (phase.name === 'dissuaded' && phase.choices.includes('message'));
}

export function messageLeft(state: ContactState, { queueId, priority, dueAt }: Extract<ContactEvent, { type: 'messageLeft' }>): Transition {
  return {
    state: {
      ...state, channel: 'message', phase: { name: 'waiting', requeued: null, returnTo: null, first: null },
      // As with what a portal hands in: until it is due it leaves first place to whoever waits for an answer now.
      queuedAt: dueAt, returnedAt: null, absentUntil: null, overflow: null, notTo: [], hunt: null,
    },
    effects: [{ type: 'recordQueue', queueId, priority }],
  };
}
