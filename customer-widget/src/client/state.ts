/**
 * What the client is doing, as one discriminated union, and the only function that changes it.
 *
 *   idle → creating → (choosing) → connecting → contact ⇄ reconnecting
 *            │  └▶ closed                          │ └▶ superseded
 *            └────────▶ failed ◀───────────────────┘
 *
 * `contact` carries the gateway's view; its phases (waiting, offered, connecting, engaged, ended) are the gateway's to decide.
 */
import type { CustomerView } from '#shared/customer-protocol.ts';
import type { CreatedSession, QueueWait } from '#shared/session-api.ts';
import type { ClientProblem } from './problems.ts';

export type ClientState =
  | { readonly name: 'idle' }
  /** The portal is being asked for a session. */
  | { readonly name: 'creating' }
  /** The queue is closed: nothing was connected. */
  | { readonly name: 'closed'; readonly wait: QueueWait }
  /** A session is there that allows to call and to write: the customer says which. */
  | { readonly name: 'choosing'; readonly session: CreatedSession }
  /** First connection, or a return after a reload. `wait` is what the session said, null on a return. */
  | { readonly name: 'connecting'; readonly wait: QueueWait | null }
  | { readonly name: 'contact'; readonly view: CustomerView }
  /** The connection is gone and is being made again; the place is held. The view is the last one known. */
  | { readonly name: 'reconnecting'; readonly view: CustomerView; readonly since: number }
  /** Another tab took the contact over. */
  | { readonly name: 'superseded' }
  | { readonly name: 'failed'; readonly problem: ClientProblem };

export type ClientEvent =
  | { readonly type: 'creating' }
  | { readonly type: 'closed'; readonly wait: QueueWait }
  | { readonly type: 'choosing'; readonly session: CreatedSession }
  | { readonly type: 'connecting'; readonly wait: QueueWait | null }
  /** A welcome starts a new count of views: after a restart of the gateway its view counts whatever its number. */
  | { readonly type: 'welcome'; readonly view: CustomerView }
  | { readonly type: 'view'; readonly view: CustomerView }
  | { readonly type: 'connectionLost'; readonly now: number }
  | { readonly type: 'superseded' }
  | { readonly type: 'failed'; readonly problem: ClientProblem }
  | { readonly type: 'reset' };

export function reduce(state: ClientState, event: ClientEvent): ClientState {
  switch (event.type) {
    case 'creating':
      return { name: 'creating' };
    case 'closed':
      return { name: 'closed', wait: event.wait };
    case 'choosing':
      return { name: 'choosing', session: event.session };
    case 'connecting':
      return { name: 'connecting', wait: event.wait };
    case 'welcome':
      return { name: 'contact', view: event.view };
    case 'view': {
      // The number counts changes of the contact itself; a position that moved comes with the same one.
      const known = viewOf(state);
      return known !== null && event.view.seq < known.seq ? state : { name: 'contact', view: event.view };
    }
    case 'connectionLost':
      // An ended contact has no connection to lose.
      return state.name === 'contact' && state.view.phase.name !== 'ended' ? { name: 'reconnecting', view: state.view, since: event.now } : state;
    case 'superseded':
      return { name: 'superseded' };
    case 'failed':
      return { name: 'failed', problem: event.problem };
    case 'reset':
      return { name: 'idle' };
  }
}

/** The gateway's last view, where there is one. */
export function viewOf(state: ClientState): CustomerView | null {
  return state.name === 'contact' || state.name === 'reconnecting' ? state.view : null;
}

/** Whether the contact still stands: a place in the queue or a call. */
export function isUnderWay(state: ClientState): boolean {
  const view = viewOf(state);
  return state.name === 'creating' || state.name === 'choosing' || state.name === 'connecting' || (view !== null && view.phase.name !== 'ended');
}
