/** The co-browse audit of a contact, for supervisors: what was asked, granted, seen, done and kept; with the word whether it is as it was written. */
import { z } from 'zod';
import { auditActions, type AuditLine, type AuditReport } from '#shared/cobrowse-audit.ts';
import { verify } from '../cobrowse/audit-chain.ts';
import { auditOf } from '../store/cobrowse-audit.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const idSchema = z.object({ id: z.uuid() });
/** More than the longest session has. */
const maxEntries = 20_000;

const lineSchema = z.object({
  seq: z.number(), at: z.string(), action: z.enum(auditActions), hash: z.string(),
  actor: z.object({ kind: z.enum(['customer', 'agent', 'system']), id: z.string().optional(), name: z.string().optional() }),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
const reportSchema = z.object({ contactId: z.string(), entries: z.array(lineSchema), verified: z.boolean(), brokenAt: z.number().nullable() });

export function auditRoutes({ db }: { readonly db: Db }): Route[] {
  return [
    route({
      method: 'get', path: '/api/contacts/{id}/cobrowse/audit', tag: 'Co-browse', auth: 'agent', params: idSchema,
      summary: 'What happened while the customer shared their page, in order; for supervisors', answer: { description: 'The entries, and whether their chain holds.', schema: reportSchema },
      handle: async ({ caller, params }) => {
        if (caller.agent.role === 'agent') return { ok: false, problem: problems.forbidden('The audit is shown to supervisors.') };
        const chained = await auditOf(db, params.id, maxEntries);
        const names = await namesOf(db, chained.flatMap(({ entry }) => (entry.actor.kind === 'agent' ? [entry.actor.id] : [])));
        const entries = chained.map(({ entry: { seq, at, action, actor, detail, hash } }): AuditLine => {
          const name = actor.kind === 'agent' ? names.get(actor.id) : undefined;
          return { seq, at: new Date(at).toISOString(), action, actor: { ...actor, ...name === undefined ? {} : { name } }, detail, hash };
        });
        const broken = chained.find(({ entry, before }) => !verify(entry, before).ok);
        return { ok: true, value: { contactId: params.id, entries, verified: broken === undefined, brokenAt: broken?.entry.seq ?? null } satisfies AuditReport };
      },
    }),
  ];
}

async function namesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('agent').select(['id', 'name']).where('id', 'in', [...new Set(ids)]).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}
