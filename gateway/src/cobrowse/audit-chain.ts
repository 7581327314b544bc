/**
 * The chain that makes the audit tamper-evident: each entry's hash covers all that it says and the hash before it, so whoever changes or
 * removes one has to rewrite all that follow, and the head, which is also in the log, no longer fits. Knows no store.
 */
import { createHash } from 'node:crypto';
import type { AuditAction, AuditActor, AuditDetail } from '#shared/cobrowse-audit.ts';

export interface ChainedEntry {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly contactId: string;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly detail: AuditDetail;
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first entry follows from. */
export const genesis = '0'.repeat(64);

export function hashOf(entry: Omit<ChainedEntry, 'hash'>): string {
  // Written out as a list, so that neither the order of keys nor a new field changes the meaning of old hashes.
  const actorId = entry.actor.kind === 'agent' ? entry.actor.id : null;
  const detail = Object.entries(entry.detail).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify([entry.previousHash, entry.seq, entry.at, entry.contactId, entry.actor.kind, actorId, entry.action, detail])).digest('hex');
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly seq: number; readonly why: string };

/** `before`: the entry that this one must follow, or null for the first of all. */
export function verify(entry: ChainedEntry, before: Pick<ChainedEntry, 'seq' | 'hash'> | null): Verdict {
  const broken = (why: string): Verdict => ({ ok: false, seq: entry.seq, why });
  if (entry.seq !== (before?.seq ?? 0) + 1) return broken(`entry ${(before?.seq ?? 0) + 1} is missing`);
  if (entry.previousHash !== (before?.hash ?? genesis)) return broken('it does not follow from the entry before it');
  if (entry.hash !== hashOf(entry)) return broken('it is not what was written');
  return { ok: true };
}
