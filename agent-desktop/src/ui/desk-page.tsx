/** The logged-in desk: bar, columns, keyboard, and the dialogs that load when they are first opened. */
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import type { CallAction } from '../desk/call-rules.ts';
import { callAtHand } from './call-at-hand.ts';
import { mayProposeCall } from './chat-rules.ts';
import type { CallPanels } from './call-controls.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { CallbacksPage } from './callbacks-page.tsx';
import { EmptyStage } from './empty-stage.tsx';
import { HistoryPage } from './history-page.tsx';
import { KeyHint, useKeyHint } from './key-hint.tsx';
import { MyDayPage } from './my-day-page.tsx';
import { Notices } from './notices.tsx';
import { OfferAnnouncer } from './offer-announcer.tsx';
import { contactAfter, selectContact } from './selection.ts';
import { Sidebar } from './sidebar.tsx';
import { SupervisorPage } from './supervisor/supervisor-page.tsx';
import { TicketsPage } from './tickets-page.tsx';
import { TopBar, type Page } from './top-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import { Workspace } from './workspace.tsx';

const SettingsDialog = lazy(async () => ({ default: (await import('./settings-dialog.tsx')).SettingsDialog }));
const HandOverDialog = lazy(async () => ({ default: (await import('./hand-over-dialog.tsx')).HandOverDialog }));
const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

export function DeskPage(): ReactNode {
  const desk = useDesk();
  const state = useDeskState();
  const { view, preferences } = state;
  const text = useText();
  const [page, setPage] = useState<Page>(location.pathname.startsWith('/supervisor') ? 'supervisor' : 'desk');
  const [dialog, setDialog] = useState<'settings' | 'shortcuts' | 'handOver' | null>(null);
  const [keypadFor, setKeypadFor] = useState<string | null>(null);
  const hint = useKeyHint();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const notesRef = useRef<HTMLTextAreaElement>(null);
  const writeRef = useRef<HTMLTextAreaElement>(null);
  const contact = selectContact(view?.contacts ?? [], chosenId);
  const offered = contact?.slot === 'reserved' ? contact : view?.contacts.find(({ slot }) => slot === 'reserved') ?? null;
  const engaged = contact?.slot === 'engaged' ? contact : null;
  const call = engaged === null ? null : callAtHand(engaged, state, text);
  const panels: CallPanels = {
    isKeypadOpen: engaged !== null && keypadFor === engaged.contactId && call?.obstacle('keypad') === null,
    onKeypad: (open) => { setKeypadFor(open ? engaged?.contactId ?? null : null); },
    isHandOverOpen: dialog === 'handOver',
    onHandOver: (open) => { setDialog(open ? 'handOver' : null); },
  };
  /** A key does what its button does, and says why where the button would. */
  const unlessHindered = (action: CallAction, act: () => void): (() => void) => () => {
    const obstacle = call?.obstacle(action) ?? null;
    if (call?.isShown(action) !== true) return;
    if (obstacle === null) act(); else hint.show(obstacle);
  };

  const go = (next: Page): void => {
    if (next === page) return;
    history.replaceState(null, '', next === 'supervisor' ? '/supervisor' : '/agent');
    setPage(next);
  };
  useShortcuts({
    available: () => { void desk.setStatus({ status: 'available' }); },
    break: () => { const reason = view?.breakReasons[0]; void desk.setStatus(reason === undefined ? { status: 'break' } : { status: 'break', reason }); },
    offline: () => { void desk.setStatus({ status: 'offline' }); },
    history: () => { go(page === 'history' ? 'desk' : 'history'); },
    tickets: () => { go(page === 'tickets' ? 'desk' : 'tickets'); },
    myDay: () => { go(page === 'myDay' ? 'desk' : 'myDay'); },
    ...((view?.contacts.length ?? 0) < 2 ? {} : { nextContact: () => { go('desk'); setChosenId(contactAfter(view?.contacts ?? [], contact?.contactId ?? null)); } }),
    ...(offered === null ? {} : {
      accept: () => { go('desk'); setChosenId(offered.contactId); void desk.accept(offered.contactId); },
      reject: () => { void desk.reject(offered.contactId); },
    }),
    ...(engaged === null ? {} : {
      hangUp: () => { void desk.hangUp(engaged.contactId); },
      hold: unlessHindered('hold', () => { void desk.setHeld(engaged.contactId, engaged.call.state !== 'held'); }),
      keypad: unlessHindered('keypad', () => { panels.onKeypad(!panels.isKeypadOpen); }),
      handOver: unlessHindered('handOver', () => { setDialog('handOver'); }),
      swap: unlessHindered('swap', () => { void desk.calls.second(engaged.contactId, 'swap'); }),
      merge: unlessHindered('merge', () => { void desk.calls.second(engaged.contactId, 'merge'); }),
      complete: unlessHindered('complete', () => { void desk.calls.second(engaged.contactId, 'complete'); }),
      drop: unlessHindered('drop', () => { void desk.calls.second(engaged.contactId, 'drop'); }),
      mute: unlessHindered('mute', () => { desk.setMuted(engaged.contactId, call?.leg?.muted !== true); }),
      camera: unlessHindered('camera', () => { desk.setCamera(engaged.contactId, call?.leg?.camera !== 'on'); }),
      cobrowse: () => { if (engaged.part === 'own') void (engaged.cobrowse.grants.view === 'off' ? desk.askGrant(engaged.contactId, 'view') : desk.giveBackGrant(engaged.contactId, 'view')); },
      notes: () => { notesRef.current?.focus(); },
      write: () => { writeRef.current?.focus(); },
      ...(mayProposeCall(engaged) ? { proposeCall: () => { void desk.conversations.proposeCall(engaged.contactId, { video: false }); } } : {}),
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
              {page === 'history' ? <HistoryPage /> : page === 'tickets' ? <TicketsPage view={view} /> : page === 'callbacks' ? <CallbacksPage view={view} /> : page === 'myDay' ? <MyDayPage view={view} /> : contact === null
                ? <main className="workspace"><EmptyStage view={view} /></main>
                : <Workspace key={contact.contactId} contact={contact} panels={panels} notesRef={notesRef} writeRef={writeRef} />}
            </>
          )}
        </div>
      )}
      <OfferAnnouncer />
      <KeyHint text={hint.text} />
      <Suspense fallback={null}>
        {dialog === 'settings' ? <SettingsDialog onClose={() => { setDialog(null); }} /> : null}
        {dialog === 'handOver' && engaged !== null ? <HandOverDialog key={engaged.contactId} contact={engaged} onClose={() => { setDialog(null); }} /> : null}
        {dialog === 'shortcuts' ? <ShortcutsDialog onClose={() => { setDialog(null); }} /> : null}
      </Suspense>
    </div>
  );
}
