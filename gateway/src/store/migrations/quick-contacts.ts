/** Contacts are changed in place: no index looks into their state, and a page has room for the next version of a row. */
import { sql, type Kysely } from 'kysely';

export async function quickContacts(db: Kysely<unknown>): Promise<void> {
  await sql`drop index contact_theirs`.execute(db);
  await sql`drop index contact_wanted`.execute(db);
  // Taken up by the table's being written anew for the columns below.
  await sql`alter table contact set (fillfactor = 75)`.execute(db);
  await sql`
    alter table contact
      add column theirs text generated always as (case when phase = 'waiting' then coalesce(state->'phase'->>'returnTo', state->'phase'->'first'->>'agentId') end) stored,
      add column by_skills boolean not null generated always as (coalesce(jsonb_typeof(state->'wanted') = 'object', false)) stored`.execute(db);
  await sql`create index contact_theirs on contact (queued_at) where theirs is not null`.execute(db);
  await sql`create index contact_by_skills on contact (queued_at) where phase = 'waiting' and present and by_skills`.execute(db);
}
