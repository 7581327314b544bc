/** How a customer is called on the screen. */
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { Translate } from '../i18n/translate.ts';

export function customerName(contact: AgentContact, text: Translate): string {
  if (contact.customer === null && contact.inbound !== null) return contact.inbound.sender;
  return contact.customer === null ? text('customer.anonymous') : contact.customer.name ?? contact.customer.id;
}

/** One or two letters for the avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 0x20).trim());
  return letters.join('').toLocaleUpperCase();
}
