/** The strip above a contact: who it is, in which state the call is and since when, and in a call its controls. */
import type { ReactNode } from 'react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { CallControls } from './call-controls.tsx';
import { customerName, initials } from './customer-name.ts';
import { useDeskState, useNow, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';

export function ContactHeader({ contact }: { contact: AgentContact }): ReactNode {
  const text = useText();
  const { legs } = useDeskState();
  const leg = legs.find(({ contactId }) => contactId === contact.contactId) ?? null;
  const name = customerName(contact, text);
  const state = contact.slot === 'engaged' ? contact.call.state : contact.slot;
  return (
    <div className={`contact-header header-${state}`}>
      <span className="avatar" aria-hidden>{initials(name)}</span>
      <div className="contact-title">
        <h1>{name}</h1>
        <p>{[contact.inquiry.topic, contact.queue.label].filter(Boolean).join(' · ')}</p>
      </div>
      <div className="call-state">
        <output className="call-state-label">{contact.slot === 'engaged' ? text(`call.${contact.call.state}`) : text(`slot.${contact.slot}`)}</output>
        <CallTimer contact={contact} />
      </div>
      {contact.slot === 'engaged' ? <CallControls contact={contact} leg={leg} /> : null}
    </div>
  );
}

function CallTimer({ contact }: { contact: AgentContact }): ReactNode {
  const now = useNow();
  const from = contact.slot === 'engaged' ? contact.call.connectedAt : contact.since;
  return from === null ? null : <time className="figure call-timer">{clockTime((now - Date.parse(from)) / 1000)}</time>;
}
