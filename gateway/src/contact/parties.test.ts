/** Lives with more than two in them, and calls to phones, told event by event. */
import { describe, expect, it } from 'vitest';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from './state.ts';
import { deadlineOf, transition } from './transition.ts';

const limits: ContactLimits = {
  holdPlace: 180_000, offerAbsence: 5000, maximumWait: 3_600_000, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: 60_000,
  ringCustomer: 30_000, callbackPause: 300_000, callbackTries: 3, callbackByPhone: false, agentRetry: 1000, customerReturn: 60_000, agentReturn: 45_000, maximumDuration: 14_400_000, notAgain: 60_000, chat: { quiet: 600_000, warning: 120_000, afterCall: true }, workWait: 604_800_000, workHold: 86_400_000,
};

type Told = readonly [at: number, event: ContactEvent];

function live(events: readonly Told[], start: ContactState = newContact(0)) {
  let state = start;
  const effects: Effect[] = [];
  for (const [at, event] of events) {
    const next = transition(state, event, at, limits);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, phase: state.phase, effects, types: effects.map(({ type }) => type) };
}

const toDesk = { type: 'reserved', reservationId: 'r1', agentId: 'anna', expiresAt: 20_000, by: 'desktop', answerWith: 'desktop' } as const;
const toPhone = { ...toDesk, by: 'phone', answerWith: 'phone' } as const;
const engaged: readonly Told[] = [[0, toDesk], [10, { type: 'mediaPrepared', epoch: 'e1' }], [1000, { type: 'accepted', reservationId: 'r1' }], [1100, { type: 'agentAnswered' }], [1200, { type: 'customerMediaFlowing' }]];
const ben = { kind: 'agent', agentId: 'ben', name: 'Ben', by: 'desktop', answerWith: 'desktop' } as const;
const consulted: readonly Told[] = [...engaged, [2000, { type: 'consulted', secondId: 's1', party: ben, expiresAt: 22_000 }]];
const conferring: readonly Told[] = [
  ...consulted, [3000, { type: 'secondAccepted', secondId: 's1' }], [3100, { type: 'secondAnswered', secondId: 's1' }], [3200, { type: 'talk', talk: 'all' }],
];

describe('an offer by phone', () => {
  const failed = (status: number) => live([[0, toPhone], [3000, { type: 'agentFailed', status }]]);

  it('CT20 is accepted by the answer', () => {
    const { phase, types } = live([[0, toPhone], [3000, { type: 'agentAnswered' }]]);
    expect(phase).toMatchObject({ name: 'call', acceptedAt: 3000, agent: { state: 'up' }, customer: { state: 'awaited', until: 23_000 } });
    expect(types).toEqual(['prepareMedia', 'callAgent', 'recordReservation', 'recordSlot']);
  });

  it('CT20 is rejected by busy and decline, missed without an answer, and a failure of the phone otherwise', () => {
    for (const [status, outcome, aside] of [[486, 'rejected', null], [603, 'rejected', null], [408, 'timeout', 'missed'], [480, 'timeout', 'missed'], [503, 'rescinded', 'endpointFailed']] as const) {
      const { state, effects } = failed(status);
      expect(state).toMatchObject({ phase: { name: 'waiting', requeued: null }, notTo: [{ agentId: 'anna', since: 3000, until: 63_000 }] });
      expect(effects).toContainEqual({ type: 'recordReservation', reservationId: 'r1', state: outcome });
      expect(effects.filter(({ type }) => type === 'recordAgentAside')).toEqual(aside === null ? [] : [{ type: 'recordAgentAside', agentId: 'anna', reason: aside }]);
    }
  });

  it('CT20 outlives the desktop that closes, and not the agent who goes', () => {
    expect(live([[0, toPhone], [100, { type: 'deskGone', agentId: 'anna' }]]).phase.name).toBe('offered');
    expect(live([[0, toDesk], [100, { type: 'deskGone', agentId: 'anna' }]]).phase.name).toBe('waiting');
    expect(live([[0, toPhone], [100, { type: 'agentGone', agentId: 'anna' }]]).phase.name).toBe('waiting');
  });

  it('CT26 that was accepted at the desktop leaves the customer their whole time to send', () => {
    const ringing = live([[0, { ...toDesk, answerWith: 'phone' }], [1000, { type: 'accepted', reservationId: 'r1' }]]);
    expect(ringing.phase).toMatchObject({ agent: { until: 36_000 }, customer: { until: 56_000 } });
    expect(live([[30_000, { type: 'agentAnswered' }]], ringing.state).phase).toMatchObject({ customer: { until: 50_000 } });
  });
});

