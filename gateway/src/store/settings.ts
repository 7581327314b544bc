/** Queries about settings made while everybody works, and the log of who made them. */
import type { Setting } from '../config/settings.ts';
import type { Queries } from './database.ts';

/** With its origin. */
export type StoredSetting = Setting & { readonly by: string; readonly since: number };

export async function storedSettings(db: Queries): Promise<StoredSetting[]> {
  const rows = await db.selectFrom('runtime_setting').selectAll().orderBy('since').execute();
  return rows.map((row) => ({ scope: row.scope, subject: row.subject, name: row.name, value: row.value, by: row.by_name, since: row.since.getTime() }) as StoredSetting);
}

/** `value` undefined: reset. */
export async function storeSetting(tx: Queries, { scope, subject, name, value }: Pick<Setting, 'scope' | 'subject' | 'name'> & { readonly value?: unknown }, made: { readonly by: string; readonly now: number }): Promise<void> {
  if (value === undefined) {
    await tx.deleteFrom('runtime_setting').where('scope', '=', scope).where('subject', '=', subject).where('name', '=', name).execute();
    return;
  }
  const row = { value: JSON.stringify(value), by_name: made.by, since: new Date(made.now) };
  await tx.insertInto('runtime_setting').values({ scope, subject, name, ...row }).onConflict((conflict) => conflict.columns(['scope', 'subject', 'name']).doUpdateSet(row)).execute();
}

export interface ConfigChange {
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly by: string;
  readonly action: 'set' | 'reset' | 'reload';
  /** As found in the file, such as `queues.loans.priority`. */
  readonly subject: string;
  readonly detail: object;
}

export async function appendChanges(tx: Queries, changes: ReadonlyArray<Pick<ConfigChange, 'action' | 'subject' | 'detail'>>, made: { readonly by: string; readonly now: number }): Promise<void> {
  if (changes.length === 0) return;
  await tx.insertInto('config_audit').values(changes.map(({ action, subject, detail }) => ({ at: new Date(made.now), by_name: made.by, action, subject, detail: JSON.stringify(detail) }))).execute();
}

/** Newest first; `before`: those below this number. */
export async function listChanges(db: Queries, { before, limit }: { readonly before?: number | undefined; readonly limit: number }): Promise<ConfigChange[]> {
  const rows = await db.selectFrom('config_audit').selectAll().$if(before !== undefined, (query) => query.where('id', '<', String(before))).orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({ number: Number(row.id), at: row.at.toISOString(), by: row.by_name, action: row.action, subject: row.subject, detail: row.detail }));
}
