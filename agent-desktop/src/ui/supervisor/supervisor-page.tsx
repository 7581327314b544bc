/** What supervisors have beside the desk: one page of tabs, each with an address of its own (`/supervisor/queues`). */
import { Suspense, useState, type ReactNode } from 'react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { useText } from '../desk-context.tsx';
import { supervisorTabs, tabAt } from './tabs.tsx';

export function SupervisorPage({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const [tab, setTab] = useState(() => tabAt(location.pathname));
  if (view.agent.role === 'agent') {
    return <main className="page"><h1>{text('supervisor.title')}</h1><p className="page-note">{text('supervisor.notAllowed')}</p></main>;
  }
  const { Content } = tab;
  return (
    <div className="supervision">
      {supervisorTabs.length < 2 ? null : (
        <nav className="tabs" aria-label={text('supervisor.tabs')}>
          {supervisorTabs.map((one) => (
            <a key={one.name} className="tab-link" href={`/supervisor/${one.name}`} aria-current={one === tab ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                history.replaceState(null, '', `/supervisor/${one.name}`);
                setTab(one);
              }}>{text(one.label)}</a>
          ))}
        </nav>
      )}
      <main className="page">
        <Suspense fallback={<output className="page-note">{text('history.loading')}</output>}><Content view={view} /></Suspense>
      </main>
    </div>
  );
}
