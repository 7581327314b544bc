/** A contact's summary as one sentence. */
import type { ContactSummary } from '#shared/agent-protocol.ts';
import type { Language } from '../i18n/catalogue.ts';
import type { Translate } from '../i18n/translate.ts';

export function summaryText({ queue, customer, caller, at, ticket, answered }: ContactSummary, text: Translate, language: Language): string {
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(at));
  const name = customer ?? text('customer.anonymous');
  return text(answered ? 'summary.answered' : 'summary.rungLast', { queue: queue.label, name, caller, time, ticket });
}
