/** The directory while it is looked at: read at once and again every few seconds, because agents become busy. */
import { useEffect, useState } from 'react';
import type { Directory } from '#shared/agent-protocol.ts';
import type { Problem } from '#shared/problem.ts';
import { ProblemError, unreachable } from '../session/desk-api.ts';
import { useDesk } from './desk-context.tsx';

export type LoadedDirectory =
  | { readonly name: 'loading' }
  | { readonly name: 'loaded'; readonly directory: Directory }
  | { readonly name: 'failed'; readonly problem: Problem };

/** Short enough that a colleague who has become busy is seen before they are chosen. */
const renewMilliseconds = 4000;

export function useDirectory(): LoadedDirectory {
  const { api } = useDesk();
  const [loaded, setLoaded] = useState<LoadedDirectory>({ name: 'loading' });
  useEffect(() => {
    let isShown = true;
    const load = async (): Promise<void> => {
      try {
        const directory = await api.directory();
        if (isShown) setLoaded({ name: 'loaded', directory });
      } catch (error) {
        const problem = error instanceof ProblemError ? error.problem : unreachable;
        // What was read before is better than nothing: the gateway judges the choice again.
        if (isShown) setLoaded((before) => (before.name === 'loaded' ? before : { name: 'failed', problem }));
      }
    };
    void load();
    const timer = setInterval(() => { void load(); }, renewMilliseconds);
    return () => { isShown = false; clearInterval(timer); };
  }, [api]);
  return loaded;
}
