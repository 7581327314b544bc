import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel } from '#shared/vocabulary.ts';
import { byRank, match, mayTake, type Candidate, type IdleAgent } from './match.ts';
import { canServe, kindOf, needAt, routings, type RoutedQueue } from './routing.ts';

/** A point of priority counts for ten seconds here. */
const pointWorth = 10_000;

const skillNames = ['banking', 'loans', 'camera'];
const skills = fc.dictionary(fc.constantFrom(...skillNames), fc.integer({ min: 1, max: 5 }));
const steps = fc.uniqueArray(fc.record({
  after: fc.integer({ min: 1, max: 300 }), minimumLevel: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  dropSkills: fc.option(fc.subarray(skillNames), { nil: undefined }), addQueues: fc.option(fc.constant(['other']), { nil: undefined }),
}), { selector: ({ after }) => after }).map((some) => some.sort((a, b) => a.after - b.after));
const queues = fc.record({ help: skills, other: skills, steps, strategy: fc.constantFrom('longestIdle', 'roundRobin', 'mostSkilled'), videoSkill: fc.constantFrom(undefined, 'camera') })
  .map(({ help, other, ...rest }): RoutedQueue[] => [{ id: 'help', skills: help, ...rest }, { id: 'other', skills: other, strategy: 'longestIdle', steps: [] }]);
const arrival = fc.record({
  contactId: fc.uuid(), priority: fc.integer({ min: 0, max: 100 }), queuedAt: fc.integer({ min: 0, max: 400_000 }), notTo: fc.subarray(['a1', 'a2']),
  queueId: fc.constantFrom('help', 'other'), video: fc.boolean(), channel: fc.constantFrom<Channel>('voice', 'voice', 'chat', 'message'),
});
const agent = fc.record({
  agentId: fc.constantFrom('a1', 'a2', 'a3', 'a4', 'a5'), skills, openTo: fc.subarray<Channel>(['voice', 'chat', 'message']), load: fc.integer({ min: 0, max: 3 }),
  idleSince: fc.integer({ min: 0, max: 1000 }), lastOfferAt: fc.integer({ min: 0, max: 1000 }),
});
const agents = fc.uniqueArray(agent, { selector: ({ agentId }) => agentId });
const now = 400_000;

function waiting(all: readonly RoutedQueue[]) {
  const routing = routings(all);
  return fc.uniqueArray(arrival, { selector: ({ contactId }) => contactId }).map((contacts): Candidate[] => contacts.map(({ queueId, video, channel, ...contact }) => (
    { ...contact, need: needAt(routing.get(queueId)?.[kindOf({ channel, video })] ?? [], now - contact.queuedAt) }
  )));
}
const scenes = queues.chain((all) => fc.record({ contacts: waiting(all), agents }));

function may(contact: Candidate, one: IdleAgent): boolean {
  return !contact.notTo.includes(one.agentId) && mayTake(one, contact.need);
}

function routingOf(queue: Partial<RoutedQueue>, others: readonly RoutedQueue[] = []) {
  const routing = routings([{ id: 'help', skills: {}, strategy: 'longestIdle', steps: [], ...queue }, ...others]).get('help');
  if (routing === undefined) throw new Error('unreachable: it was just given');
  return routing;
}
const idle = (agentId: string, skillsOf: Record<string, number> = {}, at: Partial<IdleAgent> = {}): IdleAgent => ({ agentId, openTo: ['voice'], load: 0, skills: skillsOf, idleSince: 0, lastOfferAt: 0, ...at });

