/** Properties of every life of a contact, whatever happens in it and in whatever order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantKinds, noGrants } from '#shared/cobrowse-grants.ts';
import type { Exit } from '../flow/progress.ts';
import { arriving } from './phases/flow.ts';
import type { FlowStop } from './phases/flow-pause.ts';
import { FactBooks } from '../../test/support/fact-books.ts';
import type { Channel } from '#shared/vocabulary.ts';
import { newContact, type ContactEvent, type ContactLimits, type ContactState, type Effect } from './state.ts';
import { isOfferable } from './phases/callback.ts';
import { hasCustomer } from './phases/deadlines.ts';
import { mayConsult } from './phases/second.ts';
import { mayTransfer } from './phases/transferring.ts';
import { deadlineOf, transition } from './transition.ts';

const limits: ContactLimits = {
  holdPlace: 180_000, offerAbsence: 5000, maximumWait: 3_600_000, customerMedia: 20_000, agentAnswer: 10_000, phoneAnswer: 35_000, externalAnswer: 60_000,
  ringCustomer: 30_000, callbackPause: 300_000, callbackTries: 3, callbackByPhone: true, agentRetry: 1000, customerReturn: 60_000, agentReturn: 45_000, maximumDuration: 14_400_000, notAgain: 60_000,
  chat: { quiet: 600_000, warning: 120_000, afterCall: true }, workWait: 604_800_000, workHold: 86_400_000,
};

const agents = fc.constantFrom('anna', 'ben', 'carl');
const endpoints = fc.record({ by: fc.constantFrom('desktop' as const, 'phone' as const), answerWith: fc.constantFrom('desktop' as const, 'phone' as const) });

/** What may come at any moment, fitting or not. `id` is a reservation or hop, living or not. */
const anyEvent: fc.Arbitrary<(id: string) => ContactEvent> = fc.oneof(
  fc.constantFrom<ContactEvent>(
    { type: 'customerConnected' }, { type: 'customerDisconnected' }, { type: 'customerLeft' }, { type: 'mediaFailed' }, { type: 'agentRinging' }, { type: 'agentAnswered' }, { type: 'hangup' },
    { type: 'agentHungUp' }, { type: 'agentLegLost' }, { type: 'customerMediaFlowing' }, { type: 'customerMediaLost' }, { type: 'mediaLost' }, { type: 'agentHeld', onHold: true },
    { type: 'gatewayRestarted' }, { type: 'gatewayStopping' }, { type: 'tick' },
    { type: 'hold', onHold: true }, { type: 'hold', onHold: false }, { type: 'mediaPrepared', epoch: 'e' }, { type: 'dtmf', from: 'customer', digit: '1' },
    { type: 'callbackWithdrawn' }, { type: 'callbackCanceled' }, { type: 'customerAnswered' }, { type: 'customerHungUp' }, { type: 'customerLegLost' },
    { type: 'wrote', by: 'customer' }, { type: 'wrote', by: 'agent' }, { type: 'callDeclined' }, { type: 'callEnded' }, { type: 'callProposed', proposal: { by: 'agent', video: false } },
    { type: 'secondDropped' }, { type: 'transferCompleted' }, { type: 'answered', accept: true }, { type: 'answered', accept: false },
    { type: 'noticeAnswered', step: 'notice a', accept: true }, { type: 'noticeAnswered', step: 'notice a', accept: false }, { type: 'waitChosen' },
    { type: 'messageLeft', queueId: 'help', priority: 40, dueAt: 4_000_000 }, { type: 'customerLeft', by: 'portal' },
  ).map((event) => () => event),
  fc.constantFrom(...grantKinds).chain((grant) => fc.constantFrom<ContactEvent>({ type: 'cobrowseAsked', grant }, { type: 'cobrowseGranted', grant }, { type: 'cobrowseRevoked', grant })).map((event) => () => event),
  fc.constantFrom('customer' as const, 'second' as const, 'all' as const).map((talk) => () => ({ type: 'talk', talk }) as const),
  fc.constantFrom(486, 480, 408, 415, 500, 603).chain((status) => fc.constantFrom<(id: string) => ContactEvent>(() => ({ type: 'agentFailed', status }), (id) => ({ type: 'secondFailed', secondId: id, status }))),
  fc.constantFrom(486, 404, 408, 500).map((status) => () => ({ type: 'customerFailed', status }) as const),
  agents.chain((agentId) => fc.constantFrom<ContactEvent>({ type: 'agentGone', agentId }, { type: 'deskGone', agentId }, { type: 'agentEndpointReady', agentId })).map((event) => () => event),
  fc.constantFrom<(id: string) => ContactEvent>(
    (reservationId) => ({ type: 'accepted', reservationId }), (reservationId) => ({ type: 'rejected', reservationId }),
    (secondId) => ({ type: 'secondAccepted', secondId }), (secondId) => ({ type: 'secondRejected', secondId }), (secondId) => ({ type: 'secondRinging', secondId }),
    (secondId) => ({ type: 'secondAnswered', secondId }), (secondId) => ({ type: 'secondHungUp', secondId }), (secondId) => ({ type: 'secondLost', secondId }),
  ),
);

