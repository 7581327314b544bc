/** The outbox: what is to be sent to somebody outside. Stored with what it tells of, so that nothing is lost with a process, and taken one line at a time. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AcdTelling } from '#shared/acd-api.ts';
import type { Queries } from './database.ts';

/** A SIP MESSAGE for an agent's phones. */
export interface PhoneMessage {
  readonly kind: 'phoneMessage';
  readonly agentId: string;
  /** Whom it is about: the URI of their contact, and their telephone number if there is one. */
  readonly callerUri: string;
  readonly callerNumber: string | null;
  readonly name: string | null;
  readonly text: string;
}

/** An agent's reply, for the portal that handed in what it answers. */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly portalId: string;
  readonly contactId: string;
  /** The message's, in the contact's thread. */
  readonly number: number;
}

/** What another ACD is told of a contact. `id` is the same however often it is sent. */
export interface AcdMessage {
  readonly kind: 'acd';
  readonly id: string;
  readonly telling: AcdTelling;
}

export type OutboxMessage = PhoneMessage | ReplyMessage | AcdMessage;

export interface Outgoing {
  readonly id: string;
  readonly message: OutboxMessage;
  /** This one included. */
  readonly attempts: number;
  readonly expiresAt: number;
}

/** `line`: of one line each message waits for the one before it. */
export async function putInOutbox(tx: Queries, message: OutboxMessage, { line, now, expiresAt }: { readonly line: string; readonly now: number; readonly expiresAt: number }): Promise<void> {
  await tx.insertInto('outbox').values({ id: randomUUID(), kind: message.kind, line, payload: JSON.stringify(message), next_at: new Date(now), expires_at: new Date(expiresAt) }).execute();
}

/** Takes what is due, the first of each line. Nobody else takes it before `leaseUntil`: by then it is closed, put back, or its process dead. */
export async function takeFromOutbox(db: Queries, { now, leaseUntil, most }: { readonly now: number; readonly leaseUntil: number; readonly most: number }): Promise<Outgoing[]> {
  const { rows } = await sql<{ id: string; payload: OutboxMessage; attempts: number; expires_at: Date }>`
    update outbox set next_at = ${new Date(leaseUntil)}, attempts = attempts + 1, error = null where id in (
      select id from outbox one where closed_at is null and next_at <= ${new Date(now)}
        and not exists (select from outbox before where before.line = one.line and before.place < one.place and before.closed_at is null)
      order by next_at limit ${most} for update skip locked
    ) returning id, payload, attempts, expires_at`.execute(db);
  return rows.map((row) => ({ id: row.id, message: row.payload, attempts: row.attempts, expiresAt: row.expires_at.getTime() }));
}

export async function closeOutgoing(db: Queries, id: string, { outcome, error, at }: { readonly outcome: 'sent' | 'givenUp'; readonly error: string | null; readonly at: number }): Promise<void> {
  await db.updateTable('outbox').set({ outcome, error, closed_at: new Date(at) }).where('id', '=', id).where('closed_at', 'is', null).execute();
}

export async function postponeOutgoing(db: Queries, id: string, { error, nextAt }: { readonly error: string; readonly nextAt: number }): Promise<void> {
  await db.updateTable('outbox').set({ error, next_at: new Date(nextAt) }).where('id', '=', id).where('closed_at', 'is', null).execute();
}

/** What a process that is gone had in hand is due now, and not when it would have been sure to be. There is one process on a database, so none of it is anybody's. */
export async function takeOverOutbox(db: Queries, now: number): Promise<void> {
  await db.updateTable('outbox').set({ next_at: new Date(now) }).where('closed_at', 'is', null).where('attempts', '>', 0).where('error', 'is', null).execute();
}

/** What failed in these lines, is due now: whoever they lead to is back. What is on its way just now is left alone. */
export async function hurryLines(db: Queries, start: string, now: number): Promise<void> {
  await db.updateTable('outbox').set({ next_at: new Date(now) }).where(sql<boolean>`starts_with(line, ${start})`).where('closed_at', 'is', null).where('error', 'is not', null).execute();
}

/** When something is due next; null: nothing is to be sent. */
export async function nextOutgoing(db: Queries): Promise<number | null> {
  const row = await db.selectFrom('outbox').select((table) => table.fn.min('next_at').as('at')).where('closed_at', 'is', null).executeTakeFirst();
  return row?.at?.getTime() ?? null;
}
