import { describe, expect, it } from 'vitest';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from './state.ts';
import { deadlineOf, transition } from './transition.ts';

const limits: ContactLimits = {
  holdPlace: 180_000, offerAbsence: 5000, maximumWait: 3_600_000, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: 60_000,
  ringCustomer: 30_000, callbackPause: 300_000, callbackTries: 3, callbackByPhone: false, agentRetry: 1000, customerReturn: 60_000, agentReturn: 45_000,
  maximumDuration: 14_400_000, notAgain: 60_000, chat: { quiet: 600_000, warning: 120_000, afterCall: true }, workWait: 604_800_000, workHold: 86_400_000,
};

/** Applies events at given times, collecting what followed. */
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

const reserved = { type: 'reserved', reservationId: 'r1', agentId: 'anna', expiresAt: 20_000, by: 'desktop', answerWith: 'desktop' } as const;
const accepted: ContactEvent = { type: 'accepted', reservationId: 'r1' };
const engaged = [[0, reserved], [10, { type: 'mediaPrepared', epoch: 'e1' }], [1000, accepted], [1100, { type: 'agentAnswered' }], [1200, { type: 'customerMediaFlowing' }]] as const;

describe('the life of a contact', () => {
  it('CT1 goes from waiting over an offer to a call that is connected when both legs are up', () => {
    const { state, types } = live(engaged);
    expect(state.phase).toMatchObject({ name: 'call', agentId: 'anna', connectedAt: 1200, agent: { state: 'up' }, customer: { state: 'up' } });
    expect(types).toEqual(['prepareMedia', 'recordReservation', 'recordSlot', 'callAgent', 'recordHop']);
  });

  it('CT2 ends with one reason and the party that brought it about, and the agent who talked gets their wrap-up', () => {
    const { state, effects } = live([...engaged, [9000, { type: 'customerLeft' }]]);
    expect(state.phase).toEqual({ name: 'ended', end: { party: 'customer', reason: 'hangup' }, at: 9000 });
    expect(effects.slice(-3)).toEqual([
      { type: 'recordSlot', reservationId: 'r1', slot: 'wrapUp' }, { type: 'recordEnd', hopId: 'r1' }, { type: 'closeMedia', reason: 'hangup' },
    ]);
    expect(live([...engaged, [9000, { type: 'agentHungUp' }]]).state.phase).toMatchObject({ end: { party: 'agent', reason: 'hangup' } });
  });

  it('CT3 keeps the place of an absent customer for holdPlace, then ends as absent', () => {
    const away = live([[0, { type: 'customerDisconnected' }]]);
    expect(live([[179_999, { type: 'tick' }]], away.state).state.phase.name).toBe('waiting');
    expect(live([[100_000, { type: 'customerConnected' }], [300_000, { type: 'tick' }]], away.state).state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, absentUntil: null });
    expect(live([[180_000, { type: 'tick' }]], away.state).state.phase).toMatchObject({ end: { party: 'customer', reason: 'absent' } });
  });

  it('CT3 holds the place of a customer who is absent from a call as long as any other when they are back in the queue', () => {
    const requeued = live([[0, reserved], [1000, accepted], [5000, { type: 'customerDisconnected' }], [21_000, { type: 'tick' }]]).state;
    expect(requeued).toMatchObject({ phase: { name: 'waiting', requeued: 'noMedia' }, absentUntil: 185_000 });
    expect(live([[184_999, { type: 'tick' }]], requeued).state.phase.name).toBe('waiting');
    expect(live([[185_000, { type: 'tick' }]], requeued).state.phase).toMatchObject({ end: { reason: 'absent' } });
    // Absent already when accepted: the call's own limit counts from when they went.
    expect(live([[0, reserved], [500, { type: 'customerDisconnected' }], [1000, accepted]]).state.absentUntil).toBe(60_500);
  });

  it('CT14 does not count time in a call as waiting', () => {
    const lost = live([...engaged, [3_700_000, { type: 'agentLegLost' }], [3_745_000, { type: 'tick' }]]).state;
    expect(lost).toMatchObject({ phase: { name: 'waiting', requeued: 'agentLost' }, queuedAt: 0, returnedAt: 3_745_000 });
    expect(live([[3_745_001, { type: 'tick' }]], lost).state.phase.name).toBe('waiting');
    expect(live([[7_345_000, { type: 'tick' }]], lost).state.phase).toMatchObject({ end: { reason: 'maximumWait' } });
  });

  it('CT4 returns to its old place when an offer is rejected, missed or rescinded; only a missed one sets the agent aside', () => {
    const outcomes = {
      rejected: live([[0, reserved], [5000, { type: 'rejected', reservationId: 'r1' }]]),
      timeout: live([[0, reserved], [20_000, { type: 'tick' }]]),
      rescinded: live([[0, reserved], [5000, { type: 'agentGone', agentId: 'anna' }]]),
    };
    for (const [outcome, { state, effects }] of Object.entries(outcomes)) {
      expect(state).toMatchObject({ phase: { name: 'waiting' }, queuedAt: 0, mediaEpoch: null });
      expect(effects).toContainEqual({ type: 'recordReservation', reservationId: 'r1', state: outcome });
      expect(effects).toContainEqual({ type: 'recordSlot', reservationId: 'r1', slot: 'free' });
      expect(effects.some(({ type }) => type === 'recordAgentAside')).toBe(outcome === 'timeout');
    }
  });

  it('CT13 frees an agent whose customer vanished during the offer, and holds the customer\'s place', () => {
    const away = live([[0, reserved], [1000, { type: 'customerDisconnected' }]]);
    expect(deadlineOf(away.state, limits)).toBe(6000);
    expect(live([[5000, { type: 'customerConnected' }], [6000, { type: 'tick' }]], away.state).state.phase.name).toBe('offered');
    expect(live([[6000, { type: 'tick' }]], away.state).state).toMatchObject({ phase: { name: 'waiting' }, absentUntil: 181_000, notTo: [] });
  });

  it('CT5 is not offered again to the same agent for a while after they rejected or missed it', () => {
    const { state } = live([[0, reserved], [5000, { type: 'rejected', reservationId: 'r1' }]]);
    expect(state.notTo).toEqual([{ agentId: 'anna', since: 5000, until: 65_000 }]);
    expect(deadlineOf(state, limits)).toBe(65_000);
    expect(live([[65_000, { type: 'tick' }]], state).state.notTo).toEqual([]);
  });

  it('CT6 frees the agent without penalty when no media comes, keeps the place once, and ends the second time', () => {
    const once = live([[0, reserved], [1000, accepted], [1100, { type: 'agentAnswered' }], [21_000, { type: 'tick' }]]);
    expect(once.state).toMatchObject({ phase: { name: 'waiting', requeued: 'noMedia' }, noMediaUsed: true, notTo: [] });
    expect(once.types).not.toContain('recordAgentAside');
    const twice = live([[22_000, { ...reserved, expiresAt: 42_000 }], [23_000, accepted], [43_000, { type: 'tick' }]], once.state);
    expect(twice.state.phase).toMatchObject({ name: 'ended', end: { party: 'customer', reason: 'noMedia' } });
  });

  it('CT7 holds a call for an agent who vanished and calls them again when their endpoint is back', () => {
    const lost = live([...engaged, [5000, { type: 'agentLegLost' }]]);
    expect(lost.state.phase).toMatchObject({ name: 'call', agent: { state: 'away', until: 50_000 }, connectedAt: 1200 });
    expect(lost.types.at(-1)).toBe('awaitAgentEndpoint');
    const back = live([[6000, { type: 'agentEndpointReady', agentId: 'anna' }], [6300, { type: 'agentAnswered' }]], lost.state);
    expect(back.types).toEqual(['callAgent']);
    expect(back.state.phase).toMatchObject({ agent: { state: 'up' }, connectedAt: 1200 });
  });

  it('CT7 does not extend the agent\'s time to return with each failed try, and then requeues the customer', () => {
    const { state } = live([...engaged, [5000, { type: 'agentLegLost' }], [6000, { type: 'agentEndpointReady', agentId: 'anna' }], [7000, { type: 'agentFailed', status: 480 }],
      [30_000, { type: 'agentEndpointReady', agentId: 'anna' }], [40_000, { type: 'tick' }]]);
    expect(state.phase).toMatchObject({ name: 'call', agent: { state: 'away', until: 50_000 } });
    expect(live([[50_000, { type: 'tick' }]], state).state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentLost' }, queuedAt: 0 });
  });

  it('CT7 repeats a call to an agent that failed, at a pace, while the time to return lasts', () => {
    const failed = live([...engaged, [5000, { type: 'agentLegLost' }], [5100, { type: 'agentEndpointReady', agentId: 'anna' }], [5200, { type: 'agentFailed', status: 408 }]]);
    expect(deadlineOf(failed.state, limits)).toBe(6200);
    const again = live([[6200, { type: 'tick' }], [6201, { type: 'agentEndpointReady', agentId: 'anna' }]], failed.state);
    expect(again.types).toEqual(['awaitAgentEndpoint', 'callAgent']);
    expect(again.state.phase).toMatchObject({ agent: { state: 'calling', returnBy: 50_000 } });
  });

  it('CT10 gives an accepted agent whose page is just reloading the time of an answer, and then somebody else the customer', () => {
    const failed = live([[0, reserved], [1000, accepted], [1500, { type: 'agentFailed', status: 480 }]]);
    expect(failed.state.phase).toMatchObject({ name: 'call', agent: { state: 'away', until: 11_000, retryAt: 2500 } });
    expect(live([[2500, { type: 'tick' }], [2501, { type: 'agentEndpointReady', agentId: 'anna' }], [2600, { type: 'agentAnswered' }]], failed.state).state.phase)
      .toMatchObject({ name: 'call', agent: { state: 'up' } });
    expect(live([[11_000, { type: 'tick' }]], failed.state).state.phase).toMatchObject({ name: 'waiting', requeued: 'agentUnavailable' });
  });

  it('CT8 holds a call for a customer who vanished, and ends it as lost when they do not return', () => {
    const away = live([...engaged, [5000, { type: 'customerDisconnected' }], [5100, { type: 'customerMediaLost' }]]);
    const back = live([[7000, { type: 'customerConnected' }], [7300, { type: 'customerMediaFlowing' }], [70_000, { type: 'tick' }]], away.state);
    expect(back.state).toMatchObject({ absentUntil: null, phase: { name: 'call', customer: { state: 'up' } } });
    expect(live([[65_000, { type: 'tick' }]], away.state).state.phase).toMatchObject({ end: { party: 'customer', reason: 'customerLost' } });
  });

  it('CT9 rebuilds both legs after a media worker died, and takes up waiting contacts and calls after a restart', () => {
    expect(live([...engaged, [5000, { type: 'mediaLost' }]]).types.slice(-2)).toEqual(['prepareMedia', 'callAgent']);
    const restarted = live([...engaged, [5000, { type: 'gatewayRestarted' }]]);
    expect(restarted.state).toMatchObject({ absentUntil: 65_000, phase: { name: 'call', connectedAt: 1200, agent: { state: 'away' }, customer: { state: 'lost' } } });
    expect(live([[5000, { type: 'gatewayRestarted' }]]).state).toMatchObject({ queuedAt: 0, absentUntil: 185_000, phase: { name: 'waiting' } });
    expect(live([[0, reserved], [5000, { type: 'gatewayRestarted' }]]).state).toMatchObject({ phase: { name: 'waiting' }, absentUntil: 185_000 });
  });

  it('CT10 gives another agent the customer when the first one\'s endpoint fails before the call stood', () => {
    const { state, effects } = live([[0, reserved], [1000, accepted], [1500, { type: 'agentFailed', status: 486 }]]);
    expect(state).toMatchObject({ phase: { name: 'waiting', requeued: 'agentUnavailable' }, queuedAt: 0 });
    expect(effects).toContainEqual({ type: 'recordAgentAside', agentId: 'anna', reason: 'endpointFailed' });
  });

  it('CT11 takes the co-browse grant away with the call', () => {
    const granted = live([...engaged, [2000, { type: 'cobrowseAsked', grant: 'view' }], [3000, { type: 'cobrowseGranted', grant: 'view' }]]);
    expect(granted.state.cobrowse.view).toBe('granted');
    const ended = live([[9000, { type: 'agentHungUp' }]], granted.state);
    expect(ended.state.cobrowse.view).toBe('off');
    expect(ended.types).toContain('endCobrowse');
  });

  it('CB103 lets nobody act in a page after a restart without asking anew', () => {
    const acts = live([...engaged, [2000, { type: 'cobrowseGranted', grant: 'view' }], [3000, { type: 'cobrowseAsked', grant: 'control' }], [3500, { type: 'cobrowseGranted', grant: 'control' }]]);
    expect(acts.state.cobrowse.control).toBe('granted');
    expect(live([[9000, { type: 'gatewayRestarted' }]], acts.state).state.cobrowse).toEqual({ view: 'granted', annotate: 'off', control: 'off', record: 'off' });
  });
});
