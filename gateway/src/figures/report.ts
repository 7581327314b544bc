/** Puts counts together into the rows of a report: every queue or agent in every interval, those without anything as well, and each over the whole time. Pure. */
import type { AgentFigures, Dispositions, FigureRow, QueueFigures, ServiceLevelFormula } from '#shared/figures.ts';
import { added, averageHandleTime, averageSpeedOfAnswer, noHandlings, noStays, noTimes, occupancy, serviceLevel } from './measures.ts';
import type { HandlingCounts, QueueCounts, TimeCounts } from './measures.ts';

interface Sliced { readonly slice: number; readonly id: string }
type Counted<Counts> = Sliced & { readonly counts: Counts };
type Disposed = Sliced & { readonly disposition: string; readonly count: number };

/** Whose figures, in the order of the rows. */
export interface Subject { readonly id: string; readonly name: string }

interface Layout {
  readonly grid: readonly number[];
  readonly subjects: readonly Subject[];
}

interface Report<Figures> {
  readonly rows: ReadonlyArray<FigureRow<Figures>>;
  readonly totals: ReadonlyArray<FigureRow<Figures>>;
}

export function queueReport(
  layout: Layout, counts: { readonly stays: ReadonlyArray<Counted<QueueCounts>>; readonly handlings: ReadonlyArray<Counted<HandlingCounts>>; readonly dispositions: readonly Disposed[] },
  formulaOf: (queueId: string) => ServiceLevelFormula,
): Report<QueueFigures> {
  const stays = indexed(counts.stays);
  const handlings = indexed(counts.handlings);
  const disposed = indexed(counts.dispositions);
  return laidOut(layout, (id, slices) => {
    const stay = added(noStays, at(stays, id, slices).map((one) => one.counts));
    const handling = added(noHandlings, at(handlings, id, slices).map((one) => one.counts));
    const { offered, answered, abandoned, shortAbandoned, callbacks, overflowed, expired, forwarded, closed, longestWait } = stay;
    const { handled, talkSeconds, holdSeconds, wrapUpSeconds, missed, rejected, transfersOut } = handling;
    return {
      offered, answered, abandoned, shortAbandoned, callbacks, overflowed, expired, forwarded, closed, serviceLevel: serviceLevel(stay, formulaOf(id)),
      averageSpeedOfAnswer: averageSpeedOfAnswer(stay), longestWait, handled, averageHandleTime: averageHandleTime(handling), talkSeconds, holdSeconds, wrapUpSeconds, missed, rejected,
      transfersIn: stay.transfersIn, transfersOut, dispositions: dispositionsOf(at(disposed, id, slices)),
    };
  });
}

export function agentReport(
  layout: Layout, counts: { readonly handlings: ReadonlyArray<Counted<HandlingCounts>>; readonly times: ReadonlyArray<Counted<TimeCounts>>; readonly dispositions: readonly Disposed[] },
): Report<AgentFigures> {
  const handlings = indexed(counts.handlings);
  const times = indexed(counts.times);
  const disposed = indexed(counts.dispositions);
  return laidOut(layout, (id, slices) => {
    const handling = added(noHandlings, at(handlings, id, slices).map((one) => one.counts));
    const time = added(noTimes, at(times, id, slices).map((one) => one.counts));
    const { loggedInSeconds, availableSeconds, breakSeconds, busySeconds } = time;
    return {
      ...handling, averageHandleTime: averageHandleTime(handling), loggedInSeconds, availableSeconds, breakSeconds, busySeconds, occupancy: occupancy(time),
      dispositions: dispositionsOf(at(disposed, id, slices)),
    };
  });
}

function laidOut<Figures>({ grid, subjects }: Layout, figuresOf: (id: string, slices: readonly number[]) => Figures): Report<Figures> {
  const iso = (place: number): string => new Date(grid[place] ?? 0).toISOString();
  const slices = grid.slice(1).map((_, slice) => slice);
  const row = ({ id, name }: Subject, first: number, last: number, of: readonly number[]): FigureRow<Figures> => ({ id, name, from: iso(first), to: iso(last), figures: figuresOf(id, of) });
  return {
    rows: slices.flatMap((slice) => subjects.map((subject) => row(subject, slice, slice + 1, [slice]))),
    totals: subjects.map((subject) => row(subject, 0, grid.length - 1, slices)),
  };
}

type Index<Entry> = ReadonlyMap<string, ReadonlyMap<number, readonly Entry[]>>;

function indexed<Entry extends Sliced>(entries: readonly Entry[]): Index<Entry> {
  return new Map([...Map.groupBy(entries, ({ id }) => id)].map(([id, of]) => [id, Map.groupBy(of, ({ slice }) => slice)]));
}

function at<Entry>(index: Index<Entry>, id: string, slices: readonly number[]): readonly Entry[] {
  const own = index.get(id);
  return own === undefined ? [] : slices.flatMap((slice) => own.get(slice) ?? []);
}

function dispositionsOf(disposed: readonly Disposed[]): Dispositions {
  const counts = new Map<string, number>();
  for (const { disposition, count } of disposed) counts.set(disposition, (counts.get(disposition) ?? 0) + count);
  return Object.fromEntries([...counts].toSorted(([, one], [, other]) => other - one));
}
