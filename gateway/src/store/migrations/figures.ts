/** Tables of the figures and of run-time settings. */
import { sql, type Kysely } from 'kysely';

/**
 * What the figures are made of from now on, and who changed what while everybody worked. Neither refers to contacts by key: figures outlive
 * them. Statuses are kept by the store itself, whoever sets them.
 */
export async function figures(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table queue_stay (
      id bigint generated always as identity primary key,
      contact_id uuid not null,
      queue_id text not null,
      entered_at timestamptz not null,
      entered_by text not null,
      left_at timestamptz,
      outcome text,
      agent_id uuid
    )`.execute(db);
  await sql`create unique index queue_stay_open on queue_stay (contact_id) where left_at is null`.execute(db);
  await sql`create index queue_stay_by_time on queue_stay (entered_at)`.execute(db);
  await sql`create index queue_stay_by_end on queue_stay (left_at)`.execute(db);
  await sql`
    create table handling (
      id uuid primary key,
      contact_id uuid not null,
      agent_id uuid not null,
      queue_id text not null,
      part text not null,
      by_agent_id uuid,
      offered_at timestamptz not null,
      closed_at timestamptz,
      outcome text not null,
      talk_from timestamptz,
      own_from timestamptz,
      held interval not null default '0',
      held_since timestamptz,
      ended_at timestamptz,
      freed_at timestamptz,
      passed_on boolean not null default false,
      disposition text
    )`.execute(db);
  await sql`create index handling_by_time on handling (offered_at)`.execute(db);
  await sql`create index handling_by_end on handling (freed_at)`.execute(db);
  await sql`create index handling_by_agent on handling (agent_id, offered_at)`.execute(db);
  await sql`
    create table agent_status_span (
      agent_id uuid not null,
      status text not null,
      reason text,
      from_at timestamptz not null,
      to_at timestamptz
    )`.execute(db);
  await sql`create unique index agent_status_span_now on agent_status_span (agent_id) where to_at is null`.execute(db);
  await sql`create index agent_status_span_by_time on agent_status_span (agent_id, from_at)`.execute(db);
  await sql`create index agent_status_span_by_end on agent_status_span (to_at)`.execute(db);
  await sql`insert into agent_status_span (agent_id, status, reason, from_at) select id, status, status_reason, status_since from agent`.execute(db);
  await sql`
    create function keep_agent_status() returns trigger language plpgsql as $$
    begin
      update agent_status_span set to_at = greatest(new.status_since, from_at) where agent_id = new.id and to_at is null;
      insert into agent_status_span (agent_id, status, reason, from_at) values (new.id, new.status, new.status_reason, new.status_since);
      return null;
    end $$`.execute(db);
  await sql`create trigger agent_status_set after update of status, status_reason on agent for each row
    when (old.status is distinct from new.status or old.status_reason is distinct from new.status_reason) execute function keep_agent_status()`.execute(db);
  await sql`create trigger agent_status_first after insert on agent for each row execute function keep_agent_status()`.execute(db);
  // Contacts under way are in their queues since they came.
  await sql`
    insert into queue_stay (contact_id, queue_id, entered_at, entered_by)
    select id, queue_id, coalesce(to_timestamp((state->>'returnedAt')::float8 / 1000), created_at), 'arrival' from contact where phase in ('waiting', 'offered')`.execute(db);

  await sql`
    create table runtime_setting (
      scope text not null,
      subject text not null,
      name text not null,
      value jsonb not null,
      by_name text not null,
      since timestamptz not null,
      primary key (scope, subject, name)
    )`.execute(db);
  await sql`
    create table config_audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      by_name text not null,
      action text not null,
      subject text not null,
      detail jsonb not null
    )`.execute(db);
  await sql`create index config_audit_by_time on config_audit (at desc)`.execute(db);
}
