/** The audit's rows: appended one after the other, each chained to the one before; read by contact, or all for verification. */
import { sql } from 'kysely';
import type { AuditActor, AuditDetail, AuditEntry } from '#shared/cobrowse-audit.ts';
import { genesis, hashOf, type ChainedEntry } from '../cobrowse/audit-chain.ts';
import type { Queries } from './database.ts';
import type { CobrowseAuditTable } from './schema.ts';
import type { Selectable } from 'kysely';

/** Names the advisory lock that makes appending one at a time, on whichever node. Taken last of all locks, and held to the end of the transaction. */
const chainLock = 0x6768_6175;
const maxDetailText = 300;

/** Within a transaction of the caller's: what is written down stands and falls with what it is about. `at`: epoch milliseconds. */
export async function appendAudit(tx: Queries, entries: ReadonlyArray<AuditEntry & { readonly at: number }>): Promise<void> {
  if (entries.length === 0) return;
  await sql`select pg_advisory_xact_lock(${chainLock}::bigint)`.execute(tx);
  const head = await auditHead(tx);
  let { seq, hash } = head ?? { seq: 0, hash: genesis };
  const rows = entries.map((given) => {
    seq += 1;
    const entry = { seq, at: given.at, contactId: given.contactId, actor: given.actor, action: given.action, detail: bounded(given.detail), previousHash: hash };
    hash = hashOf(entry);
    return {
      seq: String(seq), at: new Date(entry.at), contact_id: entry.contactId, actor_kind: entry.actor.kind, actor_id: entry.actor.kind === 'agent' ? entry.actor.id : null,
      action: entry.action, detail: JSON.stringify(entry.detail), previous_hash: entry.previousHash, hash,
    };
  });
  await tx.insertInto('cobrowse_audit').values(rows).execute();
}

/** The last entry, or undefined while there is none. */
export async function auditHead(db: Queries): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
  const row = await db.selectFrom('cobrowse_audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row && { seq: Number(row.seq), hash: row.hash };
}

/** In order, from this number on. */
export async function auditFrom(db: Queries, seq: number, limit: number): Promise<ChainedEntry[]> {
  const rows = await db.selectFrom('cobrowse_audit').selectAll().where('seq', '>=', String(seq)).orderBy('seq').limit(limit).execute();
  return rows.map(entryOf);
}

/** A contact's entries, each with the one before it in the chain of all. */
export async function auditOf(db: Queries, contactId: string, limit: number): Promise<Array<{ readonly entry: ChainedEntry; readonly before: { readonly seq: number; readonly hash: string } | null }>> {
  const rows = await db.selectFrom('cobrowse_audit').leftJoin('cobrowse_audit as earlier', (join) => join.on(sql`earlier.seq`, '=', sql`cobrowse_audit.seq - 1`))
    .selectAll('cobrowse_audit').select(['earlier.seq as earlier_seq', 'earlier.hash as earlier_hash'])
    .where('cobrowse_audit.contact_id', '=', contactId).orderBy('cobrowse_audit.seq').limit(limit).execute();
  return rows.map(({ earlier_seq: seq, earlier_hash: hash, ...row }) => ({ entry: entryOf(row), before: seq === null || hash === null ? null : { seq: Number(seq), hash } }));
}

function entryOf(row: Selectable<CobrowseAuditTable>): ChainedEntry {
  const actor: AuditActor = row.actor_kind === 'agent' ? { kind: 'agent', id: row.actor_id ?? '' } : { kind: row.actor_kind };
  return { seq: Number(row.seq), at: row.at.getTime(), contactId: row.contact_id, actor, action: row.action, detail: row.detail, previousHash: row.previous_hash, hash: row.hash };
}

function bounded(detail: AuditDetail): AuditDetail {
  return Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, typeof value === 'string' ? value.replaceAll('\u0000', '').slice(0, maxDetailText) : value]));
}

/** For lists of tickets: whether there is something to read. */
export function pageShared(contactId: 'ticket.contact_id') {
  return sql<boolean>`exists (select from cobrowse_audit where cobrowse_audit.contact_id = ${sql.ref(contactId)})`.as('pageShared');
}
