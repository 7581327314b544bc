/** Who is in charge of each queue that hunts: set here, or reset to what the contact-center file says. */
import { useEffect, useState, type ReactNode } from 'react';
import { RotateCcw } from 'lucide-react';
import type { AgentView, QueueView } from '#shared/agent-protocol.ts';
import type { InCharge } from '#shared/hunt-api.ts';
import type { Problem } from '#shared/problem.ts';
import { ProblemError, unreachable } from '../../session/desk-api.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useLanguage, useText } from '../desk-context.tsx';
import { problemText } from '../problem-text.ts';

export function InChargeTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const hunting = view.queues.filter(({ inCharge }) => inCharge !== null);
  return (
    <>
      <header className="page-head"><h1>{text('inCharge.title')}</h1></header>
      <p className="page-note">{text(hunting.length === 0 ? 'inCharge.none' : 'inCharge.note')}</p>
      <div className="in-charge-list">{hunting.map((queue) => <HuntCard key={queue.id} queue={queue} />)}</div>
    </>
  );
}

/** @param props.queue its view tells of changes that others make: the card is read anew then. */
function HuntCard({ queue }: { queue: QueueView }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const language = useLanguage();
  const [known, setKnown] = useState<InCharge | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const entry = queue.inCharge?.entry;
  const knownEntry = known?.inCharge;
  useEffect(() => {
    if (knownEntry === entry) return;
    api.inCharge(queue.id).then(setKnown, (error: unknown) => { setProblem(problemOf(error)); });
  }, [api, queue.id, entry, knownEntry]);
  const set = async (to: string | null): Promise<void> => {
    setSending(true);
    try {
      setKnown(await api.setInCharge(queue.id, to));
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };
  const { origin } = known ?? {};
  return (
    <section className="in-charge-card" aria-label={queue.label}>
      <h2>{queue.label}</h2>
      {known === null ? null : (
        <>
          <label className="filter">
            <span>{text('inCharge.who')}</span>
            <select className="input select" value={known.inCharge} disabled={isSending} onChange={(event) => { const { value } = event.target; void set(value); }}>
              {known.list.map((one) => <option key={one.entry} value={one.entry}>{one.label}</option>)}
            </select>
          </label>
          <ol className="in-charge-order" aria-label={text('inCharge.order')}>{inOrder(known).map((one) => <li key={one.entry}>{one.label}</li>)}</ol>
          <p className="panel-note">
            {origin?.from === 'runtime' ? text('inCharge.setBy', { name: origin.by, when: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(origin.since)) }) : text('inCharge.fromFile')}
          </p>
          {origin?.from === 'runtime' ? <ActionButton label={text('inCharge.reset')} icon={<RotateCcw aria-hidden size={16} />} isDisabled={isSending} onPress={() => { void set(null); }} /> : null}
        </>
      )}
      {problem === null ? null : <p className="field-error" role="alert">{text('inCharge.failed')} {problemText(problem, text)}</p>}
    </section>
  );
}

function problemOf(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : unreachable;
}

/** As a round goes: from whoever is in charge, and round the end of the list. */
function inOrder({ list, inCharge }: InCharge): InCharge['list'] {
  const from = Math.max(0, list.findIndex(({ entry }) => entry === inCharge));
  return [...list.slice(from), ...list.slice(0, from)];
}