describe('matching', () => {
  it('RT2 gives the contact that is first by age and priority to the longest-idle agent with the skill', () => {
    const any = routingOf({}).voice;
    const loans = routingOf({ skills: { loans: 1 } }).voice;
    const contact = (contactId: string, priority: number, queuedAt: number, needs = any): Candidate => ({ contactId, priority, queuedAt, need: needAt(needs, 0), notTo: [] });
    const matches = match(
      [contact('young', 50, 200), contact('old', 50, 100), contact('urgent', 60, 300, loans)],
      [idle('busyRecently', {}, { idleSince: 90 }), idle('idleLong', { loans: 3 }, { idleSince: 10 })], pointWorth,
    );
    expect(matches).toEqual([{ contactId: 'urgent', agentId: 'idleLong' }, { contactId: 'old', agentId: 'busyRecently' }]);
  });

  it('RT3 never gives a contact or an agent twice, nor to one without the skill or to whom it must not go', () => {
    fc.assert(fc.property(scenes, ({ contacts, agents }) => {
      const matches = match(contacts, agents, pointWorth);
      expect(new Set(matches.map(({ contactId }) => contactId)).size).toBe(matches.length);
      expect(new Set(matches.map(({ agentId }) => agentId)).size).toBe(matches.length);
      const { left, free, pairs } = outcome(contacts, agents);
      for (const [contact, one] of pairs) expect(may(contact, one)).toBe(true);
      // Nobody is left waiting whom an agent left idle could serve.
      for (const contact of left) expect(free.some((one) => may(contact, one))).toBe(false);
    }));
  });

  it('RT40 serves in the order of rank: whoever is left was not passed over for somebody behind them by an agent they could have had', () => {
    fc.assert(fc.property(scenes, ({ contacts, agents }) => {
      const { left, pairs } = outcome(contacts, agents);
      const inOrder = byRank(pointWorth);
      for (const waits of left) for (const [served, one] of pairs) if (inOrder(waits, served) < 0) expect(may(waits, one)).toBe(false);
    }));
  });

  it('RT41 counts a point of priority as a fixed lead, so that nobody is overtaken by whoever came later than that, however many come', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1000, max: 60_000 }), (low, lead, pace) => {
      const high = Math.min(100, low + lead);
      const need = needAt(routingOf({}).voice, 0);
      // One agent, who is free as often as somebody more urgent comes: without ageing the first would wait for ever.
      const waits: Candidate[] = [{ contactId: 'first', priority: low, queuedAt: 0, need, notTo: [] }];
      for (let turn = 0; ; turn += 1) {
        waits.push({ contactId: `urgent ${turn}`, priority: high, queuedAt: turn * pace, need, notTo: [] });
        const [served] = match(waits, [idle('only')], pointWorth);
        if (served?.contactId === 'first') return;
        expect(turn * pace).toBeLessThanOrEqual((high - low) * pointWorth + pace);
        waits.splice(waits.findIndex(({ contactId }) => contactId === served?.contactId), 1);
      }
    }));
    const all = fc.array(arrival, { minLength: 2 });
    fc.assert(fc.property(all, (contacts) => {
      const ordered = [...contacts].sort(byRank(pointWorth));
      for (const [at, ahead] of ordered.entries()) {
        for (const behind of ordered.slice(at + 1)) expect(ahead.queuedAt - behind.queuedAt).toBeLessThanOrEqual(Math.max(0, ahead.priority - behind.priority) * pointWorth);
      }
    }));
  });

  it('RT42 chooses among idle agents by the queue\'s strategy', () => {
    const three = [
      idle('expert', { loans: 5 }, { idleSince: 30, lastOfferAt: 20 }), idle('longest', { loans: 2 }, { idleSince: 10, lastOfferAt: 9 }), idle('turn', { loans: 2 }, { idleSince: 20, lastOfferAt: 5 }),
    ];
    const chosen = (strategy: RoutedQueue['strategy']) => match(
      [{ contactId: 'c', priority: 50, queuedAt: 0, need: needAt(routingOf({ strategy, skills: { loans: 1 } }).voice, 0), notTo: [] }], three, pointWorth,
    )[0]?.agentId;
    expect([chosen('longestIdle'), chosen('roundRobin'), chosen('mostSkilled')]).toEqual(['longest', 'turn', 'expert']);
  });

  it('CH2 gives a contact to the agent who has least at hand, and a chat only to one with a place for chats', () => {
    const { chat } = routingOf({});
    const three = [
      idle('inCall', {}, { openTo: ['chat'], load: 1, idleSince: 0 }), idle('callsOnly', {}, { openTo: ['voice'], idleSince: 1 }), idle('free', {}, { openTo: ['voice', 'chat'], idleSince: 2 }),
    ];
    const one = (contactId: string): Candidate => ({ contactId, priority: 50, queuedAt: 0, need: needAt(chat, 0), notTo: [] });
    expect(match([one('c1'), one('c2'), one('c3')], three, pointWorth)).toEqual([{ contactId: 'c1', agentId: 'free' }, { contactId: 'c2', agentId: 'inCall' }]);
  });

  it('RT42 goes round by the last offer: over any run of contacts each idle agent has been asked as often as the others, but for one', () => {
    const need = needAt(routingOf({ strategy: 'roundRobin' }).voice, 0);
    fc.assert(fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 30 }), (count, rounds) => {
      const last = new Map(Array.from({ length: count }, (_, at) => [`a${at}`, 0]));
      const asked = new Map<string, number>();
      for (let round = 1; round <= rounds; round += 1) {
        const [one] = match([{ contactId: 'c', priority: 50, queuedAt: 0, need, notTo: [] }], [...last].map(([agentId, lastOfferAt]) => idle(agentId, {}, { lastOfferAt })), pointWorth);
        last.set(one?.agentId ?? '', round);
        asked.set(one?.agentId ?? '', (asked.get(one?.agentId ?? '') ?? 0) + 1);
      }
      const counts = [...last.keys()].map((agentId) => asked.get(agentId) ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }));
  });
});