const exits: fc.Arbitrary<Exit> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Exit>({ kind: 'wait' }) },
  fc.constantFrom<Exit>(
    { kind: 'on', priority: null }, { kind: 'on', priority: 80 }, { kind: 'queue', queueId: 'other', priority: null }, { kind: 'end', end: { party: 'system', reason: 'notEntitled' }, message: { en: 'No' } },
    { kind: 'offer', why: 'tooLong', choices: ['wait'], message: null, opensAt: null, seconds: 60, end: { party: 'system', reason: 'dissuaded' } },
    { kind: 'offer', why: 'closed', choices: ['message'], message: null, opensAt: null, seconds: 60, end: { party: 'system', reason: 'closed' } },
  ),
);
/** Where the flow may stop, whatever it is made of. */
const flowStops: fc.Arbitrary<FlowStop> = fc.oneof(
  exits.chain((exit) => fc.constantFrom<FlowStop>(
    { kind: 'exit', step: 'entitlement', exit }, { kind: 'lookup', step: 'crm', seconds: 3, otherwise: exit },
    { kind: 'confirm', step: 'notice a', text: { en: 'A' }, key: '1', seconds: 60, declined: exit },
  )),
  fc.constant<FlowStop>({ kind: 'exit', step: null, exit: { kind: 'wait' } }),
);

/** What brings a call about, so that lives get far enough for the rest to matter. */
const bringAbout: readonly ContactEvent[] = [{ type: 'agentAnswered' }, { type: 'customerMediaFlowing' }];

/** Commands make a reservation or a hop first, as whoever gives them does: only where the contact may take it and the agent is free. */
type Step =
  | { readonly kind: 'event'; readonly event: (id: string) => ContactEvent }
  /** `on`: whatever brings the call further. */
  | { readonly kind: 'on' | 'accept' | 'connect' | 'answerSecond' | 'toQueue' | 'escalate' | 'hangUp' }
  | { readonly kind: 'callback'; readonly number: string | null; readonly later: number | null; readonly again: boolean }
  | { readonly kind: 'offer' | 'consult' | 'toAgent' | 'dial'; readonly agentId: string; readonly by: 'desktop' | 'phone'; readonly answerWith: 'desktop' | 'phone'; readonly own: boolean }
  | { readonly kind: 'consultNumber' | 'toNumber' | 'huntNumber' | 'huntThrough' }
  /** `first`, `overflows`: what the flow leaves for the wait. `late`: the answer to a pause that is over. */
  | { readonly kind: 'flowWent'; readonly stop: FlowStop; readonly first: boolean; readonly overflows: boolean; readonly late: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyEvent.map((event) => ({ kind: 'event' as const, event })) },
  { weight: 12, arbitrary: fc.constant<Step>({ kind: 'on' }) },
  { weight: 4, arbitrary: fc.constantFrom<Step>({ kind: 'accept' }, { kind: 'connect' }, { kind: 'answerSecond' }, { kind: 'toQueue' }, { kind: 'escalate' }, { kind: 'hangUp' }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('offer' as const, 'offer' as const, 'consult' as const, 'toAgent' as const, 'dial' as const), agentId: agents, own: fc.boolean() })
      .chain((one) => endpoints.map((rest) => ({ ...one, ...rest }))),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'consultNumber' }, { kind: 'toNumber' }, { kind: 'huntNumber' }, { kind: 'huntThrough' }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('callback' as const), number: fc.constantFrom('+4930', null), later: fc.option(fc.integer({ min: 1000, max: 600_000 })), again: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flowWent' as const), stop: flowStops, first: fc.boolean(), overflows: fc.boolean(), late: fc.boolean() }) },
);

