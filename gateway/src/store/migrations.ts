/** The schema's history. A migration that has been released is never changed; a new one is added below it. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { callbacks } from './migrations/callbacks.ts';
import { channels } from './migrations/channels.ts';
import { cobrowseAudit } from './migrations/cobrowse-audit.ts';
import { figures } from './migrations/figures.ts';
import { foreignAcd } from './migrations/foreign-acd.ts';
import { handlingChannel } from './migrations/handling-channel.ts';
import { hunt } from './migrations/hunt.ts';
import { quickContacts } from './migrations/quick-contacts.ts';

export const migrations: Record<string, Migration> = {
  '0001_contacts': { up: createContacts },
  '0002_sip_bindings': { up: createSipBindings },
  '0003_parties': { up: parties },
  '0004_routing': { up: routing },
  '0005_flow': { up: flow },
  '0006_hunt': { up: hunt },
  '0007_callbacks': { up: callbacks },
  '0008_channels': { up: channels },
  '0009_figures': { up: figures },
  '0010_cobrowse_audit': { up: cobrowseAudit },
  '0011_grants': { up: grants },
  '0013_foreign_acd': { up: foreignAcd },
  '0014_quick_contacts': { up: quickContacts },
  '0016_handling_channel': { up: handlingChannel },
};

async function createContacts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table session (
      id uuid primary key,
      portal_id text not null,
      from_uri text not null unique,
      request jsonb not null,
      queue_id text not null,
      token_id text not null unique,
      token_expires_at timestamptz not null,
      token_used_at timestamptz,
      idempotency_key text,
      created_at timestamptz not null,
      unique (portal_id, idempotency_key)
    )`.execute(db);
  await sql`
    create table agent (
      id uuid primary key,
      username text not null unique,
      name text not null,
      role text not null,
      skills jsonb not null,
      password_hash text not null,
      status text not null,
      status_reason text,
      status_since timestamptz not null,
      idle_since timestamptz not null,
      lease_until timestamptz,
      endpoint_registered boolean not null default false,
      active boolean not null default true
    )`.execute(db);
  await sql`
    create table contact (
      id uuid primary key,
      session_id uuid not null unique references session,
      from_uri text not null unique,
      queue_id text not null,
      priority integer not null,
      customer_id text,
      phase text not null,
      state jsonb not null,
      queued_at timestamptz not null,
      present boolean not null,
      wake_at timestamptz,
      seq integer not null default 0,
      page jsonb not null,
      resume_hash text not null unique,
      previous_resume_hash text unique,
      created_at timestamptz not null,
      agent_id uuid references agent,
      connected_at timestamptz,
      ended_at timestamptz,
      end_party text,
      end_reason text,
      disposition text,
      notes text not null default ''
    )`.execute(db);
  await sql`create index contact_waiting on contact (priority desc, queued_at, id) where phase = 'waiting'`.execute(db);
  await sql`create index contact_open on contact (wake_at) where phase <> 'ended'`.execute(db);
  await sql`create index contact_history on contact (customer_id, created_at desc)`.execute(db);
  await sql`create index contact_by_agent on contact (agent_id, created_at desc)`.execute(db);
  await sql`create index contact_handled on contact (queue_id, ended_at desc) where connected_at is not null`.execute(db);
  await sql`
    create table reservation (
      id uuid primary key,
      contact_id uuid not null references contact,
      agent_id uuid not null references agent,
      state text not null,
      offered_at timestamptz not null,
      expires_at timestamptz not null,
      closed_at timestamptz
    )`.execute(db);
  // Two offers of one contact at once would be a contact served twice; the database itself refuses it.
  await sql`create unique index reservation_one_offer on reservation (contact_id) where state = 'offered'`.execute(db);
  await sql`create index reservation_by_contact on reservation (contact_id, offered_at)`.execute(db);
  await sql`
    create table slot (
      id uuid primary key references reservation,
      contact_id uuid not null references contact,
      agent_id uuid not null unique references agent,
      state text not null,
      since timestamptz not null,
      wrap_up_ends_at timestamptz
    )`.execute(db);
  await sql`create unique index slot_one_agent on slot (contact_id) where state <> 'wrapUp'`.execute(db);
  await sql`create table agent_login (id uuid primary key, agent_id uuid not null references agent, expires_at timestamptz not null)`.execute(db);
  await sql`create table sip_ticket (hash text primary key, agent_id uuid not null references agent, expires_at timestamptz not null)`.execute(db);
  await sql`
    create table journal (
      id bigint generated always as identity primary key,
      contact_id uuid not null references contact,
      at timestamptz not null,
      event text not null,
      phase text not null,
      detail jsonb not null
    )`.execute(db);
  await sql`create index journal_by_contact on journal (contact_id, id)`.execute(db);
}

/** Skills get levels, contacts say whether the camera may be used, and reservations when the agent was free again: how long they were handled. */
async function routing(db: Kysely<unknown>): Promise<void> {
  await sql`
    update agent set skills = coalesce((select jsonb_object_agg(skill, 3) from jsonb_array_elements_text(skills) skill), '{}')
    where jsonb_typeof(skills) = 'array'`.execute(db);
  await sql`alter table contact add column video boolean not null default true`.execute(db);
  await sql`
    update contact set video = false from session
    where session.id = contact.session_id and contact.phase <> 'ended' and session.request->'channels' is not null and not session.request->'channels' ? 'video'`.execute(db);
  await sql`alter table contact alter column video drop default`.execute(db);
  await sql`drop index contact_waiting`.execute(db);
  await sql`create index contact_lane on contact (queue_id, video, priority, queued_at, id) where phase = 'waiting' and present`.execute(db);
  await sql`create index contact_queue on contact (queue_id) where phase in ('waiting', 'offered')`.execute(db);
  await sql`create index contact_by_arrival on contact (created_at)`.execute(db);
  await sql`alter table reservation add column freed_at timestamptz`.execute(db);
  await sql`create index reservation_by_agent on reservation (agent_id, offered_at desc)`.execute(db);
  await sql`create index reservation_handled on reservation (freed_at desc) where freed_at is not null and state = 'accepted'`.execute(db);
}

