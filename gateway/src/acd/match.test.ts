import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedWait } from './ewt.ts';
import { match } from './match.ts';

const candidate = fc.record({
  contactId: fc.uuid(), priority: fc.constantFrom(50, 60), queuedAt: fc.integer({ min: 0, max: 1000 }),
  skills: fc.subarray(['banking', 'loans']), notTo: fc.subarray(['a1', 'a2']),
});
const agent = fc.record({ agentId: fc.constantFrom('a1', 'a2', 'a3', 'a4'), skills: fc.subarray(['banking', 'loans']), idleSince: fc.integer({ min: 0, max: 1000 }) });

describe('matching', () => {
  it('RT2 gives the longest-waiting contact of the highest priority to the longest-idle agent with the skill', () => {
    const contact = (contactId: string, priority: number, queuedAt: number, skills: string[] = []) => ({ contactId, priority, queuedAt, skills, notTo: [] });
    const matches = match(
      [contact('young', 50, 200), contact('old', 50, 100), contact('urgent', 60, 300, ['loans'])],
      [{ agentId: 'busyRecently', skills: [], idleSince: 90 }, { agentId: 'idleLong', skills: ['loans'], idleSince: 10 }],
    );
    expect(matches).toEqual([{ contactId: 'urgent', agentId: 'idleLong' }, { contactId: 'old', agentId: 'busyRecently' }]);
  });

  it('RT3 never gives a contact or an agent twice, nor to one without the skill or to whom it must not go', () => {
    fc.assert(fc.property(fc.uniqueArray(candidate, { selector: ({ contactId }) => contactId }), fc.uniqueArray(agent, { selector: ({ agentId }) => agentId }), (contacts, agents) => {
      const matches = match(contacts, agents);
      expect(new Set(matches.map(({ contactId }) => contactId)).size).toBe(matches.length);
      expect(new Set(matches.map(({ agentId }) => agentId)).size).toBe(matches.length);
      for (const { contactId, agentId } of matches) {
        const contact = contacts.find((one) => one.contactId === contactId);
        const chosen = agents.find((one) => one.agentId === agentId);
        expect(contact?.notTo).not.toContain(agentId);
        expect(contact?.skills.every((skill) => chosen?.skills.includes(skill))).toBe(true);
      }
      // Nobody is left waiting whom an agent left idle could serve.
      const left = contacts.filter(({ contactId }) => !matches.some((one) => one.contactId === contactId));
      const idle = agents.filter(({ agentId }) => !matches.some((one) => one.agentId === agentId));
      for (const contact of left) {
        expect(idle.some((one) => !contact.notTo.includes(one.agentId) && contact.skills.every((skill) => one.skills.includes(skill)))).toBe(false);
      }
    }));
  });
});

describe('the expected wait', () => {
  it('RT4 is nothing with too little data, little with an idle agent, and grows with the position', () => {
    expect(expectedWait({ position: 3, agents: 2, idle: 0, handleTimes: [100, 100] })).toBeNull();
    expect(expectedWait({ position: 1, agents: 0, idle: 0, handleTimes: [100, 100, 100, 100, 100] })).toBeNull();
    expect(expectedWait({ position: 1, agents: 1, idle: 1, handleTimes: [] })).toEqual({ low: 0, high: 20 });
    const handleTimes = [200, 240, 160, 220, 180];
    expect(expectedWait({ position: 1, agents: 2, idle: 0, handleTimes })).toEqual({ low: 0, high: 200 });
    expect(expectedWait({ position: 4, agents: 2, idle: 0, handleTimes })).toEqual({ low: 200, high: 600 });
  });
});
