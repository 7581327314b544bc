/** Queries about contacts that somebody else's ACD gives to agents: what it was told and said of each, and its assignments. */
import { sql } from 'kysely';
import type { CreateSession } from '#shared/session-api.ts';
import type { Channel, ReservationState, WaitRange } from '#shared/vocabulary.ts';
import type { ContactState } from '../contact/state.ts';
import type { Attributes } from '../flow/progress.ts';
import type { Queries } from './database.ts';

/** How far a contact has come, as the other ACD was told. */
export type Stage = 'waiting' | 'offered' | 'taken';

export interface KnownContact {
  readonly queueId: string;
  readonly stage: Stage;
  /** What it was told last, as text. */
  readonly told: string;
  /** When it answered last; at first, when it was told first. */
  readonly heardAt: number;
}

export interface ForeignContact {
  readonly id: string;
  readonly queueId: string;
  readonly priority: number;
  readonly channel: Channel;
  readonly video: boolean;
  readonly present: boolean;
  readonly state: ContactState;
  readonly attributes: Attributes;
  readonly request: CreateSession;
  /** Whoever has it, or is offered it. */
  readonly agent: string | null;
  /** Whom the flow, or a transfer that failed, would give it to first. */
  readonly lastAgent: string | null;
  readonly known: KnownContact | null;
  readonly givenBack: boolean;
  /** What it was told has not all been taken yet. */
  readonly underWay: boolean;
}

/** Those that wait in these queues, and those of which another ACD knows and was not told the end. */
export async function foreignContacts(tx: Queries, queueIds: readonly string[]): Promise<ForeignContact[]> {
  const { rows } = await sql<{
    id: string; queue_id: string; priority: number; channel: Channel; video: boolean; present: boolean; state: ContactState; attributes: Attributes; request: CreateSession; agent: string | null; last_agent: string | null;
    known_queue: string | null; stage: Stage | null; told: string | null; heard_at: Date | null; given_back: boolean; under_way: boolean;
  }>`
    select contact.id, contact.queue_id, contact.priority, contact.channel, contact.video, contact.present, contact.state, contact.attributes, contact.given_back, session.request, agent.username as agent, earlier.username as last_agent,
      known.queue_id as known_queue, known.stage, known.told, known.heard_at,
      exists (select from outbox where outbox.line = 'acd ' || known.queue_id || ' ' || contact.id and outbox.closed_at is null) as under_way
    from contact join session on session.id = contact.session_id
      left join foreign_contact known on known.contact_id = contact.id and known.closed_at is null
      left join agent on agent.id::text = contact.state->'phase'->>'agentId'
      left join agent earlier on earlier.id::text = coalesce(contact.state->'phase'->>'returnTo', contact.state->'phase'->'first'->>'agentId') and earlier.active
    where contact.id in (
      select id from contact where phase = 'waiting' and queue_id = any(${queueIds}::text[])
      union all select contact_id from foreign_contact where closed_at is null)
    order by contact.queued_at, contact.id`.execute(tx);
  return rows.map((row) => ({
    id: row.id, queueId: row.queue_id, priority: row.priority, channel: row.channel, video: row.video, present: row.present, state: row.state, attributes: row.attributes, request: row.request, agent: row.agent,
    lastAgent: row.last_agent,
    known: row.known_queue === null || row.stage === null || row.told === null || row.heard_at === null ? null : { queueId: row.known_queue, stage: row.stage, told: row.told, heardAt: row.heard_at.getTime() },
    givenBack: row.given_back, underWay: row.under_way,
  }));
}

export async function noteTold(tx: Queries, contactId: string, { queueId, stage, told, now }: { readonly queueId: string; readonly stage: Stage; readonly told: string; readonly now: number }): Promise<void> {
  const at = new Date(now);
  await sql`
    insert into foreign_contact as known (contact_id, queue_id, stage, told, heard_at) values (${contactId}, ${queueId}, ${stage}, ${told}, ${at})
    on conflict (contact_id) do update set queue_id = excluded.queue_id, stage = excluded.stage, told = excluded.told, closed_at = null,
      heard_at = case when known.closed_at is null and known.queue_id = excluded.queue_id and known.stage = 'waiting' then known.heard_at else excluded.heard_at end,
      position = case when known.closed_at is null and known.queue_id = excluded.queue_id then known.position end,
      ewt_low = case when known.closed_at is null and known.queue_id = excluded.queue_id then known.ewt_low end,
      ewt_high = case when known.closed_at is null and known.queue_id = excluded.queue_id then known.ewt_high end`.execute(tx);
}

