/** Loads the agent's own figures, and again: every half minute while they are looked at, and when something about the agent's contacts or status has changed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AgentView } from '#shared/agent-protocol.ts';
import type { OwnFigures, OwnSpan } from '#shared/figures.ts';
import type { Problem } from '#shared/problem.ts';
import { ProblemError } from '../session/desk-api.ts';
import { useDesk } from './desk-context.tsx';

export type LoadedOwnFigures =
  | { readonly name: 'loading' }
  | { readonly name: 'failed'; readonly problem: Problem | null }
  /** `failure`: they could not be renewed since; what was loaded before still stands. */
  | { readonly name: 'loaded'; readonly span: OwnSpan; readonly figures: OwnFigures; readonly at: number; readonly failure: Problem | 'unknown' | null };

const renewEvery = 30_000;

export function useOwnFigures(view: AgentView, span: OwnSpan): { readonly loaded: LoadedOwnFigures; readonly reload: () => void } {
  const { api, clock } = useDesk();
  const [loaded, setLoaded] = useState<LoadedOwnFigures>({ name: 'loading' });
  /** What was asked for last: an answer to an earlier question is nobody's any more. */
  const question = useRef(0);
  const reload = useCallback(() => {
    const asked = question.current += 1;
    api.ownFigures(span).then(
      (figures) => { if (question.current === asked) setLoaded({ name: 'loaded', span, figures, at: clock.now(), failure: null }); },
      (error: unknown) => {
        if (question.current !== asked) return;
        const problem = error instanceof ProblemError ? error.problem : null;
        setLoaded((before) => before.name === 'loaded' && before.span === span ? { ...before, failure: problem ?? 'unknown' } : { name: 'failed', problem });
      },
    );
  }, [api, clock, span]);
  const changes = JSON.stringify([view.agent.status, view.agent.reason, view.contacts.map(({ contactId, slot }) => [contactId, slot])]);
  useEffect(reload, [reload, changes]);
  useEffect(() => {
    const renew = (): void => { if (document.visibilityState === 'visible') reload(); };
    const timer = setInterval(renew, renewEvery);
    document.addEventListener('visibilitychange', renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', renew);
    };
  }, [reload]);
  return { loaded: loaded.name === 'loaded' && loaded.span !== span ? { name: 'loading' } : loaded, reload };
}
