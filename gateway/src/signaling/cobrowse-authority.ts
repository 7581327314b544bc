/** Who may use the co-browse relay: the token's claims, its origin, and what the contact's present state says, at every connection and at every change. */
import type { Standing } from '#shared/cobrowse-hands.ts';
import type { CobrowseClaims } from '#shared/cobrowse-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import type { Config } from '../config/schema.ts';
import { agentOf } from '../contact/runner.ts';
import { watchesAs } from '../contact/watching.ts';
import { problems } from '../http/problems.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Db } from '../store/database.ts';

export interface CobrowseAuthorityOptions {
  readonly db: Db;
  readonly config: Config;
  readonly tokens: Tokens;
}

export function cobrowseAuthority({ db, config, tokens }: CobrowseAuthorityOptions) {
  return {
    authorize: async (token: string, origin: string | undefined): Promise<Reply<CobrowseClaims>> => {
      const verified = tokens.verify('cobrowse', token);
      if (!verified.ok) return verified;
      const { sub: from, role, contactId, agentId, origin: boundTo } = verified.claims;
      if (boundTo !== null && boundTo !== origin) return { ok: false, problem: problems.originRefused() };
      const contact = await db.selectFrom('contact').select(['from_uri', 'state']).where('id', '=', contactId).executeTakeFirst();
      if (contact === undefined || contact.from_uri !== from || contact.state.cobrowse.view !== 'granted') return { ok: false, problem: problems.grantMissing() };
      if (role === 'viewer') {
        const agent = agentId === null ? undefined : await db.selectFrom('agent').select(['id', 'role']).where('id', '=', agentId).executeTakeFirst();
        if (agent === undefined || watchesAs(contact.state, agent) === null) return { ok: false, problem: problems.notOnCall() };
      }
      return { ok: true, value: { role, from, contactId, agentId, origin: boundTo } };
    },

    standing: async (contactId: string, agentIds: readonly string[]): Promise<Standing | null> => {
      const contact = await db.selectFrom('contact').innerJoin('session', 'session.id', 'contact.session_id')
        .select(['contact.state', 'session.portal_id', 'session.request']).where('contact.id', '=', contactId).executeTakeFirst();
      if (contact === undefined) return null;
      const { state, portal_id: portalId, request } = contact;
      const agents = agentIds.length === 0 ? [] : await db.selectFrom('agent').select(['id', 'name', 'role']).where('id', 'in', agentIds).execute();
      const origins = request.origins ?? config.portals.find(({ id }) => id === portalId)?.origins ?? [];
      return {
        agentId: state.phase.name === 'call' ? agentOf(state) : null,
        annotate: state.cobrowse.annotate === 'granted', control: state.cobrowse.control === 'granted',
        watchers: Object.fromEntries(agents.flatMap((agent) => {
          const as = watchesAs(state, agent);
          return as === null ? [] : [[agent.id, { name: agent.name, as }]];
        })),
        origins: origins.map((one) => new URL(one).origin),
      };
    },
  };
}