describe('a second party', () => {
  it('CT21 is offered, answers, and is heard when it is up', () => {
    expect(live(consulted).phase).toMatchObject({ second: { state: 'offered', talk: 'customer', until: 22_000 } });
    const { phase, types } = live(conferring, newContact(0));
    expect(phase).toMatchObject({ name: 'call', second: { state: 'up', until: null, talk: 'all' } });
    expect(types.slice(-6)).toEqual(['recordReservation', 'recordSlot', 'callSecond', 'recordHop', 'setTalk', 'setTalk']);
  });

  it('CT21 that fails, is refused, misses or leaves lets the agent be with the customer, told why', () => {
    const ends: ReadonlyArray<readonly [events: readonly Told[], outcome: string, aside: string | null]> = [
      [[...consulted, [3000, { type: 'secondRejected', secondId: 's1' }]], 'declined', null],
      [[...consulted, [22_000, { type: 'tick' }]], 'noAnswer', 'missed'],
      [[...consulted, [3000, { type: 'secondAccepted', secondId: 's1' }], [4000, { type: 'secondFailed', secondId: 's1', status: 415 }]], 'unsupported', 'endpointFailed'],
      [[...conferring, [4000, { type: 'secondHungUp', secondId: 's1' }]], 'hungUp', null],
      [[...conferring, [4000, { type: 'secondLost', secondId: 's1' }]], 'lost', null],
    ];
    for (const [events, outcome, aside] of ends) {
      const { state, effects } = live(events);
      expect(state).toMatchObject({ phase: { name: 'call', second: null, agent: { state: 'up' } }, secondEnded: { name: 'Ben', outcome } });
      expect(effects.filter((effect) => effect.type === 'recordSlot' && effect.reservationId === 's1' && effect.slot === 'free')).toHaveLength(1);
      expect(effects.flatMap((effect) => effect.type === 'recordAgentAside' ? [effect.reason] : [])).toEqual(aside === null ? [] : [aside]);
    }
    // Late news of an earlier consultation is told apart.
    expect(live([[4000, { type: 'secondHungUp', secondId: 's0' }]], live(conferring).state).phase).toMatchObject({ second: { id: 's1' } });
  });

  it('CT21 goes back to whom the agent talked to before when the media cannot be switched, and turning to the customer ends their hold', () => {
    const aside = live([...consulted, [3000, { type: 'secondAccepted', secondId: 's1' }], [3100, { type: 'secondAnswered', secondId: 's1' }], [3150, { type: 'hold', onHold: true }]]);
    const merged = live([[3200, { type: 'talk', talk: 'all' }]], aside.state);
    expect(merged.phase).toMatchObject({ onHold: false, second: { talk: 'all' } });
    expect(merged.effects).toEqual([{ type: 'setHold', onHold: false }, { type: 'setTalk', talk: 'all', before: 'second' }]);
    expect(live([[3300, { type: 'talkRefused', talk: 'second' }]], merged.state).phase).toMatchObject({ second: { talk: 'second' } });
  });

  it('CT21 takes the customer when the transfer is completed, or when the agent leaves or is lost from a conference', () => {
    const taken: readonly Told[][] = [
      [[4000, { type: 'transferCompleted' }]], [[4000, { type: 'agentHungUp' }]], [[4000, { type: 'agentLegLost' }], [49_000, { type: 'tick' }]],
    ];
    for (const events of taken) {
      const { phase, types } = live(events, live(conferring).state);
      expect(phase).toMatchObject({ name: 'call', agentId: 'ben', reservationId: 's1', second: null, connectedAt: 1200 });
      expect(types).toContain('promoteSecond');
    }
    const aside = live(conferring.slice(0, -1)).state;
    expect(live([[4000, { type: 'agentHungUp' }]], aside).phase).toMatchObject({ name: 'ended' });
    expect(live([[4000, { type: 'agentLegLost' }], [49_000, { type: 'tick' }]], aside).phase).toMatchObject({ name: 'waiting', requeued: 'agentLost' });
  });

  it('CT24 ends with the media worker or the gateway, and the call does not', () => {
    for (const event of [{ type: 'mediaLost' }, { type: 'gatewayRestarted' }] as const) {
      const { state, types } = live([[4000, event]], live(conferring).state);
      expect(state).toMatchObject({ phase: { name: 'call', agentId: 'anna', second: null, connectedAt: 1200 }, secondEnded: { outcome: 'lost' } });
      expect(types).toContain('prepareMedia');
    }
  });
});