/**
 * More than two in a call: consulted colleagues beside the agent who has the customer, who handed a contact over, what an agent answers with, and a
 * ticket for every hop. Contacts that are stored already get the fields that their state has grown.
 */
async function parties(db: Kysely<unknown>): Promise<void> {
  await sql`alter table agent add column answer_with text, add column configured_answer_with text not null default 'desktop', add column desk_until timestamptz`.execute(db);
  await sql`alter table reservation add column part text not null default 'own', add column by_agent_id uuid references agent`.execute(db);
  await sql`alter table slot add column part text not null default 'own'`.execute(db);
  await sql`drop index slot_one_agent`.execute(db);
  await sql`create unique index slot_one_agent on slot (contact_id) where state <> 'wrapUp' and part = 'own'`.execute(db);
  await sql`create unique index slot_one_consulted on slot (contact_id) where part = 'consulted'`.execute(db);
  await sql`create index contact_returning on contact (queued_at) where phase = 'waiting' and state->'phase'->>'returnTo' is not null`.execute(db);
  await sql`create sequence ticket_number`.execute(db);
  await sql`
    create table ticket (
      number bigint primary key default nextval('ticket_number'),
      hop_id uuid not null unique,
      contact_id uuid not null references contact,
      queue_id text not null,
      agent_id uuid references agent,
      caller text not null,
      called text not null,
      from_at timestamptz not null,
      to_at timestamptz,
      outcome text,
      is_end boolean not null default false,
      disposition text,
      notes text not null default ''
    )`.execute(db);
  await sql`create index ticket_by_contact on ticket (contact_id, number)`.execute(db);
  await sql`create index ticket_by_agent on ticket (agent_id, from_at desc)`.execute(db);
  await sql`create index ticket_by_time on ticket (from_at desc)`.execute(db);
  await sql`
    update contact set state = state || '{"digits":"","secondEnded":null}' || jsonb_build_object('phase', state->'phase' || (case phase
      when 'waiting' then '{"returnTo":null}'
      when 'offered' then '{"by":"desktop","answerWith":"desktop","transferredBy":null}'
      when 'call' then '{"answerWith":"desktop","endpoint":null,"second":null,"dialed":null}'
      else '{}' end)::jsonb)`.execute(db);
}

/** Where phones registered, so that they can be called after a restart without waiting for them to register anew. */
async function createSipBindings(db: Kysely<unknown>): Promise<void> {
  await sql`create table sip_binding (id uuid primary key, username text not null, expires_at timestamptz not null, binding jsonb not null)`.execute(db);
}

/** What is learned of a customer before the queue; a wait knows whom to ring first and which queue comes next. */
async function flow(db: Kysely<unknown>): Promise<void> {
  await sql`alter table contact add column attributes jsonb not null default '{}'`.execute(db);
  await sql`drop index contact_returning`.execute(db);
  await sql`
    create index contact_theirs on contact (queued_at)
    where phase = 'waiting' and (state->'phase'->>'returnTo' is not null or state->'phase'->>'first' is not null)`.execute(db);
  await sql`
    update contact set state = state || '{"overflow":null}' || jsonb_build_object('phase', state->'phase' || (case phase when 'waiting' then '{"first":null}' else '{}' end)::jsonb)`.execute(db);
}

/** Of what the customer agrees to on their page, each is granted by itself. Whoever saw the page goes on seeing it, and may do no more. */
async function grants(db: Kysely<unknown>): Promise<void> {
  await sql`
    update contact set state = jsonb_set(state, '{cobrowse}', jsonb_build_object('view', state->'cobrowse', 'annotate', 'off', 'control', 'off', 'record', 'off'))
    where jsonb_typeof(state->'cobrowse') = 'string'`.execute(db);
}
