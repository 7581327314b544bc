/**
 * Hunts: how far each has come, and who is in charge where that was set at run time. The journal: under which number the caller and whoever was called
 * were known when the hop began. Summaries for whoever was rung last, and the outbox from which they are sent.
 */
import { sql, type Kysely } from 'kysely';

export async function hunt(db: Kysely<unknown>): Promise<void> {
  await sql`create table in_charge (queue_id text primary key, entry text not null, set_by text not null, set_at timestamptz not null)`.execute(db);
  await sql`update contact set state = state || '{"hunt":null,"wanted":null,"notTo":[]}'`.execute(db);

  await sql`create index contact_wanted on contact (queued_at) where phase = 'waiting' and present and jsonb_typeof(state->'wanted') = 'object'`.execute(db);

  await sql`alter table contact add column phone text`.execute(db);
  await sql`alter table agent add column extension text`.execute(db);
  await sql`alter table ticket add column caller_number text, add column called_number text, add column consulted boolean not null default false`.execute(db);
  await sql`update ticket set consulted = true where outcome is distinct from 'answered' and hop_id in (select id from reservation where part = 'consulted')`.execute(db);

  await sql`
    create table summary (
      id uuid primary key,
      agent_id uuid not null references agent,
      contact_id uuid not null references contact,
      ticket bigint not null,
      at timestamptz not null,
      dismissed_at timestamptz
    )`.execute(db);
  await sql`create index summary_open on summary (agent_id, at desc) where dismissed_at is null`.execute(db);
  await sql`
    create table outbox (
      id uuid primary key,
      kind text not null,
      line text not null,
      place bigint generated always as identity,
      payload jsonb not null,
      next_at timestamptz not null,
      expires_at timestamptz not null,
      attempts integer not null default 0,
      closed_at timestamptz,
      outcome text,
      error text
    )`.execute(db);
  await sql`create index outbox_due on outbox (next_at) where closed_at is null`.execute(db);
  await sql`create index outbox_line on outbox (line, place) where closed_at is null`.execute(db);
}
