/** A supervisor looks on at the page that a customer shares with an agent: to see is all, the customer is told who came, and closing it ends it. */
import { lazy, Suspense, type ReactNode } from 'react';
import { noGrants, type Grants } from '#shared/cobrowse-grants.ts';
import { DialogFrame } from '../dialog-frame.tsx';
import { useDeskState, useText } from '../desk-context.tsx';

const CobrowseViewer = lazy(async () => ({ default: (await import('../cobrowse-viewer.tsx')).CobrowseViewer }));

const toLook: Grants = { ...noGrants, view: 'granted' };

export function LookOnDialog({ contactId, onClose }: { contactId: string; onClose: () => void }): ReactNode {
  const text = useText();
  const { floor } = useDeskState();
  // By the contact: it stays in sight when it passes to another agent.
  const agent = floor?.agents.find(({ contacts }) => contacts.some((contact) => contact.contactId === contactId && contact.sharesPage));
  return (
    <DialogFrame title={text('lookOn.title')} onClose={onClose} isWide>
      {agent === undefined ? <output className="page-note">{text('lookOn.over')}</output> : (
        <div className="look-on">
          <p className="look-on-note">{text('lookOn.note', { agent: agent.name })}</p>
          <Suspense fallback={<p className="cobrowse-waiting">{text('cobrowse.loading')}</p>}><CobrowseViewer contactId={contactId} grants={toLook} as="supervisor" /></Suspense>
        </div>
      )}
    </DialogFrame>
  );
}
