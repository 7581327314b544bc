/** The strip above a contact: who it is, in which state the call is and since when, and in a call its controls. */
import type { ReactNode } from 'react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { CallControls, type CallPanels } from './call-controls.tsx';
import { ChatControls } from './chat-controls.tsx';
import { callStateLabel } from './call-state-label.ts';
import { customerName, initials } from './customer-name.ts';
import { useNow, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';

export function ContactHeader({ contact, panels }: { contact: AgentContact; panels: CallPanels }): ReactNode {
  const text = useText();
  const name = customerName(contact, text);
  const state = contact.slot !== 'engaged' ? contact.slot : contact.channel === 'voice' ? contact.call.state : 'active';
  const aboutHandOver = contact.by === null ? null : text(contact.part === 'consulted' ? 'header.asks' : 'header.from', { name: contact.by.name });
  return (
    <div className={`contact-header header-${state}`}>
      <span className="avatar" aria-hidden>{initials(name)}</span>
      <div className="contact-title">
        <h1>{name}</h1>
        <p>{[contact.callback === null ? null : text('header.callback'), contact.telephone === null ? null : text('header.telephone', { number: contact.telephone.number }), aboutHandOver, contact.inquiry.topic, contact.queue.label].filter(Boolean).join(' · ')}</p>
      </div>
      {contact.ticket === null ? null : <span className="ticket-chip figure"><span className="visually-hidden">{text('ticket.label')} </span>#{contact.ticket}</span>}
      <div className="call-state">
        <output className="call-state-label">{contact.slot === 'engaged' ? (contact.channel === 'voice' ? callStateLabel(contact, text) : text(`channel.${contact.channel}`)) : text(`slot.${contact.slot}`)}</output>
        <CallTimer contact={contact} />
      </div>
      {contact.slot === 'engaged' ? (contact.channel === 'voice' ? <CallControls contact={contact} panels={panels} /> : <ChatControls contact={contact} panels={panels} />) : null}
    </div>
  );
}

function CallTimer({ contact }: { contact: AgentContact }): ReactNode {
  const now = useNow();
  const from = contact.slot === 'engaged' && contact.channel === 'voice' ? contact.call.connectedAt : contact.since;
  return from === null ? null : <time className="figure call-timer">{clockTime((now - Date.parse(from)) / 1000)}</time>;
}
