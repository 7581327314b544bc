/** Queries about agents, their slots and their logins. */
import { sql, type Selectable } from 'kysely';
import type { AnswerWith } from '#shared/agent-protocol.ts';
import { channels, type AgentRole, type AgentState, type AgentStatus, type Channel, type SlotState } from '#shared/vocabulary.ts';
import { openTo } from '../acd/capacity.ts';
import type { IdleAgent } from '../acd/match.ts';
import type { Workload } from '../config/channels.ts';
import { anyOf } from './any-of.ts';
import type { Db, Queries } from './database.ts';
import type { AgentTable } from './schema.ts';

export interface AgentRow {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: AgentRole;
  readonly skills: readonly string[];
  /** The same with their levels, 1 to 5. */
  readonly levels: Readonly<Record<string, number>>;
  readonly status: AgentStatus;
  readonly statusReason: string | null;
  readonly statusSince: number;
  readonly endpointRegistered: boolean;
  readonly answerWith: AnswerWith;
}

export interface SlotRow {
  readonly reservationId: string;
  readonly contactId: string;
  readonly state: SlotState;
  readonly channel: Channel;
  readonly part: 'own' | 'consulted';
  readonly since: number;
  readonly wrapUpEndsAt: number | null;
}

export interface ConfiguredAgent extends Workload {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly role: AgentRole;
  /** Skill → level. */
  readonly skills: Readonly<Record<string, number>>;
  readonly passwordHash: string;
  readonly answerWith: AnswerWith;
  /** The number of their extension. */
  readonly extension: string | null;
}

/** Brings the table in line with the configuration: new ones added, known ones updated (their status stays). Answers the ids of those who changed. */
export async function syncAgents(db: Queries, agents: readonly ConfiguredAgent[], now: number): Promise<string[]> {
  const at = new Date(now);
  const touched: string[] = [];
  for (const agent of agents) {
    const configured = {
      name: agent.name, role: agent.role, skills: JSON.stringify(agent.skills), capacity: JSON.stringify(agent.capacity), interrupted_by: JSON.stringify(agent.interruptedBy), password_hash: agent.passwordHash,
      configured_answer_with: agent.answerWith, extension: agent.extension, active: true,
    };
    const row = await db.insertInto('agent').values({
      id: agent.id, username: agent.username, ...configured, status: 'offline', status_reason: null, status_since: at, idle_since: at, lease_until: null, endpoint_registered: false, answer_with: null,
    }).onConflict((conflict) => conflict.column('username').doUpdateSet(configured).where(sql<boolean>`
      (agent.name, agent.role, agent.skills, agent.capacity, agent.interrupted_by, agent.password_hash, agent.configured_answer_with, agent.extension, agent.active)
      is distinct from (excluded.name, excluded.role, excluded.skills, excluded.capacity, excluded.interrupted_by, excluded.password_hash, excluded.configured_answer_with, excluded.extension, excluded.active)`)).returning('id').executeTakeFirst();
    if (row !== undefined) touched.push(row.id);
  }
  return touched;
}

/**
 * Makes inactive whom the configuration names no more, but for those who still hold a contact: they are offline, finish it, and go when they
 * are asked for again. Their logins go with them.
 */
export async function retireAgents(db: Db, names: readonly string[], now: number): Promise<{ readonly retired: readonly string[]; readonly sentOff: readonly string[]; readonly waitingFor: number }> {
  return db.transaction().execute(async (tx) => {
    const leaving = await tx.selectFrom('agent').select(['id', (agent) => agent.exists(agent.selectFrom('slot').select('slot.id').whereRef('slot.agent_id', '=', 'agent.id')).as('busy')])
      .where('active', '=', true).$if(names.length > 0, (query) => query.where('username', 'not in', names)).forUpdate('agent').execute();
    if (leaving.length === 0) return { retired: [], sentOff: [], waitingFor: 0 };
    const sentOff = await tx.updateTable('agent').set({ status: 'offline', status_reason: null, status_since: new Date(now) })
      .where('id', 'in', leaving.map(({ id }) => id)).where('status', '<>', 'offline').returning('id').execute();
    const retired = leaving.filter(({ busy }) => busy !== true).map(({ id }) => id);
    if (retired.length > 0) {
      await tx.updateTable('agent').set({ active: false }).where('id', 'in', retired).execute();
      await tx.deleteFrom('agent_login').where('agent_id', 'in', retired).execute();
    }
    return { retired, sentOff: sentOff.map(({ id }) => id), waitingFor: leaving.length - retired.length };
  });
}

