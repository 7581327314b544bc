/** Figures of a time: a table of queues or agents, the course of one of them, and the whole as a file. */
import { useId, useState, type ReactNode } from 'react';
import { Download, RefreshCw } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useDeskState, useText } from '../desk-context.tsx';
import { problemText } from '../problem-text.ts';
import { FigureCourse } from './figure-course.tsx';
import { spanOf, spans, usualInterval, type SpanChoice, type SpanName } from './figure-span.ts';
import { FigureTable } from './figure-table.tsx';
import { useFigures, type By } from './use-figures.ts';

export function FiguresTab(_props: { view: AgentView }): ReactNode {
  const text = useText();
  const id = useId();
  const { api, clock } = useDesk();
  const { floor } = useDeskState();
  const [by, setBy] = useState<By>('queue');
  const [choice, setChoice] = useState<SpanChoice>({ name: 'today', first: '', last: '', interval: '1h' });
  const [failure, setFailure] = useState<string | null>(null);
  const timeZone = floor?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const span = spanOf(choice, clock.now(), timeZone);
  const { loaded, reload } = useFigures(by, span);
  const save = (): void => {
    if (span === null) return;
    api.supervision.figuresAsCsv(by, span).then((csv) => {
      setFailure(null);
      saveFile(`figures-by-${by}-${span.from}.csv`, csv);
    }, () => { setFailure(text('figures.saveFailed')); });
  };
  return (
    <>
      <header className="page-head">
        <h1>{text('figures.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={reload} />
        <span className="page-head-end"><ActionButton label={text('figures.save')} icon={<Download aria-hidden size={16} />} isDisabled={span === null} onPress={save} /></span>
      </header>
      <search className="filters">
        <Choice id={`${id}-by`} label={text('figures.by')} value={by} options={[['queue', text('figures.by.queue')], ['agent', text('figures.by.agent')]]} onChange={(one) => { setBy(one as By); }} />
        <Choice id={`${id}-span`} label={text('figures.span')} value={choice.name} options={spans.map((one) => [one, text(`figures.span.${one}`)])}
          onChange={(one) => { setChoice((before) => ({ ...before, name: one as SpanName, interval: usualInterval(one as SpanName) })); }} />
        {choice.name !== 'custom' ? null : (['first', 'last'] as const).map((which) => (
          <label key={which} className="filter" htmlFor={`${id}-${which}`}>
            <span>{text(`figures.${which}`)}</span>
            <input id={`${id}-${which}`} className="input" type="date" value={choice[which]} onChange={(event) => { const { value } = event.target; setChoice((before) => ({ ...before, [which]: value })); }} />
          </label>
        ))}
        <Choice id={`${id}-interval`} label={text('figures.interval')} value={choice.interval} options={(['15m', '1h', '1d'] as const).map((one) => [one, text(`figures.interval.${one}`)])}
          onChange={(one) => { setChoice((before) => ({ ...before, interval: one as SpanChoice['interval'] })); }} />
      </search>
      {failure === null ? null : <p className="field-error page-error" role="alert">{failure}</p>}
      {span === null ? <p className="page-note">{text('figures.noSpan')}</p> : loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output>
        : loaded.name === 'failed' ? <p className="page-note" role="alert">{problemText(loaded.problem, text)}</p>
          : loaded.report.totals.length === 0 ? <p className="page-note">{text('figures.none')}</p> : (
            <>
              <FigureTable by={loaded.by} rows={loaded.report.totals} />
              <FigureCourse key={loaded.by} by={loaded.by} report={loaded.report} />
              <p className="page-note figures-note">{text('figures.note', { zone: loaded.report.timeZone })}</p>
            </>
          )}
    </>
  );
}

function Choice({ id, label, value, options, onChange }: { id: string; label: string; value: string; options: ReadonlyArray<readonly [string, string]>; onChange: (value: string) => void }): ReactNode {
  return (
    <label className="filter" htmlFor={id}>
      <span>{label}</span>
      <select id={id} className="input select" value={value} onChange={(event) => { onChange(event.target.value); }}>
        {options.map(([one, words]) => <option key={one} value={one}>{words}</option>)}
      </select>
    </label>
  );
}

function saveFile(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
