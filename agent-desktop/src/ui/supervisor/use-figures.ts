/** Loads the figures of a time, of queues or of agents; a later question makes an earlier answer nobody's. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AgentFigures, FigureReport, QueueFigures } from '#shared/figures.ts';
import type { Problem } from '#shared/problem.ts';
import { ProblemError } from '../../session/desk-api.ts';
import type { FigureSpan } from '../../session/supervision-api.ts';
import { useDesk } from '../desk-context.tsx';

export type By = 'queue' | 'agent';
export type Loaded =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly problem: Problem | null }
  | { readonly name: 'loaded'; readonly by: By; readonly report: FigureReport<QueueFigures | AgentFigures> };

export function useFigures(by: By, span: FigureSpan | null): { readonly loaded: Loaded; readonly reload: () => void } {
  const { api: { supervision } } = useDesk();
  const [loaded, setLoaded] = useState<Loaded>({ name: 'loading' });
  const question = useRef(0);
  const { from, to, interval } = span ?? { from: null, to: null, interval: null };
  const reload = useCallback(() => {
    const asked = question.current += 1;
    if (from === null) return;
    const asking: Promise<FigureReport<QueueFigures | AgentFigures>> = by === 'queue' ? supervision.queueFigures({ from, to, interval }) : supervision.agentFigures({ from, to, interval });
    asking.then(
      (report) => { if (question.current === asked) setLoaded({ name: 'loaded', by, report }); },
      (error: unknown) => { if (question.current === asked) setLoaded({ name: 'failed', problem: error instanceof ProblemError ? error.problem : null }); },
    );
  }, [supervision, by, from, to, interval]);
  useEffect(reload, [reload]);
  return { loaded, reload };
}
