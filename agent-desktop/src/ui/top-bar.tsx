/** The bar above everything: own status, what the system makes of it, and whether phone, microphone and connection are fit for a call. */
import type { ReactNode } from 'react';
import { CircleHelp, Headset, LogOut, Mic, MicOff, Settings } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { EndpointMenu } from './endpoint-menu.tsx';
import { LevelBar } from './level-bar.tsx';
import { StatusMenu } from './status-menu.tsx';

export type Page = 'desk' | 'history' | 'tickets' | 'callbacks' | 'myDay' | 'supervisor';

interface TopBarProps {
  readonly view: AgentView | null;
  readonly page: Page;
  readonly onPage: (page: Page) => void;
  readonly onSettings: () => void;
  readonly onHelp: () => void;
}

export function TopBar({ view, page, onPage, onSettings, onHelp }: TopBarProps): ReactNode {
  const desk = useDesk();
  const text = useText();
  const supervises = view !== null && view.agent.role !== 'agent';
  const pages: readonly Page[] = ['desk', 'history', 'tickets', 'callbacks', 'myDay', ...(supervises || page === 'supervisor' ? ['supervisor' as const] : [])];
  const inCall = view?.contacts.some(({ slot }) => slot === 'engaged') ?? false;
  return (
    <header className="top-bar">
      <div className="brand"><Headset aria-hidden size={18} /><span>GetHelp</span></div>
      {view === null ? null : <StatusMenu agent={view.agent} breakReasons={view.breakReasons} />}
      {view === null ? null : <span className={`state-pill state-${view.agent.state}`}>{text(`state.${view.agent.state}`)}</span>}
      <nav className="pages" aria-label={text('nav.label')}>
        {pages.map((name) => (
          <a key={name} href={name === 'supervisor' ? '/supervisor' : '/agent'} className="page-link" aria-current={name === page ? 'page' : undefined}
            onClick={(event) => { event.preventDefault(); onPage(name); }}>{text(`nav.${name}`)}</a>
        ))}
      </nav>
      <div className="top-bar-end">
        {view === null ? null : <EndpointMenu agent={view.agent} />}
        {view?.agent.answerWith === 'desktop' ? <MicrophoneSign onSettings={onSettings} /> : null}
        <span className="top-bar-rule" aria-hidden />
        <span className="help-button"><ActionButton compact kind="quiet" label={text('help.open')} icon={<CircleHelp aria-hidden size={17} />} onPress={onHelp} /></span>
        <ActionButton compact kind="quiet" label={text('settings.open')} icon={<Settings aria-hidden size={17} />} onPress={onSettings} />
        <span className="agent-name">{view?.agent.name ?? ''}</span>
        <ActionButton compact kind="quiet" label={inCall ? text('logout.inCall') : text('logout.button')} isDisabled={inCall}
          icon={<LogOut aria-hidden size={17} />} onPress={() => { void desk.logout(); }} />
      </div>
    </header>
  );
}

function MicrophoneSign({ onSettings }: { onSettings: () => void }): ReactNode {
  const { microphone } = useDeskState();
  const text = useText();
  const trouble = microphone.name === 'denied' || microphone.name === 'missing' || microphone.name === 'failed';
  return (
    <button type="button" className={`sign sign-button ${trouble ? 'sign-bad' : microphone.name === 'on' ? 'sign-good' : ''}`} onClick={onSettings}
      aria-label={text('microphone.sign', { state: text(`microphone.${microphone.name}`) })}>
      {trouble || microphone.name === 'off' ? <MicOff aria-hidden size={15} /> : <Mic aria-hidden size={15} />}
      {microphone.name === 'on' ? <LevelBar track={microphone.track} /> : <span className="sign-label">{text(`microphone.${microphone.name}`)}</span>}
    </button>
  );
}
