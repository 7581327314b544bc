/** Customers who are called back, on their page or at a telephone: how their contact waits, what a try comes to, and what becomes of a telephone's line. */
import { describe, expect, it } from 'vitest';
import type { Callback } from './phases/callback.ts';
import { isOfferable } from './phases/callback.ts';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from './state.ts';
import { deadlineOf, transition } from './transition.ts';

const limits: ContactLimits = {
  holdPlace: 180_000, offerAbsence: 5000, maximumWait: 3_600_000, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: 60_000,
  ringCustomer: 30_000, callbackPause: 300_000, callbackTries: 3, callbackByPhone: false, agentRetry: 1000, customerReturn: 60_000, agentReturn: 45_000,
  maximumDuration: 14_400_000, notAgain: 60_000, chat: { quiet: 600_000, warning: 120_000, afterCall: true }, workWait: 604_800_000, workHold: 86_400_000,
};

function live(events: ReadonlyArray<readonly [at: number, event: ContactEvent]>, start: ContactState = newContact(0)) {
  let state = start;
  const effects: Effect[] = [];
  for (const [at, event] of events) {
    const next = transition(state, event, at, limits);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects, types: effects.map(({ type }) => type) };
}

const hour = 3_600_000;
const day = 24 * hour;
const asked = (change: Partial<Callback> = {}): ContactEvent => ({
  type: 'callbackAsked', callback: { number: '+4930123', at: null, agentId: null, triesLeft: 2, notBefore: null, windows: [{ from: 0, until: 8 * hour }, { from: day, until: day + 8 * hour }], ...change },
});
const gone: ContactEvent = { type: 'customerDisconnected' };
const tick: ContactEvent = { type: 'tick' };
const reserved = { type: 'reserved', reservationId: 'r1', agentId: 'anna', expiresAt: 10 * day, by: 'desktop', answerWith: 'desktop' } as const;
const accepted: ContactEvent = { type: 'accepted', reservationId: 'r1' };
const agentAnswered: ContactEvent = { type: 'agentAnswered' };
const taken = [[5000, reserved], [6000, accepted], [6500, agentAnswered]] as const;
const talking = [[1000, asked()], [2000, gone], ...taken, [9000, { type: 'customerAnswered' }]] as const;

