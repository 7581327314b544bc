/** `where('id', '=', anyOf(ids))`: one text however long the list, so that the statement is prepared (store/prepared-pool.ts). */
import { sql, type RawBuilder } from 'kysely';

export function anyOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`any(${ids}::uuid[])`;
}
