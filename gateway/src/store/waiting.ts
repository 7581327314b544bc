/**
 * Queries about those who wait, quick however many they are. A lane: the contacts of one queue, channel, camera wish and priority, which
 * differ in their age alone; there are few lanes, and the index `contact_lane` walks each from its front.
 */
import { sql } from 'kysely';
import type { Channel } from '#shared/vocabulary.ts';
import type { Kind } from '../acd/routing.ts';
import type { ContactState } from '../contact/state.ts';
import type { Queries } from './database.ts';

export interface WaitingContact {
  readonly id: string;
  readonly queueId: string;
  readonly priority: number;
  readonly channel: Channel;
  /** Whether the camera may be used. */
  readonly video: boolean;
  readonly queuedAt: number;
  readonly notTo: ContactState['notTo'];
  readonly hunt: ContactState['hunt'];
  readonly wanted: ContactState['wanted'];
  /** The customer is not there: they are called when an agent is. */
  readonly callback: boolean;
}

/** Somebody who was handed over to whoever has certain skills is in no lane: what they need is theirs alone. */
const ofTheirQueue = sql<boolean>`not by_skills`;

/** Whom this gateway gives to agents: not those of queues that are another ACD's (`foreign`), unless that one is away. */
export function isOurs(foreign: readonly string[]): ReturnType<typeof sql<boolean>> {
  return foreign.length === 0 ? sql<boolean>`true` : sql<boolean>`(given_back or queue_id <> all(${foreign}::text[]))`;
}

/** What a row of those who wait is made of. */
const waitingColumns = sql`id, queue_id, priority, channel, video, queued_at, state->'notTo' as not_to, state->'hunt' as hunt, case when by_skills then state->'wanted' end as wanted, callback_at is not null as callback`;

interface WaitingRow {
  readonly id: string; readonly queue_id: string; readonly priority: number; readonly channel: Channel; readonly video: boolean; readonly queued_at: Date;
  readonly not_to: ContactState['notTo']; readonly hunt: ContactState['hunt']; readonly wanted: ContactState['wanted']; readonly callback: boolean;
}

function waitingContact(row: WaitingRow): WaitingContact {
  return {
    id: row.id, queueId: row.queue_id, priority: row.priority, channel: row.channel, video: row.video, queuedAt: row.queued_at.getTime(), notTo: row.not_to, hunt: row.hunt, wanted: row.wanted,
    callback: row.callback,
  };
}

/** Those who may be offered now. */
export interface FrontOfLine {
  /** The first of each lane. */
  readonly waiting: readonly WaitingContact[];
  /** Those who were handed over to whoever has certain skills, the oldest first: as many as a contact center has such hand-overs at once. */
  readonly handed: readonly WaitingContact[];
}

/** Absent customers keep their place and are not offered. Not locked: whoever reserves one locks it and looks again. */
export async function frontOfLine(tx: Queries, { perLane, mostHanded, foreign }: { readonly perLane: number; readonly mostHanded: number; readonly foreign: readonly string[] }): Promise<FrontOfLine> {
  const ours = sql`${ofTheirQueue} and ${isOurs(foreign)}`;
  // From each lane's head to the next lane by the index: `distinct` would read everybody who waits.
  const { rows } = await sql<WaitingRow>`
    with recursive lane as (
      (select queue_id, channel, video, priority from contact where phase = 'waiting' and present and ${ours} order by queue_id, channel, video, priority limit 1)
      union all
      select next.* from lane cross join lateral (
        select queue_id, channel, video, priority from contact
        where phase = 'waiting' and present and (queue_id, channel, video, priority) > (lane.queue_id, lane.channel, lane.video, lane.priority) and ${ours}
        order by queue_id, channel, video, priority limit 1
      ) next
    )
    select front.* from lane cross join lateral (
      select ${waitingColumns} from contact
      where phase = 'waiting' and present and queue_id = lane.queue_id and channel = lane.channel and video = lane.video and priority = lane.priority and ${ours}
      order by queued_at, id limit ${sql.lit(perLane)}
    ) front
    union all
    (select ${waitingColumns} from contact where phase = 'waiting' and present and by_skills and ${isOurs(foreign)} order by queued_at limit ${sql.lit(mostHanded)})`.execute(tx);
  const [waiting, handed] = [rows.filter(({ wanted }) => wanted === null), rows.filter(({ wanted }) => wanted !== null)];
  return { waiting: waiting.map(waitingContact), handed: handed.map(waitingContact) };
}

/** An age from which contacts of a queue may go to agents who may not have them yet. */
export interface Opening {
  readonly queueId: string;
  readonly kind: Kind;
  /** Milliseconds. */
  readonly age: number;
}

/** When the next of those who wait reaches one of these ages; null: nobody is on the way there. */
export async function nextToReach(tx: Queries, openings: readonly Opening[], now: number): Promise<number | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(next.queued_at + opening.age * interval '1 ms') as at
    from jsonb_to_recordset(${JSON.stringify(openings)}) as opening ("queueId" text, kind text, age float8)
    cross join lateral (
      select min(queued_at) as queued_at from contact
      where phase = 'waiting' and present and queue_id = opening."queueId"
        and channel = case opening.kind when 'video' then 'voice' else opening.kind end and contact.video = (opening.kind = 'video' or (opening.kind <> 'voice' and contact.video))
        and queued_at > ${new Date(now)}::timestamptz - opening.age * interval '1 ms'
    ) next`.execute(tx);
  return rows[0]?.at?.getTime() ?? null;
}
