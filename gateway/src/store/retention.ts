/**
 * Deletes contacts whose time is over, with all that is theirs: whatever refers to them, in whichever tables there are, is found by the keys that the
 * store itself knows. What refers to nobody by key stays: figures, and the audit of shared pages.
 */
import { sql, type RawBuilder } from 'kysely';
import type { Db, Queries } from './database.ts';

interface Reference {
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly targets: readonly string[];
}

/** Sessions before this moment whose contact has ended and is in nobody's hands, and those of which no contact came. Answers how many were deleted; as many as `most` ask for another run. */
export async function forgetSessions(db: Db, before: number, most: number): Promise<number> {
  const references = await keys(db);
  return db.transaction().execute(async (tx) => {
    const at = new Date(before);
    const { rows } = await sql<{ id: string }>`
      select session.id from session left join contact on contact.session_id = session.id
      where session.created_at < ${at} and (contact.id is null or (contact.phase = 'ended' and contact.ended_at < ${at} and not exists (select from slot where slot.contact_id = contact.id)))
      order by session.created_at limit ${most} for update of session skip locked`.execute(tx);
    if (rows.length > 0) await deleteWith(tx, references, 'session', sql`id = any(${rows.map(({ id }) => id)}::uuid[])`);
    return rows.length;
  });
}

async function deleteWith(tx: Queries, references: readonly Reference[], table: string, which: RawBuilder<unknown>): Promise<void> {
  for (const { from, columns, to, targets } of references) {
    if (to !== table || from === table) continue;
    const names = (list: readonly string[]) => sql.join(list.map((name) => sql.ref(name)));
    await deleteWith(tx, references, from, sql`(${names(columns)}) in (select ${names(targets)} from ${sql.table(table)} where ${which})`);
  }
  await sql`delete from ${sql.table(table)} where ${which}`.execute(tx);
}

async function keys(db: Db): Promise<Reference[]> {
  const { rows } = await sql<Reference>`
    select child.relname as "from", parent.relname as "to",
      array(select attname::text from unnest(conkey) with ordinality as key (number, place) join pg_attribute on attrelid = conrelid and attnum = number order by place) as columns,
      array(select attname::text from unnest(confkey) with ordinality as key (number, place) join pg_attribute on attrelid = confrelid and attnum = number order by place) as targets
    from pg_constraint join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid where contype = 'f' and child.relnamespace = current_schema()::regnamespace`.execute(db);
  return rows;
}
