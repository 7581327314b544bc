/** The tables of the co-browse audit and of recordings. A part of migrations.ts, and like it never changed once released. */
import { sql, type Kysely } from 'kysely';

/** The audit refuses to be changed, to whoever has no more than the gateway's rights; who takes the triggers away is found out by the chain. */
export async function cobrowseAudit(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table cobrowse_audit (
      seq bigint primary key,
      at timestamptz not null,
      contact_id uuid not null,
      actor_kind text not null,
      actor_id text,
      action text not null,
      detail jsonb not null,
      previous_hash text not null unique,
      hash text not null unique
    )`.execute(db);
  await sql`create index cobrowse_audit_by_contact on cobrowse_audit (contact_id, seq)`.execute(db);
  await sql`
    create function cobrowse_audit_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'cobrowse_audit is append-only';
    end $$`.execute(db);
  await sql`create trigger cobrowse_audit_rows before update or delete on cobrowse_audit for each row execute function cobrowse_audit_is_append_only()`.execute(db);
  await sql`create trigger cobrowse_audit_all before truncate on cobrowse_audit for each statement execute function cobrowse_audit_is_append_only()`.execute(db);
  await sql`
    create table cobrowse_recording (
      id uuid primary key,
      contact_id uuid not null,
      node text not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      expires_at timestamptz not null,
      key_id text not null,
      wrapped_key bytea not null,
      chunks integer not null default 0,
      bytes bigint not null default 0
    )`.execute(db);
  await sql`create index cobrowse_recording_by_contact on cobrowse_recording (contact_id, started_at)`.execute(db);
  await sql`create index cobrowse_recording_by_expiry on cobrowse_recording (expires_at)`.execute(db);
  await sql`
    create table cobrowse_recording_chunk (
      recording_id uuid not null references cobrowse_recording on delete cascade,
      number integer not null,
      sealed bytea not null,
      primary key (recording_id, number)
    )`.execute(db);
}
