/**
 * `where('id', '=', anyOf(ids))`: one text however long the list, so that the statement is prepared (store/prepared-pool.ts). A single one has a text of its
 * own: PostgreSQL takes a list for ten as long as it does not know better, finds one so much cheaper that it plans anew every time, and for a single id
 * the planning is most of the work.
 */
import { sql, type RawBuilder } from 'kysely';

export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return ids.length === 1 ? sql<string>`${ids[0]}::uuid` : sql<string>`any(${ids}::uuid[])`;
}
