/**
 * Queries from which figures are made: counts by interval and queue or agent, as sums that can be added up. Each stay counts in the interval in which it
 * began, each offer in which it was made, and time where it passed.
 */
import { sql } from 'kysely';
import type { StatusTime } from '#shared/figures.ts';
import type { HandlingCounts, QueueCounts, TimeCounts } from '../figures/measures.ts';
import type { Queries } from './database.ts';

/** Counts of one queue or agent in the interval with this place in the grid. */
export interface Counted<Counts> {
  readonly slice: number;
  readonly id: string;
  readonly counts: Counts;
}

export interface StayRule {
  readonly queue_id: string;
  /** Seconds: answered within it is in time, and a caller who gives up sooner than `short` did not mean it. */
  readonly threshold: number;
  readonly short: number;
}

interface Span {
  /** Epoch milliseconds: the beginnings of the intervals, and the end. */
  readonly grid: readonly number[];
  readonly now: number;
}

const instants = (grid: readonly number[]) => sql`${grid.map((at) => new Date(at).toISOString())}::timestamptz[]`;
const between = (column: string, grid: readonly number[]) => sql`${sql.ref(column)} >= ${new Date(grid[0] ?? 0)} and ${sql.ref(column)} < ${new Date(grid.at(-1) ?? 0)}`;
const seconds = (span: ReturnType<typeof sql>) => sql`extract(epoch from ${span})::float8`;

export async function stayCounts(db: Queries, { grid, now, rules }: Span & { readonly rules: readonly StayRule[] }): Promise<Array<Counted<QueueCounts>>> {
  const { rows } = await sql<{ slice: number; id: string } & QueueCounts>`
    with rule as (select * from jsonb_to_recordset(${JSON.stringify(rules)}::jsonb) as rule (queue_id text, threshold float8, short float8)),
    stay as (
      select width_bucket(entered_at, ${instants(grid)}) - 1 as slice, queue_id as id, entered_by, coalesce(outcome, 'waiting') as outcome,
        greatest(0, ${seconds(sql`coalesce(left_at, ${new Date(now)}::timestamptz) - entered_at`)}) as waited, coalesce(threshold, 0) as threshold, coalesce(short, 0) as short
      from queue_stay left join rule using (queue_id) where ${between('entered_at', grid)}
    ), judged as (select *, outcome = 'abandoned' and waited < short as is_short from stay)
    select slice, id,
      count(*) filter (where outcome <> 'closed' and not is_short)::float8 as "offered",
      count(*) filter (where outcome = 'answered')::float8 as "answered",
      count(*) filter (where outcome = 'abandoned' and not is_short)::float8 as "abandoned",
      count(*) filter (where is_short)::float8 as "shortAbandoned",
      count(*) filter (where outcome = 'callback')::float8 as "callbacks",
      count(*) filter (where outcome = 'overflowed')::float8 as "overflowed",
      count(*) filter (where outcome = 'expired')::float8 as "expired",
      count(*) filter (where outcome = 'forwarded')::float8 as "forwarded",
      count(*) filter (where outcome = 'closed')::float8 as "closed",
      count(*) filter (where outcome = 'answered' and waited <= threshold)::float8 as "answeredInTime",
      count(*) filter (where outcome = 'abandoned' and not is_short and waited <= threshold)::float8 as "abandonedInTime",
      count(*) filter (where outcome = 'waiting' and waited <= threshold)::float8 as "pending",
      coalesce(sum(waited) filter (where outcome = 'answered'), 0) as "waitSeconds",
      coalesce(max(waited) filter (where outcome <> 'closed'), 0) as "longestWait",
      count(*) filter (where entered_by = 'transfer')::float8 as "transfersIn"
    from judged group by slice, id`.execute(db);
  return rows.map(({ slice, id, ...counts }) => ({ slice, id, counts }));
}

