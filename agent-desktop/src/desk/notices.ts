/** What the agent must be told because it happened without them: told from two views in a row. */
import type { AgentContact, AgentView, SecondEnded } from '#shared/agent-protocol.ts';

export type Notice =
  /** The offer ran out; the system may have set the agent aside so that nobody else is kept waiting. */
  | { readonly kind: 'missed'; readonly contactId: string; readonly customer: string | null; readonly setAside: boolean }
  /** The customer left, or another agent was faster. */
  | { readonly kind: 'withdrawn'; readonly contactId: string; readonly customer: string | null }
  /** The system ended the wrap-up. */
  | { readonly kind: 'wrapUpEnded'; readonly contactId: string; readonly customer: string | null }
  /** A colleague who asked for advice has left the customer to this agent. */
  | { readonly kind: 'becameOwn'; readonly contactId: string; readonly customer: string | null; readonly from: string | null }
  /** A consultation that was going on, in which the customer stayed the colleague's. */
  | { readonly kind: 'adviceOver'; readonly contactId: string; readonly customer: string | null }
  /** A call that never came about: declined, or nobody answered in time. */
  | { readonly kind: 'notReached'; readonly contactId: string; readonly customer: string | null }
  /** The second party is gone, or never came. */
  | { readonly kind: 'secondEnded'; readonly contactId: string; readonly customer: string | null; readonly name: string; readonly outcome: SecondEnded['outcome'] };

export interface NoticeFacts {
  readonly previous: AgentView | null;
  readonly next: AgentView;
  /** Contacts that the agent accepted, rejected or finished here: what became of them is no news. */
  readonly acted: ReadonlySet<string>;
  /** The gateway's time, milliseconds. */
  readonly now: number;
}

export function noticesBetween({ previous, next, acted, now }: NoticeFacts): readonly Notice[] {
  if (previous === null) return [];
  const notices: Notice[] = [];
  for (const contact of next.contacts) {
    const before = previous.contacts.find(({ contactId }) => contactId === contact.contactId);
    if (before !== undefined) notices.push(...withinContact(before, contact));
  }
  for (const contact of previous.contacts) {
    if (acted.has(contact.contactId) || next.contacts.some(({ contactId }) => contactId === contact.contactId)) continue;
    const about = { contactId: contact.contactId, customer: contact.customer?.name ?? null };
    if (contact.slot === 'reserved') {
      const setAside = previous.agent.status === 'available' && next.agent.status !== 'available';
      notices.push(setAside || ranOut(contact, now) ? { kind: 'missed', ...about, setAside } : { kind: 'withdrawn', ...about });
    } else if (contact.slot === 'wrapUp' && contact.wrapUp.endsAt !== null) {
      notices.push({ kind: 'wrapUpEnded', ...about });
    } else if (contact.slot === 'engaged' && contact.part === 'consulted') {
      notices.push({ kind: 'adviceOver', ...about });
    } else if (contact.slot === 'engaged' && contact.call.connectedAt === null) {
      notices.push({ kind: 'notReached', ...about });
    }
  }
  return notices;
}

function withinContact(before: AgentContact, contact: AgentContact): readonly Notice[] {
  const about = { contactId: contact.contactId, customer: contact.customer?.name ?? null };
  const notices: Notice[] = [];
  if (before.part === 'consulted' && contact.part === 'own' && contact.slot === 'engaged') notices.push({ kind: 'becameOwn', ...about, from: (contact.by ?? before.by)?.name ?? null });
  const ended = contact.secondEnded;
  if (ended !== null && ended.at !== before.secondEnded?.at) notices.push({ kind: 'secondEnded', ...about, name: ended.name, outcome: ended.outcome });
  return notices;
}

function ranOut(contact: AgentContact, now: number): boolean {
  return contact.offerExpiresAt !== null && Date.parse(contact.offerExpiresAt) <= now + 500;
}
