/** Queries about contacts and their journal. */
import { sql } from 'kysely';
import type { Channel } from '#shared/vocabulary.ts';
import type { ContactEvent, ContactLimits, ContactState } from '../contact/state.ts';
import { isOfferable } from '../contact/phases/callback.ts';
import { deadlineOf } from '../contact/transition.ts';
import type { Attributes } from '../flow/progress.ts';
import { anyOf } from './any-of.ts';
import type { Queries } from './database.ts';

export interface StoredContact {
  readonly id: string;
  readonly from: string;
  readonly queueId: string;
  /** Rises with every stored change. */
  readonly seq: number;
  readonly state: ContactState;
}

const storedColumns = ['id', 'from_uri', 'queue_id', 'seq', 'state'] as const;

function storedContact(row: { readonly id: string; readonly from_uri: string; readonly queue_id: string; readonly seq: number; readonly state: ContactState }): StoredContact {
  return { id: row.id, from: row.from_uri, queueId: row.queue_id, seq: row.seq, state: row.state };
}

/** Reads one contact for a change within a transaction; others who would change it wait. Undefined if there is none. */
export async function lockContact(tx: Queries, id: string): Promise<StoredContact | undefined> {
  const row = await tx.selectFrom('contact').select(storedColumns).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && storedContact(row);
}

/** Reads contacts, each in its place, for changes that are stored only should nobody else have changed them meanwhile (`saveContacts` says so). Undefined where there is none. */
export async function findContacts(db: Queries, ids: readonly string[]): Promise<Array<StoredContact | undefined>> {
  const rows = await db.selectFrom('contact').select(storedColumns).where('id', '=', anyOf(ids)).execute();
  const found = new Map(rows.map((row) => [row.id, storedContact(row)]));
  return ids.map((id) => found.get(id));
}

/** The same as `lockContact` for several, in the order of their ids, so that two who lock some of the same never wait for each other in a circle. */
export async function lockContacts(tx: Queries, ids: readonly string[]): Promise<Map<string, StoredContact>> {
  const rows = await tx.selectFrom('contact').select(storedColumns).where('id', '=', anyOf(ids)).orderBy('id').forUpdate().execute();
  return new Map(rows.map((row) => [row.id, storedContact(row)]));
}

export interface ContactChange {
  readonly contact: StoredContact;
  readonly state: ContactState;
  readonly event: ContactEvent['type'];
  readonly limits: ContactLimits;
}

/**
 * Stores contacts' new states and what follows from them for the columns, and appends to the journal: one statement, however many they are. A contact
 * that is no longer as it was read, or that somebody else has locked, is left alone: nobody waits here, and so nobody for each other. Answers the ids
 * of those that were stored, which are all that the caller has locked.
 */
export async function saveContacts(tx: Queries, changes: readonly ContactChange[], now: number): Promise<ReadonlySet<string>> {
  const rows = changes.map(({ contact, state, event, limits }) => {
    const { phase } = state;
    const wake = deadlineOf(state, limits);
    return {
      id: contact.id, read: contact.seq, event, phase: phase.name, channel: state.channel, state, queued_at: new Date(state.queuedAt), present: isOfferable(state), callback_at: callbackTime(state), wake_at: wake === null ? null : new Date(wake),
      ...(phase.name === 'call' && phase.connectedAt !== null ? { agent_id: phase.agentId, connected_at: new Date(phase.connectedAt) } : {}),
      ...(phase.name === 'chat' || phase.name === 'work' ? { agent_id: phase.agentId, connected_at: new Date(phase.acceptedAt) } : {}),
      ...(phase.name === 'ended' ? { ended_at: new Date(phase.at), end_party: phase.end.party, end_reason: phase.end.reason } : {}),
      // What is journaled is kept: never a digit, which may be a PIN's. That something was written the thread itself says.
      journaled: event !== 'dtmf' && event !== 'wrote' && (event !== 'tick' || phase.name !== contact.state.phase.name),
    };
  });
  const { rows: stored } = await sql<{ id: string }>`
    with change as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as change (
        id uuid, read integer, event text, phase text, channel text, state jsonb, queued_at timestamptz, present boolean, callback_at timestamptz, wake_at timestamptz,
        agent_id uuid, connected_at timestamptz, ended_at timestamptz, end_party text, end_reason text, journaled boolean)
    ), standing as (
      select contact.id from contact join change on contact.id = change.id and contact.seq = change.read for no key update of contact skip locked
    ), saved as (
      update contact set
        phase = change.phase, channel = change.channel, state = change.state, queued_at = change.queued_at, present = change.present, callback_at = change.callback_at, wake_at = change.wake_at, seq = seq + 1,
        agent_id = coalesce(change.agent_id, contact.agent_id), connected_at = coalesce(contact.connected_at, change.connected_at),
        ended_at = change.ended_at, end_party = change.end_party, end_reason = change.end_reason
      from change join standing using (id) where contact.id = change.id and contact.seq = change.read
      returning contact.id, change.event, change.journaled, contact.phase, contact.state
    ), noted as (
      insert into journal (contact_id, at, event, phase, detail)
      select id, ${new Date(now)}::timestamptz, event, phase, state->'phase' from saved where journaled
    )
    select id from saved`.execute(tx);
  return new Set(stored.map(({ id }) => id));
}

