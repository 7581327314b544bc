/** What the agent must be told because it happened without them: told from two views in a row. */
import type { AgentContact, AgentView } from '#shared/agent-protocol.ts';

export type Notice =
  /** The offer ran out; the system may have set the agent aside so that nobody else is kept waiting. */
  | { readonly kind: 'missed'; readonly contactId: string; readonly customer: string | null; readonly setAside: boolean }
  /** The customer left, or another agent was faster. */
  | { readonly kind: 'withdrawn'; readonly contactId: string; readonly customer: string | null }
  /** The system ended the wrap-up. */
  | { readonly kind: 'wrapUpEnded'; readonly contactId: string; readonly customer: string | null };

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
  for (const contact of previous.contacts) {
    if (acted.has(contact.contactId) || next.contacts.some(({ contactId }) => contactId === contact.contactId)) continue;
    const about = { contactId: contact.contactId, customer: contact.customer?.name ?? null };
    if (contact.slot === 'reserved') {
      const setAside = previous.agent.status === 'available' && next.agent.status !== 'available';
      notices.push(setAside || ranOut(contact, now) ? { kind: 'missed', ...about, setAside } : { kind: 'withdrawn', ...about });
    } else if (contact.slot === 'wrapUp' && contact.wrapUp.endsAt !== null) {
      notices.push({ kind: 'wrapUpEnded', ...about });
    }
  }
  return notices;
}

function ranOut(contact: AgentContact, now: number): boolean {
  return contact.offerExpiresAt !== null && Date.parse(contact.offerExpiresAt) <= now + 500;
}
