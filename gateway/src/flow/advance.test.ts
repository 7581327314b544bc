import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowSchema, type FlowStep } from '../config/flow.ts';
import { advance } from './advance.ts';
import { enters, type Advance, type Facts, type Progress } from './progress.ts';
import { fits } from './rules.ts';

const open: Facts = {
  now: 0, customerId: 'c-1', attributes: { contract: 'K-1', tier: 'silver' }, offers: ['wait'], opening: { open: true, opensAt: null }, load: { waiting: 0, ewt: null, loggedIn: 2 },
  lastAgent: null, entitlement: { ok: true, entitled: true, attributes: {} }, crm: { ok: true, attributes: {} },
};
const flow = (...steps: unknown[]): FlowStep[] => flowSchema.parse(steps);
const went = (steps: FlowStep[], change: Partial<Facts> = {}, progress: Progress = enters('help')): Advance => advance(steps, progress, { ...open, ...change });
const exitOf = ({ next }: Advance) => next.kind === 'exit' ? next.exit : null;

const check = { entitlement: { url: 'https://crm.example/entitled', attribute: 'contract', denied: { message: { en: 'Not yours' } } } };
const look = { crm: { url: 'https://crm.example/customer', rules: [{ when: { attribute: 'tier', is: 'gold' }, priority: 90 }, { when: { attribute: 'debt', atLeast: 1000 }, queue: 'collections' }] } };

