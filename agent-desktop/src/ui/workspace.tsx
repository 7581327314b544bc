/** One contact, whole: its header, who the customer is, and the stage of the moment. */
import { useState, type ReactNode, type RefObject } from 'react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { CallNotes } from './call-notes.tsx';
import { CallStage } from './call-stage.tsx';
import { ContactHeader } from './contact-header.tsx';
import { CustomerPanel } from './customer-panel.tsx';
import { OfferStage } from './offer-stage.tsx';
import { WrapUpStage } from './wrap-up-stage.tsx';

export function Workspace({ contact, notesRef }: { contact: AgentContact; notesRef: RefObject<HTMLTextAreaElement | null> }): ReactNode {
  const [isWide, setWide] = useState(false);
  const wide = isWide && contact.slot === 'engaged' && contact.cobrowse.state === 'granted';
  return (
    <main className="workspace" data-wide={wide || undefined}>
      {contact.slot === 'reserved' ? null : <ContactHeader contact={contact} />}
      <div className="workspace-body">
        <Stage contact={contact} isWide={wide} onWide={setWide} />
        <div className="workspace-side">
          <CustomerPanel contact={contact} />
          {contact.slot === 'engaged' ? <CallNotes contactId={contact.contactId} fieldRef={notesRef} /> : null}
        </div>
      </div>
    </main>
  );
}

function Stage({ contact, isWide, onWide }: { contact: AgentContact; isWide: boolean; onWide: (wide: boolean) => void }): ReactNode {
  switch (contact.slot) {
    case 'reserved': return <OfferStage contact={contact} />;
    case 'engaged': return <CallStage contact={contact} isWide={isWide} onWide={onWide} />;
    case 'wrapUp': return <WrapUpStage contact={contact} />;
  }
}
