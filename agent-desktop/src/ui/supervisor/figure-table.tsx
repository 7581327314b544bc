/** Queues or agents with their figures over a time, one a row. */
import type { ReactNode } from 'react';
import type { AgentFigures, FigureRow, QueueFigures } from '#shared/figures.ts';
import { useText } from '../desk-context.tsx';
import { ScrollFrame } from '../scroll-frame.tsx';
import { agentMeasures, figureText, queueMeasures, type Kind, type Measure } from '../figure-text.ts';
import type { By } from './use-figures.ts';

export function measuresOf(by: By): ReadonlyArray<readonly [Measure, Kind]> {
  return Object.entries(by === 'queue' ? queueMeasures : agentMeasures) as ReadonlyArray<readonly [Measure, Kind]>;
}

export function measured(figures: QueueFigures | AgentFigures, measure: Measure): number | null {
  return (figures as unknown as Readonly<Record<Measure, number | null>>)[measure];
}

export function FigureTable({ by, rows }: { by: By; rows: ReadonlyArray<FigureRow<QueueFigures | AgentFigures>> }): ReactNode {
  const text = useText();
  return (
    <ScrollFrame label={text('figures.title')}>
      <table className="table table-figures">
        <thead><tr>
          <th scope="col">{text(by === 'queue' ? 'supervisor.queue' : 'agents.name')}</th>
          {measuresOf(by).map(([measure]) => <th key={measure} scope="col" className="numeric">{text(`figure.${measure}`)}</th>)}
          <th scope="col">{text('figure.dispositions')}</th>
        </tr></thead>
        <tbody>{rows.map(({ id, name, figures }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            {measuresOf(by).map(([measure, kind]) => <td key={measure} className="numeric figure">{figureText(measured(figures, measure), kind)}</td>)}
            <td className="cell-wide">{Object.entries(figures.dispositions).map(([disposition, count]) => `${disposition === '' ? text('figure.noDisposition') : disposition} ${count}`).join(', ') || '–'}</td>
          </tr>
        ))}</tbody>
      </table>
    </ScrollFrame>
  );
}
