/** Figures in words: shares, seconds, and which figures there are. */
import type { AgentFigures, QueueFigures } from '#shared/figures.ts';
import { clockTime } from './duration.ts';

export type Kind = 'count' | 'share' | 'time';
type Numbers<Figures> = Exclude<keyof Figures, 'dispositions'>;

/** In the order in which they are shown. */
export const queueMeasures = {
  offered: 'count', answered: 'count', abandoned: 'count', serviceLevel: 'share', averageSpeedOfAnswer: 'time', longestWait: 'time', handled: 'count', averageHandleTime: 'time',
  shortAbandoned: 'count', callbacks: 'count', overflowed: 'count', expired: 'count', closed: 'count', missed: 'count', transfersIn: 'count', transfersOut: 'count',
} as const satisfies Partial<Record<Numbers<QueueFigures>, Kind>>;
export const agentMeasures = {
  handled: 'count', averageHandleTime: 'time', occupancy: 'share', offers: 'count', accepted: 'count', rejected: 'count', missed: 'count', talkSeconds: 'time', holdSeconds: 'time', wrapUpSeconds: 'time',
  consulted: 'count', transfersIn: 'count', transfersOut: 'count', loggedInSeconds: 'time', availableSeconds: 'time', breakSeconds: 'time',
} as const satisfies Partial<Record<Numbers<AgentFigures>, Kind>>;
export type Measure = keyof typeof queueMeasures | keyof typeof agentMeasures;

export function share(value: number | null): string {
  return value === null ? '–' : `${Math.round(value * 100)} %`;
}

export function seconds(value: number | null): string {
  return value === null ? '–' : clockTime(Math.round(value));
}

export function figureText(value: number | null, kind: Kind): string {
  if (value === null) return '–';
  return kind === 'share' ? share(value) : kind === 'time' ? seconds(value) : String(value);
}
