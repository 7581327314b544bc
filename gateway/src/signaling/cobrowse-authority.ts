/** Who may use the co-browse relay: the token's claims, its origin, and what the contact's present state says, checked at every connection. */
import type { CobrowseClaims } from '#shared/cobrowse-protocol.ts';
import type { Reply } from '#shared/problem.ts';
import { agentOf } from '../contact/runner.ts';
import { problems } from '../http/problems.ts';
import type { Tokens } from '../session/tokens.ts';
import type { Db } from '../store/database.ts';

export function cobrowseAuthority({ db, tokens }: { readonly db: Db; readonly tokens: Tokens }) {
  return async (token: string, origin: string | undefined): Promise<Reply<CobrowseClaims>> => {
    const verified = tokens.verify('cobrowse', token);
    if (!verified.ok) return verified;
    const { sub: from, role, contactId, agentId, origin: boundTo } = verified.claims;
    if (boundTo !== null && boundTo !== origin) return { ok: false, problem: problems.originRefused() };
    const contact = await db.selectFrom('contact').select(['from_uri', 'state']).where('id', '=', contactId).executeTakeFirst();
    if (contact === undefined || contact.from_uri !== from || contact.state.cobrowse.view !== 'granted') return { ok: false, problem: problems.grantMissing() };
    // Whom a call was only offered to sees nothing yet, also where the customer's consent goes on from the agent before.
    if (role === 'viewer' && (agentId === null || contact.state.phase.name !== 'call' || agentOf(contact.state) !== agentId)) return { ok: false, problem: problems.notOnCall() };
    return { ok: true, value: { role, from, contactId, agentId, origin: boundTo } };
  };
}