describe('a callback', () => {
  it('CK1 keeps age and place while the customer is away, for longer than any absence, and may be offered', () => {
    const { state } = live([[1000, asked()], [2000, gone], [7 * hour, tick]]);
    expect(state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, callback: { number: '+4930123', notBefore: null } });
    expect(isOfferable(state)).toBe(true);
    // On the page alone there is nobody to call while it is closed; the place stays.
    const onPage = live([[1000, asked({ number: null })], [2000, gone], [7 * hour, tick]]).state;
    expect(onPage.phase.name).toBe('waiting');
    expect(isOfferable(onPage)).toBe(false);
    expect(isOfferable(live([[7 * hour, { type: 'customerConnected' }]], onPage).state)).toBe(true);
  });

  it('CK1 given up for waiting has the whole wait before it, at the old place', () => {
    const { state } = live([[1000, asked()], [2 * hour, { type: 'callbackWithdrawn' }], [2 * hour, gone]]);
    expect(state).toMatchObject({ callback: null, queuedAt: 0, absentUntil: 2 * hour + 180_000 });
    expect(isOfferable(state)).toBe(false);
    expect(live([[2 * hour + 180_000, tick]], state).state.phase).toMatchObject({ end: { reason: 'absent' } });
  });

  it('CK2 is not made while the queue is closed, waits for the next opening at its place, and is over after that day', () => {
    const closed = live([[1000, asked()], [2000, gone], [8 * hour, tick]]).state;
    expect(closed).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, callback: { notBefore: day } });
    expect(isOfferable(closed)).toBe(false);
    expect(deadlineOf(closed, limits)).toBe(day);
    const open = live([[day, tick]], closed).state;
    expect(isOfferable(open)).toBe(true);
    expect(live([[day + 8 * hour, tick]], open).state.phase).toEqual({ name: 'ended', end: { party: 'system', reason: 'callbackExpired' }, at: day + 8 * hour });
  });

  it('CK3 calls the agent first, and nobody is prepared for before they answer', () => {
    const { state, types } = live([[1000, asked()], [2000, gone], [5000, reserved], [6000, accepted]]);
    expect(state.phase).toMatchObject({ name: 'callingBack', leg: 'calling', rings: null, until: 16_000 });
    expect(types).toEqual(['recordReservation', 'recordSlot', 'callAgent']);
  });

  it('CK3 rings an open page, and the number after it when nobody is there', () => {
    const ringing = live([[1000, asked()], ...taken]).state;
    expect(ringing.phase).toMatchObject({ name: 'callingBack', rings: 'page', until: 36_500 });
    const dialled = live([[36_500, tick]], ringing);
    expect(dialled.state.phase).toMatchObject({ rings: 'telephone', until: 96_500 });
    expect(dialled.types).toEqual(['callCustomer']);
    const answered = live([[7000, { type: 'answered', accept: true }]], ringing);
    expect(answered.state).toMatchObject({ phase: { name: 'call', connectedAt: null, agent: { state: 'up' }, customer: { state: 'awaited' } }, telephone: null });
    expect(answered.types).toEqual(['prepareMedia']);
    expect(live([[8000, { type: 'customerMediaFlowing' }]], answered.state).state).toMatchObject({ callback: null, phase: { connectedAt: 8000 } });
  });

  it('CK3 dials the number at once where the page is closed, and the answer is a call that stands', () => {
    const { state, types } = live(talking);
    expect(state).toMatchObject({ telephone: { number: '+4930123' }, callback: null, phase: { name: 'call', connectedAt: 9000, customer: { state: 'up' } } });
    expect(types).toEqual(['recordReservation', 'recordSlot', 'callAgent', 'callCustomer', 'recordHop']);
    // The page is not needed any more.
    expect(live([[hour, tick]], state).state.phase.name).toBe('call');
  });

  it('CK3 is accepted by a phone that answers its offer', () => {
    const { state, types } = live([[1000, asked()], [2000, gone], [5000, { ...reserved, by: 'phone', answerWith: 'phone' }], [9000, { type: 'agentAnswered', endpoint: { kind: 'phone', label: 'Yealink' } }]]);
    expect(state.phase).toMatchObject({ name: 'callingBack', leg: 'up', rings: 'telephone', endpoint: { label: 'Yealink' } });
    expect(types).toEqual(['callAgent', 'recordReservation', 'recordSlot', 'callCustomer']);
  });

  it('CK4 that nobody answers frees the agent without penalty, keeps its place, is tried again after a pause, and ends after the last try', () => {
    const first = live([[1000, asked()], [2000, gone], ...taken, [30_000, { type: 'customerFailed', status: 480 }]]);
    expect(first.state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, notTo: [], callback: { triesLeft: 1, notBefore: 330_000 } });
    expect(first.types).toEqual([
      'recordReservation', 'recordSlot', 'callAgent', 'callCustomer', 'recordHop', 'recordSlot', 'closeMedia',
    ]);
    expect(first.effects).toContainEqual({ type: 'recordSlot', reservationId: 'r1', slot: 'free' });
    expect(isOfferable(first.state)).toBe(false);
    const again = live([[330_000, tick]], first.state).state;
    expect(isOfferable(again)).toBe(true);
    const second = live([[330_000, { ...reserved, reservationId: 'r2' }], [331_000, { type: 'accepted', reservationId: 'r2' }], [332_000, agentAnswered], [392_000, tick]], again).state;
    expect(second.phase).toEqual({ name: 'ended', end: { party: 'customer', reason: 'notReached' }, at: 392_000 });
  });

  it('CK4 to a number that nobody has is not tried again', () => {
    expect(live([[1000, asked()], [2000, gone], ...taken, [8000, { type: 'customerFailed', status: 404 }]]).state.phase).toMatchObject({ end: { party: 'customer', reason: 'notReached' } });
  });

  it('CK4 uses up no try for what went wrong on our side', () => {
    const calling = live([[1000, asked()], [2000, gone], [5000, reserved], [6000, accepted]]).state;
    for (const event of [{ type: 'agentFailed', status: 500 }, { type: 'gatewayRestarted' }, { type: 'gatewayStopping' }, { type: 'mediaLost' }, { type: 'agentHungUp' }] as const) {
      expect(live([[7000, event]], calling).state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, callback: { triesLeft: 2, notBefore: null } });
    }
    expect(live([[7000, { type: 'agentFailed', status: 500 }]], calling).types).toContain('recordAgentAside');
  });

  it('CK4 is tried again, too, where the page answered and no sound came', () => {
    const { state } = live([[1000, asked()], ...taken, [7000, { type: 'answered', accept: true }], [27_000, tick]]);
    expect(state).toMatchObject({ phase: { name: 'waiting' }, callback: { triesLeft: 1, notBefore: 327_000 }, noMediaUsed: false });
  });

  it('CK9 at a number is offered to whom nothing was heard of twice, at their age, and the contact ends where they do not want it', () => {
    const silent = [[1000, reserved], [2000, accepted], [2500, agentAnswered], [22_500, tick]] as const;
    const twice = live([...silent, [23_000, { ...reserved, reservationId: 'r2' }], [24_000, { type: 'accepted', reservationId: 'r2' }]]).state;
    const byPhone = { ...limits, callbackByPhone: true };
    const { state, effects } = transition(twice, tick, 44_000, byPhone);
    expect(state).toMatchObject({ phase: { name: 'dissuaded', why: 'noMedia', choices: ['callback'], until: 224_000 }, queuedAt: 0 });
    expect(effects).toContainEqual({ type: 'recordSlot', reservationId: 'r2', slot: 'free' });
    expect(transition(state, asked(), 50_000, byPhone).state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, callback: { number: '+4930123' } });
    expect(transition(state, tick, 224_000, byPhone).state.phase).toMatchObject({ end: { party: 'customer', reason: 'noMedia' } });
    expect(transition(twice, tick, 44_000, limits).state.phase).toMatchObject({ end: { reason: 'noMedia' } });
  });

  it('CK5 can be canceled by the customer and by the house at any moment before the call', () => {
    const waiting = live([[1000, asked()], [2000, gone]]).state;
    const offered = live([[5000, reserved]], waiting).state;
    const calling = live([[6000, accepted]], offered).state;
    const dialled = live([[6500, agentAnswered]], calling).state;
    const scheduled = live([[1000, asked({ at: hour })]]).state;
    for (const state of [waiting, offered, calling, dialled, scheduled]) {
      expect(live([[7000, { type: 'customerLeft' }]], state).state.phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
      expect(live([[7000, { type: 'callbackCanceled' }]], state).state.phase).toMatchObject({ end: { party: 'agent', reason: 'canceled' } });
    }
    // The agent who accepts in that very moment accepts nothing.
    const canceled = live([[5500, { type: 'customerLeft' }]], offered).state;
    expect(live([[5501, accepted]], canceled).state).toBe(canceled);
  });
});

