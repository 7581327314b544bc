import { describe, expect, it } from 'vitest';
import { newContact, type ContactState, type Phase } from '../contact/state.ts';
import { factsOf } from './facts.ts';

const waiting = newContact(0);
/** A state in this phase, of which only what the figures look at is told. */
const as = (phase: { readonly name: Phase['name'] } & Readonly<Record<string, unknown>>, more: Partial<ContactState> = {}): ContactState => ({ ...waiting, phase: phase as unknown as Phase, ...more });

const offered = as({ name: 'offered', reservationId: 'r1', agentId: 'anna', transferredBy: null });
const handedOver = as({ name: 'offered', reservationId: 'r2', agentId: 'ben', transferredBy: 'anna' });
const call = (part: Readonly<Record<string, unknown>> = {}) => as({ name: 'call', reservationId: 'r1', agentId: 'anna', connectedAt: 5, onHold: false, second: null, escalated: false, ...part });
const connecting = call({ connectedAt: null });
const chat = as({ name: 'chat', reservationId: 'r1', agentId: 'anna' });
const flow = (visited: readonly string[] = []) => as({ name: 'flow', progress: { queueId: 'help', visited } });
const ended = (party: string, reason: string) => as({ name: 'ended', end: { party, reason }, at: 9 });
const callback = as({ name: 'waiting', requeued: null, returnTo: null }, { callback: { number: '+4930', at: null, agentId: null, triesLeft: 3, notBefore: null, windows: [] } });
const told = (before: ContactState | null, after: ContactState, moved = false) => factsOf(before, after, moved).map((fact) => [fact.type, ...Object.values(fact).slice(1)].join(' '));

describe('what a transition means for the figures', () => {
  it('FG1 a stay begins with the arrival, whatever came before the queue, and outlives offers that come to nothing', () => {
    expect(told(null, waiting)).toEqual(['entered arrival']);
    expect(told(null, flow())).toEqual([]);
    expect(told(flow(), waiting)).toEqual(['entered arrival']);
    expect(told(flow(['sales']), waiting)).toEqual(['entered overflow']);
    expect(told(waiting, offered)).toEqual([]);
    expect(told(offered, waiting)).toEqual([]);
    expect(told(offered, connecting)).toEqual([]);
    // A number that is rung for who waits is another try.
    const ringing = as({ name: 'external', connectedAt: null });
    expect(told(waiting, ringing)).toEqual([]);
    expect(told(ringing, as({ name: 'external', connectedAt: 7 }))).toEqual(['left forwarded ']);
    // Where it goes on already, this is nothing new.
    expect(told(ringing, waiting)).toEqual(['entered return']);
    expect(told(connecting, waiting)).toEqual(['entered return']);
  });

  it('FG1 a stay ends with what became of it', () => {
    expect(told(connecting, call())[0]).toBe('left answered anna');
    expect(told(offered, chat)[0]).toBe('left answered anna');
    expect(told(waiting, ended('customer', 'canceled'))).toEqual(['left abandoned ']);
    expect(told(waiting, ended('system', 'maximumWait'))).toEqual(['left expired ']);
    expect(told(waiting, flow(['help']))).toEqual(['left overflowed ']);
    expect(told(waiting, callback)).toEqual(['left callback ']);
    expect(told(waiting, { ...waiting, queuedAt: 1 }, true)).toEqual(['left overflowed ', 'entered overflow']);
  });

  it('FG1 who is turned away at the door, or asks to be called from there, counts as that', () => {
    expect(told(null, ended('system', 'closed'))).toEqual(['entered arrival', 'left closed ']);
    expect(told(as({ name: 'dissuaded' }), ended('system', 'dissuaded'))).toEqual(['entered arrival', 'left closed ']);
    expect(told(as({ name: 'dissuaded' }), callback)).toEqual(['entered arrival', 'left callback ']);
    expect(told(flow(), ended('customer', 'canceled'))).toEqual([]);
    // Neither the callback's call nor its end is a stay.
    expect(told(callback, ended('customer', 'notReached'))).toEqual([]);
  });

  it('FG3 a transfer gives the customer away once, and the talk of the next is theirs', () => {
    expect(told(call(), handedOver)).toEqual(['passedOn r1']);
    expect(told(handedOver, call({ reservationId: 'r2', agentId: 'ben', connectedAt: null }))).toEqual([]);
    expect(told(call({ reservationId: 'r2', agentId: 'ben', connectedAt: null }), call({ reservationId: 'r2', agentId: 'ben' }))).toEqual(['left answered ben', 'talkBegan r2 own']);
    expect(told(call(), as({ name: 'waiting', requeued: 'transferred', returnTo: null }), true)).toEqual(['entered transfer', 'passedOn r1']);
    expect(told(call(), as({ name: 'external' }))).toEqual(['passedOn r1']);
    expect(told(call(), ended('agent', 'hangup'))).toEqual([]);
    expect(told(call(), as({ name: 'waiting', requeued: 'agentLost', returnTo: null }))).toEqual(['entered return']);
  });

  it('FG3 advice is the adviser\'s until the customer is, and the customer is on hold meanwhile', () => {
    const second = (talk: string) => ({ id: 'r2', state: 'up', talk, party: { kind: 'agent', agentId: 'ben' } });
    expect(told(call({ second: { ...second('customer'), state: 'calling' } }), call({ second: second('second') }))).toEqual(['hold r1 true', 'talkBegan r2 consulted']);
    expect(told(call({ second: second('second') }), call({ second: second('all') }))).toEqual(['hold r1 false']);
    expect(told(call({ second: second('all') }), call({ reservationId: 'r2', agentId: 'ben' }))).toEqual(['passedOn r1', 'becameOwn r2']);
    expect(told(call({ onHold: true }), call())).toEqual(['hold r1 false']);
  });

  it('FG3 a chat that becomes a call, and a chat again, is one talk', () => {
    const escalating = call({ connectedAt: null, escalated: true });
    expect(told(offered, chat)).toEqual(['left answered anna', 'talkBegan r1 own']);
    expect(told(chat, escalating)).toEqual([]);
    expect(told(escalating, call({ escalated: true })).filter((fact) => !fact.startsWith('left'))).toEqual([]);
    expect(told(call({ escalated: true }), chat)).toEqual([]);
    expect(told(chat, handedOver)).toEqual(['passedOn r1']);
  });
});
