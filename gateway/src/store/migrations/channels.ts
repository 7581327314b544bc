/** Several contacts at one agent: slots by channel, each in a place of its own; what is written in a contact; what came in by mail and the like. */
import { sql, type Kysely } from 'kysely';

export async function channels(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table agent add column capacity jsonb not null default '{"voice":1,"chat":3,"message":5,"task":5}',
      add column interrupted_by jsonb not null default '{"voice":[],"chat":[],"message":["voice","chat"],"task":["voice","chat","message"]}'`.execute(db);
  await sql`alter table reservation add column channel text not null default 'voice'`.execute(db);
  await places(db);
  await lanes(db);
  await threads(db);
  await inbound(db);
}

/** Nobody is booked beyond their places: the trigger refuses it, and the index does where two would take the same place at once. */
async function places(db: Kysely<unknown>): Promise<void> {
  await sql`alter table slot drop constraint slot_agent_id_key`.execute(db);
  await sql`alter table slot add column channel text not null default 'voice', add column place integer not null default 0, add column shut boolean not null default true`.execute(db);
  await sql`create unique index slot_place on slot (agent_id, channel, place)`.execute(db);
  await sql`create unique index slot_once on slot (contact_id, agent_id)`.execute(db);
  await sql`
    create function take_place() returns trigger language plpgsql as $$
    declare work record;
    begin
      select (capacity->>new.channel)::integer as most, interrupted_by->new.channel = '[]' as alone into work from agent where id = new.agent_id;
      new.place := (
        select min(free) from generate_series(0, work.most - 1) free
        where not exists (select from slot where agent_id = new.agent_id and channel = new.channel and place = free and id <> new.id));
      -- What an agent has already is not taken from them: a call that is a chat again is one, also where others took the places meanwhile.
      if new.place is null and tg_op = 'UPDATE' and new.channel <> 'voice' then
        select max(place) + 1 into new.place from slot where agent_id = new.agent_id and channel = new.channel;
      end if;
      if new.place is null then
        raise exception 'agent % has no place left for channel %', new.agent_id, new.channel using errcode = 'check_violation', constraint = 'slot_place';
      end if;
      new.shut := work.alone and work.most = 1;
      return new;
    end $$`.execute(db);
  await sql`create trigger slot_takes_place before insert or update of channel on slot for each row execute function take_place()`.execute(db);
}

async function lanes(db: Kysely<unknown>): Promise<void> {
  await sql`alter table contact add column channel text not null default 'voice'`.execute(db);
  await sql`drop index contact_lane`.execute(db);
  await sql`create index contact_lane on contact (queue_id, channel, video, priority, queued_at, id) where phase = 'waiting' and present`.execute(db);
  await sql`
    update contact set state = state || '{"channel":"voice"}' || jsonb_build_object('phase', state->'phase' || (case phase when 'call' then '{"escalated":false}' else '{}' end)::jsonb)`.execute(db);
}

async function threads(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table contact add column messages integer not null default 0, add column read_by_customer integer not null default 0, add column read_by_agent integer not null default 0`.execute(db);
  await sql`
    create table message (
      contact_id uuid not null references contact,
      number integer not null,
      at timestamptz not null,
      author text not null,
      agent_id uuid references agent,
      client_id text not null,
      text text not null,
      primary key (contact_id, number),
      unique (contact_id, author, client_id)
    )`.execute(db);
}

/** What a portal handed in; each belongs to a message of a contact's thread, and every external id is taken once. */
async function inbound(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table inbound (
      portal_id text not null,
      external_id text not null,
      thread_id text not null,
      contact_id uuid not null references contact,
      number integer not null,
      source text not null,
      sender text not null,
      reply_to text,
      subject text,
      link text,
      request_hash text not null,
      received_at timestamptz not null,
      primary key (portal_id, external_id)
    )`.execute(db);
  await sql`create index inbound_thread on inbound (portal_id, thread_id, received_at desc)`.execute(db);
  await sql`create index inbound_contact on inbound (contact_id)`.execute(db);
}
