import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeard, sipRoles, wiring } from './parties.ts';
import type { Party, Presence, Situation } from './parties.ts';

const absent = { customer: 'up', agent: 'absent', aside: 'absent', second: 'absent' } as const;
const situation = (change: Partial<Situation>): Situation => ({ talk: 'customer', onHold: false, presence: absent, ...change });
const heardBy = (given: Situation): Record<Party, string> => {
  const wired = wiring(given);
  const say = (party: Party): string => [...wired[party].from, ...(wired[party].holdSound ? ['hold'] : [])].join('+');
  return { customer: say('customer'), agent: say('agent'), aside: say('aside'), second: say('second') };
};

describe('who hears whom', () => {
  const three = { customer: 'up', agent: 'up', aside: 'absent', second: 'up' } as const;

  it('MD40 two parties hear each other, on hold nobody does', () => {
    const presence = { ...absent, agent: 'up' } as const;
    expect(heardBy(situation({ presence }))).toEqual({ customer: 'agent', agent: 'customer', aside: '', second: '' });
    expect(heardBy(situation({ presence, onHold: true }))).toEqual({ customer: 'hold', agent: '', aside: '', second: '' });
  });

  it('MD40 the agent talks to whom they chose, and who is left out hears the hold sound', () => {
    expect(heardBy(situation({ presence: three }))).toEqual({ customer: 'agent', agent: 'customer', aside: '', second: 'hold' });
    expect(heardBy(situation({ presence: three, talk: 'second' }))).toEqual({ customer: 'hold', agent: 'second', aside: '', second: 'agent' });
    expect(heardBy(situation({ presence: three, talk: 'all' }))).toEqual({ customer: 'agent+second', agent: 'customer+second', aside: '', second: 'customer+agent' });
  });

  it('MD40 the contact\'s hold cuts off the customer alone', () => {
    expect(heardBy(situation({ presence: three, talk: 'all', onHold: true }))).toEqual({ customer: 'hold', agent: 'second', aside: '', second: 'agent' });
  });

  it('MD40 a phone that holds by its own button leaves the others to each other, or to the hold sound', () => {
    const presence = { ...three, agent: 'held' } as const;
    expect(heardBy(situation({ presence, talk: 'all' }))).toEqual({ customer: 'second', agent: '', aside: '', second: 'customer' });
    expect(heardBy(situation({ presence, talk: 'second' }))).toEqual({ customer: 'hold', agent: '', aside: '', second: 'hold' });
    expect(heardBy(situation({ presence: { ...three, second: 'held' }, talk: 'second' }))).toEqual({ customer: 'hold', agent: 'hold', aside: '', second: '' });
  });

  it('MD40 an announcement before the answer is heard by whom the call is made for', () => {
    expect(heardBy(situation({ presence: { ...three, second: 'early' }, talk: 'second' }))).toEqual({ customer: 'hold', agent: 'second', aside: '', second: '' });
    expect(heardBy(situation({ presence: { ...absent, second: 'early' }, talk: 'all' }))).toEqual({ customer: 'second', agent: '', aside: '', second: '' });
  });

  it('MD40 a consultation in the phone\'s second call is led there', () => {
    const presence = { customer: 'up', agent: 'held', aside: 'up', second: 'up' } as const;
    expect(heardBy(situation({ presence, talk: 'second' }))).toEqual({ customer: 'hold', agent: '', aside: 'second', second: 'aside' });
  });

  it('MD40 nobody ever hears themselves, an absent or a held party, and who hears somebody hears no hold sound', () => {
    const presence = fc.constantFrom<Presence>('absent', 'early', 'up', 'held');
    fc.assert(fc.property(fc.constantFrom('customer', 'second', 'all'), fc.boolean(), presence, presence, presence, presence, (talk, onHold, customer, agent, aside, second) => {
      const given: Situation = { talk, onHold, presence: { customer, agent, aside, second } };
      const wired = wiring(given);
      for (const party of sipRoles) {
        const { from, holdSound } = wired[party];
        expect(from).not.toContain(party);
        expect(new Set(from).size).toBe(from.length);
        for (const other of from) expect(['up', 'early']).toContain(given.presence[other]);
        if (holdSound) expect(from).toEqual([]);
        if (onHold) expect(isHeard(wired, 'customer')).toBe(false);
        if (given.presence[party] !== 'up') expect(from).toEqual([]);
      }
    }));
  });
});
