/** An agent agrees on a callback with the customer of a contact: at which number, when, and whether it comes to them first. */
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { CalendarClock } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { localInput } from './local-input.ts';
import { problemText } from './problem-text.ts';

/** The next full half hour that is not in a moment. */
const ahead = 30 * 60_000;

export function ScheduleCallbackDialog({ contact, onClose, onAgreed }: { contact: AgentContact; onClose: () => void; onAgreed: (at: string | null) => void }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const id = useId();
  const [number, setNumber] = useState(() => knownNumber(contact));
  const [time, setTime] = useState(() => localInput(new Date(Math.ceil((desk.clock.now() + ahead / 2) / ahead) * ahead)));
  const [mine, setMine] = useState(true);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setProblem(null);
    const at = time === '' ? null : new Date(time).toISOString();
    const refusal = await desk.calls.agreeOnCallback(contact.contactId, { number, mine, ...(at === null ? {} : { at }) });
    if (refusal === null) onAgreed(at); else setProblem(refusal);
  };
  return (
    <DialogFrame title={text('schedule.title', { name: customerName(contact, text) })} onClose={onClose}>
      <form className="callback-form" onSubmit={(event) => { void submit(event); }}>
        <div className="field">
          <label htmlFor={`${id}-number`}>{text('callbacks.number')}</label>
          <input id={`${id}-number`} className="input" type="tel" required maxLength={40} autoComplete="off" value={number} onChange={(event) => { setNumber(event.target.value); }} />
        </div>
        <div className="field">
          <label htmlFor={`${id}-at`}>{text('callbacks.when')}</label>
          <input id={`${id}-at`} className="input" type="datetime-local" value={time} aria-describedby={`${id}-hint`} onChange={(event) => { setTime(event.target.value); }} />
          <p id={`${id}-hint`} className="panel-note">{text('schedule.hint', { queue: contact.queue.label })}</p>
        </div>
        <label className="callback-check"><input type="checkbox" checked={mine} onChange={(event) => { setMine(event.target.checked); }} />{text('schedule.mine')}</label>
        {problem === null ? null : <p className="field-error" role="alert">{problemText(problem, text)}</p>}
        <footer className="callback-foot">
          <button className="button button-primary" type="submit" disabled={underWay.has(`agreeOnCallback:${contact.contactId}`)}><CalendarClock aria-hidden size={16} /><span>{text('schedule.submit')}</span></button>
        </footer>
      </form>
    </DialogFrame>
  );
}

/** Where they were called, or what the portal tells of them. */
function knownNumber({ telephone, callback, customer }: AgentContact): string {
  const told = Object.entries(customer?.attributes ?? {}).find(([name, value]) => /phone|mobile|telefon|handy/i.test(name) && typeof value === 'string')?.[1];
  return telephone?.number ?? callback?.number ?? (told === undefined ? '' : String(told));
}
