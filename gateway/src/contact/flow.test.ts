import { describe, expect, it } from 'vitest';
import { enters, type Exit, type Progress } from '../flow/progress.ts';
import { arriving } from './phases/flow.ts';
import type { FlowStop } from './phases/flow-pause.ts';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from './state.ts';
import { deadlineOf, transition } from './transition.ts';

const limits: ContactLimits = {
  holdPlace: 180_000, offerAbsence: 5000, maximumWait: 3_600_000, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: 60_000, ringCustomer: 30_000, agentRetry: 1000,
  customerReturn: 60_000, agentReturn: 45_000, maximumDuration: 14_400_000, notAgain: 60_000, chat: { quiet: 600_000, warning: 120_000, afterCall: true }, workWait: 604_800_000, workHold: 86_400_000, callbackPause: 300_000, callbackTries: 2, callbackByPhone: false,
};
const arrived: ContactState = { ...newContact(0), absentUntil: limits.holdPlace, phase: arriving('help', { now: 0, limits }) };

function live(events: ReadonlyArray<readonly [at: number, event: ContactEvent]>, start = arrived) {
  let state = start;
  const effects: Effect[] = [];
  for (const [at, event] of events) {
    const next = transition(state, event, at, limits);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const connected = [0, { type: 'customerConnected' }] as const;
const went = (turn: number, stop: FlowStop, progress: Partial<Progress> = {}): ContactEvent => ({ type: 'flowWent', turn, learned: {}, progress: { ...enters('help'), ...progress }, stop });
const out = (exit: Exit, step: string | null = null): FlowStop => ({ kind: 'exit', step, exit });
const notice: FlowStop = { kind: 'confirm', step: 'notice a', text: { en: 'Recorded' }, key: '1', seconds: 60, declined: { kind: 'end', end: { party: 'customer', reason: 'declined' }, message: { en: 'Bye' } } };
const asks: FlowStop = { kind: 'lookup', step: 'entitlement', seconds: 3, otherwise: { kind: 'end', end: { party: 'system', reason: 'notEntitled' }, message: null } };
const tick: ContactEvent = { type: 'tick' };

describe('a contact in the flow', () => {
  it('FL1 asks nothing before its client is there, and then follows the flow into the queue', () => {
    expect(live([[180_000, tick]]).state.phase).toMatchObject({ name: 'ended', end: { reason: 'absent' } });
    const { state, effects } = live([connected, [50, went(1, out({ kind: 'wait' }), { priority: 80, done: ['hours'] })]]);
    expect(state).toMatchObject({ phase: { name: 'waiting', first: null }, queuedAt: 0, overflow: null });
    expect(effects).toEqual([{ type: 'followFlow' }, { type: 'recordQueue', queueId: 'help', priority: 80 }]);
  });

  it('FL5 goes on when the customer confirms, and as configured when they decline or say nothing', () => {
    const asked = live([connected, [50, went(1, notice)]]);
    expect(deadlineOf(asked.state, limits)).toBe(60_050);
    expect(live([[1000, { type: 'noticeAnswered', step: 'notice b', accept: true }]], asked.state).state).toBe(asked.state);
    const confirmed = live([[1000, { type: 'noticeAnswered', step: 'notice a', accept: true }]], asked.state);
    expect(confirmed).toMatchObject({ effects: [{ type: 'followFlow' }], state: { phase: { name: 'flow', progress: { done: ['notice a'] }, awaits: { kind: 'figures' } } } });
    const declined = { name: 'ended', end: { party: 'customer', reason: 'declined' }, message: { en: 'Bye' } };
    expect(live([[1000, { type: 'noticeAnswered', step: 'notice a', accept: false }]], asked.state).state.phase).toMatchObject(declined);
    expect(live([[60_050, tick]], asked.state).state.phase).toMatchObject(declined);
  });

  it('FL6 takes an answer that does not come for none', () => {
    const asked = live([connected, [50, went(1, asks)]]);
    expect(asked.effects).toEqual([{ type: 'followFlow' }, { type: 'followFlow' }]);
    expect(live([[8050, tick]], asked.state).state.phase).toMatchObject({ name: 'ended', end: { reason: 'notEntitled' } });
    // One that comes after that is late.
    const late = live([[8050, tick], [8100, went(2, out({ kind: 'wait' }))]], asked.state);
    expect(late.state.phase.name).toBe('ended');
  });

  it('FL9 names whom to ring first for as long as they are rung', () => {
    const { state } = live([connected, [1000, went(1, out({ kind: 'wait' }), { first: { agentId: 'anna', seconds: 15 } })]]);
    expect(state.phase).toMatchObject({ name: 'waiting', first: { agentId: 'anna', until: 16_000 } });
    expect(deadlineOf(state, limits)).toBe(16_000);
    expect(live([[16_000, tick]], state).state.phase).toMatchObject({ first: null });
    const missed = live([[1000, { type: 'reserved', reservationId: 'r', agentId: 'anna', expiresAt: 16_000, by: 'desktop', answerWith: 'desktop' }], [16_000, tick]], state);
    expect(missed).toMatchObject({ state: { phase: { name: 'waiting', first: null }, notTo: [{ agentId: 'anna' }] } });
    expect(missed.effects).toContainEqual({ type: 'recordAgentAside', agentId: 'anna', reason: 'missed' });
  });

  it('FL10 lets a dissuaded customer wait, leave or do neither', () => {
    const offer = { kind: 'offer', why: 'tooLong', choices: ['wait'], message: null, opensAt: null, seconds: 60, end: { party: 'system', reason: 'dissuaded' } } as const;
    const asked = live([connected, [0, went(1, out(offer, 'dissuasion'), { done: ['hours'] })]]);
    const goesOn = { name: 'flow', progress: { done: ['hours', 'dissuasion'] }, awaits: { kind: 'figures' } };
    expect(live([[1000, { type: 'waitChosen' }]], asked.state).state.phase).toMatchObject(goesOn);
    expect(live([[60_000, tick]], asked.state).state.phase).toMatchObject(goesOn);
    expect(live([[1000, { type: 'customerLeft' }]], asked.state).state.phase).toMatchObject({ end: { party: 'customer', reason: 'canceled' } });
    const shut = live([connected, [0, went(1, out({ ...offer, why: 'closed', choices: ['message'], end: { party: 'system', reason: 'closed' } }, 'hours'))]]);
    expect(live([[1000, { type: 'waitChosen' }]], shut.state).state).toBe(shut.state);
    expect(live([[60_000, tick]], shut.state).state.phase).toMatchObject({ name: 'ended', end: { reason: 'closed' } });
  });

  it('FL10 lets a dissuaded customer be called back at the age and the priority they have', () => {
    const offer = { kind: 'offer', why: 'tooFull', choices: ['callback'], message: null, opensAt: null, seconds: 60, end: { party: 'system', reason: 'dissuaded' } } as const;
    const asked = live([connected, [1000, went(1, out(offer, 'dissuasion'), { done: ['hours'], priority: 80 })]]);
    const callback = { number: '+4930', at: null, agentId: null, triesLeft: 2, notBefore: null, windows: [{ from: 0, until: 3_600_000 }] };
    const { state, effects } = live([[2000, { type: 'callbackAsked', callback }]], asked.state);
    expect(state).toMatchObject({ phase: { name: 'waiting' }, callback: { number: '+4930' }, queuedAt: 0 });
    expect(effects).toContainEqual({ type: 'recordQueue', queueId: 'help', priority: 80 });
    expect(live([[61_000, tick]], asked.state).state.phase).toMatchObject({ name: 'ended', end: { reason: 'dissuaded' } });
  });

  it('FL11 goes on to the next queue when this one takes too long, and not back', () => {
    const waits = live([connected, [1000, went(1, out({ kind: 'wait' }), { overflow: { after: 60, queueId: 'backup', priority: null } })]]).state;
    expect(deadlineOf(waits, limits)).toBe(61_000);
    const next = live([[61_000, tick]], waits);
    expect(next.effects).toEqual([{ type: 'recordQueue', queueId: 'backup', priority: null }, { type: 'followFlow' }]);
    expect(next.state).toMatchObject({ queuedAt: 0, overflow: null, phase: { name: 'flow', progress: { queueId: 'backup', done: [], visited: ['help'] } } });
  });

  it('FL11 does so once an offer of the first queue has come to nothing, and not after a call', () => {
    const waits = live([connected, [0, went(1, out({ kind: 'wait' }), { overflow: { after: 60, queueId: 'backup', priority: null } })]]).state;
    const reserved = { type: 'reserved', reservationId: 'r', agentId: 'anna', expiresAt: 70_000, by: 'desktop', answerWith: 'desktop' } as const;
    const missed = live([[50_000, reserved], [60_000, tick], [70_000, tick]], waits).state;
    expect(missed.phase.name).toBe('waiting');
    expect(live([[70_001, tick]], missed).state.phase.name).toBe('flow');
    const talked = live([[1000, reserved], [2000, { type: 'accepted', reservationId: 'r' }], [2100, { type: 'agentAnswered' }], [2200, { type: 'customerMediaFlowing' }], [80_000, { type: 'agentLegLost' }], [125_000, tick]], waits).state;
    expect(talked).toMatchObject({ phase: { name: 'waiting', requeued: 'agentLost' }, overflow: null });
  });

  it('FL12 counts the age from the arrival, whatever the flow took', () => {
    const { state } = live([connected, [50, went(1, notice)], [40_000, { type: 'noticeAnswered', step: 'notice a', accept: true }], [41_000, went(3, out({ kind: 'queue', queueId: 'backup', priority: 60 }, 'crm'))],
      [42_000, went(4, out({ kind: 'wait' }), { queueId: 'backup', visited: ['help'] })]]);
    expect(state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0 });
  });

  it('FL13 holds the step over an absence, and asks again after a restart with the whole time before it', () => {
    const asked = live([connected, [50, went(1, asks)], [1000, { type: 'customerDisconnected' }]]).state;
    expect(live([[2000, { type: 'customerConnected' }]], asked)).toMatchObject({ effects: [], state: { absentUntil: null, phase: { awaits: { kind: 'lookup', turn: 2 } } } });
    const restarted = live([[600_000, { type: 'gatewayRestarted' }]], live([[1500, { type: 'customerConnected' }]], asked).state);
    expect(restarted).toMatchObject({ effects: [{ type: 'followFlow' }], state: { absentUntil: 780_000, phase: { awaits: { kind: 'lookup', until: 608_000 } } } });
    const told = live([connected, [50, went(1, notice)], [600_000, { type: 'gatewayRestarted' }]]);
    expect(told).toMatchObject({ state: { phase: { awaits: { kind: 'confirmation', until: 660_000 } } } });
    expect(told.effects).toEqual([{ type: 'followFlow' }]);
  });

  it('FL14 waits like any other where its flow cannot be followed', () => {
    const { state, effects } = live([connected, [10_000, tick], [20_000, tick], [30_000, tick], [40_000, tick]]);
    expect(effects.filter(({ type }) => type === 'followFlow')).toHaveLength(4);
    expect(state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0 });
  });
});