/** Stored hashes by user name, so that an unchanged clear-text password is not hashed anew at each start. */
export async function storedPasswords(db: Queries): Promise<Map<string, string>> {
  const rows = await db.selectFrom('agent').select(['username', 'password_hash']).execute();
  return new Map(rows.map((row) => [row.username, row.password_hash]));
}

const agentColumns = ['id', 'username', 'name', 'role', 'skills', 'status', 'status_reason', 'status_since', 'endpoint_registered', 'answer_with', 'configured_answer_with'] as const;

export async function findAgent(db: Queries, by: { readonly id: string } | { readonly username: string }): Promise<(AgentRow & { readonly passwordHash: string }) | undefined> {
  const row = await db.selectFrom('agent').select([...agentColumns, 'password_hash'])
    .$call((query) => 'id' in by ? query.where('id', '=', by.id) : query.where('username', '=', by.username))
    .where('active', '=', true).executeTakeFirst();
  return row && { ...agentRow(row), passwordHash: row.password_hash };
}

/** By id. `toRead`: there are summaries that they have not read. */
export async function findAgents(db: Queries, ids: readonly string[]): Promise<ReadonlyMap<string, AgentRow & { readonly toRead: boolean }>> {
  const rows = await db.selectFrom('agent').select(agentColumns).select((agent) => agent.exists(agent.selectFrom('summary').select('summary.id').whereRef('agent_id', '=', 'agent.id').where('dismissed_at', 'is', null)).as('to_read'))
    .where('id', '=', anyOf(ids)).where('active', '=', true).execute();
  return new Map(rows.map((row) => [row.id, { ...agentRow(row), toRead: row.to_read === true }]));
}

function agentRow(row: Pick<Selectable<AgentTable>, typeof agentColumns[number]>): AgentRow {
  return {
    id: row.id, username: row.username, name: row.name, role: row.role, skills: Object.keys(row.skills), levels: row.skills, status: row.status, statusReason: row.status_reason,
    statusSince: row.status_since.getTime(), endpointRegistered: row.endpoint_registered, answerWith: row.answer_with ?? row.configured_answer_with,
  };
}

/** The SIP address that a call to this agent goes to, from our own record. */
export async function agentAddress(db: Queries, agentId: string, domain: string): Promise<string> {
  const { username } = await db.selectFrom('agent').select('username').where('id', '=', agentId).executeTakeFirstOrThrow();
  return `sip:${username}@${domain}`;
}

export async function slotsOf(db: Queries, agentId: string): Promise<SlotRow[]> {
  const rows = await db.selectFrom('slot').selectAll().where('agent_id', '=', agentId).orderBy('since').execute();
  return rows.map((row) => ({
    reservationId: row.id, contactId: row.contact_id, state: row.state, channel: row.channel, part: row.part, since: row.since.getTime(), wrapUpEndsAt: row.wrap_up_ends_at?.getTime() ?? null,
  }));
}

/** An agent's state is what their busiest slot says. */
export function agentState(slots: ReadonlyArray<Pick<SlotRow, 'state'>>): AgentState {
  const busiest = (['engaged', 'reserved', 'wrapUp'] as const).find((state) => slots.some((slot) => slot.state === state));
  return busiest ?? 'idle';
}

/**
 * Agents who may be offered a contact now: available, reachable and with a place free, for what else they have. The lease is not asked here: the
 * sweeper, which sets those offline whose lease ran out, and this query must not disagree about an agent whose lease is renewed between the two.
 * @param options.lastOffers whether they are wanted: only a queue that takes turns asks for them
 */
export async function idleAgents(tx: Queries, now: number, { lastOffers }: { readonly lastOffers: boolean }): Promise<Array<IdleAgent & Reachable & AtHand>> {
  // Two passes without a join, and what they have at hand only for those who may be offered something: a plan from the time of an empty floor, and a busy one, cost no more.
  const rows = await tx.selectFrom('agent')
    .select(['agent.id', 'skills', 'idle_since', 'endpoint_registered', 'capacity', 'interrupted_by', ...reachableColumns, sql<Channel[]>`array(select channel from slot where slot.agent_id = agent.id)`.as('held')])
    .$if(lastOffers, (query) => query.select((agent) => agent.selectFrom('reservation').select('offered_at').whereRef('agent_id', '=', 'agent.id').orderBy('offered_at', 'desc').limit(1).as('last_offer_at')))
    .where(sql<boolean>`(active and status = 'available' and (endpoint_registered or desk_until > ${new Date(now)}) and id not in (select agent_id from slot where shut))`).execute();
  return rows.flatMap((row) => {
    const { held } = row;
    const workload = { capacity: row.capacity, interruptedBy: row.interrupted_by };
    const open = openTo(workload, held).filter((channel) => canTake(channel, row, now));
    return open.length === 0 ? [] : [{
      agentId: row.id, skills: row.skills, workload, held, idleSince: row.idle_since.getTime(), lastOfferAt: row.last_offer_at?.getTime() ?? 0, openTo: open, load: held.length, ...reachable(row, now),
    }];
  });
}

