import { describe, expect, it } from 'vitest';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from '../state.ts';
import { deadlineOf, transition } from '../transition.ts';

const minute = 60_000;
const limits: ContactLimits = {
  holdPlace: 3 * minute, offerAbsence: 5000, maximumWait: 60 * minute, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: minute,
  ringCustomer: 30_000, callbackPause: 5 * minute, callbackTries: 3, callbackByPhone: false, agentRetry: 1000, customerReturn: minute, agentReturn: 45_000, maximumDuration: 240 * minute, notAgain: minute,
  chat: { quiet: 10 * minute, warning: 2 * minute, afterCall: true }, workWait: 7 * 24 * 60 * minute, workHold: 24 * 60 * minute,
};

function live(events: ReadonlyArray<readonly [at: number, event: ContactEvent]>, start: ContactState) {
  let state = start;
  const effects: Effect[] = [];
  for (const [at, event] of events) {
    const next = transition(state, event, at, limits);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects, types: effects.map(({ type }) => type) };
}

const taken: ReadonlyArray<readonly [number, ContactEvent]> = [
  [0, { type: 'reserved', reservationId: 'r1', agentId: 'anna', expiresAt: 20_000, by: 'phone', answerWith: 'phone' }], [1000, { type: 'accepted', reservationId: 'r1' }],
];
const chat = () => live(taken, newContact(0, 'chat'));

describe('a chat', () => {
  it('CH11 is offered at the desktop whatever the agent answers with, and begun by accepting it', () => {
    const { state, types } = chat();
    expect(state.phase).toMatchObject({ name: 'chat', agentId: 'anna', acceptedAt: 1000 });
    expect(types).toEqual(['recordReservation', 'recordSlot', 'recordHop']);
  });

  it('CH16 warns a customer who owes an answer and then ends, counted from the first word that they did not answer', () => {
    const begun = chat().state;
    const asked = live([[2 * minute, { type: 'wrote', by: 'agent' }], [5 * minute, { type: 'wrote', by: 'agent' }]], begun).state;
    expect(deadlineOf(asked, limits)).toBe(10 * minute);
    const warned = live([[10 * minute, { type: 'tick' }]], asked).state;
    expect(warned.phase).toMatchObject({ name: 'chat', warned: true });
    expect(live([[11 * minute, { type: 'wrote', by: 'customer' }]], warned).state.phase).toMatchObject({ warned: false, quietSince: null });
    expect(live([[12 * minute, { type: 'tick' }]], warned).state.phase).toMatchObject({ name: 'ended', end: { party: 'customer', reason: 'inactive' } });
    // Whom nobody has answered yet owes nothing.
    expect(deadlineOf(live([[2 * minute, { type: 'wrote', by: 'customer' }]], begun).state, limits)).toBe(1000 + limits.maximumDuration);
  });

  it('CH20 goes to somebody else at its old place when the agent\'s desktop is gone', () => {
    const { state, effects } = live([[minute, { type: 'deskGone', agentId: 'anna' }]], chat().state);
    expect(state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentLost' }, queuedAt: 0, channel: 'chat' });
    expect(effects).toEqual([{ type: 'recordSlot', reservationId: 'r1', slot: 'free' }]);
    expect(live([[minute, { type: 'deskGone', agentId: 'ben' }]], chat().state).effects).toEqual([]);
  });

  it('CH21 stands the customer\'s absence for as long as a place is held, and a restart', () => {
    const away = live([[minute, { type: 'customerDisconnected' }], [2 * minute, { type: 'gatewayRestarted' }]], chat().state).state;
    expect(live([[4 * minute - 1, { type: 'tick' }]], away).state.phase.name).toBe('chat');
    expect(live([[3 * minute, { type: 'customerConnected' }], [4 * minute, { type: 'tick' }]], away).state.phase.name).toBe('chat');
    expect(live([[4 * minute, { type: 'tick' }]], away).state.phase).toMatchObject({ name: 'ended', end: { party: 'customer', reason: 'customerLost' } });
  });

  it('CH18 that became a call ends with it where the queue says so', () => {
    const events: ReadonlyArray<readonly [number, ContactEvent]> = [
      [minute, { type: 'callProposed', proposal: { by: 'agent', video: false } }], [minute, { type: 'escalated', answerWith: 'desktop', video: false }], [minute, { type: 'agentAnswered' }],
      [minute, { type: 'customerMediaFlowing' }],
    ];
    const called = live(events, chat().state);
    expect(called.types).toEqual(['recordSlotChannel', 'prepareMedia', 'callAgent', 'recordHop']);
    const once = transition(called.state, { type: 'hangup' }, 2 * minute, { ...limits, chat: { ...limits.chat, afterCall: false } });
    expect(once.state.phase).toMatchObject({ name: 'ended', end: { party: 'agent', reason: 'hangup' } });
    const again = transition(called.state, { type: 'hangup' }, 2 * minute, limits);
    expect(again.state.phase).toMatchObject({ name: 'chat', reservationId: 'r1', callFailed: false });
    expect(again.effects.map(({ type }) => type)).toEqual(['recordSlotChannel', 'closeMedia']);
  });
});

describe('a message', () => {
  it('CH30 is nobody\'s to lose: it waits and is worked at with no customer connected, over restarts, and ends when it is completed', () => {
    const { state } = live([[0, { type: 'gatewayRestarted' }], ...taken], newContact(0, 'message'));
    expect(state).toMatchObject({ phase: { name: 'work', agentId: 'anna' }, absentUntil: null });
    expect(live([[minute, { type: 'gatewayRestarted' }], [minute, { type: 'wrote', by: 'agent' }]], state).state.phase.name).toBe('work');
    const done = live([[2 * minute, { type: 'hangup' }]], state);
    expect(done.state.phase).toMatchObject({ name: 'ended', end: { party: 'agent', reason: 'completed' } });
    expect(done.effects).toEqual([{ type: 'recordSlot', reservationId: 'r1', slot: 'wrapUp' }, { type: 'recordEnd', hopId: 'r1' }]);
  });

  it('CH31 goes back to the queue from an agent who went home, or kept it for too long', () => {
    const { state } = live(taken, newContact(0, 'message'));
    expect(live([[minute, { type: 'deskGone', agentId: 'anna' }]], state).state.phase).toMatchObject({ name: 'waiting' });
    expect(live([[1000 + limits.workHold, { type: 'tick' }]], state).state.phase).toMatchObject({ name: 'waiting' });
  });
});
