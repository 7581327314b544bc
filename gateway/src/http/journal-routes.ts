/** `GET /api/journal`: every hop of every contact, as JSON by pages, or whole as CSV or as the journal's lines, sent as they are read. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Response } from 'express';
import { z } from 'zod';
import type { Config } from '../config/schema.ts';
import { csvRow } from '../figures/csv.ts';
import { calledOf, callerOf, type JournalHop } from '../journal/hop.ts';
import { toLine, writeLine } from '../journal/line.ts';
import { timeZoneOf } from '../journal/times.ts';
import type { Db } from '../store/database.ts';
import { journalPage, journalPages } from '../store/journal.ts';
import { ticketSchema } from './agent-answers.ts';
import { route, type Route } from './route.ts';

const perPage = 500;

const querySchema = z.object({
  format: z.enum(['json', 'csv', 'lines']).default('json').describe('lines: one line a hop that is over, `12.10.2012_14.00_12.10.2012_14.05_Ticket_1234_Caller_03472619287_Called_732[_END]`.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Hops that began at or after this.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Hops that began before this.'),
  queue: z.string().max(50).optional(),
  after: z.coerce.number().int().min(0).default(0).describe('Continue above this ticket number.'),
  limit: z.coerce.number().int().min(1).max(1000).default(200).describe('JSON only: CSV and lines tell all.'),
});

const hopSchema = ticketSchema.unwrap().omit({ pageRecorded: true, pageShared: true }).extend({
  queue: z.string(), callerNumber: z.string().nullable().describe('The customer\'s telephone number, where one was known.'), calledNumber: z.string().nullable().describe('The extension, or the number that was called.'),
}).meta({ id: 'JournalHop' });

export function journalRoutes({ db, config }: { readonly db: Db; readonly config: Config }): Route[] {
  return [
    route({
      method: 'get', path: '/api/journal', tag: 'Tickets', auth: 'agent', query: querySchema, summary: 'The journal, in the order of the tickets: one\'s own hops, or everybody\'s for supervisors',
      answer: {
        description: 'The hops; `next` continues as `after`, null at the end. With `format` csv or lines: text/csv or text/plain.',
        schema: z.object({ hops: z.array(hopSchema), next: z.int().nullable() }),
      },
      handle: async ({ caller, query: { format, after, limit, ...bounds }, response }) => {
        const filter = { ...bounds, agentId: caller.agent.role === 'agent' ? caller.agentId : null };
        if (format === 'json') {
          const hops = await journalPage(db, filter, { after, limit });
          return { ok: true, value: { hops, next: hops.length < limit ? null : hops.at(-1)?.ticket ?? null } };
        }
        const pages = journalPages(db, filter, { after, perPage });
        if (format === 'csv') await send(response, { type: 'text/csv; charset=utf-8; header=present', file: 'journal.csv' }, csv(pages));
        else await send(response, { type: 'text/plain; charset=utf-8', file: 'journal.txt' }, lines(pages, timeZoneOf(config)));
        return 'handled';
      },
    }),
  ];
}

async function* csv(pages: AsyncIterable<readonly JournalHop[]>): AsyncGenerator<string> {
  yield csvRow(['ticket', 'from', 'to', 'caller', 'called', 'agent', 'queue', 'outcome', 'end', 'contact', 'callerUri', 'disposition', 'notes']);
  for await (const page of pages) {
    yield page.map((hop) => csvRow([
      hop.ticket, hop.from, hop.to, { phone: callerOf(hop) }, { phone: calledOf(hop) }, hop.agent, hop.queue, hop.outcome, hop.end, hop.contactId, hop.caller, hop.disposition, hop.notes,
    ])).join('');
  }
}

async function* lines(pages: AsyncIterable<readonly JournalHop[]>, timeZone: string): AsyncGenerator<string> {
  for await (const page of pages) {
    yield page.flatMap((hop) => toLine(hop, timeZone) ?? []).map((line) => `${writeLine(line)}\n`).join('');
  }
}

/** At the pace at which it is taken; whoever goes away in the midst of it ends it, and a store that fails breaks the download off rather than end it as if it were whole. */
async function send(response: Response, { type, file }: { readonly type: string; readonly file: string }, parts: AsyncGenerator<string>): Promise<void> {
  // What is known before the first byte may still become a problem.
  const first = await parts.next();
  response.status(200).set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${file}"`, 'Cache-Control': 'no-store' });
  const all = async function* (): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* parts;
  };
  await pipeline(Readable.from(all()), response).catch(() => { response.destroy(); });
}
