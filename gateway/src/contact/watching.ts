/** Who may look at a customer's page, by the contact's state alone: the agent who has them, a colleague in the conference, a supervisor. Pure. */
import { noGrants, type Grants } from '#shared/cobrowse-grants.ts';
import type { Watcher } from '#shared/cobrowse-hands.ts';
import type { AgentRole } from '#shared/vocabulary.ts';
import type { Second } from './phases/second-party.ts';
import type { ContactState } from './state.ts';

/** What an agent's desktop is told of the grants: all of it where the customer is theirs; in a conference a colleague may look on. */
export function grantsFor({ phase, cobrowse }: ContactState, part: 'own' | 'consulted'): Grants {
  if (part === 'own') return cobrowse;
  if (phase.name !== 'call' || phase.second === null || !isConference(phase.second)) return noGrants;
  // The colleague is shown the picture like the agent: their desk is told that it is a screen.
  return { ...noGrants, view: cobrowse.view === 'granted' ? 'granted' : 'off', ...cobrowse.screen === 'granted' ? { screen: 'granted' } : {} };
}

/**
 * As what this agent watches, or null. Whom a call was only offered to sees nothing yet, also where the customer's consent goes on from the agent
 * before; and a colleague who is asked for advice sees nothing before they are brought together with the customer.
 */
export function watchesAs({ phase, cobrowse }: ContactState, agent: { readonly id: string; readonly role: AgentRole }): Watcher['as'] | null {
  if (phase.name !== 'call' || cobrowse.view !== 'granted') return null;
  if (phase.agentId === agent.id) return 'agent';
  if (phase.second?.party.kind === 'agent' && phase.second.party.agentId === agent.id && isConference(phase.second)) return 'colleague';
  return agent.role === 'agent' ? null : 'supervisor';
}

function isConference({ state, talk }: Second): boolean {
  return state === 'up' && talk === 'all';
}
