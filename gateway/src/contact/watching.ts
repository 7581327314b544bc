/** Who may look at a customer's page, by the contact's state alone: the agent who has them, a colleague in the conference, a supervisor. Pure. */
import type { Watcher } from '#shared/cobrowse-hands.ts';
import type { AgentRole } from '#shared/vocabulary.ts';
import type { ContactState } from './state.ts';

/**
 * As what this agent watches, or null. Whom a call was only offered to sees nothing yet, also where the customer's consent goes on from the agent
 * before; and a colleague who is asked for advice sees nothing before they are brought together with the customer.
 */
export function watchesAs({ phase, cobrowse }: ContactState, agent: { readonly id: string; readonly role: AgentRole }): Watcher['as'] | null {
  if (phase.name !== 'call' || cobrowse.view !== 'granted') return null;
  if (phase.agentId === agent.id) return 'agent';
  const { second } = phase;
  if (second?.party.kind === 'agent' && second.party.agentId === agent.id && second.state === 'up' && second.talk === 'all') return 'colleague';
  return agent.role === 'agent' ? null : 'supervisor';
}
