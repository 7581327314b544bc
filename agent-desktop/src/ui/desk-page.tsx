/** The logged-in desk: bar, columns, keyboard, and the dialogs that load when they are first opened. */
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { EmptyStage } from './empty-stage.tsx';
import { HistoryPage } from './history-page.tsx';
import { Notices } from './notices.tsx';
import { OfferAnnouncer } from './offer-announcer.tsx';
import { selectContact } from './selection.ts';
import { Sidebar } from './sidebar.tsx';
import { SupervisorPage } from './supervisor-page.tsx';
import { TopBar, type Page } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { Workspace } from './workspace.tsx';

const SettingsDialog = lazy(async () => ({ default: (await import('./settings-dialog.tsx')).SettingsDialog }));
const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

export function DeskPage(): ReactNode {
  const desk = useDesk();
  const { view, legs, preferences } = useDeskState();
  const text = useText();
  const [page, setPage] = useState<Page>(location.pathname.startsWith('/supervisor') ? 'supervisor' : 'desk');
  const [dialog, setDialog] = useState<'settings' | 'shortcuts' | null>(null);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const notesRef = useRef<HTMLTextAreaElement>(null);
  const contact = selectContact(view?.contacts ?? [], chosenId);
  const offered = contact?.slot === 'reserved' ? contact : view?.contacts.find(({ slot }) => slot === 'reserved') ?? null;
  const engaged = contact?.slot === 'engaged' ? contact : null;
  const leg = legs.find(({ contactId }) => contactId === engaged?.contactId) ?? null;

  const go = (next: Page): void => {
    history.replaceState(null, '', next === 'supervisor' ? '/supervisor' : '/agent');
    setPage(next);
  };
  useShortcuts({
    available: () => { void desk.setStatus({ status: 'available' }); },
    break: () => { const reason = view?.breakReasons[0]; void desk.setStatus(reason === undefined ? { status: 'break' } : { status: 'break', reason }); },
    offline: () => { void desk.setStatus({ status: 'offline' }); },
    history: () => { go(page === 'history' ? 'desk' : 'history'); },
    ...(offered === null ? {} : {
      accept: () => { go('desk'); setChosenId(offered.contactId); void desk.accept(offered.contactId); },
      reject: () => { void desk.reject(offered.contactId); },
    }),
    ...(engaged === null ? {} : {
      hangUp: () => { void desk.hangUp(engaged.contactId); },
      hold: () => { if (engaged.call.state === 'active' || engaged.call.state === 'held') void desk.setHeld(engaged.contactId, engaged.call.state !== 'held'); },
      cobrowse: () => { void (engaged.cobrowse.state === 'off' ? desk.askToSeePage(engaged.contactId) : desk.stopSeeingPage(engaged.contactId)); },
      notes: () => { notesRef.current?.focus(); },
    }),
    ...(engaged === null || leg === null ? {} : {
      mute: () => { desk.setMuted(engaged.contactId, !leg.muted); },
      camera: () => { desk.setCamera(engaged.contactId, leg.camera !== 'on'); },
    }),
  }, { enabled: preferences.shortcuts, help: () => { setDialog('shortcuts'); } });

  return (
    <div className="desk">
      <TopBar view={view} page={page} onPage={go} onSettings={() => { setDialog('settings'); }} onHelp={() => { setDialog('shortcuts'); }} />
      <Notices />
      {view === null ? <main className="page"><output className="page-note">{text('connection.connecting')}</output></main> : (
        <div className="desk-body" data-page={page}>
          {page === 'supervisor' ? <SupervisorPage view={view} /> : (
            <>
              <Sidebar view={view} selectedId={page === 'desk' ? contact?.contactId ?? null : null} onSelect={(id) => { setChosenId(id); go('desk'); }} />
              {page === 'history' ? <HistoryPage /> : contact === null
                ? <main className="workspace"><EmptyStage view={view} /></main>
                : <Workspace key={contact.contactId} contact={contact} notesRef={notesRef} />}
            </>
          )}
        </div>
      )}
      <OfferAnnouncer />
      <Suspense fallback={null}>
        {dialog === 'settings' ? <SettingsDialog onClose={() => { setDialog(null); }} /> : null}
        {dialog === 'shortcuts' ? <ShortcutsDialog onClose={() => { setDialog(null); }} /> : null}
      </Suspense>
    </div>
  );
}
