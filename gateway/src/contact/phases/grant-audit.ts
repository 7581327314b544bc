/** What an event did to a contact's grants, as lines of the audit. Pure: the runner writes them in the transaction that stores the contact. */
import type { AuditActor, AuditEntry } from '#shared/cobrowse-audit.ts';
import { grantKinds, grantState, type GrantKind } from '#shared/cobrowse-grants.ts';
import type { ContactEvent, ContactState } from '../state.ts';

type GrantChange = Omit<AuditEntry, 'contactId'>;

export function grantChanges(before: ContactState, after: ContactState, event: ContactEvent): GrantChange[] {
  return grantKinds.flatMap((grant) => grantState(before.cobrowse, grant) === grantState(after.cobrowse, grant) ? [] : [changeOf(grant, before, after, event)]);
}

function changeOf(grant: GrantKind, before: ContactState, after: ContactState, event: ContactEvent): GrantChange {
  const agent = actorOf(before);
  const isNamed = event.type === 'cobrowseRevoked' && event.grant === grant;
  switch (grantState(after.cobrowse, grant)) {
    case 'asked': return { actor: agent, action: 'asked', detail: { grant } };
    case 'granted': return { actor: { kind: 'customer' }, action: 'granted', detail: { grant, ...agent.kind === 'agent' ? { to: agent.id } : {} } };
    case 'off': {
      if (!isNamed) return { actor: { kind: 'system' }, action: 'lapsed', detail: { grant, cause: event.type } };
      const byAgent = event.by === 'agent';
      const wasAsked = before.cobrowse[grant] === 'asked';
      return { actor: byAgent ? agent : { kind: 'customer' }, action: wasAsked ? (byAgent ? 'withdrawn' : 'declined') : 'revoked', detail: { grant } };
    }
  }
}

function actorOf({ phase }: ContactState): AuditActor {
  return 'agentId' in phase && phase.agentId !== null ? { kind: 'agent', id: phase.agentId } : { kind: 'system' };
}