/** When a callback is due, by which they are listed: as agreed on, or since it was asked for. Null where nobody is to be called back. */
export function callbackTime({ callback, queuedAt }: ContactState): Date | null {
  return callback === null ? null : new Date(callback.at ?? queuedAt);
}

export async function openContacts(db: Queries): Promise<StoredContact[]> {
  const rows = await db.selectFrom('contact').select(storedColumns).where('phase', '<>', 'ended').orderBy('queued_at').execute();
  return rows.map(storedContact);
}

/** Ids of the contacts whose deadline has come. */
export async function dueContacts(db: Queries, now: number): Promise<string[]> {
  const rows = await db.selectFrom('contact').select('id').where('phase', '<>', 'ended').where('wake_at', '<=', new Date(now)).execute();
  return rows.map(({ id }) => id);
}

export async function nextDeadline(db: Queries): Promise<number | null> {
  const row = await db.selectFrom('contact').select((table) => table.fn.min('wake_at').as('at')).where('phase', '<>', 'ended').executeTakeFirst();
  return row?.at?.getTime() ?? null;
}

/** In the words of the index `contact_queue`: a parameter in their place would hide it from a prepared statement. */
export const isQueued = sql<boolean>`phase in ('waiting', 'offered')`;

/** How many wait for a call, or a chat, or are being offered to an agent. */
export async function queueLength(db: Queries, queueId: string, channel: Channel): Promise<number> {
  const row = await db.selectFrom('contact').select((table) => table.fn.countAll<string>().as('length'))
    .where(isQueued).where('queue_id', '=', queueId).where('channel', '=', channel).executeTakeFirstOrThrow();
  return Number(row.length);
}

/** Places in the queue among those of the same channel, 1 is next, in the order of acd/match.ts; absent contacts keep theirs. `pointWorth`: milliseconds. */
export async function queuePositions(db: Queries, queueId: string, pointWorth: number): Promise<Map<string, { readonly place: number; readonly channel: Channel }>> {
  const rows = await db.selectFrom('contact').select(['id', 'channel']).where('queue_id', '=', queueId).where(isQueued)
    // Somebody who is just being handed over stands in nobody's way.
    .where(sql<boolean>`(phase = 'waiting' or (phase = 'offered' and state->'phase'->>'transferredBy' is null))`)
    .orderBy(sql`queued_at - priority * ${pointWorth}::float8 * interval '1 ms'`).orderBy('id').execute();
  const places = [...Map.groupBy(rows, ({ channel }) => channel)].flatMap(([channel, of]) => of.map(({ id }, index) => [id, { place: index + 1, channel }] as const));
  return new Map(places);
}

/** What was learned on the way wins over what was known before. */
export async function learnAttributes(tx: Queries, contactId: string, attributes: Attributes): Promise<void> {
  await tx.updateTable('contact').set({ attributes: sql`attributes || ${JSON.stringify(attributes)}::jsonb` }).where('id', '=', contactId).execute();
}
