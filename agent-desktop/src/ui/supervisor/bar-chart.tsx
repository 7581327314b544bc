/** Bars over time, as an image that says what it shows; the numbers themselves stand in the table beside it. */
import type { ReactNode } from 'react';

export interface Bar {
  /** Tells it from the others: an hour may come twice. */
  readonly from: string;
  readonly label: string;
  /** Null: nobody counts. */
  readonly value: number | null;
  readonly text: string;
}

const height = 160;
const width = 720;
const axis = 34;
/** Labels that fit without touching. */
const mostLabels = 12;

export function BarChart({ label, bars, target = null }: { label: string; bars: readonly Bar[]; target?: number | null }): ReactNode {
  const top = Math.max(...bars.map(({ value }) => value ?? 0), target ?? 0) || 1;
  const step = (width - axis) / Math.max(1, bars.length);
  const y = (value: number): number => height - (value / top) * (height - 12);
  const every = Math.ceil(bars.length / mostLabels);
  const best = bars.reduce<Bar | null>((most, bar) => (bar.value ?? 0) > (most?.value ?? 0) ? bar : most, null);
  return (
    <svg className="chart" viewBox={`0 0 ${width} ${height + 24}`} role="img" aria-label={label}>
      <line className="chart-line" x1={axis} x2={width} y1={height} y2={height} />
      {best === null ? null : <text className="chart-text" x={axis - 6} y={y(top) + 4} textAnchor="end">{target !== null && target >= (best.value ?? 0) ? '' : best.text}</text>}
      {bars.map(({ from, label: when, value, text }, at) => (
        <g key={from}>
          {value === null ? null : <rect className="chart-bar" x={axis + at * step + step * 0.14} width={step * 0.72} y={y(value)} height={Math.max(value > 0 ? 1.5 : 0, height - y(value))} rx={Math.min(3, step * 0.2)}><title>{`${when}: ${text}`}</title></rect>}
          {at % every === 0 ? <text className="chart-text" x={axis + (at + 0.5) * step} y={height + 17} textAnchor="middle">{when}</text> : null}
        </g>
      ))}
      {target === null ? null : <line className="chart-target" x1={axis} x2={width} y1={y(target)} y2={y(target)} />}
    </svg>
  );
}
