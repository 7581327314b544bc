/** Figures of queues and agents, as `GET /api/figures`, `GET /api/figures/now` and `GET /api/agents/me/figures` answer them. docs/figures.md defines each. Seconds and shares from 0 to 1. */
import type { AgentStatus, Channel } from './vocabulary.ts';

export const serviceLevelFormulas = ['abandonsIgnored', 'negative', 'positive'] as const;
export type ServiceLevelFormula = (typeof serviceLevelFormulas)[number];

/** How often each disposition was given; the empty name stands for none. */
export type Dispositions = Readonly<Record<string, number>>;

export interface QueueFigures {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly shortAbandoned: number;
  readonly callbacks: number;
  readonly overflowed: number;
  readonly expired: number;
  readonly forwarded: number;
  readonly closed: number;
  readonly serviceLevel: number | null;
  readonly averageSpeedOfAnswer: number | null;
  readonly longestWait: number;
  readonly handled: number;
  readonly averageHandleTime: number | null;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly wrapUpSeconds: number;
  readonly missed: number;
  readonly rejected: number;
  readonly transfersIn: number;
  readonly transfersOut: number;
  readonly dispositions: Dispositions;
}

export interface AgentFigures {
  readonly offers: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly missed: number;
  readonly handled: number;
  readonly averageHandleTime: number | null;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly wrapUpSeconds: number;
  readonly consulted: number;
  readonly consultSeconds: number;
  readonly transfersIn: number;
  readonly transfersOut: number;
  readonly loggedInSeconds: number;
  readonly availableSeconds: number;
  readonly breakSeconds: number;
  readonly busySeconds: number;
  readonly occupancy: number | null;
  readonly dispositions: Dispositions;
}

/** One queue or agent in one interval; ISO 8601. */
export interface FigureRow<Figures> {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly figures: Figures;
}

export interface FigureReport<Figures> {
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
  readonly interval: '15m' | '1h' | '1d' | null;
  /** In the order of time; within it of the queues or names. Without an interval: as `totals`. */
  readonly rows: ReadonlyArray<FigureRow<Figures>>;
  /** Each queue or agent over the whole time. */
  readonly totals: ReadonlyArray<FigureRow<Figures>>;
}

/** The times over which an agent looks at their own figures; the week begins on Monday. */
export const ownSpans = ['today', 'yesterday', 'week'] as const;
export type OwnSpan = (typeof ownSpans)[number];

/** What was handled as one channel: the one as which it was offered. */
export interface ChannelFigures {
  readonly channel: Channel;
  readonly handled: number;
  readonly averageHandleTime: number | null;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly wrapUpSeconds: number;
}

export interface StatusTime {
  readonly status: Exclude<AgentStatus, 'offline'>;
  readonly reason: string | null;
  readonly seconds: number;
}

/** An agent's own figures. */
export interface OwnFigures {
  readonly timeZone: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly total: AgentFigures;
  /** Those in which anything was handled, calls first. */
  readonly channels: readonly ChannelFigures[];
  /** Available first, then the breaks, the longest first. */
  readonly statuses: readonly StatusTime[];
}
