import { expect, it } from 'vitest';
import type { AgentContact, SecondParty } from '#shared/agent-protocol.ts';
import { partyLine } from './party-line.ts';

const second = (talk: SecondParty['talk'], state: SecondParty['state'] = 'up'): SecondParty => (
  { party: { kind: 'agent', agentId: 'b', name: 'Ben' }, state, since: '', talk });
const contact = (patch: Partial<AgentContact>, state: AgentContact['call']['state'] = 'active'): AgentContact => (
  { part: 'own', by: null, second: null, call: { endpoint: null, state, connectedAt: null }, ...patch }) as AgentContact;
const links = (about: AgentContact) => partyLine(about)?.links;

it('AD24 draws who is talking to whom', () => {
  expect(partyLine(contact({}))).toBeNull();
  expect(links(contact({ second: second('second', 'ringing') }, 'held'))).toEqual(['held', 'ringing']);
  expect(links(contact({ second: second('second') }, 'held'))).toEqual(['held', 'talking']);
  expect(links(contact({ second: second('customer') }))).toEqual(['talking', 'held']);
  expect(links(contact({ second: second('customer') }, 'customerAway'))).toEqual(['away', 'held']);
  expect(partyLine(contact({ second: second('all') }))).toMatchObject({ links: ['talking', 'talking'], isConference: true });
  expect(partyLine(contact({ second: second('second') }))?.row.map(({ role }) => role)).toEqual(['customer', 'you', 'colleague']);
  const number: SecondParty = { ...second('second'), party: { kind: 'external', number: '+4940', label: null } };
  expect(partyLine(contact({ second: number }))?.row[2]).toEqual({ role: 'number', name: '+4940' });
});

it('AD28 draws a consultation from the side of who is asked', () => {
  const by = { agentId: 'a', name: 'Anna' };
  expect(partyLine(contact({ part: 'consulted', by, second: second('second') }))).toEqual(
    { row: [{ role: 'customer' }, { role: 'colleague', name: 'Anna' }, { role: 'you' }], links: ['held', 'talking'], isConference: false });
  expect(links(contact({ part: 'consulted', by, second: second('customer') }))).toEqual(['talking', 'held']);
  expect(links(contact({ part: 'consulted', by }))).toEqual(['held', 'talking']);
});