export async function closeKnown(tx: Queries, contactId: string, now: number): Promise<void> {
  await tx.updateTable('foreign_contact').set({ closed_at: new Date(now) }).where('contact_id', '=', contactId).execute();
  await setGivenBack(tx, contactId, false);
}

/** A gateway that was away has heard nothing of anybody, which is not the other ACD's doing. */
export async function hearAnew(db: Queries, now: number): Promise<void> {
  await db.updateTable('foreign_contact').set({ heard_at: new Date(now) }).where('closed_at', 'is', null).execute();
}

/** Whether we give this contact to an agent although its queue is another ACD's. */
export async function setGivenBack(tx: Queries, contactId: string, givenBack: boolean): Promise<boolean> {
  const row = await tx.updateTable('contact').set({ given_back: givenBack }).where('id', '=', contactId).where('given_back', '<>', givenBack).returning('id').executeTakeFirst();
  return row !== undefined;
}

/** It answered: it has the contact (again), and may have said how long it waits. Answers whether that is other than before. */
export async function noteHeard(db: Queries, { queueId, contactId, position, ewt, now }: { readonly queueId: string; readonly contactId: string; readonly position: number | null; readonly ewt: WaitRange | null; readonly now: number }): Promise<boolean> {
  const { rows } = await sql<{ differs: boolean }>`
    update foreign_contact one set heard_at = ${new Date(now)}, position = ${position}::integer, ewt_low = ${ewt?.low ?? null}::float8, ewt_high = ${ewt?.high ?? null}::float8
    from foreign_contact before
    where one.contact_id = ${contactId} and one.queue_id = ${queueId} and one.closed_at is null and before.contact_id = one.contact_id
    returning (one.position, one.ewt_low, one.ewt_high) is distinct from (before.position, before.ewt_low, before.ewt_high) as differs`.execute(db);
  return rows[0]?.differs ?? false;
}

/** What the other ACD said of those whom it has. */
export async function foreignWaits(db: Queries, queueId: string): Promise<Map<string, { readonly position: number | null; readonly ewt: WaitRange | null }>> {
  const rows = await db.selectFrom('foreign_contact').innerJoin('contact', 'contact.id', 'foreign_contact.contact_id').select(['contact_id', 'position', 'ewt_low', 'ewt_high'])
    .where('foreign_contact.queue_id', '=', queueId).where('closed_at', 'is', null).where('contact.given_back', '=', false).execute();
  return new Map(rows.map((row) => [row.contact_id, { position: row.position, ewt: row.ewt_low === null || row.ewt_high === null ? null : { low: row.ewt_low, high: row.ewt_high } }]));
}

export interface KnownAssignment {
  readonly contactId: string;
  readonly username: string;
  readonly taken: boolean;
}

export async function findAssignment(tx: Queries, queueId: string, id: string): Promise<KnownAssignment | undefined> {
  const row = await tx.selectFrom('foreign_assignment').select(['contact_id', 'username', 'reservation_id']).where('queue_id', '=', queueId).where('id', '=', id).executeTakeFirst();
  return row && { contactId: row.contact_id, username: row.username, taken: row.reservation_id !== null };
}

/** `reservationId` null: it was refused. The first word on an id is the last. */
export async function insertAssignment(
  tx: Queries, one: { readonly queueId: string; readonly id: string; readonly contactId: string; readonly username: string; readonly reservationId: string | null }, now: number,
): Promise<void> {
  await tx.insertInto('foreign_assignment').values({ queue_id: one.queueId, id: one.id, contact_id: one.contactId, username: one.username, reservation_id: one.reservationId, at: new Date(now) })
    .onConflict((conflict) => conflict.doNothing()).execute();
}

export interface Outcome {
  readonly assignment: string;
  readonly agent: string;
  readonly state: Exclude<ReservationState, 'offered'>;
}

/** What became of assignments since that was told last, by contact, as they were made; it counts as told. */
export async function takeOutcomes(tx: Queries, now: number): Promise<Map<string, Outcome[]>> {
  const { rows } = await sql<{ id: string; contact_id: string; username: string; state: Outcome['state'] }>`
    with told as (
      update foreign_assignment one set told_at = ${new Date(now)} from reservation
      where one.told_at is null and one.reservation_id is not null and reservation.id = one.reservation_id and reservation.state <> 'offered'
      returning one.id, one.contact_id, one.username, one.at, reservation.state
    ) select id, contact_id, username, state from told order by at`.execute(tx);
  return Map.groupBy(rows.map((row) => ({ contactId: row.contact_id, assignment: row.id, agent: row.username, state: row.state })), ({ contactId }) => contactId);
}
