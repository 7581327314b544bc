/** Which agent gets which contact. Pure: the longest-waiting contact of the highest priority first, to the longest-idle agent who can. */

export interface Candidate {
  readonly contactId: string;
  readonly priority: number;
  /** Routing age, epoch milliseconds. */
  readonly queuedAt: number;
  readonly skills: readonly string[];
  /** Agents to whom this contact must not be offered now. */
  readonly notTo: readonly string[];
}

export interface IdleAgent {
  readonly agentId: string;
  readonly skills: readonly string[];
  readonly idleSince: number;
}

export interface Match {
  readonly contactId: string;
  readonly agentId: string;
}

/** No contact and no agent appears twice in the answer. */
export function match(contacts: readonly Candidate[], agents: readonly IdleAgent[]): Match[] {
  const waiting = [...contacts].sort((a, b) => b.priority - a.priority || a.queuedAt - b.queuedAt || compare(a.contactId, b.contactId));
  const idle = [...agents].sort((a, b) => a.idleSince - b.idleSince || compare(a.agentId, b.agentId));
  const matches: Match[] = [];
  for (const contact of waiting) {
    const index = idle.findIndex((agent) => canServe(agent, contact));
    const agent = idle[index];
    if (agent === undefined) continue;
    idle.splice(index, 1);
    matches.push({ contactId: contact.contactId, agentId: agent.agentId });
  }
  return matches;
}

function canServe(agent: IdleAgent, contact: Candidate): boolean {
  return !contact.notTo.includes(agent.agentId) && contact.skills.every((skill) => agent.skills.includes(skill));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
