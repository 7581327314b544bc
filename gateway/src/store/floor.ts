/** The query behind the floor: all who work here, with what they hold. */
import { sql } from 'kysely';
import type { AgentRole, AgentStatus, Channel, SlotState } from '#shared/vocabulary.ts';
import type { Queries } from './database.ts';

export interface FloorRow {
  readonly agentId: string;
  readonly name: string;
  readonly role: AgentRole;
  readonly status: AgentStatus;
  readonly reason: string | null;
  readonly statusSince: number;
  readonly idleSince: number;
  readonly reachable: boolean;
  readonly skills: Readonly<Record<string, number>>;
  readonly slots: ReadonlyArray<{
    readonly contactId: string; readonly queue: string; readonly channel: Channel; readonly state: SlotState; readonly part: 'own' | 'consulted'; readonly since: number; readonly customer: string | null; readonly sharesPage: boolean;
  }>;
}

/** As `watchesAs` judges it for a supervisor: with the agent who has the customer in a call. */
const sharesPage = sql<boolean>`(contact.phase = 'call' and slot.part = 'own' and slot.state = 'engaged' and contact.state->'cobrowse'->>'view' = 'granted')`;

/** By name. */
export async function floorAgents(db: Queries): Promise<FloorRow[]> {
  const [agents, slots] = await Promise.all([
    db.selectFrom('agent').select(['id', 'name', 'role', 'status', 'status_reason', 'status_since', 'idle_since', 'endpoint_registered', 'skills']).where('active', '=', true).orderBy('name').orderBy('id').execute(),
    db.selectFrom('slot').innerJoin('contact', 'contact.id', 'slot.contact_id').innerJoin('session', 'session.id', 'contact.session_id').leftJoin('ticket', 'ticket.hop_id', 'slot.id')
      .select(['slot.agent_id', 'slot.contact_id', 'slot.state', 'slot.part', 'slot.since', 'slot.channel', 'contact.queue_id', 'ticket.queue_id as hop_queue', 'session.request', sharesPage.as('shares_page')]).orderBy('slot.since').execute(),
  ]);
  const held = Map.groupBy(slots, ({ agent_id }) => agent_id);
  return agents.map((agent) => ({
    agentId: agent.id, name: agent.name, role: agent.role, status: agent.status, reason: agent.status_reason, statusSince: agent.status_since.getTime(), idleSince: agent.idle_since.getTime(),
    reachable: agent.endpoint_registered, skills: agent.skills,
    slots: (held.get(agent.id) ?? []).map((slot) => ({
      contactId: slot.contact_id, queue: slot.state === 'wrapUp' ? slot.hop_queue ?? slot.queue_id : slot.queue_id, channel: slot.channel, state: slot.state, part: slot.part,
      since: slot.since.getTime(), customer: slot.request.customer?.name ?? null, sharesPage: slot.shares_page,
    })),
  }));
}
