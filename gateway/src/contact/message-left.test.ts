/** A wait that becomes a message. */
import { describe, expect, it } from 'vitest';
import type { Choice } from '#shared/flow-words.ts';
import { factsOf } from '../figures/facts.ts';
import { messageLeft } from './phases/message-left.ts';
import { newContact, type ContactEvent, type ContactState } from './state.ts';
import { limitsOf } from './limits.ts';
import { configSchema } from '../config/schema.ts';
import { deadlineOf, transition } from './transition.ts';

const config = configSchema.parse({ portals: [{ id: 'bank', name: 'Bank', keys: [{ id: 'only', secret: 'test-portal-key' }], queues: ['help'] }], queues: [{ id: 'help', label: 'Help' }] });
const limits = limitsOf(config, 'help');
const left = { type: 'messageLeft', queueId: 'help', priority: 40, dueAt: 90_000 } as const satisfies ContactEvent;
const told = (state: ContactState, event: ContactEvent, now = 1000): ContactState => transition(state, event, now, limits).state;

function dissuaded(...choices: Choice[]): ContactState {
  return {
    ...newContact(0), phase: {
      name: 'dissuaded', why: 'closed', choices, message: null, opensAt: null, until: 60_000, otherwise: { party: 'system', reason: 'closed' }, turn: 1,
      progress: { queueId: 'help', done: ['hours'], visited: [], priority: null, first: null, overflow: null },
    },
  };
}

describe('a message that is left', () => {
  it.each([['waits', newContact(0)], ['is in a chat\'s queue', newContact(0, 'chat')], ['is dissuaded', dissuaded('message')]])('CH40 takes the place of a customer who %s', (_how, state) => {
    const { state: after, effects } = transition(state, left, 1000, limits);
    expect(after).toMatchObject({ channel: 'message', queuedAt: 90_000, absentUntil: null, phase: { name: 'waiting' } });
    expect(effects).toEqual([{ type: 'recordQueue', queueId: 'help', priority: 40 }]);
    expect(deadlineOf(after, limits)).toBe(90_000 + limits.workWait);
  });

  it('CH40 is not taken where it was not offered, from a telephone, from somebody who is to be called back, nor twice', () => {
    const refusing = [
      dissuaded('wait'), { ...newContact(0), telephone: { number: '+4930' } }, newContact(0, 'task'), messageLeft(newContact(0), left).state,
      told(newContact(0), { type: 'reserved', reservationId: 'r', agentId: 'anna', expiresAt: 20_000, by: 'desktop', answerWith: 'desktop' }),
    ];
    for (const state of refusing) expect(told(state, left)).toBe(state);
  });

  it('CH41 stays when its page goes, leaves or comes back, and when the gateway starts again; its portal may take it back', () => {
    const state = told(newContact(0), left);
    for (const type of ['customerDisconnected', 'customerLeft', 'gatewayRestarted'] as const) expect(told(state, { type })).toBe(state);
    expect(told(told(state, { type: 'customerConnected' }), { type: 'customerDisconnected' })).toEqual(state);
    expect(told(state, { type: 'customerLeft', by: 'portal' }).phase).toMatchObject({ name: 'ended', end: { reason: 'canceled' } });
  });

  it('CH44 ends the wait that it replaces, and begins one of its own', () => {
    expect(factsOf(newContact(0), told(newContact(0), left), false)).toEqual([{ type: 'left', outcome: 'abandoned', agentId: null }, { type: 'entered', how: 'arrival' }]);
    expect(factsOf(dissuaded('message'), told(dissuaded('message'), left), false)).toEqual([{ type: 'entered', how: 'arrival' }]);
  });
});