describe('a callback at a time that was agreed on', () => {
  it('CK6 stands in no queue until then, comes before the others when the time is there, and is its agent\'s first', () => {
    const scheduled = live([[1000, asked({ at: hour, agentId: 'ben' })], [2000, gone]]).state;
    expect(scheduled.phase).toEqual({ name: 'scheduled', at: hour });
    expect(live([[3000, reserved]], scheduled).state).toBe(scheduled);
    const due = live([[hour, tick]], scheduled);
    expect(due.state).toMatchObject({ phase: { name: 'waiting', returnTo: 'ben' }, queuedAt: hour });
    expect(due.types).toEqual(['recordDue']);
    expect(isOfferable(due.state)).toBe(true);
  });

  it('CK6 can be put off, also when its time has come', () => {
    const scheduled = live([[1000, asked({ at: hour })]]).state;
    const later: ContactEvent = { type: 'rescheduled', at: 2 * hour, windows: [{ from: 0, until: 8 * hour }] };
    expect(live([[2000, later]], scheduled).state.phase).toEqual({ name: 'scheduled', at: 2 * hour });
    expect(live([[hour, tick], [hour + 1, later]], scheduled).state.phase).toEqual({ name: 'scheduled', at: 2 * hour });
  });
});

describe('a customer on a telephone', () => {
  const { state: call } = live(talking);

  it('CK7 hangs up as any other, and a line that is lost ends the call as theirs', () => {
    expect(live([[20_000, { type: 'customerHungUp' }]], call).state.phase).toMatchObject({ end: { party: 'customer', reason: 'hangup' } });
    expect(live([[20_000, { type: 'customerLegLost' }]], call).state.phase).toMatchObject({ end: { party: 'customer', reason: 'customerLost' } });
    expect(live([[20_000, { type: 'agentHungUp' }]], call).state.phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
  });

  it('CK7 holds the line while they wait in another queue, and is connected to the next agent at once', () => {
    const waiting = live([[20_000, { type: 'transferred', to: { kind: 'queue', queueId: 'loans', priority: 60 } }]], call);
    expect(waiting.state).toMatchObject({ phase: { name: 'waiting', requeued: 'transferred' }, telephone: { number: '+4930123' } });
    expect(waiting.types).toContain('endAgentLeg');
    expect(waiting.types).not.toContain('closeMedia');
    expect(isOfferable(waiting.state)).toBe(true);
    const next = live([[30_000, { ...reserved, reservationId: 'r2', agentId: 'ben' }], [31_000, { type: 'accepted', reservationId: 'r2' }], [31_500, agentAnswered]], waiting.state);
    expect(next.state.phase).toMatchObject({ name: 'call', agentId: 'ben', connectedAt: 31_500 });
    expect(live([[21_000, { type: 'customerHungUp' }]], waiting.state).state.phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
    expect(live([[21_000, { type: 'customerHungUp' }]], waiting.state).types).toContain('closeMedia');
  });

  it('CK7 stays on the line when an offer to a colleague comes to nothing', () => {
    const offered = live([[20_000, { type: 'transferred', to: { kind: 'agent', reservationId: 'r2', agentId: 'ben', expiresAt: 40_000, by: 'phone', answerWith: 'phone' } }]], call).state;
    const back = live([[21_000, { type: 'agentFailed', status: 486 }]], offered);
    expect(back.state).toMatchObject({ phase: { name: 'waiting' }, telephone: { number: '+4930123' } });
    expect(back.types).not.toContain('closeMedia');
    expect(live([[22_000, { type: 'agentAnswered' }]], offered).state.phase).toMatchObject({ name: 'call', connectedAt: 22_000 });
  });

  it('CK8 is called again at their place, by whom they talked to if possible, when their line broke by our fault', () => {
    for (const event of [{ type: 'mediaLost' }, { type: 'gatewayRestarted' }] as const) {
      const again = live([[20_000, event]], call);
      expect(again.state).toMatchObject({ phase: { name: 'waiting', returnTo: 'anna' }, queuedAt: 0, telephone: null, callback: { number: '+4930123', triesLeft: 3, notBefore: null } });
      expect(again.types).toContain('closeMedia');
      expect(isOfferable(again.state)).toBe(true);
    }
  });
});
