/** Recordings of shared pages: listed and replayed by whoever had the contact and by supervisors, each replay noted in the audit; deleted before their time by administrators. */
import { z } from 'zod';
import type { PageRecording, ReplayPart, ReplayStart } from '#shared/cobrowse-recording.ts';
import type { Reply } from '#shared/problem.ts';
import type { Recordings } from '../cobrowse/recordings.ts';
import { agentOf } from '../contact/runner.ts';
import type { LoggedInAgent } from '../session/logins.ts';
import type { Tokens } from '../session/tokens.ts';
import { appendAudit } from '../store/cobrowse-audit.ts';
import { deleteRecordings, findRecording, recordingsOf } from '../store/cobrowse-recordings.ts';
import type { Db } from '../store/database.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const contactSchema = z.object({ id: z.uuid() });
const recordingSchema = contactSchema.extend({ recordingId: z.uuid() });
const replaySeconds = 3_600;

export interface RecordingRouteOptions {
  readonly db: Db;
  readonly tokens: Tokens;
  readonly publicUrl: () => string;
  readonly viewerOrigin: string | null;
  /** Null where nothing is recorded. */
  readonly recordings: () => Recordings | null;
  readonly now: () => number;
}

export function recordingRoutes({ db, tokens, publicUrl, viewerOrigin, recordings, now }: RecordingRouteOptions): Route[] {
  /** Null when this agent may see what was kept of the contact. To others it does not exist. */
  const refusal = async (contactId: string, { agentId, agent }: LoggedInAgent): Promise<Reply<never> | null> => {
    const contact = await db.selectFrom('contact').select(['agent_id', 'state']).where('id', '=', contactId).executeTakeFirst();
    const had = contact !== undefined && (agent.role !== 'agent' || contact.agent_id === agentId || agentOf(contact.state) === agentId
      || await db.selectFrom('ticket').select('number').where('contact_id', '=', contactId).where('agent_id', '=', agentId).executeTakeFirst() !== undefined);
    return had ? null : { ok: false, problem: problems.notFound('contact') };
  };

  return [
    route({
      method: 'get', path: '/api/contacts/{id}/cobrowse/recordings', tag: 'Co-browse', auth: 'agent', params: contactSchema,
      summary: 'What was kept of the customer\'s page, with their grant; of one\'s own contacts, or any for supervisors',
      answer: {
        description: 'The recordings.',
        schema: z.object({ recordings: z.array(z.object({ id: z.string(), startedAt: z.string(), endedAt: z.string().nullable(), expiresAt: z.string(), bytes: z.number() })) }),
      },
      handle: async ({ caller, params }) => await refusal(params.id, caller) ?? { ok: true, value: { recordings: await recordingsOf(db, params.id) satisfies PageRecording[] } },
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/cobrowse/recordings/{recordingId}/replay', tag: 'Co-browse', auth: 'agent', status: 201, params: recordingSchema,
      summary: 'Begin a replay; the audit notes by whom', answer: { description: 'How to get its parts.', schema: z.object({ replay: z.string(), parts: z.number(), viewerUrl: z.string() }) },
      handle: async ({ caller, params }) => {
        const refused = await refusal(params.id, caller);
        if (refused !== null) return refused;
        const recording = await findRecording(db, params.id, params.recordingId);
        if (recording === undefined || recordings() === null) return { ok: false, problem: problems.notFound('recording') };
        await db.transaction().execute((tx) => appendAudit(tx, [{
          contactId: params.id, at: now(), actor: { kind: 'agent', id: caller.agentId }, action: 'recordingReplayed', detail: { recording: params.recordingId },
        }]));
        const replay = tokens.issue('replay', { sub: caller.agentId, recordingId: params.recordingId }, replaySeconds);
        return { ok: true, value: { replay, parts: recording.parts, viewerUrl: `${viewerOrigin ?? publicUrl()}/viewer/` } satisfies ReplayStart };
      },
    }),
    route({
      method: 'get', path: '/api/contacts/{id}/cobrowse/recordings/{recordingId}/parts/{number}', tag: 'Co-browse', auth: 'agent',
      params: recordingSchema.extend({ number: z.coerce.number().int().min(0).max(1_000_000) }), query: z.object({ replay: z.string().max(4000) }),
      summary: 'One part of a recording, for the viewer', answer: { description: 'What happened in it, in order.', schema: z.object({ items: z.array(z.looseObject({ at: z.number() })) }) },
      handle: async ({ caller, params, query, response }) => {
        const verified = tokens.verify('replay', query.replay);
        if (!verified.ok) return verified;
        if (verified.claims.sub !== caller.agentId || verified.claims.recordingId !== params.recordingId) return { ok: false, problem: problems.forbidden('This replay was begun by somebody else, or is of another recording.') };
        const recording = await findRecording(db, params.id, params.recordingId);
        if (recording === undefined || params.number >= recording.parts) return { ok: false, problem: problems.notFound('part') };
        const items = await recordings()?.read(recording, params.number);
        response.set('Cache-Control', 'no-store');
        return items ? { ok: true, value: { items } satisfies ReplayPart } : { ok: false, problem: problems.unreadable() };
      },
    }),
    route({
      method: 'delete', path: '/api/contacts/{id}/cobrowse/recordings/{recordingId}', tag: 'Co-browse', auth: 'agent', status: 204, params: recordingSchema,
      summary: 'Delete a recording before its time; for administrators', answer: { description: 'Deleted; the audit keeps that it was there.' },
      handle: async ({ caller, params }) => {
        if (caller.agent.role !== 'admin') return { ok: false, problem: problems.forbidden('Recordings are deleted by administrators.') };
        return db.transaction().execute(async (tx) => {
          const found = await findRecording(tx, params.id, params.recordingId);
          if (found === undefined) return { ok: false, problem: problems.notFound('recording') };
          await deleteRecordings(tx, { id: found.id });
          await appendAudit(tx, [{ contactId: params.id, at: now(), actor: { kind: 'agent', id: caller.agentId }, action: 'recordingDeleted', detail: { recording: found.id, cause: 'asked' } }]);
          return { ok: true, value: null };
        });
      },
    }),
  ];
}
