/** One contact, whole: its header, who the customer is, and the stage of the moment. */
import { useState, type ReactNode, type RefObject } from 'react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { CallPanels } from './call-controls.tsx';
import { CallNotes } from './call-notes.tsx';
import { CallStage } from './call-stage.tsx';
import { ChatStage } from './chat-stage.tsx';
import { ContactHeader } from './contact-header.tsx';
import { Conversation } from './conversation.tsx';
import { CustomerPanel } from './customer-panel.tsx';
import { DialPad } from './dial-pad.tsx';
import { OfferStage } from './offer-stage.tsx';
import { PartyStrip } from './party-strip.tsx';
import { WrapUpStage } from './wrap-up-stage.tsx';

interface WorkspaceProps {
  readonly contact: AgentContact;
  readonly panels: CallPanels;
  readonly notesRef: RefObject<HTMLTextAreaElement | null>;
  readonly writeRef: RefObject<HTMLTextAreaElement | null>;
}

export function Workspace({ contact, panels, notesRef, writeRef }: WorkspaceProps): ReactNode {
  const [isWide, setWide] = useState(false);
  const wide = isWide && contact.slot === 'engaged' && contact.cobrowse.grants.view === 'granted';
  return (
    <main className="workspace" data-wide={wide || undefined}>
      {contact.slot === 'reserved' ? null : <ContactHeader contact={contact} panels={panels} />}
      {contact.slot === 'engaged' ? <PartyStrip contact={contact} /> : null}
      <div className="workspace-body">
        <Stage contact={contact} isWide={wide} onWide={setWide} writeRef={writeRef}>
          {panels.isKeypadOpen ? <DialPad contact={contact} onClose={() => { panels.onKeypad(false); }} /> : null}
        </Stage>
        <div className="workspace-side">
          {contact.thread === null || isWritten(contact) ? null : <Conversation contact={contact} fieldRef={writeRef} />}
          <CustomerPanel contact={contact} />
          {contact.slot === 'engaged' ? <CallNotes contactId={contact.contactId} fieldRef={notesRef} /> : null}
        </div>
      </div>
    </main>
  );
}

/** What is written fills the stage of a contact that has no call. */
function isWritten({ slot, channel }: AgentContact): boolean {
  return slot === 'engaged' && channel !== 'voice';
}

function Stage({ contact, isWide, onWide, writeRef, children }: {
  contact: AgentContact; isWide: boolean; onWide: (wide: boolean) => void; writeRef: RefObject<HTMLTextAreaElement | null>; children: ReactNode;
}): ReactNode {
  switch (contact.slot) {
    case 'reserved': return <OfferStage contact={contact} />;
    case 'engaged': return isWritten(contact) ? <ChatStage contact={contact} fieldRef={writeRef} /> : <CallStage contact={contact} isWide={isWide} onWide={onWide}>{children}</CallStage>;
    case 'wrapUp': return <WrapUpStage contact={contact} />;
  }
}
