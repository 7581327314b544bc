/** What an agent does about the customer's page and screen: ask for each grant, give it back, and get the viewer's credential. */
import { z } from 'zod';
import type { ViewerToken } from '#shared/agent-protocol.ts';
import { askSchema } from '#shared/cobrowse-grant-schemas.ts';
import { askedGrant, grantState, type GrantKind, type Grants } from '#shared/cobrowse-grants.ts';
import type { Watcher } from '#shared/cobrowse-hands.ts';
import type { Reply } from '#shared/problem.ts';
import { relayFor } from '../cobrowse/relay-nodes.ts';
import type { Recordings } from '../cobrowse/recordings.ts';
import { mayAsk } from '../contact/phases/grants.ts';
import type { ContactRunner } from '../contact/runner.ts';
import { watchesAs } from '../contact/watching.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Db } from '../store/database.ts';
import { viewerTokenSchema } from './agent-answers.ts';
import { ownContact } from './own-contact.ts';
import { problems } from './problems.ts';
import { route, type Route } from './route.ts';

const idSchema = z.object({ id: z.uuid() });
/** A viewer's token is used at once; the viewer asks for another when it comes back later. */
const viewerTokenSeconds = 60;

export interface CobrowseRouteOptions {
  readonly db: Db;
  readonly tokens: Tokens;
  readonly runner: ContactRunner;
  readonly publicUrl: () => string;
  readonly viewerOrigin: string | null;
  /** Relays that run by themselves; none: the gateway relays. */
  readonly cobrowseNodes: readonly string[];
  /** Null where nothing is recorded. */
  readonly recordings: () => Recordings | null;
}

export function cobrowseRoutes({ db, tokens, runner, publicUrl, viewerOrigin, cobrowseNodes, recordings }: CobrowseRouteOptions): Route[] {
  const onOwn = ownContact(runner);
  const ask = (contactId: string, agentId: string, grant: GrantKind) => onOwn(contactId, agentId, { type: 'cobrowseAsked', grant }, 'call', ({ cobrowse }) => {
    // Nobody is asked for what could not be done.
    if (grant === 'record' && recordings() === null) return problems.wrongState('Nothing is recorded here: RECORDING_KEY is not set.');
    return mayAsk(cobrowse, grant) ? null : problems.wrongState(whyNotAsked(cobrowse, grant));
  });

  /** Whoever asks must be what the route is for, in the contact's state as it is now. */
  const viewerToken = async (contactId: string, agentId: string, kinds: ReadonlyArray<Watcher['as']>): Promise<Reply<ViewerToken>> => {
    const row = await db.selectFrom('contact').select(['from_uri', 'state']).where('id', '=', contactId).executeTakeFirst();
    const agent = await db.selectFrom('agent').select(['id', 'role']).where('id', '=', agentId).executeTakeFirst();
    if (row === undefined || agent === undefined) return { ok: false, problem: problems.notOnCall() };
    const { state } = row;
    const as = watchesAs({ ...state, cobrowse: { ...state.cobrowse, view: 'granted' } }, agent);
    if (as === null || !kinds.includes(as)) return { ok: false, problem: problems.notOnCall() };
    if (state.cobrowse.view !== 'granted') return { ok: false, problem: problems.grantMissing() };
    const viewerBase = viewerOrigin ?? publicUrl();
    const token = tokens.issue('cobrowse', { sub: row.from_uri, role: 'viewer', contactId, agentId, origin: new URL(viewerBase).origin }, viewerTokenSeconds);
    return { ok: true, value: { token, cobrowseUrl: relayFor(row.from_uri, cobrowseNodes) ?? publicUrl(), viewerUrl: `${viewerBase}/viewer/` } };
  };

  return [
    route({
      method: 'post', path: '/api/contacts/{id}/cobrowse/ask', tag: 'Co-browse', auth: 'agent', status: 204, params: idSchema, body: askSchema,
      summary: 'Ask the customer for one grant on their page: to see it; then to draw on it, to act in it, to keep it; or to see their screen instead',
      answer: { description: 'Asked; the view follows in the stream.' }, handle: ({ caller, params, body }) => ask(params.id, caller.agentId, body.grant),
    }),
    route({
      method: 'delete', path: '/api/contacts/{id}/cobrowse/{grant}', tag: 'Co-browse', auth: 'agent', status: 204, params: idSchema.extend(askSchema.shape),
      summary: 'Give one grant back, or withdraw the question for it; without the view every other grant on the page ends, too', answer: { description: 'It is off.' },
      handle: ({ caller, params }) => onOwn(params.id, caller.agentId, { type: 'cobrowseRevoked', grant: params.grant, by: 'agent' }, 'call'),
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/cobrowse/token', tag: 'Co-browse', auth: 'agent', status: 201, params: idSchema,
      summary: 'The viewer\'s credential for the page that the customer shares', answer: { description: 'Use at once.', schema: viewerTokenSchema },
      handle: ({ caller, params }) => viewerToken(params.id, caller.agentId, ['agent', 'colleague']),
    }),
    route({
      method: 'post', path: '/api/contacts/{id}/cobrowse/monitor', tag: 'Co-browse', auth: 'agent', status: 201, params: idSchema,
      summary: 'A supervisor looks on at the page that a customer shares with an agent; the customer sees who came', answer: { description: 'Use at once.', schema: viewerTokenSchema },
      handle: ({ caller, params }) => viewerToken(params.id, caller.agentId, ['supervisor']),
    }),
  ];
}

function whyNotAsked(grants: Grants, grant: GrantKind): string {
  if (grantState(grants, grant) !== 'off') return grants[grant] === 'asked' ? 'The customer has been asked already.' : 'The customer has granted it already.';
  const open = askedGrant(grants);
  return open === null ? 'The customer does not share their page: ask for `view` first.' : `The customer is being asked for \`${open}\`: wait for the answer, or withdraw the question.`;
}
