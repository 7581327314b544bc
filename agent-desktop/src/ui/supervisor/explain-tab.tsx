/** What would happen to somebody, and why: an invented customer in, the steps of the flow out. */
import { useEffect, useId, useRef, useState, type ReactNode, type SyntheticEvent } from 'react';
import { ArrowRight, Check, CircleHelp, CircleX, ListChecks } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import type { Explained, ExplainedStep, ExplainedVerdict } from '#shared/flow-api.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { useDesk, useLanguage, useText } from '../desk-context.tsx';
import { waitText } from '../duration.ts';
import { queueLabel } from '../labels.ts';
import { problemText } from '../problem-text.ts';
import { emptyForm, questionOf, type ExplainForm } from './explain-question.ts';
import { outcomeLabels, reasonText, stepLabels } from './explain-words.ts';

type Answer = { readonly name: 'none' | 'asking' } | { readonly name: 'told'; readonly told: Explained } | { readonly name: 'refused'; readonly why: string };

export function ExplainTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const { api } = useDesk();
  const id = useId();
  const [form, setForm] = useState<ExplainForm>({ ...emptyForm, queue: view.queues[0]?.id ?? '' });
  const [answer, setAnswer] = useState<Answer>({ name: 'none' });
  const result = useRef<HTMLElement>(null);
  // Whoever asked reads on at the answer.
  useEffect(() => { if (answer.name === 'told') result.current?.focus(); }, [answer]);

  const change = (part: Partial<ExplainForm>): void => { setForm((before) => ({ ...before, ...part })); };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setAnswer({ name: 'asking' });
    api.explain(questionOf(form)).then(
      (told) => { setAnswer({ name: 'told', told }); },
      (error: unknown) => { setAnswer({ name: 'refused', why: problemText(error instanceof ProblemError ? error.problem : null, text) }); },
    );
  };
  const field = (name: Exclude<keyof ExplainForm, 'ask' | 'queue' | 'entitled'>, input: { readonly type?: string; readonly lines?: true; readonly hint?: string } = {}): ReactNode => (
    <div className="field">
      <label htmlFor={`${id}-${name}`}>{text(`explain.${name}`)}</label>
      {input.lines === true
        ? <textarea id={`${id}-${name}`} className="input" value={form[name]} placeholder={input.hint} onChange={(event) => { change({ [name]: event.target.value }); }} />
        : <input id={`${id}-${name}`} className="input" type={input.type ?? 'text'} {...(input.type === 'number' ? { min: 0 } : {})} value={form[name]} placeholder={input.hint} onChange={(event) => { change({ [name]: event.target.value }); }} />}
    </div>
  );
  return (
    <>
      <header className="page-head"><h1>{text('explain.title')}</h1></header>
      <p className="page-note explain-lead">{text('explain.lead')}</p>
      <div className="explain">
        <form className="explain-form" onSubmit={submit}>
          <div className="field">
            <label htmlFor={`${id}-queue`}>{text('supervisor.queue')}</label>
            <select id={`${id}-queue`} className="input" value={form.queue} onChange={(event) => { change({ queue: event.target.value }); }}>
              {view.queues.map((queue) => <option key={queue.id} value={queue.id}>{queue.label}</option>)}
            </select>
          </div>
          {field('customerId', { hint: text('explain.customerHint') })}
          {field('attributes', { lines: true, hint: text('explain.attributesHint') })}
          {field('at', { type: 'datetime-local' })}
          <label className="explain-check"><input type="checkbox" checked={form.ask} onChange={(event) => { change({ ask: event.target.checked }); }} />{text('explain.ask')}</label>
          <fieldset className="explain-assume">
            <legend>{text('explain.assume')}</legend>
            <div className="field">
              <label htmlFor={`${id}-entitled`}>{text('explain.entitled')}</label>
              <select id={`${id}-entitled`} className="input" value={form.entitled} onChange={(event) => { change({ entitled: event.target.value as ExplainForm['entitled'] }); }}>
                <option value="unknown">{text('explain.asItIs')}</option><option value="yes">{text('yes')}</option><option value="no">{text('no')}</option>
              </select>
            </div>
            <div className="explain-numbers">
              {field('waiting', { type: 'number' })}
              {field('waitMinutes', { type: 'number' })}
              {field('loggedIn', { type: 'number' })}
            </div>
            {field('crm', { lines: true, hint: text('explain.crmHint') })}
          </fieldset>
          <button className="button button-primary button-wide" type="submit" aria-disabled={answer.name === 'asking' || undefined}>
            <ListChecks aria-hidden size={16} /><span>{text(answer.name === 'asking' ? 'explain.asking' : 'explain.submit')}</span>
          </button>
        </form>
        <section className="explain-answer" ref={result} tabIndex={-1} aria-label={text('explain.answer')}>
          {answer.name === 'none' ? <p className="page-note">{text('explain.none')}</p> : null}
          {answer.name === 'asking' ? <output className="page-note">{text('explain.asking')}</output> : null}
          {answer.name === 'refused' ? <p className="field-error" role="alert">{answer.why}</p> : null}
          {answer.name === 'told' ? <Told told={answer.told} view={view} /> : null}
        </section>
      </div>
    </>
  );
}