describe('a blind transfer', () => {
  const toBen: Told = [5000, { type: 'transferred', to: { kind: 'agent', reservationId: 'r2', agentId: 'ben', expiresAt: 25_000, by: 'desktop', answerWith: 'desktop' } }];
  const toNumber: Told = [5000, { type: 'transferred', to: { kind: 'external', hopId: 'h1', number: '+4930', label: null } }];

  it('CT22 that is not taken puts the customer back at their place, with the whole wait before them', () => {
    const offered = live([...engaged, [2000, { type: 'cobrowseGranted', grant: 'view' }], toBen]);
    expect(offered.state).toMatchObject({ phase: { name: 'offered', agentId: 'ben', transferredBy: 'anna' }, cobrowse: { view: 'granted' } });
    expect(offered.effects).toContainEqual({ type: 'endViewer', agentId: 'anna' });
    const back = live([[25_000, { type: 'tick' }]], offered.state);
    expect(back.state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentUnavailable' }, queuedAt: 0, returnedAt: 5000, cobrowse: { view: 'off' } });
    expect(deadlineOf({ ...back.state, notTo: [] }, limits)).toBe(3_605_000);
  });

  it('CT23 to a number that fails comes back to who sent them, and one that hangs up ends the contact', () => {
    const ringing = live([...engaged, toNumber]);
    expect(ringing.phase).toMatchObject({ name: 'external', until: 65_000 });
    expect(live([[65_000, { type: 'tick' }]], ringing.state).state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentUnavailable', returnTo: 'anna' }, queuedAt: 0 });
    const up = live([[6000, { type: 'secondAnswered', secondId: 'h1' }]], ringing.state);
    expect(up.types).toEqual(['recordHop', 'promoteSecond']);
    expect(live([[7000, { type: 'agentHungUp' }]], up.state).phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
    expect(live([[14_401_000, { type: 'tick' }]], up.state).phase).toMatchObject({ end: { party: 'system', reason: 'maximumDuration' } });
    expect(live([[7000, { type: 'customerDisconnected' }], [67_000, { type: 'tick' }]], up.state).phase).toMatchObject({ end: { reason: 'customerLost' } });
  });

  it('CT24 to a number is rung again after a lost worker, and put back in the queue after a restart', () => {
    const up = live([...engaged, toNumber, [6000, { type: 'secondAnswered', secondId: 'h1' }]]).state;
    const again = live([[7000, { type: 'mediaLost' }]], up);
    expect(again.phase).toMatchObject({ name: 'external', connectedAt: null, until: 67_000 });
    expect(again.types).toEqual(['prepareMedia', 'callSecond', 'setTalk']);
    expect(live([[7000, { type: 'gatewayRestarted' }]], up).state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentLost' }, absentUntil: 187_000 });
  });
});

describe('calling back', () => {
  const ended: readonly Told[] = [...engaged, [9000, { type: 'customerLeft' }]];
  const dialed: Told = [20_000, { type: 'dialed', reservationId: 'r2', agentId: 'anna', answerWith: 'desktop', own: false }];

  it('CT25 that nobody answers, that is declined or that fails on its way leaves the contact as it had ended', () => {
    const before = live(ended).phase;
    const rung = live([dialed, [20_500, { type: 'agentAnswered' }]], live(ended).state).state;
    expect(rung.phase).toMatchObject({ name: 'rung', leg: 'up', until: 50_500 });
    const nothing: readonly Told[][] = [
      [[50_500, { type: 'tick' }]], [[21_000, { type: 'answered', accept: false }]], [[21_000, { type: 'agentHungUp' }]], [[21_000, { type: 'gatewayRestarted' }]],
      [[21_000, { type: 'answered', accept: true }], [41_000, { type: 'tick' }]],
    ];
    for (const events of nothing) {
      const { phase, effects } = live(events, rung);
      expect(phase).toEqual(before);
      expect(effects).toContainEqual({ type: 'recordSlot', reservationId: 'r2', slot: 'free' });
    }
    // The customer is asked only when there is somebody to talk to.
    expect(live([dialed, [20_100, { type: 'answered', accept: true }]], live(ended).state).phase.name).toBe('rung');
  });

  it('CT25 that rings a page which is closed is over after five seconds, and rings on at one that is reloaded', () => {
    const before = live(ended).phase;
    for (const own of [true, false]) {
      const rung = live([[20_000, { ...dialed[1], own } as ContactEvent], [21_000, { type: 'customerDisconnected' }]], live(ended).state).state;
      expect(deadlineOf(rung, limits)).toBe(26_000);
      expect(live([[25_900, { type: 'tick' }]], rung).phase.name).toBe('rung');
      const { state, effects } = live([[26_000, { type: 'tick' }]], rung);
      expect(state).toMatchObject({ phase: before, absentUntil: null });
      expect(effects).toContainEqual({ type: 'closeMedia', reason: 'no answer' });
      const back = live([[23_000, { type: 'customerConnected' }], [26_000, { type: 'tick' }]], rung).state;
      expect(back).toMatchObject({ phase: { name: 'rung' }, absentUntil: null });
      expect(deadlineOf(back, limits)).toBe(own ? 50_000 : 30_000);
    }
  });

  it('CT25 that is answered is a call like any other, whose age begins anew', () => {
    const { state, types } = live([dialed, [20_500, { type: 'agentAnswered' }], [25_000, { type: 'answered', accept: true }], [25_500, { type: 'customerMediaFlowing' }]], live(ended).state);
    expect(state).toMatchObject({ phase: { name: 'call', connectedAt: 25_500 }, queuedAt: 25_000 });
    expect(types).toEqual(['callAgent', 'prepareMedia', 'recordHop']);
  });
});
