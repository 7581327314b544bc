/** Calls the agent to an offer: ring, flashing title, and a notification while the page is hidden. Also notifies of summaries that come then. */
import type { AgentContact, ContactSummary } from '#shared/agent-protocol.ts';
import type { Desk } from '../desk/desk.ts';
import type { Language } from '../i18n/catalogue.ts';
import type { Translate } from '../i18n/translate.ts';
import { customerName } from '../ui/customer-name.ts';
import { summaryText } from '../ui/summary-text.ts';
import { makeRing } from './ring.ts';

const flashMilliseconds = 900;

/** Watches the desk until the returned function is called. */
export function startAlerts(desk: Desk, { text, language }: { readonly text: Translate; readonly language: Language }): () => void {
  const ring = makeRing();
  const plainTitle = text('title.plain');
  let offered: AgentContact | null = null;
  let flash: ReturnType<typeof setInterval> | null = null;
  let notification: Notification | null = null;
  document.title = plainTitle;

  const stop = (): void => {
    ring.stop();
    if (flash !== null) clearInterval(flash);
    flash = null;
    document.title = plainTitle;
    notification?.close();
    notification = null;
  };
  const start = (contact: AgentContact): void => {
    const name = customerName(contact, text);
    const title = text('title.offer', { name });
    let lit = true;
    ring.start(desk.state.preferences.ringVolume);
    document.title = title;
    flash = setInterval(() => { lit = !lit; document.title = lit ? title : plainTitle; }, flashMilliseconds);
    if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
    notification = new Notification(title, { body: contact.inquiry.topic ?? contact.queue.label, tag: contact.contactId, requireInteraction: true });
    notification.addEventListener('click', () => { window.focus(); });
  };
  let told: ReadonlySet<string> | null = null;
  const tellSummaries = (summaries: readonly ContactSummary[]): void => {
    // What stands there when the page opens is seen in the page.
    const fresh = told === null ? [] : summaries.filter(({ id }) => !told?.has(id));
    told = new Set(summaries.map(({ id }) => id));
    if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
    for (const summary of fresh) new Notification(text('title.summary', { queue: summary.queue.label }), { body: summaryText(summary, text, language), tag: summary.id }).addEventListener('click', () => { window.focus(); });
  };
  const look = (): void => {
    const { view, accepting } = desk.state;
    if (view !== null) tellSummaries(view.summaries);
    const next = view?.contacts.find(({ contactId, slot }) => slot === 'reserved' && !accepting.has(contactId)) ?? null;
    if (next?.reservationId === offered?.reservationId) return;
    offered = next;
    stop();
    if (next !== null) start(next);
  };
  const unsubscribe = desk.subscribe(look);
  look();
  return () => { unsubscribe(); stop(); };
}
