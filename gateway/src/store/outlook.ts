/** Queries from which the expected wait is made: who waits, who works, how long things took, how many come and give up. */
import { sql } from 'kysely';
import type { Channel } from '#shared/vocabulary.ts';
import type { ChattingAgent } from '../acd/chat-places.ts';
import { arrivalWindow, pastContacts, patienceWindow, type QueueFlow } from '../acd/queue-outlook.ts';
import type { Queries } from './database.ts';

/** How old contacts may be that speak for the present. */
const pastDays = 14;

/** A contact beside which its agent is offered no call. */
const keepsFromCalls = sql<boolean>`not (agent.interrupted_by->slot.channel ? 'voice')`;
const isIdle = sql<boolean>`(active and status = 'available' and endpoint_registered
  and agent.id not in (select slot.agent_id from slot join agent on agent.id = slot.agent_id where ${keepsFromCalls}))`;

export interface QueuedNow {
  readonly id: string;
  readonly queueId: string;
  readonly priority: number;
  readonly video: boolean;
  readonly queuedAt: number;
}

/** All who wait for a call, or a chat; the absent too, who mostly come back to their place. */
export async function queuedNow(db: Queries, channel: Channel): Promise<QueuedNow[]> {
  const rows = await db.selectFrom('contact').select(['id', 'queue_id', 'priority', 'video', 'queued_at']).where(sql<boolean>`phase = 'waiting'`).where('channel', '=', channel).execute();
  return rows.map((row) => ({ id: row.id, queueId: row.queue_id, priority: row.priority, video: row.video, queuedAt: row.queued_at.getTime() }));
}

/** Agents who will take another call: free for one, or busy since an offer that they have or had accepted. */
export async function workingAgents(db: Queries): Promise<Array<{ readonly skills: Readonly<Record<string, number>>; readonly busy: { readonly queueId: string; readonly since: number } | null }>> {
  const rows = await db.selectFrom('agent').leftJoin('slot', (join) => join.onRef('slot.agent_id', '=', 'agent.id').on(keepsFromCalls)).leftJoin('reservation', 'reservation.id', 'slot.id').leftJoin('contact', 'contact.id', 'slot.contact_id')
    .distinctOn('agent.id').select(['agent.id', 'agent.skills', 'contact.queue_id', 'reservation.offered_at'])
    .where('agent.active', '=', true).where('agent.status', '=', 'available').where((where) => where.or([where('agent.endpoint_registered', '=', true), where('slot.id', 'is not', null)]))
    .orderBy('agent.id').orderBy('reservation.offered_at').execute();
  return rows.map((row) => ({
    skills: row.skills, busy: row.queue_id === null || row.offered_at === null ? null : { queueId: row.queue_id, since: row.offered_at.getTime() },
  }));
}

/** Agents who have chats, or will take another one. */
export async function chattingAgents(db: Queries, now: number): Promise<ChattingAgent[]> {
  const { rows } = await sql<{ skills: Readonly<Record<string, number>>; places: number; at_desk: boolean; held: ReadonlyArray<{ channel: Channel; queueId: string; since: number; letsIn: boolean }> }>`
    select agent.skills, (agent.capacity->>'chat')::int as places, coalesce(agent.desk_until > ${new Date(now)}, false) as at_desk,
      coalesce((select jsonb_agg(jsonb_build_object('channel', slot.channel, 'queueId', contact.queue_id, 'letsIn', agent.interrupted_by->slot.channel ? 'chat',
          'since', extract(epoch from reservation.offered_at) * 1000))
        from slot join reservation on reservation.id = slot.id join contact on contact.id = slot.contact_id where slot.agent_id = agent.id), '[]') as held
    from agent where active and status = 'available' and (agent.capacity->>'chat')::int > 0 order by agent.id`.execute(db);
  return rows.map(({ at_desk, ...row }) => ({ ...row, atDesk: at_desk }));
}

/** Milliseconds from the arrival to whoever answered, of contacts in these queues; by queue, the newest first. */
export async function answeredWaits(db: Queries, queueIds: readonly string[], now: number): Promise<Map<string, number[]>> {
  if (queueIds.length === 0) return new Map();
  const { rows } = await sql<{ queue_id: string; took: number }>`
    select queue_id, (extract(epoch from left_at - entered_at) * 1000)::float8 as took from queue_stay
    where left_at > ${new Date(now - pastDays * 24 * 3600_000)} and queue_id = any(${queueIds}::text[]) and outcome in ('answered', 'forwarded') order by left_at desc limit ${pastContacts}`.execute(db);
  return new Map([...Map.groupBy(rows, (row) => row.queue_id)].map(([queueId, of]) => [queueId, of.map(({ took }) => took)]));
}

/** User names of those who are at work, busy or not. */
export async function usernamesAtWork(db: Queries): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('agent').select('username').where('active', '=', true).where('status', '=', 'available').execute();
  return new Set(rows.map(({ username }) => username));
}

/** Milliseconds from an accepted offer to the agent's being free again, by queue; newest first. */
export async function handleTimes(db: Queries, now: number, channel: Channel): Promise<Map<string, number[]>> {
  const rows = await db.selectFrom('reservation').innerJoin('contact', 'contact.id', 'reservation.contact_id')
    .select(['contact.queue_id', sql<number>`(extract(epoch from reservation.freed_at - reservation.offered_at) * 1000)::float8`.as('took')])
    .where('reservation.state', '=', 'accepted').where('reservation.channel', '=', channel).where('reservation.part', '=', 'own').where('reservation.freed_at', '>', new Date(now - pastDays * 24 * 3600_000))
    .orderBy('reservation.freed_at', 'desc').limit(pastContacts).execute();
  return new Map([...Map.groupBy(rows, (row) => row.queue_id)].map(([queueId, of]) => [queueId, of.map(({ took }) => took)]));
}

export async function queueFlows(db: Queries, now: number, channel: Channel): Promise<Map<string, QueueFlow>> {
  const { rows } = await sql<{ queue_id: string; arrived: number; gave_up: number; waited: number }>`
    select queue_id,
      count(*) filter (where created_at > ${new Date(now - arrivalWindow)})::float8 as arrived,
      count(*) filter (where ended_at is not null and connected_at is null and end_party = 'customer')::float8 as gave_up,
      sum(extract(epoch from coalesce(connected_at, ended_at, ${new Date(now)}::timestamptz) - created_at) * 1000)::float8 as waited
    from contact where created_at > ${new Date(now - patienceWindow)} and channel = ${channel} group by queue_id`.execute(db);
  return new Map(rows.map((row) => [row.queue_id, { arrivals: row.arrived / arrivalWindow, givingUp: row.waited > 0 ? row.gave_up / row.waited : 0 }]));
}

/** Whoever could be offered a call now, by name. */
export async function idleUsernames(db: Queries): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('agent').select('username').where(isIdle).execute();
  return new Set(rows.map(({ username }) => username));
}

/** Which levels of skills the agents have who could be offered a call now, and how many have the same. */
export async function idleSkills(db: Queries): Promise<Array<{ readonly skills: Readonly<Record<string, number>>; readonly agents: number }>> {
  const rows = await db.selectFrom('agent').select((table) => ['skills', table.fn.countAll<string>().as('agents')])
    .where(isIdle)
    .groupBy('skills').execute();
  return rows.map(({ skills, agents }) => ({ skills, agents: Number(agents) }));
}