describe('what a queue needs', () => {
  it('RT43 is levels of skills, and the camera\'s skill only where the camera may be used', () => {
    const { voice, video } = routingOf({ skills: { loans: 3 }, videoSkill: 'camera' });
    const can = (skillsOf: Record<string, number>) => [voice, video].map((needs) => canServe(skillsOf, needAt(needs, 0)));
    expect(can({ loans: 2, camera: 5 })).toEqual([false, false]);
    expect(can({ loans: 3 })).toEqual([true, false]);
    expect(can({ loans: 4, camera: 1 })).toEqual([true, true]);
  });

  it('RT44 relaxes by its steps: a lower level, a skill less, another queue\'s agents', () => {
    const { voice } = routingOf(
      { skills: { loans: 4, german: 1 }, steps: [{ after: 30, minimumLevel: 2 }, { after: 60, dropSkills: ['german'] }, { after: 90, addQueues: ['other'] }] },
      [{ id: 'other', skills: { banking: 3 }, strategy: 'longestIdle', steps: [] }],
    );
    const from = (skillsOf: Record<string, number>) => [0, 29, 30, 60, 89, 90].filter((age) => canServe(skillsOf, needAt(voice, age * 1000)));
    expect(from({ loans: 4, german: 1 })).toEqual([0, 29, 30, 60, 89, 90]);
    expect(from({ loans: 2, german: 1 })).toEqual([30, 60, 89, 90]);
    expect(from({ loans: 2 })).toEqual([60, 89, 90]);
    expect(from({ banking: 3 })).toEqual([90]);
  });

  it('RT44 only ever widens: an agent who could serve a contact can serve it later too', () => {
    fc.assert(fc.property(queues, skills, fc.boolean(), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (all, agentSkills, video, first, later) => {
      const needs = routings(all).get('help')?.[video ? 'video' : 'voice'] ?? [];
      const [young, old] = [Math.min(first, later), Math.max(first, later)];
      if (canServe(agentSkills, needAt(needs, young * 1000))) expect(canServe(agentSkills, needAt(needs, old * 1000))).toBe(true);
    }));
  });
});

function outcome(contacts: readonly Candidate[], agents: readonly IdleAgent[]) {
  const matches = match(contacts, agents, pointWorth);
  return {
    pairs: matches.flatMap(({ contactId, agentId }) => {
      const contact = contacts.find((one) => one.contactId === contactId);
      const one = agents.find((candidate) => candidate.agentId === agentId);
      return contact === undefined || one === undefined ? [] : [[contact, one] as const];
    }),
    left: contacts.filter(({ contactId }) => !matches.some((one) => one.contactId === contactId)),
    free: agents.filter(({ agentId }) => !matches.some((one) => one.agentId === agentId)),
  };
}
