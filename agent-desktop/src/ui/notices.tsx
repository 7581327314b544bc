/** What happened without the agent, and what was refused: dismissible, never over the controls. */
import type { ReactNode } from 'react';
import type { Notice } from '../desk/notices.ts';
import type { Translate } from '../i18n/translate.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { NoticeEntry } from './notice-entry.tsx';
import { SummaryNotices } from './summary-notices.tsx';
import { problemText } from './problem-text.ts';

export function Notices(): ReactNode {
  const desk = useDesk();
  const { notices, failures, connection, view } = useDeskState();
  const text = useText();
  return (
    <div className="notices" aria-live="polite">
      {connection === 'offline' && view !== null ? <div className="notice notice-warn"><p>{text('connection.lost')}</p></div> : null}
      {failures.map(({ id, action, problem }) => (
        <NoticeEntry key={id} tone="bad" onDismiss={() => { desk.dismissFailure(id); }}>
          <strong>{text(`failure.${action}`)}</strong> {problemText(problem, text)}
        </NoticeEntry>
      ))}
      <SummaryNotices />
      {notices.map((notice) => {
        const name = notice.customer ?? text('customer.anonymous');
        return (
          <NoticeEntry key={notice.id} tone={notice.kind === 'missed' || notice.kind === 'secondEnded' || notice.kind === 'notReached' ? 'warn' : 'info'} onDismiss={() => { desk.dismissNotice(notice.id); }}>
            {noticeText(notice, name, text)}
            {notice.kind === 'missed' && notice.setAside && view?.agent.status !== 'available'
              ? <ActionButton label={text('empty.goAvailable')} onPress={() => { desk.dismissNotice(notice.id); void desk.setStatus({ status: 'available' }); }} /> : null}
          </NoticeEntry>
        );
      })}
    </div>
  );
}

function noticeText(notice: Notice, name: string, text: Translate): string {
  switch (notice.kind) {
    case 'missed': return text(notice.setAside ? 'notice.missedSetAside' : 'notice.missed', { name });
    case 'becameOwn': return text('notice.becameOwn', { name, from: notice.from ?? text('notice.somebody') });
    case 'secondEnded': return text(`notice.second.${notice.outcome}`, { name: notice.name });
    case 'withdrawn':
    case 'wrapUpEnded':
    case 'notReached':
    case 'adviceOver': return text(`notice.${notice.kind}`, { name });
  }
}