/** By queue, by agent, or by channel. `agentId`: of this one alone. */
export async function handlingCounts(db: Queries, { grid, by, agentId }: Omit<Span, 'now'> & { readonly by: Key; readonly agentId?: string | undefined }): Promise<Array<Counted<HandlingCounts>>> {
  const { rows } = await sql<{ slice: number; id: string } & HandlingCounts>`
    with one as (
      select width_bucket(offered_at, ${instants(grid)}) - 1 as slice, ${keyOf(by)} as subject, *, own_from is not null and freed_at is not null as is_handled
      from handling where ${between('offered_at', grid)} ${agentId === undefined ? sql`` : sql`and agent_id = ${agentId}`}
    )
    select slice, subject as id,
      count(*) filter (where part = 'own')::float8 as "offers",
      count(*) filter (where part = 'own' and outcome = 'accepted')::float8 as "accepted",
      count(*) filter (where outcome = 'rejected')::float8 as "rejected",
      count(*) filter (where outcome = 'timeout')::float8 as "missed",
      count(*) filter (where is_handled)::float8 as "handled",
      coalesce(sum(${seconds(sql`ended_at - own_from - held`)}) filter (where is_handled), 0) as "talkSeconds",
      coalesce(sum(${seconds(sql`held`)}) filter (where is_handled), 0) as "holdSeconds",
      coalesce(sum(${seconds(sql`freed_at - ended_at`)}) filter (where is_handled), 0) as "wrapUpSeconds",
      count(*) filter (where part = 'consulted' and talk_from is not null)::float8 as "consulted",
      coalesce(sum(${seconds(sql`coalesce(own_from, ended_at) - talk_from`)}) filter (where part = 'consulted'), 0) as "consultSeconds",
      count(*) filter (where own_from is not null and by_agent_id is not null)::float8 as "transfersIn",
      count(*) filter (where passed_on)::float8 as "transfersOut"
    from one group by slice, subject`.execute(db);
  return rows.map(({ slice, id, ...counts }) => ({ slice, id, counts }));
}

/** Of handled contacts: what their agents said of them; the empty name where they said nothing. */
export async function dispositionCounts(db: Queries, { grid, by, agentId }: Omit<Span, 'now'> & { readonly by: 'queue' | 'agent'; readonly agentId?: string | undefined }): Promise<ReadonlyArray<{ readonly slice: number; readonly id: string; readonly disposition: string; readonly count: number }>> {
  const { rows } = await sql<{ slice: number; id: string; disposition: string; count: number }>`
    select width_bucket(offered_at, ${instants(grid)}) - 1 as slice, ${keyOf(by)} as id, coalesce(disposition, '') as disposition, count(*)::float8 as count
    from handling where ${between('offered_at', grid)} and own_from is not null and freed_at is not null ${agentId === undefined ? sql`` : sql`and agent_id = ${agentId}`}
    group by 1, 2, 3 order by 4 desc, 3`.execute(db);
  return rows;
}

/**
 * How agents spent the time, interval by interval. Overlapping times are made one for each agent first, and then cut at the edges: so each is looked at in
 * the few intervals that it touches, however many there are.
 */
