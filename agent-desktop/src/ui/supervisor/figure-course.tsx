/** The course of one figure of one queue or agent over the intervals: bars, and the same as a table. */
import { useId, useState, type ReactNode } from 'react';
import type { AgentFigures, FigureReport, QueueFigures } from '#shared/figures.ts';
import { useDeskState, useLanguage, useText } from '../desk-context.tsx';
import { ScrollFrame } from '../scroll-frame.tsx';
import { BarChart } from './bar-chart.tsx';
import { figureText, type Measure } from '../figure-text.ts';
import { measured, measuresOf } from './figure-table.tsx';
import type { By } from './use-figures.ts';

export function FigureCourse({ by, report }: { by: By; report: FigureReport<QueueFigures | AgentFigures> }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const id = useId();
  const { floor } = useDeskState();
  const [subject, setSubject] = useState(report.totals[0]?.id ?? '');
  const [measure, setMeasure] = useState<Measure>(by === 'queue' ? 'offered' : 'handled');
  const chosen = report.totals.find((one) => one.id === subject) ?? report.totals[0];
  const kind = measuresOf(by).find(([one]) => one === measure)?.[1] ?? 'count';
  if (chosen === undefined) return null;
  const isDays = report.interval === '1d';
  const format = new Intl.DateTimeFormat(language, isDays ? { timeZone: report.timeZone, day: '2-digit', month: '2-digit' } : { timeZone: report.timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  // What is yet to come has no figures.
  const now = floor === null ? Infinity : Date.parse(floor.at);
  const bars = report.rows.filter((row) => row.id === chosen.id && Date.parse(row.from) <= now).map(({ from, figures }) => {
    const value = measured(figures, measure);
    return { from, label: format.format(new Date(from)), value, text: figureText(value, kind) };
  });
  const target = measure === 'serviceLevel' ? floor?.queues.find((one) => one.id === chosen.id)?.target ?? null : null;
  const title = text('figures.course', { figure: text(`figure.${measure}`), name: chosen.name });
  return (
    <div className="course">
      <header className="course-head">
        <h2 className="section-title">{text('figures.courseTitle')}</h2>
        <label className="filter" htmlFor={`${id}-subject`}><span>{text(by === 'queue' ? 'supervisor.queue' : 'agents.name')}</span>
          <select id={`${id}-subject`} className="input select" value={chosen.id} onChange={(event) => { setSubject(event.target.value); }}>
            {report.totals.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        </label>
        <label className="filter" htmlFor={`${id}-measure`}><span>{text('figures.figure')}</span>
          <select id={`${id}-measure`} className="input select" value={measure} onChange={(event) => { setMeasure(event.target.value as Measure); }}>
            {measuresOf(by).map(([one]) => <option key={one} value={one}>{text(`figure.${one}`)}</option>)}
          </select>
        </label>
      </header>
      <ScrollFrame isPlain label={text('figures.courseTitle')}><BarChart label={title} bars={bars} target={target} /></ScrollFrame>
      <details className="course-table">
        <summary>{text('figures.asTable')}</summary>
        <ScrollFrame label={text('figures.asTable')}>
          <table className="table"><thead><tr><th scope="col">{text('figures.from')}</th><th scope="col" className="numeric">{text(`figure.${measure}`)}</th></tr></thead>
            <tbody>{bars.map((bar) => <tr key={bar.from}><th scope="row" className="figure">{bar.label}</th><td className="numeric figure">{bar.text}</td></tr>)}</tbody>
          </table>
        </ScrollFrame>
      </details>
    </div>
  );
}