/** The slots and hops of one contact as the store would keep them, complaining of what cannot be. */
class Books {
  readonly slots = new Map<string, { readonly agentId: string; state: 'held' | 'wrapUp' | 'free' }>();
  readonly hops = new Map<string, 'open' | 'over'>();
  readonly offers = new Map<string, 'offered' | 'closed'>();

  busy(agentId: string): boolean {
    return [...this.slots.values()].some((slot) => slot.agentId === agentId && slot.state === 'held');
  }

  reserve(id: string, agentId: string, offered: boolean): void {
    expect(this.busy(agentId)).toBe(false);
    // Whoever is reserved anew is done with their wrap-up.
    for (const slot of this.slots.values()) if (slot.agentId === agentId) slot.state = 'free';
    this.slots.set(id, { agentId, state: 'held' });
    if (offered) this.offers.set(id, 'offered');
  }

  apply(effect: Effect): void {
    if (effect.type === 'recordReservation') {
      expect(this.offers.get(effect.reservationId)).toBe('offered');
      this.offers.set(effect.reservationId, 'closed');
    } else if (effect.type === 'recordSlot') {
      const slot = this.slots.get(effect.reservationId);
      expect(slot?.state).toBe('held');
      if (slot !== undefined && (effect.slot === 'free' || effect.slot === 'wrapUp')) slot.state = effect.slot;
    } else if (effect.type === 'recordSlotChannel') {
      expect(this.slots.get(effect.reservationId)?.state).toBe('held');
    } else if (effect.type === 'recordHop') {
      const known = this.slots.has(effect.hopId) || this.hops.has(effect.hopId);
      expect(known).toBe(true);
      if (effect.news === 'over') {
        if (effect.news === 'over') expect(this.hops.get(effect.hopId)).toBe('open');
        if (this.hops.has(effect.hopId)) this.hops.set(effect.hopId, 'over');
      }
    }
  }

  get held(): string[] {
    return [...this.slots].filter(([, { state }]) => state === 'held').map(([id]) => id);
  }

  get openHops(): string[] {
    return [...this.hops].filter(([, state]) => state === 'open').map(([id]) => id);
  }
}

function heldBy({ phase }: ContactState): { readonly slots: string[]; readonly hops: string[] } {
  switch (phase.name) {
    case 'flow':
    case 'dissuaded':
    case 'waiting':
    case 'scheduled':
    case 'ended': return { slots: [], hops: [] };
    case 'offered':
    case 'chat':
    case 'work':
    case 'rung':
    case 'callingBack': return { slots: [phase.reservationId], hops: [] };
    case 'external': return { slots: [], hops: [phase.hopId] };
    case 'call': return phase.second === null ? { slots: [phase.reservationId], hops: [] }
      : phase.second.party.kind === 'agent' ? { slots: [phase.reservationId, phase.second.id], hops: [] } : { slots: [phase.reservationId], hops: [phase.second.id] };
  }
}

