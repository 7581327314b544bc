/** Which contact the screen shows. */
import type { AgentContact } from '#shared/agent-protocol.ts';

const urgency: Readonly<Record<AgentContact['slot'], number>> = { engaged: 0, reserved: 1, wrapUp: 2 };

/** What the agent chose while it is there; else the running call, what else they have, an offer, a wrap-up, in this order. */
export function selectContact(contacts: readonly AgentContact[], chosenId: string | null): AgentContact | null {
  const chosen = contacts.find(({ contactId }) => contactId === chosenId);
  return chosen ?? [...contacts].sort((one, other) => rank(one) - rank(other))[0] ?? null;
}

/** The one below in the list, and from the last the first. */
export function contactAfter(contacts: readonly AgentContact[], contactId: string | null): string | null {
  const at = contacts.findIndex((contact) => contact.contactId === contactId);
  return (contacts[at + 1] ?? contacts[0])?.contactId ?? null;
}

/** Somebody who is on the line goes before everybody who is not. */
function rank({ slot, channel }: AgentContact): number {
  return urgency[slot] * 2 + (channel === 'voice' ? 0 : 1);
}
