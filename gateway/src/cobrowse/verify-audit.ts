/** Verifies the whole audit, from its first entry to its head, a page at a time. */
import type { Queries } from '../store/database.ts';
import { auditFrom } from '../store/cobrowse-audit.ts';
import { verify, type ChainedEntry } from './audit-chain.ts';

const pageSize = 1_000;

/** An entry as the log, or anybody outside, remembers it. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: Anchor | null }
  | { readonly ok: false; readonly seq: number; readonly why: string };

/** `anchor`: shows, too, that nothing was cut off after it and that the chain was not written anew. */
export async function verifyAudit(db: Queries, anchor: Anchor | null = null): Promise<AuditVerdict> {
  let last: ChainedEntry | null = null;
  for (;;) {
    const page: ChainedEntry[] = await auditFrom(db, (last?.seq ?? 0) + 1, pageSize);
    for (const entry of page) {
      const verdict = verify(entry, last);
      if (!verdict.ok) return verdict;
      if (anchor?.seq === entry.seq && anchor.hash !== entry.hash) return { ok: false, seq: entry.seq, why: 'it is not the entry that stood here before: the chain was written anew' };
      last = entry;
    }
    if (page.length < pageSize) break;
  }
  if (anchor !== null && anchor.seq > (last?.seq ?? 0)) return { ok: false, seq: (last?.seq ?? 0) + 1, why: `it ends before entry ${anchor.seq}, which once was there` };
  return { ok: true, entries: last?.seq ?? 0, head: last === null ? null : { seq: last.seq, hash: last.hash } };
}
