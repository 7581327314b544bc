import { describe, expect, it } from 'vitest';
import type { AgentContact, AgentView } from '#shared/agent-protocol.ts';
import { noticesBetween } from './notices.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const contact = (patch: Partial<AgentContact>): AgentContact => ({
  contactId: 'c', slot: 'reserved', part: 'own', by: null, second: null, secondEnded: null, customer: { id: '1', name: 'Maria', attributes: {} }, offerExpiresAt: '2026-01-01T12:00:10Z', wrapUp: { mode: 'none', dispositions: [], endsAt: null }, ...patch,
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

  it('AD28 tells a consulted colleague that the customer is theirs now, or that the advice is over', () => {
    const consulted = contact({ slot: 'engaged', part: 'consulted', by: { agentId: 'a', name: 'Anna' } });
    expect(noticesBetween({ previous: view('available', [consulted]), next: view('available', [contact({ slot: 'engaged', part: 'own', by: { agentId: 'a', name: 'Anna' } })]), acted, now }))
      .toEqual([{ kind: 'becameOwn', contactId: 'c', customer: 'Maria', from: 'Anna' }]);
    expect(noticesBetween({ previous: view('available', [consulted]), next: view('available'), acted, now })).toEqual([{ kind: 'adviceOver', contactId: 'c', customer: 'Maria' }]);
    expect(noticesBetween({ previous: view('available', [consulted]), next: view('available'), acted: new Set(['c']), now })).toEqual([]);
  });

  it('AD32 tells that a call back has not come about, and nothing when it has', () => {
    const calling = (connectedAt: string | null) => contact({ slot: 'engaged', call: { endpoint: null, state: 'connecting', connectedAt } });
    expect(noticesBetween({ previous: view('available', [calling(null)]), next: view('available'), acted, now })).toEqual([{ kind: 'notReached', contactId: 'c', customer: 'Maria' }]);
    expect(noticesBetween({ previous: view('available', [calling('2026-01-01T12:00:00Z')]), next: view('available'), acted, now })).toEqual([]);
  });

  it('AD29 tells once how a consultation came to its end', () => {
    const ended = (at: string) => contact({ slot: 'engaged', secondEnded: { name: 'Ben', outcome: 'declined', at } });
    const of = (previous: AgentContact, next: AgentContact) => noticesBetween({ previous: view('available', [previous]), next: view('available', [next]), acted, now });
    expect(of(contact({ slot: 'engaged' }), ended('2026-01-01T12:00:00Z'))).toEqual([{ kind: 'secondEnded', contactId: 'c', customer: 'Maria', name: 'Ben', outcome: 'declined' }]);
    expect(of(ended('2026-01-01T12:00:00Z'), ended('2026-01-01T12:00:00Z'))).toEqual([]);
    expect(of(ended('2026-01-01T12:00:00Z'), ended('2026-01-01T12:01:00Z'))).toHaveLength(1);
  });
});
