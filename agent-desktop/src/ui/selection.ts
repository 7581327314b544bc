/** Which contact the screen shows. */
import type { AgentContact } from '#shared/agent-protocol.ts';

const urgency: Readonly<Record<AgentContact['slot'], number>> = { engaged: 0, reserved: 1, wrapUp: 2 };

/** What the agent chose while it is there; else the running call, an offer, a wrap-up, in this order. */
export function selectContact(contacts: readonly AgentContact[], chosenId: string | null): AgentContact | null {
  const chosen = contacts.find(({ contactId }) => contactId === chosenId);
  return chosen ?? [...contacts].sort((one, other) => urgency[one.slot] - urgency[other.slot])[0] ?? null;
}
