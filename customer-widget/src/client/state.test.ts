import { noGrants } from '#shared/cobrowse-grants.ts';
import { describe, expect, it } from 'vitest';
import type { CustomerPhase, CustomerView } from '#shared/customer-protocol.ts';
import { isUnderWay, reduce, viewOf, type ClientEvent, type ClientState } from './state.ts';

function view(seq: number, phase: CustomerPhase = { name: 'waiting', position: seq, ewt: null, requeued: null, callback: null }): CustomerView {
  return {
    seq, contactId: 'c', from: 'sip:a@b', queue: { id: 'help', label: 'Help' }, channels: ['voice'], channel: 'voice', thread: null, phase, media: null, cobrowse: { grants: noGrants, agent: null }, callbacks: null, messages: null,
  };
}
const after = (...events: ClientEvent[]): ClientState => events.reduce(reduce, { name: 'idle' });

describe('the client\'s state', () => {
  it('WG40 shows the latest view and drops an older one, but not one with the same number: a place in the queue can move without the contact', () => {
    const state = after({ type: 'welcome', view: view(5) });
    expect(viewOf(reduce(state, { type: 'view', view: view(4) }))?.seq).toBe(5);
    const moved = { ...view(5), phase: { name: 'waiting', position: 1, ewt: null, requeued: null, callback: null } as const };
    expect(viewOf(reduce(state, { type: 'view', view: moved }))?.phase).toMatchObject({ position: 1 });
    expect(viewOf(reduce(state, { type: 'view', view: view(6) }))?.seq).toBe(6);
  });

  it('WG40 takes any view with a welcome, whatever its number', () => {
    expect(viewOf(after({ type: 'welcome', view: view(9) }, { type: 'welcome', view: view(2) }))?.seq).toBe(2);
  });

  it('WG8 keeps the last view while reconnecting', () => {
    const state = after({ type: 'welcome', view: view(1) }, { type: 'connectionLost', now: 7 });
    expect(state).toMatchObject({ name: 'reconnecting', since: 7, view: { seq: 1 } });
    expect(isUnderWay(state)).toBe(true);
  });

  it('WG16 does not reconnect to what has ended', () => {
    const ended = view(2, { name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    const state = after({ type: 'welcome', view: ended }, { type: 'connectionLost', now: 7 });
    expect(state.name).toBe('contact');
    expect(isUnderWay(state)).toBe(false);
  });
});