export async function timeCounts(db: Queries, { grid, now, agentId }: Span & { readonly agentId?: string | undefined }): Promise<Array<Counted<TimeCounts>>> {
  const from = sql`${new Date(grid[0] ?? 0)}::timestamptz`;
  const at = sql`${new Date(now)}::timestamptz`;
  const end = sql`${new Date(Math.min(now, grid.at(-1) ?? 0))}::timestamptz`;
  const own = agentId === undefined ? sql`` : sql`and agent_id = ${agentId}`;
  const merged = (times: ReturnType<typeof sql>) => sql`(select agent_id, unnest(range_agg(tstzrange(begins, ends))) as span from (${times}) as times where begins < ends group by agent_id)`;
  const total = (kind: string) => sql`coalesce(sum(${seconds(sql`length`)}) filter (where kind = ${kind}), 0)`;
  const { rows } = await sql<{ slice: number; id: string } & TimeCounts>`
    with edge as (select ${instants(grid)} as at),
    status as (
      select agent_id, status, greatest(from_at, ${from}) as begins, least(coalesce(to_at, ${at}), ${end}) as ends
      from agent_status_span where from_at < ${end} and (to_at is null or to_at > ${from}) ${own}
    ), busy as (
      select agent_id, greatest(closed_at, ${from}) as begins, least(coalesce(freed_at, ${at}), ${end}) as ends
      from handling where outcome = 'accepted' and closed_at < ${end} and (freed_at is null or freed_at > ${from}) ${own}
    ), spent as (
      select agent_id, status as kind, begins, ends from status where status <> 'offline'
      union all select agent_id, 'busy', lower(span), upper(span) from ${merged(sql`select agent_id, begins, ends from busy`)} as busy_times
      union all select agent_id, 'staffed', lower(span), upper(span)
        from ${merged(sql`select agent_id, begins, ends from busy union all select agent_id, begins, ends from status where status = 'available'`)} as staffed_times
    ), part as (
      select agent_id, kind, place - 1 as slice, least(ends, at[place + 1]) - greatest(begins, at[place]) as length
      from spent cross join edge cross join lateral generate_series(width_bucket(begins, at), least(cardinality(at) - 1, width_bucket(ends, at))) place where begins < ends
    )
    select slice, agent_id as id, ${total('available')} as "availableSeconds", ${total('break')} as "breakSeconds",
      coalesce(sum(${seconds(sql`length`)}) filter (where kind in ('available', 'break')), 0) as "loggedInSeconds", ${total('busy')} as "busySeconds", ${total('staffed')} as "staffedSeconds"
    from part where length > interval '0' group by slice, agent_id`.execute(db);
  return rows.map(({ slice, id, ...counts }) => ({ slice, id, counts }));
}

/** How long an agent was at work, by status and the reason that was named; the longest first. Epoch milliseconds. */
export async function statusTimes(db: Queries, { from, to, now, agentId }: { readonly from: number; readonly to: number; readonly now: number; readonly agentId: string }): Promise<StatusTime[]> {
  const [begin, end] = [sql`${new Date(from)}::timestamptz`, sql`${new Date(Math.min(now, to))}::timestamptz`];
  const { rows } = await sql<StatusTime>`
    select status, reason, sum(${seconds(sql`least(coalesce(to_at, ${end}), ${end}) - greatest(from_at, ${begin})`)}) as seconds
    from agent_status_span where agent_id = ${agentId} and status <> 'offline' and from_at < ${end} and (to_at is null or to_at > ${begin})
    group by status, reason order by status, seconds desc, reason`.execute(db);
  return rows;
}

/** Of whom, or of what, rows are counted together. */
type Key = 'queue' | 'agent' | 'channel';

function keyOf(by: Key) {
  return sql.ref({ queue: 'queue_id', agent: 'agent_id', channel: 'channel' }[by]);
}

/** Stays that ended in this time, epoch milliseconds. */
export async function endedStays(db: Queries, from: number, to: number): Promise<ReadonlyArray<{ readonly queue: string; readonly outcome: string; readonly seconds: number }>> {
  const { rows } = await sql<{ queue: string; outcome: string; seconds: number }>`
    select queue_id as queue, outcome, greatest(0, ${seconds(sql`left_at - entered_at`)}) as seconds from queue_stay where left_at >= ${new Date(from)} and left_at < ${new Date(to)}`.execute(db);
  return rows;
}

export async function endedHandlings(db: Queries, from: number, to: number): Promise<ReadonlyArray<{ readonly queue: string; readonly seconds: number }>> {
  const { rows } = await sql<{ queue: string; seconds: number }>`
    select queue_id as queue, greatest(0, ${seconds(sql`freed_at - own_from`)}) as seconds from handling where own_from is not null and freed_at >= ${new Date(from)} and freed_at < ${new Date(to)}`.execute(db);
  return rows;
}
