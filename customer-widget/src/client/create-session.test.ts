import { describe, expect, it } from 'vitest';
import { parseCreatedSession } from './create-session.ts';
import { RequestFailed } from './problems.ts';

const session = {
  sessionId: 's', from: 'sip:a@b', token: 't', expiresAt: '2026-11-21T00:00:00Z', iceServers: [], signalingUrl: 'https://help.example.com',
  cobrowseUrl: 'https://help.example.com', channels: ['voice'], wait: { queue: 'help', label: 'Help', open: true, takes: true, opensAt: null, hours: '', position: 1, ewt: null },
};

describe('the portal\'s answer', () => {
  it('WG10 is taken as it is when it is a session', () => {
    expect(parseCreatedSession(session)).toBe(session);
  });

  it.each([null, 'no', {}, { ...session, token: 7 }, { ...session, signalingUrl: 'javascript:alert(1)' }, { ...session, wait: undefined }])('WG10 is refused with a reason when it is not: %#', (answer) => {
    expect(() => parseCreatedSession(answer)).toThrow(RequestFailed);
  });
});
