/** The calls that a contact's state asks for, as the call port takes them: names and addresses come from our own records. */
import { agentAddress } from '../store/agents.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { customerName } from '../store/sessions.ts';
import type { AgentCall, CustomerCall, SecondCall } from './call-port.ts';
import type { ContactState } from './state.ts';

/** Null where the phase has no agent to call. */
export async function agentCall(db: Queries, contact: StoredContact, { phase }: ContactState, sipDomain: string): Promise<AgentCall | null> {
  if (phase.name !== 'call' && phase.name !== 'offered' && phase.name !== 'rung' && phase.name !== 'callingBack') return null;
  const { reservationId, agentId, answerWith } = phase;
  const [address, displayName] = await Promise.all([agentAddress(db, agentId, sipDomain), customerName(db, contact.id)]);
  return {
    contactId: contact.id, reservationId, from: contact.from, displayName, agentId, aor: address, ring: [answerWith], purpose: phase.name === 'offered' ? 'offer' : 'accepted',
  };
}

/** The customer's telephone; null where the phase dials none. */
export function customerCall({ id, from }: StoredContact, { phase, callback }: ContactState): CustomerCall | null {
  if (phase.name !== 'callingBack' || callback === null || callback.number === null) return null;
  return { contactId: id, from, number: callback.number };
}

/** The party of a consultation, or the number that the customer was transferred to; null where the phase has neither. */
export async function secondCall(db: Queries, contact: StoredContact, { phase }: ContactState, sipDomain: string): Promise<SecondCall | null> {
  if (phase.name === 'external') {
    const displayName = await customerName(db, contact.id);
    return { contactId: contact.id, secondId: phase.hopId, from: contact.from, displayName, party: { kind: 'external', number: phase.number } };
  }
  if (phase.name !== 'call' || phase.second === null) return null;
  const { id, party, state } = phase.second;
  const { name } = await db.selectFrom('agent').select('name').where('id', '=', phase.agentId).executeTakeFirstOrThrow();
  const shared = { contactId: contact.id, secondId: id, from: contact.from, displayName: name };
  if (party.kind === 'external') return { ...shared, party: { kind: 'external', number: party.number } };
  return {
    ...shared,
    party: {
      kind: 'agent', agentId: party.agentId, aor: await agentAddress(db, party.agentId, sipDomain), ring: [party.answerWith], purpose: state === 'offered' ? 'offer' : 'accepted',
    },
  };
}
