/** As what a contact was offered to an agent: their figures tell calls from chats, messages and tasks. */
import { sql, type Kysely } from 'kysely';

export async function handlingChannel(db: Kysely<unknown>): Promise<void> {
  await sql`alter table handling add column channel text not null default 'voice'`.execute(db);
  // Of contacts that are deleted already nothing more is known; most were calls.
  await sql`update handling set channel = reservation.channel from reservation where reservation.id = handling.id`.execute(db);
}
