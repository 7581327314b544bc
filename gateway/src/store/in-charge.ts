/** Who is in charge of a hunt, where it was set at run time: that wins over the configuration until it is reset. */
import type { Queries } from './database.ts';

export interface SetInCharge {
  readonly queueId: string;
  /** A user name or number of the hunt's list. */
  readonly entry: string;
  /** Who set it: an agent's name, or the portal's. */
  readonly by: string;
  readonly at: number;
}

export async function inChargeSet(db: Queries): Promise<ReadonlyMap<string, SetInCharge>> {
  const rows = await db.selectFrom('in_charge').selectAll().execute();
  return new Map(rows.map((row) => [row.queue_id, { queueId: row.queue_id, entry: row.entry, by: row.set_by, at: row.set_at.getTime() }]));
}

export async function setInCharge(db: Queries, { queueId, entry, by, at }: SetInCharge): Promise<void> {
  const set = { entry, set_by: by, set_at: new Date(at) };
  await db.insertInto('in_charge').values({ queue_id: queueId, ...set }).onConflict((conflict) => conflict.column('queue_id').doUpdateSet(set)).execute();
}

export async function resetInCharge(db: Queries, queueId: string): Promise<void> {
  await db.deleteFrom('in_charge').where('queue_id', '=', queueId).execute();
}
