/** Customers who are called back, on their page or at a telephone. Contacts that are stored already get the fields that their state has grown. */
import { sql, type Kysely } from 'kysely';

export async function callbacks(db: Kysely<unknown>): Promise<void> {
  await sql`alter table contact add column callback_at timestamptz`.execute(db);
  await sql`create index contact_callback on contact (queue_id, callback_at) where callback_at is not null`.execute(db);
  await sql`update contact set state = state || '{"callback":null,"telephone":null}'`.execute(db);
}
