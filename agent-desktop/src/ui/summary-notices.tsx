/** What became of contacts that this agent answered, or was rung for last; each until it is dismissed. The newest are shown, the others move up. */
import type { ReactNode } from 'react';
import { CallBackButton } from './call-back-button.tsx';
import { useDesk, useDeskState, useLanguage, useText } from './desk-context.tsx';
import { NoticeEntry } from './notice-entry.tsx';
import { summaryText } from './summary-text.ts';

const shownAtOnce = 3;

export function SummaryNotices(): ReactNode {
  const desk = useDesk();
  const { view } = useDeskState();
  const text = useText();
  const language = useLanguage();
  const summaries = view?.summaries ?? [];
  const more = summaries.length - shownAtOnce;
  return summaries.slice(0, shownAtOnce).map((summary, at) => (
    <NoticeEntry key={summary.id} tone={summary.answered ? 'info' : 'warn'} onDismiss={() => { void desk.dismissSummary(summary.id); }}>
      {summaryText(summary, text, language)}
      {more > 0 && at === shownAtOnce - 1 ? <small> {text('summary.more', { count: more })}</small> : null}
      <CallBackButton contactId={summary.contactId} name={summary.customer ?? text('customer.anonymous')} />
    </NoticeEntry>
  ));
}
