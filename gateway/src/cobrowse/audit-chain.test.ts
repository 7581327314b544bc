import fc from 'fast-check';
import { describe, it } from 'vitest';
import { genesis, hashOf, verify, type ChainedEntry } from './audit-chain.ts';

const detail = fc.dictionary(fc.string({ maxLength: 10 }), fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 4 });

function chain(details: readonly ChainedEntry['detail'][]): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (const [index, each] of details.entries()) {
    const rest = { seq: index + 1, at: index, contactId: 'c', actor: { kind: 'agent', id: 'anna' }, action: 'controlled', detail: each, previousHash: entries.at(-1)?.hash ?? genesis } as const;
    entries.push({ ...rest, hash: hashOf(rest) });
  }
  return entries;
}

const isWhole = (entries: readonly ChainedEntry[]): boolean => entries.every((entry, at) => verify(entry, entries[at - 1] ?? null).ok);

describe('the chain of the audit', () => {
  it('CR3 holds as it was written, in whatever order a store keeps keys', () => {
    fc.assert(fc.property(fc.array(detail, { minLength: 1, maxLength: 6 }), (details) => {
      const reordered = chain(details).map((entry) => ({ ...entry, detail: Object.fromEntries(Object.entries(entry.detail).toReversed()) }));
      return isWhole(reordered);
    }));
  });

  it('CR3 breaks when any entry is changed, removed, doubled or put elsewhere', () => {
    fc.assert(fc.property(fc.array(detail, { minLength: 3, maxLength: 6 }), fc.nat(), fc.constantFrom('at', 'contactId', 'action', 'detail', 'actor', 'remove', 'double', 'swap'), (details, at, how) => {
      const entries = chain(details);
      // The last one's removal only shows against an anchor.
      const index = at % (entries.length - 1);
      const entry = entries[index]!;
      const next = entries[index + 1]!;
      const changes = { at: { at: -1 }, contactId: { contactId: 'd' }, action: { action: 'annotated' }, detail: { detail: { ...entry.detail, more: 1e9 } }, actor: { actor: { kind: 'customer' } } } as const;
      if (how === 'remove') entries.splice(index, 1);
      else if (how === 'double') entries.splice(index, 0, entry);
      else if (how === 'swap') entries.splice(index, 2, next, entry);
      else entries[index] = { ...entry, ...changes[how] };
      return !isWhole(entries);
    }));
  });
});
