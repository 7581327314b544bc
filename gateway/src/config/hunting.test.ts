import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from './load.ts';

const file = (queue: string, others = '') => parseConfig(`
portals: [{ id: bank, name: Bank, keys: [{ id: one, secret: test-portal-key }], queues: [help] }]
queues: [{ id: help, label: Help }, { id: emergency, label: Emergency, ${queue} }${others}]
agents: [{ username: anna, name: Anna, password: anna }]
`, 'center.yaml', { production: false });
const complaint = (...given: Parameters<typeof file>): string => {
  try {
    file(...given);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('hunts in the contact-center file', () => {
  it('HU9 ring for fifteen seconds, one round, from the first of the list, unless told otherwise', () => {
    expect(file('strategy: hunt, hunt: { list: [anna] }').queues[1]?.hunt).toEqual({ list: [{ agent: 'anna' }], loop: false, ringSeconds: 15 });
  });

  it.each([
    ['strategy: hunt', 'expected `hunt` with the list'],
    ['hunt: { list: [anna] }', 'queues[1].strategy: expected hunt'],
    ['strategy: hunt, hunt: { list: [anna, ben] }', 'queues[1].hunt.list[1]: no agent "ben" in this file; there are: anna'],
    ['strategy: hunt, hunt: { list: [anna, anna] }', '"anna" stands twice'],
    ['strategy: hunt, hunt: { list: [{ number: "+4930" }] }', 'expected a trunk in `trunks`'],
    ['strategy: hunt, hunt: { list: [anna], inCharge: ben }', '"ben" is not in the list: anna'],
    ['strategy: hunt, hunt: { list: [anna], overflow: emergency }', 'expected another queue of this file'],
    ['strategy: hunt, skills: [banking], hunt: { list: [anna] }', 'expected no `skills` and no `steps`'],
  ])('HU9 is refused where it does not fit: %s', (queue, expected) => {
    expect(complaint(queue)).toContain(expected);
  });

  it('HU9 are nothing that a step of another queue can open to', () => {
    expect(complaint('strategy: hunt, hunt: { list: [anna] }', ', { id: loans, label: Loans, steps: [{ after: 5, addQueues: [emergency] }] }')).toContain('expected a queue that does not hunt');
  });
});
