/** Loads the callbacks that are open, and again when the queues' figures say that something about them has changed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AgentView, OpenCallback } from '#shared/agent-protocol.ts';
import { useDesk } from './desk-context.tsx';

export type LoadedCallbacks =
  | { readonly name: 'loading' }
  | { readonly name: 'failed' }
  | { readonly name: 'loaded'; readonly callbacks: readonly OpenCallback[] };

export function useCallbacks(view: AgentView): { readonly loaded: LoadedCallbacks; readonly reload: () => void } {
  const { api } = useDesk();
  const [loaded, setLoaded] = useState<LoadedCallbacks>({ name: 'loading' });
  /** What was asked for last: an answer to an earlier question is nobody's any more. */
  const question = useRef(0);
  const reload = useCallback(() => {
    const asked = question.current += 1;
    const settle = (state: LoadedCallbacks): void => { if (question.current === asked) setLoaded(state); };
    api.callbacks().then((callbacks) => { settle({ name: 'loaded', callbacks }); }, () => { settle({ name: 'failed' }); });
  }, [api]);
  const figures = JSON.stringify([view.queues.map(({ callbacks }) => callbacks), view.contacts.map(({ contactId, slot }) => [contactId, slot])]);
  useEffect(reload, [reload, figures]);
  return { loaded, reload };
}
