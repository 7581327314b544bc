import { describe, expect, it } from 'vitest';
import type { Directory } from '#shared/agent-protocol.ts';
import { findInDirectory, typedNumber } from './directory-search.ts';

const agent = (agentId: string, name: string, patch: Partial<Directory['agents'][number]> = {}): Directory['agents'][number] => (
  { agentId, name, status: 'available', state: 'idle', reachable: true, ...patch });
const directory: Directory = {
  agents: [
    agent('a', 'Anna Berg'), agent('c', 'Carla Ruiz', { state: 'engaged' }), agent('d', 'Dora Müller'), agent('e', 'Emil Frost', { status: 'break' }),
    agent('f', 'Finn Holm', { reachable: false }), agent('b', 'Ben Falk'),
  ],
  queues: [{ id: 'cards', label: 'Cards & payments', open: true, waiting: 2 }, { id: 'loans', label: 'Loans', open: false, waiting: 0 }],
  numbers: [{ number: '+49 40 5550100', label: 'Fraud desk' }],
  dialPad: true, skills: [{ skill: 'insurance', free: 2 }], supervisorFree: true,
};
const names = (query: string, own = 'a') => findInDirectory(directory, query, own).map(({ name }) => name);

describe('whom a call can go to', () => {
  it('AD26 lists colleagues, the free ones first, then queues and numbers, and never oneself', () => {
    expect(names('')).toEqual(['Ben Falk', 'Dora Müller', 'Carla Ruiz', 'Emil Frost', 'Finn Holm', 'Cards & payments', 'Loans', 'insurance', 'Fraud desk']);
  });

  it('AD26 finds by any part of the words, without accents and case, and numbers by their digits', () => {
    expect(names('mull')).toEqual(['Dora Müller']);
    expect(names('fa be')).toEqual(['Ben Falk']);
    expect(names('fraud')).toEqual(['Fraud desk']);
    expect(names('0405550')).toEqual(['0405550']);
    expect(names('405550100')).toEqual(['Fraud desk', '405550100']);
    expect(names('+49 (40) 555-0100')).toEqual(['Fraud desk']);
  });

  it('AD26 offers what was typed as a number only where the dial pad is open', () => {
    expect(typedNumber('+49 (40) 555-01')).toBe('+494055501');
    expect(typedNumber('sip:desk@pbx.example')).toBe('sip:desk@pbx.example');
    expect([typedNumber(''), typedNumber('desk 7'), typedNumber('+')]).toEqual([null, null, null]);
    expect(findInDirectory({ ...directory, dialPad: false }, '0171', 'a')).toEqual([]);
  });

  it('AD26 says of everybody whether they can take a call', () => {
    const found = new Map(findInDirectory(directory, '', 'a').map(({ name, reachability }) => [name, reachability]));
    expect(Object.fromEntries(found)).toEqual({
      'Ben Falk': 'free', 'Dora Müller': 'free', 'Carla Ruiz': 'engaged', 'Emil Frost': 'break', 'Finn Holm': 'unreachable',
      'Cards & payments': 'free', 'Loans': 'closed', 'insurance': 'free', 'Fraud desk': 'free',
    });
    expect(findInDirectory(directory, 'cards', 'a').map(({ canConsult }) => canConsult)).toEqual([false]);
  });
});
