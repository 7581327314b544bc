import { noGrants } from '#shared/cobrowse-grants.ts';
import { describe, expect, it } from 'vitest';
import type { CustomerPhase } from '#shared/customer-protocol.ts';
import type { ClientSnapshot } from '../client/snapshot.ts';
import { announcementKey, isUnfinished, screenOf } from './screen.ts';

function snapshot(phase: CustomerPhase, change: Partial<ClientSnapshot> = {}): ClientSnapshot {
  return {
    state: {
      name: 'contact',
      view: { seq: 1, contactId: 'c', from: 'sip:a@b', queue: { id: 'q', label: 'Q' }, channels: ['voice'], channel: 'voice', thread: null, phase, media: null, cobrowse: { grants: noGrants, agent: null }, callbacks: null, messages: null },
    },
    microphone: { name: 'off' }, camera: { name: 'off' }, screen: { name: 'off' }, pictures: false, muted: false, thread: { messages: [], pending: [], unread: 0 }, connection: 'connected', remoteAudio: null, remoteVideo: null, ...change,
  };
}
const engaged = { name: 'engaged', agent: { name: 'Anna' }, since: '2026-11-21T00:00:00Z', onHold: false, agentAway: false, third: null, onTelephone: false, fromChat: false } as const;
const line = (phase: Partial<typeof engaged> | object, change: Partial<ClientSnapshot> = {}) => {
  const screen = screenOf(snapshot({ ...engaged, ...phase }, change));
  return screen?.name === 'call' ? screen.line : null;
};

describe('what a person sees', () => {
  it('WG20 is nothing but the button while idle, and a screen for every phase', () => {
    expect(screenOf({ ...snapshot({ name: 'offered', transfer: null }), state: { name: 'idle' } })).toBeNull();
    const phases: CustomerPhase[] = [
      { name: 'waiting', position: 2, ewt: null, requeued: null, callback: null }, { name: 'offered', transfer: null }, { name: 'connecting', agent: { name: 'Anna' }, fromChat: false }, engaged,
      { name: 'offered', transfer: { to: null } }, { name: 'rung', agent: { name: 'Anna' }, expiresAt: '2026-11-21T00:00:30Z' },
      { name: 'ended', end: { party: 'agent', reason: 'hangup' } },
      { name: 'chat', agent: { name: 'Anna' }, since: '2026-11-21T00:00:00Z', proposal: null, video: true, endsAt: null, callFailed: false },
      { name: 'flow', notice: null }, { name: 'flow', notice: { step: 'notice a', text: { en: 'A' }, key: '1', expiresAt: '2026-11-21T00:00:30Z' } },
      { name: 'dissuaded', why: 'tooLong', choices: ['wait'], message: null, opensAt: null, ewt: null, expiresAt: '2026-11-21T00:00:30Z' },
    ];
    expect(phases.map((phase) => screenOf(snapshot(phase))?.name)).toEqual(['waiting', 'yourTurn', 'connecting', 'call', 'transferring', 'rung', 'ended', 'chat', 'preparing', 'confirm', 'dissuaded']);
  });

  it('CK30 is what will happen, where somebody is to be called back', () => {
    const callback = { number: '+4930', at: null, notBefore: null, calling: false };
    expect(screenOf(snapshot({ name: 'waiting', position: 3, ewt: null, requeued: null, callback }))).toMatchObject({ name: 'callback', number: '+4930', place: { position: 3 } });
    expect(screenOf(snapshot({ name: 'scheduled', callback: { ...callback, at: '2027-01-18T08:30:00Z' } }))).toMatchObject({ name: 'callback', place: null });
    // The line of a telephone is not the page's to judge.
    expect(line({ onTelephone: true }, { connection: 'failed' })).toBe('talking');
  });

  it('WG20 names the worst of what is wrong with the line', () => {
    expect(line({})).toBe('talking');
    expect(line({ onHold: true })).toBe('hold');
    expect(line({ onHold: true }, { connection: 'recovering' })).toBe('recovering');
    expect(line({ agentAway: true }, { connection: 'recovering' })).toBe('agentAway');
    expect(line({ agentAway: true }, { connection: 'failed' })).toBe('failed');
  });

  it('WG14 carries the microphone\'s failure to where the voice is needed', () => {
    const broken = { microphone: { name: 'failed', reason: 'refused' } } as const;
    expect(screenOf(snapshot({ name: 'offered', transfer: null }, broken))).toMatchObject({ microphone: 'refused' });
    expect(screenOf(snapshot(engaged, broken))).toMatchObject({ microphone: 'refused' });
  });

  it('WG21 speaks when the screen changes, and not when only the estimate does', () => {
    const key = (position: number, low: number) => announcementKey(screenOf(snapshot({ name: 'waiting', position, ewt: { low, high: 300 }, requeued: null, callback: null })));
    expect(key(2, 10)).toBe(key(2, 90));
    expect(key(2, 10)).not.toBe(key(1, 10));
  });

  it('WG21 speaks when somebody joins or takes over', () => {
    const key = (phase: object) => announcementKey(screenOf(snapshot({ ...engaged, ...phase })));
    expect(key({ third: { name: 'Ben' } })).not.toBe(key({}));
    expect(key({ agent: { name: 'Ben' } })).not.toBe(key({}));
    expect(key({ since: '2026-11-21T00:01:00Z' })).toBe(key({}));
  });

  it('WG16 can be closed only when nothing is unfinished', () => {
    expect(isUnfinished({ name: 'superseded' })).toBe(false);
    expect(isUnfinished({ name: 'yourTurn', offline: false, microphone: null })).toBe(true);
  });
});
