/** The customer's page beside the call: asking for it, waiting for consent, and showing it; by itself again after a reload. */
import { lazy, Suspense, type ReactNode } from 'react';
import { CircleDot, Maximize2, Minimize2, MonitorUp } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { GrantState } from '#shared/cobrowse-grants.ts';
import { ActionButton, Key } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { useOutcome } from './use-outcome.ts';

const CobrowseViewer = lazy(async () => ({ default: (await import('./cobrowse-viewer.tsx')).CobrowseViewer }));

interface CobrowsePanelProps {
  readonly contact: AgentContact;
  readonly isWide: boolean;
  readonly onWide: (wide: boolean) => void;
}

export function CobrowsePanel({ contact, isWide, onWide }: CobrowsePanelProps): ReactNode {
  const desk = useDesk();
  const { underWay, view } = useDeskState();
  const text = useText();
  const { contactId, cobrowse } = contact;
  const isOwn = contact.part === 'own';
  const outcome = useOutcome(cobrowse.grants.view, underWay.has(`giveBackGrant:${contactId}:view`));
  switch (cobrowse.grants.view) {
    case 'off':
      return (
        <div className="cobrowse cobrowse-off">
          <MonitorUp aria-hidden size={18} />
          <p>{outcome === null ? text('cobrowse.offer') : text(`cobrowse.${outcome}`)}</p>
          <Key action="cobrowse" />
          <ActionButton label={text(outcome === null ? 'cobrowse.ask' : 'cobrowse.askAgain')} isDisabled={underWay.has(`askGrant:${contactId}:view`)}
            onPress={() => { void desk.askGrant(contactId, 'view'); }} />
        </div>
      );
    case 'asked':
      return (
        <div className="cobrowse cobrowse-asked">
          <span className="spinner" aria-hidden />
          <output>{text('cobrowse.asked')}</output>
          <ActionButton label={text('cobrowse.cancel')} onPress={() => { void desk.giveBackGrant(contactId, 'view'); }} />
        </div>
      );
    case 'granted':
      return (
        <section className="cobrowse cobrowse-granted" aria-label={text('cobrowse.label')}>
          <div className="cobrowse-bar">
            <MonitorUp aria-hidden size={15} />
            <span className="cobrowse-title">{contact.page.title}</span>
            <ActionButton compact kind="quiet" label={text(isWide ? 'cobrowse.narrow' : 'cobrowse.widen')}
              icon={isWide ? <Minimize2 aria-hidden size={15} /> : <Maximize2 aria-hidden size={15} />} onPress={() => { onWide(!isWide); }} />
            {isOwn ? (
              <>
                {view?.recordsPages === true || cobrowse.grants.record !== 'off' ? <RecordButton contactId={contactId} state={cobrowse.grants.record} /> : null}
                <Key action="cobrowse" />
                <ActionButton label={text('cobrowse.stop')} onPress={() => { void desk.giveBackGrant(contactId, 'view'); }} />
              </>
            ) : <span className="cobrowse-note">{text('cobrowse.lookOn')}</span>}
          </div>
          <Suspense fallback={<p className="cobrowse-waiting">{text('cobrowse.loading')}</p>}><CobrowseViewer key={contactId} contactId={contactId} grants={cobrowse.grants} as={isOwn ? 'agent' : 'colleague'} /></Suspense>
        </section>
      );
  }
}

/** Keeping what is shown is asked for like everything else. */
function RecordButton({ contactId, state }: { contactId: string; state: GrantState }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const label = text(state === 'off' ? 'cobrowse.record' : state === 'asked' ? 'cobrowse.recordAsked' : 'cobrowse.recordEnd');
  return (
    <ActionButton compact kind="quiet" label={label} icon={<CircleDot aria-hidden size={15} />} isDisabled={underWay.has(`askGrant:${contactId}:record`)}
      onPress={() => { void (state === 'off' ? desk.askGrant(contactId, 'record') : desk.giveBackGrant(contactId, 'record')); }} />
  );
}
