/** Opens the dialog for a callback out of the wrap-up, and says what was agreed on. */
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { CalendarClock } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { useLanguage, useText } from './desk-context.tsx';

const ScheduleCallbackDialog = lazy(async () => ({ default: (await import('./schedule-callback-dialog.tsx')).ScheduleCallbackDialog }));

export function ScheduleCallbackButton({ contact }: { contact: AgentContact }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const [agreed, setAgreed] = useState<{ readonly at: string | null } | null>(null);
  const told = (at: string | null): string => at === null ? text('schedule.agreedTurn')
    : text('schedule.agreed', { when: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at)) });
  return (
    <div className="call-back">
      <ActionButton label={text('schedule.button')} icon={<CalendarClock aria-hidden size={16} />} onPress={() => { setOpen(true); }} />
      {agreed === null ? null : <output className="panel-note">{told(agreed.at)}</output>}
      <Suspense fallback={null}>
        {open ? <ScheduleCallbackDialog contact={contact} onClose={() => { setOpen(false); }} onAgreed={(at) => { setOpen(false); setAgreed({ at }); }} /> : null}
      </Suspense>
    </div>
  );
}
