/** The left column: the agent's own contacts, and the queues they serve. */
import type { ReactNode } from 'react';
import type { AgentContact, AgentView, QueueView } from '#shared/agent-protocol.ts';
import type { Translate } from '../i18n/translate.ts';
import { useDeskState, useNow, useText } from './desk-context.tsx';
import { callStateLabel } from './call-state-label.ts';
import { clockTime, secondsSince } from './duration.ts';
import { customerName } from './customer-name.ts';

interface SidebarProps {
  readonly view: AgentView;
  readonly selectedId: string | null;
  readonly onSelect: (contactId: string) => void;
}

export function Sidebar({ view, selectedId, onSelect }: SidebarProps): ReactNode {
  const text = useText();
  return (
    <aside className="sidebar" aria-label={text('sidebar.label')}>
      <section className="sidebar-contacts" data-empty={view.contacts.length === 0 || undefined}>
        <h2 className="section-title">{text('sidebar.contacts')}</h2>
        {view.contacts.length === 0
          ? <p className="sidebar-empty">{text('sidebar.noContacts')}</p>
          : <ul className="contact-list">{view.contacts.map((contact) => (
            <li key={contact.contactId}>
              <ContactCard contact={contact} isSelected={contact.contactId === selectedId} onSelect={() => { onSelect(contact.contactId); }} />
            </li>
          ))}</ul>}
      </section>
      <section className="sidebar-queues">
        <h2 className="section-title">{text('sidebar.queues')}</h2>
        {view.queues.length === 0 ? <p className="sidebar-empty">{text('sidebar.noQueues')}</p> : <ul className="queue-list">
          {view.queues.map((queue) => <li key={queue.id}><QueueLine queue={queue} /></li>)}
        </ul>}
      </section>
    </aside>
  );
}

function ContactCard({ contact, isSelected, onSelect }: { contact: AgentContact; isSelected: boolean; onSelect: () => void }): ReactNode {
  const text = useText();
  const now = useNow();
  const { threads } = useDeskState();
  const unread = threads.get(contact.contactId)?.unread ?? 0;
  return (
    <button type="button" className={`contact-card slot-${contact.slot}`} aria-current={isSelected ? 'true' : undefined} onClick={onSelect}>
      <span className="contact-card-name">{customerName(contact, text)}</span>
      <time className="figure">{clockTime((now - Date.parse(contact.since)) / 1000)}</time>
      <span className="contact-card-detail">{contact.inbound?.subject ?? contact.inquiry.topic ?? contact.queue.label}</span>
      <span className="contact-card-slot">
        {unread > 0 && contact.slot === 'engaged' ? <b className="unread figure">{unread}<span className="visually-hidden"> {text('thread.unread')} </span></b> : null}
        {slotLabel(contact, text)}
      </span>
    </button>
  );
}

function slotLabel(contact: AgentContact, text: Translate): string {
  if (contact.slot !== 'engaged') return text(`slot.${contact.slot}`);
  if (contact.channel !== 'voice') return text(`channel.${contact.channel}`);
  if (contact.second !== null || contact.part === 'consulted') return callStateLabel(contact, text);
  return contact.call.state === 'active' ? text('slot.engaged') : text(`call.short.${contact.call.state}`);
}

function QueueLine({ queue }: { queue: QueueView }): ReactNode {
  const text = useText();
  const now = useNow();
  const waiting = queue.waiting > 0;
  return (
    <div className="queue-line" data-waiting={waiting || undefined}>
      <span className="queue-name">{queue.label}</span>
      <span className="queue-waiting figure">{queue.waiting}<span className="visually-hidden"> {text('queue.waiting')}</span></span>
      <span className="queue-detail">{queueDetail(queue, now, text)}</span>
      <span className="queue-idle">{text('queue.idle', { count: queue.agentsIdle })}</span>
    </div>
  );
}

function queueDetail({ open, oldestQueuedAt, waiting }: QueueView, now: number, text: Translate): string {
  if (!open) return text('queue.closed');
  if (oldestQueuedAt !== null) return text('queue.longest', { time: clockTime(secondsSince(oldestQueuedAt, now)) });
  return text(waiting > 0 ? 'queue.onlyCallbacks' : 'queue.nobody');
}