function Told({ told: { steps, verdict }, view }: { told: Explained; view: AgentView }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const when = (iso: string): string => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
  return (
    <>
      <VerdictCard verdict={verdict} view={view} />
      <ol className="explain-steps">
        {steps.map((step, at) => (
          <li key={`${step.queue} ${step.name}`} data-outcome={step.outcome}>
            <StepIcon outcome={step.outcome} />
            <div>
              <strong>{text(stepLabels[step.kind])}</strong>
              <span className="explain-outcome">{text(outcomeLabels[step.outcome])}</span>
              {at === 0 || steps[at - 1]?.queue !== step.queue ? <span className="explain-queue">{queueLabel(view, step.queue)}</span> : null}
              <p>{reasonText(step.why, text, { when, queue: (id) => queueLabel(view, id) })}</p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

function StepIcon({ outcome }: { outcome: ExplainedStep['outcome'] }): ReactNode {
  switch (outcome) {
    case 'passed': return <Check aria-hidden size={18} />;
    case 'asked':
    case 'offered': return <CircleHelp aria-hidden size={18} />;
    case 'queue': return <ArrowRight aria-hidden size={18} />;
    case 'ended': return <CircleX aria-hidden size={18} />;
  }
}

function VerdictCard({ verdict, view }: { verdict: ExplainedVerdict; view: AgentView }): ReactNode {
  const text = useText();
  if (verdict.kind !== 'waits') {
    return (
      <div className="explain-verdict" data-kind={verdict.kind}>
        <h2>{text(verdict.kind === 'ended' ? 'explain.ends' : 'explain.chooses', { queue: queueLabel(view, verdict.queue) })}</h2>
        <p>{verdict.kind === 'ended' ? text(`end.${verdict.end.reason}`) : verdict.choices.map((choice) => text(`explain.choice.${choice}`)).join(', ')}</p>
      </div>
    );
  }
  const { first, next, overflow } = verdict;
  return (
    <div className="explain-verdict" data-kind="waits">
      <h2>{text('explain.waits', { queue: verdict.label })}</h2>
      <dl className="facts">
        <div className="fact"><dt>{text('explain.priorityLabel')}</dt><dd>{verdict.priority}</dd></div>
        <div className="fact"><dt>{text('supervisor.waiting')}</dt><dd>{verdict.waiting}</dd></div>
        <div className="fact"><dt>{text('supervisor.ewt')}</dt><dd>{waitText(verdict.ewt, text)}</dd></div>
        <div className="fact"><dt>{text('explain.first')}</dt><dd>{first !== null ? text('explain.firstAlone', { agent: first.name, seconds: first.seconds }) : next === null ? text('explain.nobody') : next.name}</dd></div>
        {overflow === null ? null : <div className="fact"><dt>{text('explain.step.overflow')}</dt><dd>{text('explain.overflow', { seconds: overflow.after, queue: queueLabel(view, overflow.queue) })}</dd></div>}
      </dl>
    </div>
  );
}
