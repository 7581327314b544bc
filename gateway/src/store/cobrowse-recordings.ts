/** Recordings of shared pages and their sealed parts. */
import { sql } from 'kysely';
import type { PageRecording } from '#shared/cobrowse-recording.ts';
import type { WrappedKey } from '../cobrowse/recording-keys.ts';
import type { Queries } from './database.ts';

export interface NewRecording {
  readonly id: string;
  readonly contactId: string;
  /** The process that makes it. */
  readonly node: string;
  readonly key: WrappedKey;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

export async function insertRecording(db: Queries, { id, contactId, node, key, startedAt, expiresAt }: NewRecording): Promise<void> {
  await db.insertInto('cobrowse_recording').values({
    id, contact_id: contactId, node, key_id: key.keyId, wrapped_key: key.wrapped, started_at: new Date(startedAt), expires_at: new Date(expiresAt),
  }).execute();
}

/** One statement: a part counts when it is there. */
export async function appendPart(db: Queries, recordingId: string, number: number, sealed: Buffer): Promise<void> {
  await sql`
    with part as (
      insert into cobrowse_recording_chunk (recording_id, number, sealed) values (${recordingId}::uuid, ${number}::integer, ${sealed}) returning recording_id
    )
    update cobrowse_recording set chunks = chunks + 1, bytes = bytes + ${sealed.length}::bigint from part where id = part.recording_id`.execute(db);
}

export async function endRecording(db: Queries, recordingId: string, endedAt: number): Promise<void> {
  await db.updateTable('cobrowse_recording').set({ ended_at: new Date(endedAt) }).where('id', '=', recordingId).where('ended_at', 'is', null).execute();
}

/** Those that a process of this name began and did not end. */
export async function unfinishedRecordings(db: Queries, node: string): Promise<ReadonlyArray<{ readonly id: string; readonly contactId: string }>> {
  const rows = await db.selectFrom('cobrowse_recording').select(['id', 'contact_id']).where('ended_at', 'is', null).where('node', '=', node).execute();
  return rows.map(({ id, contact_id: contactId }) => ({ id, contactId }));
}

export async function recordingsOf(db: Queries, contactId: string): Promise<PageRecording[]> {
  const rows = await db.selectFrom('cobrowse_recording').select(['id', 'started_at', 'ended_at', 'expires_at', 'bytes']).where('contact_id', '=', contactId).orderBy('started_at').execute();
  return rows.map((row) => ({ id: row.id, startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null, expiresAt: row.expires_at.toISOString(), bytes: Number(row.bytes) }));
}

/** For lists of contacts and tickets: whether there is something to replay. */
export function pageRecorded(contactId: 'contact.id' | 'ticket.contact_id') {
  return sql<boolean>`exists (select from cobrowse_recording where cobrowse_recording.contact_id = ${sql.ref(contactId)})`.as('pageRecorded');
}

export interface StoredRecording {
  readonly id: string;
  readonly contactId: string;
  readonly key: WrappedKey;
  readonly parts: number;
}

export async function findRecording(db: Queries, contactId: string, recordingId: string): Promise<StoredRecording | undefined> {
  const row = await db.selectFrom('cobrowse_recording').selectAll().where('id', '=', recordingId).where('contact_id', '=', contactId).executeTakeFirst();
  return row && { id: row.id, contactId: row.contact_id, key: { keyId: row.key_id, wrapped: row.wrapped_key }, parts: row.chunks };
}

export async function findPart(db: Queries, recordingId: string, number: number): Promise<Buffer | undefined> {
  return (await db.selectFrom('cobrowse_recording_chunk').select('sealed').where('recording_id', '=', recordingId).where('number', '=', number).executeTakeFirst())?.sealed;
}

/** Answers what was deleted. */
export async function deleteRecordings(tx: Queries, which: { readonly expiredAt: number } | { readonly id: string }): Promise<ReadonlyArray<{ readonly id: string; readonly contactId: string }>> {
  const rows = await tx.deleteFrom('cobrowse_recording')
    .$if('expiredAt' in which, (query) => query.where('expires_at', '<=', new Date('expiredAt' in which ? which.expiredAt : 0)))
    .$if('id' in which, (query) => query.where('id', '=', 'id' in which ? which.id : ''))
    .returning(['id', 'contact_id']).execute();
  return rows.map(({ id, contact_id: contactId }) => ({ id, contactId }));
}