/** One life, told step by step; every step is checked. Answers the phases it went through. */
function lived(steps: ReadonlyArray<readonly [pause: number, step: Step]>, channel: Channel): ReadonlySet<string> {
  // Half of the calls through a flow, whose client has not been there yet.
  let state: ContactState = channel !== 'voice' || steps.length % 2 === 0 ? newContact(0, channel) : { ...newContact(0), absentUntil: limits.holdPlace, phase: arriving('help', { now: 0, limits }) };
  let now = 0;
  let count = 0;
  const books = new Books();
  const facts = new FactBooks(state);
  const phases = new Set<string>();

  const apply = (event: ContactEvent): void => {
    const before = state;
    const { state: after, effects } = transition(before, event, now, limits);
    if (before.phase.name === 'ended' && event.type !== 'dialed') expect(after).toBe(before);
    for (const effect of effects) books.apply(effect);
    facts.follow(before, after, effects);
    expect(deadlineOf(after, limits) === null).toBe(after.phase.name === 'ended');
    const held = heldBy(after);
    expect(books.held.toSorted()).toEqual(held.slots.toSorted());
    expect(books.openHops).toEqual(held.hops);
    if (after.phase.name === 'chat') expect(after.channel).toBe('chat');
    if (after.phase.name === 'call') expect(after.channel).toBe('voice');
    if (!hasCustomer(after)) expect(after.absentUntil).toBeNull();
    // What was acknowledged ends by its agent, its portal or its limit, and is nothing else again.
    if (before.channel === 'message') expect(after.channel).toBe('message');
    if (before.channel === 'message' && event.type === 'customerLeft' && event.by === undefined) expect(after).toBe(before);
    // Nothing is built, rung or closed for what is only written.
    if (before.channel !== 'voice' && after.channel !== 'voice') for (const { type } of effects) expect(['prepareMedia', 'callAgent', 'closeMedia']).not.toContain(type);
    if (after.phase.name === 'call') expect(after.phase.second === null || after.phase.connectedAt !== null).toBe(true);
    if (after.phase.name !== 'call' && after.phase.name !== 'offered' && after.phase.name !== 'external') expect(after).toMatchObject({ mediaEpoch: null, cobrowse: noGrants, digits: '' });
    // Whatever is asked of somebody is asked within a limit, and nobody's age begins anew on the way to the queue.
    if (after.phase.name === 'flow' || after.phase.name === 'dissuaded') expect(after.queuedAt).toBe(before.queuedAt);
    // Nothing is granted without the view, and nothing but the view without a question.
    if (after.cobrowse.view !== 'granted') expect({ ...after.cobrowse, view: 'off', screen: undefined }).toEqual(noGrants);
    for (const kind of ['annotate', 'control', 'record'] as const) if (after.cobrowse[kind] === 'granted') expect(before.cobrowse[kind]).not.toBe('off');
    if (after.phase.name !== 'call' || before.phase.name !== 'call' || after.phase.agentId !== before.phase.agentId) expect([after.cobrowse.annotate, after.cobrowse.control]).toEqual(['off', 'off']);
    // Somebody is to be called back, or is talked to on a telephone, and never both; nobody is once it is over.
    expect(after.callback === null || after.telephone === null).toBe(true);
    if (after.phase.name === 'scheduled' || after.phase.name === 'callingBack') expect(after.callback).not.toBeNull();
    if (after.phase.name === 'ended') expect(after).toMatchObject({ callback: null, telephone: null });
    // Whose line was up and who is called no more were hung up.
    if (before.telephone !== null && after.telephone === null) expect(effects.some(({ type }) => type === 'closeMedia')).toBe(true);
    state = after;
    phases.add(after.telephone === null ? after.phase.name : `${after.phase.name} telephone`);
    if (after.phase.name === 'flow') phases.add(after.phase.progress.visited.length > 0 ? 'flow of another queue' : `flow ${after.phase.awaits.kind}`);
    if (after.phase.name === 'call' && after.phase.escalated && after.phase.connectedAt !== null) phases.add('escalated');
    if (before.phase.name === 'call' && after.phase.name === 'chat') phases.add(after.phase.callFailed ? 'call failed' : 'call over');
    if (before.channel !== 'message' && after.channel === 'message') phases.add(`message from ${before.phase.name}`);
    if (after.phase.name === 'call' && after.phase.second !== null) phases.add(`second ${after.phase.second.state} ${after.phase.second.talk}`);
  };

  const take = (one: Step): void => {
    const { phase } = state;
    const id = `r${count + 1}`;
    const current = 'reservationId' in phase ? phase.reservationId : '';
    const second = phase.name === 'call' ? phase.second : null;
    switch (one.kind) {
      case 'on': {
        const agentId = ['anna', 'ben', 'carl'].find((name) => !books.busy(name)) ?? '';
        if (phase.name === 'flow' && phase.awaits.kind === 'customer') apply({ type: 'customerConnected' });
        else if (phase.name === 'flow') take({ kind: 'flowWent', stop: { kind: 'exit', step: null, exit: { kind: 'wait' } }, first: true, overflows: true, late: false });
        else if (phase.name === 'dissuaded') apply(phase.choices.includes('message') ? { type: 'messageLeft', queueId: 'help', priority: null, dueAt: now + 600_000 } : { type: 'waitChosen' });
        else if (phase.name === 'waiting') take({ kind: 'offer', agentId, by: 'desktop', answerWith: 'desktop', own: false });
        else if (phase.name === 'offered') take({ kind: 'accept' });
        else if (phase.name === 'callingBack') apply(phase.leg === 'calling' ? { type: 'agentAnswered' } : phase.rings === 'telephone' ? { type: 'customerAnswered' } : { type: 'answered', accept: true });
        else if (phase.name === 'call' && phase.connectedAt === null) take({ kind: 'connect' });
        else if (phase.name === 'chat') take({ kind: 'escalate' });
        else if (phase.name === 'call' && second === null) take({ kind: 'consult', agentId, by: 'phone', answerWith: 'phone', own: false });
        else take({ kind: 'answerSecond' });
        return;
      }
      case 'event': apply(one.event(second?.id ?? (phase.name === 'external' ? phase.hopId : current))); return;
      case 'accept': apply({ type: 'accepted', reservationId: current }); return;
      case 'hangUp': apply({ type: 'callEnded' }); return;
      case 'escalate':
        apply({ type: 'callProposed', proposal: { by: 'customer', video: false } });
        apply({ type: 'escalated', answerWith: 'desktop', video: false });
        return;
      case 'connect': bringAbout.forEach(apply); return;
      case 'answerSecond': if (second !== null) apply({ type: 'secondAnswered', secondId: second.id }); return;
      case 'callback': {
        const from = now + (one.later ?? 0);
        const windows = [{ from, until: from + 3_600_000 }, { from: from + 86_400_000, until: from + 90_000_000 }];
        if (one.again && one.later !== null) apply({ type: 'rescheduled', at: from, windows });
        else apply({ type: 'callbackAsked', callback: { number: one.number, at: one.later === null ? null : from, agentId: null, triesLeft: 2, notBefore: null, windows } });
        // Who leaves a number mostly leaves the page as well.
        if (one.number !== null && !one.again) apply({ type: 'customerDisconnected' });
        return;
      }
      case 'toQueue': if (mayTransfer(state)) apply({ type: 'transferred', to: { kind: 'queue', queueId: 'other', priority: 50 } }); return;
      case 'flowWent': {
        if (phase.name !== 'flow') return;
        const { progress, awaits } = phase;
        apply({
          type: 'flowWent', turn: one.late ? awaits.turn - 1 : awaits.turn, learned: {}, stop: one.stop, progress: {
            ...progress, first: one.first ? { agentId: 'anna', seconds: 15 } : null, overflow: one.overflows && !progress.visited.includes('other') ? { after: 60, queueId: 'other', priority: null } : null,
          },
        });
        return;
      }
      case 'consultNumber':
        if (!mayConsult(state)) return;
        count += 1;
        books.hops.set(id, 'open');
        apply({ type: 'consulted', secondId: id, party: { kind: 'external', number: '+4930', label: null }, expiresAt: 0 });
        return;
      case 'huntNumber':
        if (phase.name !== 'waiting' || state.channel !== 'voice' || !isOfferable(state) || state.callback !== null) return;
        count += 1;
        books.hops.set(id, 'open');
        apply({ type: 'huntedOut', hopId: id, number: '+4930', label: null, hunt: { round: 1, tried: ['+4930'], exhaustedAt: null }, until: now + 15_000 });
        return;
      case 'huntThrough': apply({ type: 'huntExhausted', to: null, restUntil: now + 60_000 }); return;
      case 'toNumber':
        if (!mayTransfer(state) || phase.name !== 'call') return;
        count += 1;
        books.hops.set(id, 'open');
        apply({ type: 'transferred', to: { kind: 'external', hopId: id, number: '+4930', label: null } });
        return;
      default: {
        const { agentId, by, answerWith, own } = one;
        if (books.busy(agentId)) return;
        const may = { offer: phase.name === 'waiting' && isOfferable(state), consult: mayConsult(state), toAgent: mayTransfer(state), dial: state.channel === 'voice' && (phase.name === 'ended' || phase.name === 'scheduled' || (phase.name === 'waiting' && isOfferable(state))) };
        if (!may[one.kind]) return;
        count += 1;
        books.reserve(id, agentId, one.kind !== 'dial');
        const expiresAt = now + 20_000;
        if (one.kind === 'offer') apply({ type: 'reserved', reservationId: id, agentId, expiresAt, by, answerWith });
        else if (one.kind === 'dial') apply({ type: 'dialed', reservationId: id, agentId, answerWith, own });
        else if (one.kind === 'consult') apply({ type: 'consulted', secondId: id, party: { kind: 'agent', agentId, name: agentId, by, answerWith }, expiresAt });
        else apply({ type: 'transferred', to: { kind: 'agent', reservationId: id, agentId, expiresAt, by, answerWith } });
      }
    }
  };

  for (const [pause, one] of steps) {
    now += pause;
    take(one);
  }
  // Left to itself, with nobody doing anything any more, it comes to its end.
  for (let guard = 0; state.phase.name !== 'ended'; guard += 1) {
    expect(guard).toBeLessThan(80);
    now = Math.max(now, deadlineOf(state, limits) ?? now);
    apply({ type: 'tick' });
  }
  return phases;
}

