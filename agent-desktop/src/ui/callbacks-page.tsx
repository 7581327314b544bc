/** Who is to be called back: an agent's own callbacks, for supervisors all of them; to be called now, put off, or canceled. */
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { CalendarClock, PhoneOutgoing, RefreshCw, X } from 'lucide-react';
import type { AgentView, OpenCallback } from '#shared/agent-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useLanguage, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { localInput } from './local-input.ts';
import { problemText } from './problem-text.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { useCallbacks } from './use-callbacks.ts';

export function CallbacksPage({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const { loaded, reload } = useCallbacks(view);
  const [putOff, setPutOff] = useState<OpenCallback | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const all = view.agent.role !== 'agent';
  const settle = (refusal: Problem | null): void => { setProblem(refusal); reload(); };
  return (
    <main className="page">
      <header className="page-head">
        <h1>{text(all ? 'callbacks.titleAll' : 'callbacks.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={reload} />
      </header>
      {problem === null ? null : <p className="field-error" role="alert">{problemText(problem, text)}</p>}
      {loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="page-note" role="alert">{text('callbacks.failed')}</p> : null}
      {loaded.name === 'loaded' && loaded.callbacks.length === 0 ? <output className="page-note">{text(all ? 'callbacks.noneAll' : 'callbacks.none')}</output> : null}
      {loaded.name === 'loaded' && loaded.callbacks.length > 0 ? <CallbackTable callbacks={loaded.callbacks} showsAgent={all} onPutOff={setPutOff} onDone={settle} /> : null}
      {putOff === null ? null : <PutOffDialog callback={putOff} onClose={() => { setPutOff(null); reload(); }} />}
    </main>
  );
}

function CallbackTable({ callbacks, showsAgent, onPutOff, onDone }: {
  callbacks: readonly OpenCallback[]; showsAgent: boolean; onPutOff: (callback: OpenCallback) => void; onDone: (refusal: Problem | null) => void;
}): ReactNode {
  const desk = useDesk();
  const { view, underWay } = useDeskState();
  const text = useText();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
  const when = ({ state, at, dueAt, notBefore }: OpenCallback): string => format.format(new Date(notBefore ?? (state === 'scheduled' ? at : null) ?? dueAt));
  const isBusy = view?.contacts.some(({ slot }) => slot !== 'wrapUp') ?? false;
  return (
    <ScrollFrame label={text('callbacks.title')}>
      <table className="table">
        <thead><tr>
          <th scope="col">{text('callbacks.when')}</th><th scope="col">{text('callbacks.state')}</th><th scope="col">{text('callbacks.customer')}</th><th scope="col">{text('callbacks.number')}</th>
          <th scope="col">{text('supervisor.queue')}</th>{showsAgent ? <th scope="col">{text('tickets.agent')}</th> : null}
          <th scope="col"><span className="visually-hidden">{text('callbacks.actions')}</span></th>
        </tr></thead>
        <tbody>{callbacks.map((callback) => {
          const { contactId, customer, number, state } = callback;
          const name = customer ?? text('customer.anonymous');
          const canceling = underWay.has(`cancelCallback:${contactId}`);
          return (
            <tr key={contactId}>
              <th scope="row" className="figure table-time">{when(callback)}</th>
              <td>{text(`callbacks.state.${state}`)}</td>
              <td>{name}</td>
              <td className="figure">{number ?? text('callbacks.onPage')}</td>
              <td>{callback.queue.label}</td>
              {showsAgent ? <td>{callback.agent?.name ?? '–'}</td> : null}
              <td className="table-actions">
                {state === 'calling' ? null : (
                  <>
                    <ActionButton compact kind="quiet" label={text('callbacks.callNow', { name })} icon={<PhoneOutgoing aria-hidden size={16} />} obstacle={isBusy ? text('callBack.busy') : null}
                      onPress={() => { void desk.calls.callBack(contactId).then(onDone); }} />
                    <ActionButton compact kind="quiet" label={text('callbacks.putOff', { name })} icon={<CalendarClock aria-hidden size={16} />} onPress={() => { onPutOff(callback); }} />
                  </>
                )}
                <ActionButton compact kind="quiet" label={text('callbacks.cancel', { name })} icon={<X aria-hidden size={16} />} isDisabled={canceling}
                  onPress={() => { void desk.calls.cancelCallback(contactId).then(onDone); }} />
              </td>
            </tr>
          );
        })}</tbody>
      </table>
    </ScrollFrame>
  );
}

function PutOffDialog({ callback: { contactId, at, dueAt }, onClose }: { callback: OpenCallback; onClose: () => void }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const id = useId();
  const [time, setTime] = useState(() => localInput(new Date(at ?? dueAt)));
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    const refusal = await desk.calls.putCallbackOff(contactId, new Date(time).toISOString());
    if (refusal === null) onClose(); else setProblem(refusal);
  };
  return (
    <DialogFrame title={text('callbacks.putOffTitle')} onClose={onClose}>
      <form className="callback-form" onSubmit={(event) => { void submit(event); }}>
        <div className="field">
          <label htmlFor={`${id}-at`}>{text('callbacks.newTime')}</label>
          <input id={`${id}-at`} className="input" type="datetime-local" required value={time} onChange={(event) => { setTime(event.target.value); setProblem(null); }} />
        </div>
        {problem === null ? null : <p className="field-error" role="alert">{problemText(problem, text)}</p>}
        <footer className="callback-foot">
          <button className="button button-primary" type="submit" disabled={time === '' || underWay.has(`putCallbackOff:${contactId}`)}><CalendarClock aria-hidden size={16} /><span>{text('callbacks.putOffSubmit')}</span></button>
        </footer>
      </form>
    </DialogFrame>
  );
}
