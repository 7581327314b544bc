import { describe, expect, it } from 'vitest';
import type { AgentContact, AgentView } from '#shared/agent-protocol.ts';
import { noticesBetween } from './notices.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const contact = (patch: Partial<AgentContact>): AgentContact => ({
  contactId: 'c', slot: 'reserved', customer: { id: '1', name: 'Maria', attributes: {} }, offerExpiresAt: '2026-01-01T12:00:10Z', wrapUp: { mode: 'none', dispositions: [], endsAt: null }, ...patch,
}) as AgentContact;
const view = (status: 'available' | 'break', contacts: readonly AgentContact[] = []): AgentView => ({ agent: { status }, contacts }) as unknown as AgentView;
const acted: ReadonlySet<string> = new Set();

describe('what the agent is told', () => {
  it('AD6 calls an offer missed when the agent was set aside or its time was up', () => {
    expect(noticesBetween({ previous: view('available', [contact({})]), next: view('break'), acted, now }))
      .toEqual([{ kind: 'missed', contactId: 'c', customer: 'Maria', setAside: true }]);
    expect(noticesBetween({ previous: view('available', [contact({})]), next: view('available'), acted, now: now + 10_000 }))
      .toEqual([{ kind: 'missed', contactId: 'c', customer: 'Maria', setAside: false }]);
  });

  it('AD6 calls it withdrawn when it went before its time', () => {
    expect(noticesBetween({ previous: view('available', [contact({})]), next: view('available'), acted, now })[0]?.kind).toBe('withdrawn');
  });

  it('AD6 says nothing of what the agent did, what goes on, and the first view', () => {
    const offered = view('available', [contact({})]);
    expect(noticesBetween({ previous: offered, next: view('available'), acted: new Set(['c']), now })).toEqual([]);
    expect(noticesBetween({ previous: offered, next: view('available', [contact({ slot: 'engaged' })]), acted, now })).toEqual([]);
    expect(noticesBetween({ previous: null, next: offered, acted, now })).toEqual([]);
  });

  it('AD6 tells when the system ended the wrap-up', () => {
    const wrapUp = contact({ slot: 'wrapUp', wrapUp: { mode: 'mandatoryTimeboxed', dispositions: [], endsAt: '2026-01-01T12:00:01Z' } });
    expect(noticesBetween({ previous: view('available', [wrapUp]), next: view('available'), acted, now })[0]?.kind).toBe('wrapUpEnded');
  });
});
