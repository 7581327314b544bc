/** Queries about where phones registered. */
import type { Binding } from '../sip/registrar/bindings.ts';
import type { Queries } from './database.ts';

export async function storeBindings(db: Queries, bindings: readonly Binding[]): Promise<void> {
  if (bindings.length === 0) return;
  await db.insertInto('sip_binding')
    .values(bindings.map((binding) => ({ id: binding.id, username: binding.username, expires_at: new Date(binding.expiresAt), binding: JSON.stringify(binding) })))
    .onConflict((conflict) => conflict.column('id').doUpdateSet((row) => ({
      username: row.ref('excluded.username'), expires_at: row.ref('excluded.expires_at'), binding: row.ref('excluded.binding'),
    }))).execute();
}

export async function forgetBindings(db: Queries, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('sip_binding').where('id', 'in', ids).execute();
}

/** All that still stand; what has run out is deleted on the way. */
export async function standingBindings(db: Queries, now: number): Promise<Binding[]> {
  await db.deleteFrom('sip_binding').where('expires_at', '<=', new Date(now)).execute();
  const rows = await db.selectFrom('sip_binding').select('binding').orderBy('expires_at').execute();
  return rows.map(({ binding }) => binding);
}
