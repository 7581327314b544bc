/** A message or a task at an agent: they answer and complete it in their time. Nobody is connected at the other end, so nobody can be lost there. */
import type { At, ContactEvent, ContactState, PhaseOf, Transition } from '../state.ts';
import { unchanged } from '../state.ts';
import { end, requeue } from './leaving.ts';
import { transferred } from './transferring.ts';

export function atWork(state: ContactState, phase: PhaseOf<'work'>, event: ContactEvent, at: At): Transition {
  switch (event.type) {
    case 'hangup': return end(state, { party: 'agent', reason: 'completed' }, at);
    case 'customerLeft': return end(state, { party: 'customer', reason: 'canceled' }, at);
    case 'transferred': return transferred(state, phase, event.to, at);
    // Whoever goes home leaves what they have not answered to others.
    case 'agentGone':
    case 'deskGone': return event.agentId === phase.agentId ? requeue(state, { requeued: 'agentLost' }, at) : unchanged(state);
    case 'tick': return at.now >= phase.acceptedAt + at.limits.workHold ? requeue(state, { requeued: 'agentLost' }, at) : unchanged(state);
    default: return unchanged(state);
  }
}