/** What an agent has, and may have beside it. */
export interface AtHand {
  readonly workload: Workload;
  readonly held: readonly Channel[];
}

/** A call needs what the agent answers with; everything else is worked at on the desktop. */
function canTake(channel: Channel, { endpoint_registered: registered, desk_until: desk }: { readonly endpoint_registered: boolean; readonly desk_until: Date | null }, now: number): boolean {
  return channel === 'voice' ? registered : desk !== null && desk.getTime() > now;
}

const reachableColumns = ['username', 'answer_with', 'configured_answer_with', 'desk_until'] as const;

/** How an agent is offered a contact. */
export interface Reachable {
  readonly username: string;
  readonly answerWith: AnswerWith;
  /** Where the offer is shown: at their desktop while one is connected, else by the phone's ringing. */
  readonly by: 'desktop' | 'phone';
}

function reachable(
  row: { readonly username: string; readonly answer_with: AnswerWith | null; readonly configured_answer_with: AnswerWith; readonly desk_until: Date | null }, now: number,
): Reachable {
  const answerWith = row.answer_with ?? row.configured_answer_with;
  const atDesk = answerWith === 'desktop' || (row.desk_until !== null && row.desk_until.getTime() > now);
  return { username: row.username, answerWith, by: atDesk ? 'desktop' : 'phone' };
}

export interface Colleague extends Reachable {
  readonly agentId: string;
  readonly name: string;
  readonly status: AgentStatus;
  readonly skills: Readonly<Record<string, number>>;
  readonly slots: readonly SlotRow[];
  readonly workload: Workload;
  /** For which channels there is something at hand: what a call rings on, a desktop for the others. */
  readonly reachableFor: readonly Channel[];
}

/** Somebody whom a contact may be given to by name. Undefined when there is no such agent. */
export async function findColleague(tx: Queries, agentId: string, now: number): Promise<Colleague | undefined> {
  const row = await tx.selectFrom('agent').select(['id', 'name', 'status', 'skills', 'endpoint_registered', 'capacity', 'interrupted_by', ...reachableColumns]).where('id', '=', agentId).where('active', '=', true).executeTakeFirst();
  return row && {
    agentId: row.id, name: row.name, status: row.status, skills: row.skills, slots: await slotsOf(tx, agentId), workload: { capacity: row.capacity, interruptedBy: row.interrupted_by },
    reachableFor: channels.filter((channel) => canTake(channel, row, now)), ...reachable(row, now),
  };
}

/** Everybody who works here, by name, with what they hold. */
export async function colleagues(db: Queries): Promise<ReadonlyArray<{ readonly id: string; readonly name: string; readonly status: AgentStatus; readonly endpointRegistered: boolean; readonly slots: ReadonlyArray<Pick<SlotRow, 'state'>> }>> {
  const rows = await db.selectFrom('agent').leftJoin('slot', 'slot.agent_id', 'agent.id')
    .select(['agent.id', 'agent.name', 'agent.status', 'agent.endpoint_registered', 'slot.state']).where('agent.active', '=', true).orderBy('agent.name').execute();
  return [...Map.groupBy(rows, ({ id }) => id).values()].flatMap((held) => {
    const [row] = held;
    return row === undefined ? [] : [{
      id: row.id, name: row.name, status: row.status, endpointRegistered: row.endpoint_registered, slots: held.flatMap(({ state }) => state === null ? [] : [{ state }]),
    }];
  });
}

/** Supervisors who could be asked now, the longest idle first. */
export async function idleSupervisors(tx: Queries, now: number): Promise<string[]> {
  const idle = (await idleAgents(tx, now, { lastOffers: false })).filter(({ load }) => load === 0).toSorted((a, b) => a.idleSince - b.idleSince);
  if (idle.length === 0) return [];
  const rows = await tx.selectFrom('agent').select('id').where('role', '<>', 'agent').where('id', 'in', idle.map(({ agentId }) => agentId)).execute();
  const supervisors = new Set(rows.map(({ id }) => id));
  return idle.map(({ agentId }) => agentId).filter((id) => supervisors.has(id));
}

/** What each agent can who is logged in and works, be it in a call or on a break. */
export async function skillsOfPresent(db: Queries): Promise<Array<Readonly<Record<string, number>>>> {
  const rows = await db.selectFrom('agent').select('skills').where('active', '=', true).where('status', '<>', 'offline').execute();
  return rows.map(({ skills }) => skills);
}
