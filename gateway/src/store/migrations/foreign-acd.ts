/** What another ACD was told of the contacts of its queues, and what it said; which of its assignments were taken or refused already. */
import { sql, type Kysely } from 'kysely';

export async function foreignAcd(db: Kysely<unknown>): Promise<void> {
  await sql`alter table contact add column given_back boolean not null default false`.execute(db);
  await sql`
    create table foreign_contact (
      contact_id uuid primary key references contact,
      queue_id text not null,
      stage text not null,
      told text not null,
      heard_at timestamptz not null,
      position integer,
      ewt_low double precision,
      ewt_high double precision,
      closed_at timestamptz
    )`.execute(db);
  await sql`create index foreign_contact_open on foreign_contact (queue_id) where closed_at is null`.execute(db);
  await sql`
    create table foreign_assignment (
      queue_id text not null,
      id text not null,
      contact_id uuid not null references contact,
      username text not null,
      reservation_id uuid references reservation,
      at timestamptz not null,
      told_at timestamptz,
      primary key (queue_id, id)
    )`.execute(db);
  await sql`create index foreign_assignment_untold on foreign_assignment (contact_id) where told_at is null and reservation_id is not null`.execute(db);
}
