import { describe, expect, it } from 'vitest';
import type { AgentContact, SecondParty } from '#shared/agent-protocol.ts';
import { availability, callActions, isOnPhone, type CallAction } from './call-rules.ts';

const colleague = (patch: Partial<SecondParty> = {}): SecondParty => (
  { party: { kind: 'agent', agentId: 'b', name: 'Ben' }, state: 'up', since: '2026-11-21T09:00:00Z', talk: 'second', ...patch });
const contact = (state: AgentContact['call']['state'], patch: Partial<AgentContact> = {}): AgentContact => (
  { channel: 'voice', telephone: null, part: 'own', second: null, call: { endpoint: null, state, connectedAt: null }, ...patch }) as AgentContact;
const of = (action: CallAction, about: AgentContact, { onPhone = false, hasLeg = true } = {}) => availability(action, { contact: about, onPhone, hasLeg });
const possible = (about: AgentContact) => callActions.filter((action) => of(action, about) === 'possible');

describe('what can be done in a call', () => {
  it('AD24 offers what fits the moment', () => {
    expect(possible(contact('active'))).toEqual(['mute', 'camera', 'hold', 'keypad', 'handOver', 'hangUp']);
    expect(possible(contact('held'))).toEqual(['mute', 'camera', 'hold', 'handOver', 'hangUp']);
    expect(possible(contact('connecting'))).toEqual(['mute', 'camera', 'hangUp']);
    expect(possible(contact('customerAway'))).toEqual(['mute', 'camera', 'hangUp']);
    expect(possible(contact('active', { second: colleague({ state: 'ringing' }) }))).toEqual(['mute', 'camera', 'drop', 'hangUp']);
    expect(possible(contact('held', { second: colleague() }))).toEqual(['mute', 'camera', 'keypad', 'swap', 'merge', 'complete', 'drop', 'hangUp']);
    expect(possible(contact('active', { second: colleague({ talk: 'all' }) }))).toEqual(['mute', 'camera', 'keypad', 'complete', 'drop', 'hangUp']);
  });

  it('CK31 has no camera for a customer on a telephone', () => {
    expect(of('camera', contact('active', { telephone: { number: '+4930' } }))).toBe('absent');
    expect(of('hold', contact('active', { telephone: { number: '+4930' } }))).toBe('possible');
  });

  it('AD24 says why not', () => {
    expect(of('hold', contact('active', { second: colleague() }))).toEqual({ obstacle: 'secondOnLine' });
    expect(of('handOver', contact('active', { second: colleague() }))).toEqual({ obstacle: 'oneSecond' });
    expect(of('merge', contact('active', { second: colleague({ talk: 'all' }) }))).toEqual({ obstacle: 'inConference' });
    expect(of('complete', contact('held', { second: colleague({ state: 'ringing' }) }))).toEqual({ obstacle: 'secondRinging' });
    expect(of('handOver', contact('connecting'))).toEqual({ obstacle: 'connecting' });
    expect(of('keypad', contact('held'))).toEqual({ obstacle: 'held' });
  });

  it('AD28 leaves a consulted colleague their own microphone, camera and leaving', () => {
    const consulted = contact('active', { part: 'consulted', second: colleague() });
    expect(possible(consulted)).toEqual(['mute', 'camera', 'hangUp']);
    expect(callActions.filter((action) => of(action, consulted) === 'absent')).toEqual(['hold', 'keypad', 'handOver', 'swap', 'merge', 'complete', 'drop']);
  });

  it('AD31 controls a call on a phone but for its microphone and camera', () => {
    const onPhone = { onPhone: true, hasLeg: false };
    expect(of('mute', contact('active'), onPhone)).toEqual({ obstacle: 'muteOnPhone' });
    expect(of('camera', contact('active'), onPhone)).toBe('absent');
    for (const action of ['hold', 'keypad', 'handOver', 'hangUp'] as const) expect(of(action, contact('active'), onPhone), action).toBe('possible');
    const endpoint = { kind: 'phone', label: 'Desk phone' } as const;
    expect(isOnPhone(contact('active', { call: { endpoint, state: 'active', connectedAt: null } }), 'desktop', false)).toBe(true);
    expect(isOnPhone(contact('connecting'), 'extension', false)).toBe(true);
    expect(isOnPhone(contact('connecting'), 'phone', true)).toBe(false);
  });
});
