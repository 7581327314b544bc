/** Calls the agent to an offer: ring, flashing title, and a notification while the page is hidden. */
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { Desk } from '../desk/desk.ts';
import type { Translate } from '../i18n/translate.ts';
import { customerName } from '../ui/customer-name.ts';
import { makeRing } from './ring.ts';

const flashMilliseconds = 900;

/** Watches the desk until the returned function is called. */
export function startAlerts(desk: Desk, text: Translate): () => void {
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
  const look = (): void => {
    const { view, accepting } = desk.state;
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