describe('the flow before the queue', () => {
  it('FL1 takes the steps in their order, stops where something is missing or a person is asked, and goes on from there', () => {
    const steps = flow({ notice: { id: 'recorded', text: { en: 'This call is recorded.' } } }, check, { overflow: { after: 120, queue: 'backup' } });
    const first = went(steps);
    expect(first).toMatchObject({ progress: { done: ['hours'] }, next: { kind: 'confirm', step: 'notice recorded', key: '1', seconds: 120 } });
    const { entitlement: _none, ...unasked } = open;
    const second = advance(steps, { ...first.progress, done: ['hours', 'notice recorded'] }, unasked);
    expect(second.next).toMatchObject({ kind: 'needs', fact: 'entitlement', seconds: 3, otherwise: { kind: 'on' } });
    expect(went(steps, {}, second.progress)).toMatchObject({
      progress: { done: ['hours', 'notice recorded', 'entitlement', 'overflow'], overflow: { after: 120, queueId: 'backup', priority: null } }, next: { kind: 'exit', exit: { kind: 'wait' } },
    });
    expect(exitOf(went([]))).toEqual({ kind: 'wait' });
  });

  it('FL4 ends while the queue is closed, or goes on as its hours step says', () => {
    const closed = { opening: { open: false, opensAt: '2026-11-23T07:00:00.000Z' } };
    expect(exitOf(went([], closed))).toEqual({ kind: 'end', end: { party: 'system', reason: 'closed' }, message: null });
    expect(exitOf(went(flow({ hours: { closed: { queue: 'night', priority: 60 } } }), closed))).toEqual({ kind: 'queue', queueId: 'night', priority: 60 });
  });

  it('FL20 offers a message while the queue is closed, takes them and says nothing else, with time to write one', () => {
    const closed = { opening: { open: false, opensAt: '2026-11-23T07:00:00.000Z' }, offers: ['wait', 'message'] as const };
    const offer = { kind: 'offer', why: 'closed', choices: ['message'], opensAt: '2026-11-23T07:00:00.000Z', seconds: 1800, end: { party: 'system', reason: 'closed' } };
    expect(exitOf(went([], closed))).toEqual({ ...offer, message: null });
    expect(exitOf(went(flow({ hours: { closed: { offer: ['message'], message: { en: 'Write' } } } }), closed))).toEqual({ ...offer, message: { en: 'Write' } });
    expect(exitOf(went(flow({ hours: { closed: 'end' } }), closed))).toMatchObject({ kind: 'end' });
  });

  it('FL4 is closed where nothing that its hours step offers is there', () => {
    const closed = { opening: { open: false, opensAt: null } };
    expect(exitOf(went([{ kind: 'hours', name: 'hours', closed: { kind: 'offer', choices: ['message'], message: null } } as unknown as FlowStep], closed))).toMatchObject({ kind: 'end', end: { reason: 'closed' } });
  });

  it('FL6 lets nobody pass who is not entitled, and reads no answer as configured', () => {
    const denied = { kind: 'end', end: { party: 'system', reason: 'notEntitled' }, message: { en: 'Not yours' } };
    expect(exitOf(went(flow(check)))).toEqual({ kind: 'wait' });
    expect(exitOf(went(flow(check), { entitlement: { ok: true, entitled: false, attributes: {} } }))).toEqual(denied);
    expect(exitOf(went(flow(check), { entitlement: { ok: false, why: 'timeout' } }))).toEqual({ kind: 'wait' });
    expect(exitOf(went(flow({ entitlement: { ...check.entitlement, whenFailed: 'deny' } }), { entitlement: { ok: false, why: 'timeout' } }))).toEqual(denied);
    // Who has no number at all is not asked about.
    const { entitlement: _none, ...unasked } = open;
    expect(exitOf(advance(flow(check), enters('help'), { ...unasked, attributes: {} }))).toEqual(denied);
    expect(exitOf(advance(flow({ entitlement: { ...check.entitlement, without: 'allow' } }), enters('help'), { ...unasked, attributes: {} }))).toEqual({ kind: 'wait' });
    const elsewhere = went(flow({ entitlement: { ...check.entitlement, denied: { priority: 10 } } }), { entitlement: { ok: true, entitled: false, attributes: {} } });
    expect(elsewhere).toMatchObject({ progress: { priority: 10 }, next: { exit: { kind: 'wait' } } });
  });

  it('FL8 takes the first rule that fits, on what the CRM said and the portal', () => {
    const gold = went(flow(look), { crm: { ok: true, attributes: { tier: 'gold', debt: 5000 } } });
    expect(gold).toMatchObject({ progress: { priority: 90 }, learned: { tier: 'gold', debt: 5000 }, next: { exit: { kind: 'wait' } } });
    expect(exitOf(went(flow(look), { crm: { ok: true, attributes: { debt: '1500' } } }))).toEqual({ kind: 'queue', queueId: 'collections', priority: null });
    expect(exitOf(went(flow(look), { crm: { ok: false, why: 'unreadable' } }))).toEqual({ kind: 'wait' });
    expect(went(flow(look), { customerId: null }).judged.at(-1)?.why).toEqual({ code: 'nobodyKnown' });
  });

  it('FL8 judges attributes by value, list, size and presence, and none that every object has', () => {
    const known = { tier: 'gold', debt: '1500', points: 3, vip: false };
    expect([
      fits({ attribute: 'tier', is: 'gold' }, known), fits({ attribute: 'tier', in: ['silver', 'gold'] }, known), fits({ attribute: 'debt', atLeast: 1500 }, known), fits({ attribute: 'points', atMost: 3 }, known),
      fits({ attribute: 'vip', exists: true }, known), fits({ attribute: 'vip', is: false }, known), fits({ attribute: 'other', exists: false }, known),
    ]).toEqual([true, true, true, true, true, true, true]);
    expect([fits({ attribute: 'tier', atLeast: 1 }, known), fits({ attribute: 'constructor', exists: true }, known), fits({ attribute: 'other', atMost: 1 }, known), fits({ attribute: 'points', is: '3' }, known)])
      .toEqual([false, false, false, false]);
  });

  it('FL9 rings the last agent first where they are free', () => {
    const steps = flow({ lastAgent: {} });
    expect(went(steps, { lastAgent: { agentId: 'a', name: 'Anna', state: 'free' } }).progress.first).toEqual({ agentId: 'a', seconds: 15 });
    expect(went(steps, { lastAgent: { agentId: 'a', name: 'Anna', state: 'busy' } })).toMatchObject({ progress: { first: null }, next: { exit: { kind: 'wait' } } });
  });

  it('FL10 advises against waiting by the expected wait, those who wait and those who work, and not whom somebody free is rung for', () => {
    const steps = flow({ lastAgent: {} }, { dissuasion: { nobodyThere: { instead: 'end' }, tooFull: { over: 10, instead: { queue: 'backup' } }, tooLong: { over: 300, instead: { offer: ['wait'] } } } });
    expect(exitOf(went(steps, { load: { waiting: 0, ewt: null, loggedIn: 0 } }))).toMatchObject({ kind: 'end', end: { reason: 'dissuaded' } });
    expect(exitOf(went(steps, { load: { waiting: 10, ewt: null, loggedIn: 1 } }))).toEqual({ kind: 'queue', queueId: 'backup', priority: null });
    expect(exitOf(went(steps, { load: { waiting: 3, ewt: { low: 200, high: 500 }, loggedIn: 1 } }))).toMatchObject({ kind: 'offer', why: 'tooLong', choices: ['wait'] });
    expect(exitOf(went(steps, { load: { waiting: 3, ewt: { low: 200, high: 400 }, loggedIn: 1 } }))).toEqual({ kind: 'wait' });
    expect(exitOf(went(steps, { load: { waiting: 10, ewt: null, loggedIn: 1 }, lastAgent: { agentId: 'a', name: 'Anna', state: 'free' } }))).toEqual({ kind: 'wait' });
  });

  it('FL2 sends nobody to a queue that they went through before', () => {
    const back = enters('backup', ['help']);
    expect(exitOf(went(flow({ dissuasion: { tooFull: { over: 0, instead: { queue: 'help' } } } }), {}, back))).toEqual({ kind: 'wait' });
    expect(went(flow({ overflow: { after: 60, queue: 'help' } }), {}, back).progress.overflow).toBeNull();
    expect(exitOf(went(flow({ hours: { closed: { queue: 'help' } } }), { opening: { open: false, opensAt: null } }, back))).toMatchObject({ kind: 'end', end: { reason: 'closed' } });
  });
});

