/** Whom a transfer or a consultation goes to: what an agent named, judged; and the reservation of a colleague. */
import { randomUUID } from 'node:crypto';
import type { PartyName } from '#shared/agent-protocol.ts';
import type { Problem, Reply } from '#shared/problem.ts';
import type { Channel } from '#shared/vocabulary.ts';
import type { Config } from '../config/schema.ts';
import type { EndpointPort } from '../contact/call-port.ts';
import { queueOf } from '../contact/limits.ts';
import { problems } from '../http/problems.ts';
import { findColleague, idleSupervisors, skillsOfPresent, type Colleague } from '../store/agents.ts';
import type { StoredContact } from '../store/contacts.ts';
import type { Queries } from '../store/database.ts';
import { openTo } from './capacity.ts';
import { insertReservations } from './reserve.ts';
import { canServe, type Skills } from './routing.ts';

export type Party =
  | { readonly kind: 'agent'; readonly agentId: string }
  | { readonly kind: 'queue'; readonly queueId: string; readonly priority: number | null }
  | { readonly kind: 'skills'; readonly skills: Skills; readonly priority: number | null }
  /** Whichever is free. */
  | { readonly kind: 'supervisor' }
  | { readonly kind: 'external'; readonly number: string; readonly label: string | null };

export interface PartyOptions {
  readonly config: Config;
  readonly endpoints: EndpointPort;
  readonly sipDomain: string;
  readonly now: () => number;
}

export async function judged({ config, endpoints }: PartyOptions, by: string, named: PartyName): Promise<Reply<Party>> {
  if ('queue' in named) {
    const known = config.queues.map(({ id }) => id);
    return known.includes(named.queue) ? { ok: true, value: { kind: 'queue', queueId: named.queue, priority: named.priority ?? null } }
      : { ok: false, problem: problems.partyRefused(404, `There is no queue "${named.queue}"; there are: ${known.join(', ')}.`) };
  }
  if ('supervisor' in named) return { ok: true, value: { kind: 'supervisor' } };
  if ('skills' in named) {
    const { skills, priority = null } = named;
    const levels = Array.isArray(skills) ? Object.fromEntries(skills.map((skill) => [skill, 1])) : skills;
    return Object.keys(levels).length === 0 ? { ok: false, problem: problems.partyRefused(404, 'Name at least one skill.') } : { ok: true, value: { kind: 'skills', skills: levels, priority } };
  }
  const party: Reply<Party> = 'agentId' in named ? { ok: true, value: { kind: 'agent', agentId: named.agentId } } : await judgedNumber(config, endpoints, named.number);
  if (party.ok && party.value.kind === 'agent' && party.value.agentId === by) return { ok: false, problem: problems.partyRefused(404, 'That is yourself: name a colleague.') };
  return party;
}

async function judgedNumber(config: Config, endpoints: EndpointPort, named: string): Promise<Reply<Party>> {
  const destination = await endpoints.destination(named);
  switch (destination.type) {
    case 'agent': return { ok: true, value: { kind: 'agent', agentId: destination.agentId } };
    case 'external': {
      const label = config.phonebook.find(({ number }) => number === destination.number)?.label ?? destination.label;
      return { ok: true, value: { kind: 'external', number: destination.number, label } };
    }
    case 'caller': return { ok: false, problem: problems.partyRefused(403, 'That is a customer: customers are called at POST /api/calls.') };
    case 'refused': return { ok: false, problem: problems.partyRefused(destination.status === 480 ? 409 : destination.status, destination.detail) };
  }
}

export interface Reserved extends Colleague {
  readonly reservationId: string;
  readonly expiresAt: number;
}

/**
 * Offers a contact to one colleague by name. Under the matcher's lock (`afterMatching`), so that the matcher does not give them another one at
 * the same time.
 */
export async function reserveColleague(
  tx: Queries, { config, sipDomain, now }: PartyOptions,
  wanted: { readonly contact: StoredContact; readonly agentId: string; /** Null: no colleague, another ACD. */ readonly byAgentId: string | null; readonly part: 'own' | 'consulted'; readonly reservationId?: string; /** How long they may think about it, milliseconds; default: as the queue says. */ readonly offer?: number },
): Promise<Reserved | { readonly problem: Problem }> {
  const { contact, agentId, byAgentId, part, reservationId = randomUUID(), offer = queueOf(config, contact.queueId).offerSeconds * 1000 } = wanted;
  const colleague = await findColleague(tx, agentId, now());
  if (colleague === undefined) return { problem: problems.partyRefused(404, 'There is no such agent.') };
  const why = unavailable(colleague, contact);
  if (why !== null) return { problem: problems.partyBusy(`${colleague.name} ${why}. Choose somebody else, a queue, or try again later.`) };
  const expiresAt = now() + offer;
  await insertReservations(tx, [{ id: reservationId, contact, agentId, username: colleague.username, part, state: 'offered', expiresAt, byAgentId }], { sipDomain, now: now() });
  return { ...colleague, reservationId, expiresAt };
}

/** Whether an agent has a place for this contact; their wrap-up of it is over when they have it again. */
export function isFree({ slots, workload }: Colleague, { id, state }: { readonly id: string; readonly state: { readonly channel: Channel } }): boolean {
  const others = slots.filter((slot) => slot.contactId !== id || slot.state !== 'wrapUp');
  return openTo(workload, others.map(({ channel }) => channel)).includes(state.channel);
}

function unavailable(colleague: Colleague, contact: StoredContact): string | null {
  const { status, slots } = colleague;
  const { channel } = contact.state;
  if (status === 'offline') return 'is not at work';
  if (colleague.workload.capacity[channel] === 0) return `takes no ${contactNames[channel]}`;
  if (!isFree(colleague, contact)) return slots.some(({ state }) => state !== 'wrapUp') ? 'is with another contact' : 'is finishing another contact';
  if (status === 'break') return 'is on a break';
  if (colleague.reachableFor.includes(channel)) return null;
  return channel === 'voice' ? 'cannot be rung now' : 'is not at their desktop';
}

const contactNames: Readonly<Record<Channel, string>> = { voice: 'calls', chat: 'chats', message: 'messages', task: 'tasks' };

/** Why nobody would ever take a contact that needs these skills; null: somebody at work has them. */
export async function refusalOfSkills(tx: Queries, skills: Skills): Promise<Problem | null> {
  const present = await skillsOfPresent(tx);
  const need = { anyOf: [skills] };
  if (present.some((agent) => canServe(agent, need))) return null;
  const known = [...new Set(present.flatMap(Object.keys))].toSorted((a, b) => a.localeCompare(b));
  return problems.partyRefused(409, `Nobody at work has ${Object.entries(skills).map(([skill, level]) => `${skill} at level ${level}`).join(' and ')}; what they have is: ${known.join(', ') || 'nothing'}.`);
}

/** The supervisor to ask: of those who are free, the longest idle. Under the matcher's lock. */
export async function freeSupervisor(tx: Queries, { now }: Pick<PartyOptions, 'now'>, except: string): Promise<{ readonly agentId: string } | { readonly problem: Problem }> {
  const [agentId] = (await idleSupervisors(tx, now())).filter((id) => id !== except);
  return agentId === undefined ? { problem: problems.partyBusy('No supervisor is free now. Try again in a moment, or choose somebody else.') } : { agentId };
}