const anySteps = fc.array(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 30_000 })), step), { maxLength: 80 });
/** A call that stands with a customer on a telephone, which chance alone seldom comes to. */
const toTelephone: ReadonlyArray<readonly [number, Step]> = [
  [0, { kind: 'callback', number: '+4930', later: null, again: false }], ...Array.from({ length: 4 }, (): readonly [number, Step] => [100, { kind: 'on' }]),
];
/** Out of a flow that offers nothing but a message. */
const toMessage: ReadonlyArray<readonly [number, Step]> = [
  [0, { kind: 'on' }],
  [100, { kind: 'flowWent', stop: { kind: 'exit', step: null, exit: { kind: 'offer', why: 'closed', choices: ['message'], message: null, opensAt: null, seconds: 60, end: { party: 'system', reason: 'closed' } } }, first: false, overflows: false, late: false }],
  [100, { kind: 'on' }],
];
const steps = fc.oneof({ weight: 4, arbitrary: anySteps }, { weight: 4, arbitrary: anySteps.map((rest) => [...toTelephone, ...rest]) }, { weight: 1, arbitrary: anySteps.map((rest) => [...toMessage, ...rest]) });

/** Most are calls and chats. */
const kinds = fc.constantFrom<Channel>('voice', 'voice', 'chat', 'chat', 'message');

describe('any life of a contact', () => {
  it('CT12 always has a limit until it ends, leaves the end only when an agent calls back, frees every slot it took exactly once, and books nobody twice', () => {
    fc.assert(fc.property(steps, kinds, (sequence, channel) => { lived(sequence, channel); }), { numRuns: 6000 });
  });

  it('CT12 is lived through every phase by these tests', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(steps, kinds, (sequence, channel) => { for (const phase of lived(sequence, channel)) seen.add(phase); }), { numRuns: 4000, seed: 7 });
    expect([...seen]).toEqual(expect.arrayContaining([
      'flow', 'flow lookup', 'flow confirmation', 'flow of another queue', 'dissuaded', 'waiting', 'offered', 'rung', 'call', 'external', 'ended', 'scheduled', 'callingBack', 'call telephone', 'waiting telephone', 'offered telephone',
      'external telephone', 'second offered customer', 'second calling customer', 'second up second', 'second up customer', 'second up all',
      'chat', 'work', 'message from waiting', 'message from dissuaded', 'escalated', 'call failed', 'call over',
    ]));
  });
});