const queues = ['help', 'backup', 'night'];
const then = fc.oneof(fc.constant('end'), fc.constantFrom(...queues).map((queue) => ({ queue })), fc.constant({ offer: ['wait'] }), fc.constant({ priority: 70 }));
const anyStep = fc.oneof(
  fc.record({ hours: fc.record({ closed: fc.oneof(fc.constant('end'), fc.constantFrom(...queues).map((queue) => ({ queue }))) }) }),
  fc.record({ notice: fc.record({ id: fc.constantFrom('a', 'b'), text: fc.constant({ en: 'Text' }), declined: then }) }),
  fc.record({ entitlement: fc.record({ url: fc.constant('https://a.example'), attribute: fc.constantFrom('contract', 'none'), whenFailed: fc.constantFrom('allow', 'deny'), denied: then }) }),
  fc.record({ crm: fc.record({ url: fc.constant('https://a.example'), rules: fc.array(fc.record({ when: fc.constant({ attribute: 'tier', is: 'gold' }), queue: fc.constantFrom(...queues) }), { maxLength: 2 }) }) }),
  fc.constant({ lastAgent: {} }),
  fc.record({ dissuasion: fc.record({ tooFull: fc.record({ over: fc.integer({ min: 0, max: 3 }), instead: then }), nobodyThere: fc.record({ instead: then }) }) }),
  fc.record({ overflow: fc.record({ after: fc.constant(60), queue: fc.constantFrom(...queues) }) }),
);
const anyFlow = fc.array(anyStep, { maxLength: 6 }).map((steps) => flowSchema.parse(steps).filter(({ name }, at, all) => all.findIndex((one) => one.name === name) === at));
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  now: fc.constant(0), customerId: fc.constantFrom('c', null), attributes: fc.constantFrom({}, { contract: 'K', tier: 'gold' }), offers: fc.constantFrom([], ['wait'] as const),
  opening: fc.boolean().map((is) => ({ open: is, opensAt: null })), load: fc.record({ waiting: fc.nat(5), ewt: fc.constantFrom(null, { low: 0, high: 900 }), loggedIn: fc.nat(1) }),
  lastAgent: fc.constantFrom(null, { agentId: 'a', name: 'A', state: 'free' as const }, { agentId: 'a', name: 'A', state: 'busy' as const }),
  entitlement: fc.constantFrom({ ok: true, entitled: true, attributes: {} } as const, { ok: true, entitled: false, attributes: {} } as const, { ok: false, why: 'timeout' } as const),
  crm: fc.constantFrom({ ok: true, attributes: { tier: 'gold' } } as const, { ok: false, why: 'refused' } as const),
});

describe('any flow', () => {
  it('FL2 comes to one end, through each queue once and each step once, and to the same for the same facts', () => {
    fc.assert(fc.property(fc.array(anyFlow, { minLength: 3, maxLength: 3 }), anyFacts, fc.infiniteStream(fc.boolean()), (flows, facts, yes) => {
      const life = (answers: (at: number) => boolean): string => {
        let progress = enters('help');
        const visited: string[] = [];
        for (let turns = 0; ; turns += 1) {
          expect(turns).toBeLessThan(60);
          const { progress: after, next } = advance(flows[queues.indexOf(progress.queueId)] ?? [], progress, facts);
          expect(new Set(after.done).size).toBe(after.done.length);
          if (next.kind === 'needs') throw new Error('nothing is missing here');
          const exit = next.kind === 'confirm' ? (answers(turns) ? { kind: 'on', priority: null } as const : next.declined) : next.exit;
          const passed = { ...after, done: next.step === null ? after.done : [...after.done, next.step] };
          if (exit.kind === 'end') return JSON.stringify([after, exit]);
          if (exit.kind === 'wait' || (exit.kind === 'offer' && !exit.choices.includes('wait'))) return JSON.stringify([after, exit]);
          if (exit.kind === 'queue') {
            expect(visited).not.toContain(exit.queueId);
            visited.push(progress.queueId);
            progress = enters(exit.queueId, [...visited], exit.priority);
          } else progress = passed;
        }
      };
      const answers: boolean[] = [];
      const answerAt = (at: number): boolean => {
        while (answers.length <= at) answers.push(yes.next().value as boolean);
        return answers[at] ?? true;
      };
      expect(life(answerAt)).toBe(life(answerAt));
    }), { numRuns: 2000 });
  });

  it('FL2 asks for nothing but what a step needs', () => {
    fc.assert(fc.property(anyFlow, anyFacts, (steps, facts) => {
      const needed = ['opening', 'load', 'lastAgent', 'entitlement', 'crm'] as const;
      let known: Facts = { now: 0, customerId: facts.customerId, attributes: facts.attributes, offers: facts.offers };
      for (let asked = 0; ; asked += 1) {
        expect(asked).toBeLessThanOrEqual(needed.length);
        const { next } = advance(steps, enters('help'), known);
        if (next.kind !== 'needs') {
          expect(next).toEqual(advance(steps, enters('help'), facts).next);
          return;
        }
        expect(known[next.fact]).toBeUndefined();
        known = { ...known, [next.fact]: facts[next.fact] };
      }
    }));
  });
});
