/** Loads the tickets of a time, the newest first and older ones as they are asked for. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDesk } from './desk-context.tsx';
import { spanSince, type TicketSpanName } from './ticket-filter.ts';
import { firstPage, ticketsPerPage, withOlder, type TicketPages } from './ticket-pages.ts';

export type LoadedTickets =
  | { readonly name: 'loading' }
  | { readonly name: 'failed' }
  | {
      readonly name: 'loaded'; readonly pages: TicketPages; readonly older: 'idle' | 'loading' | 'failed';
      /** The older ones that came last are below this number; null before anybody asked for them. */
      readonly readOnBelow: number | null;
    };

export interface Tickets {
  readonly loaded: LoadedTickets;
  readonly reload: () => void;
  readonly showOlder: () => void;
}

export function useTickets(span: TicketSpanName): Tickets {
  const { api, clock } = useDesk();
  const [loaded, setLoaded] = useState<LoadedTickets>({ name: 'loading' });
  /** What was asked for last: an answer to an earlier question is nobody's any more. */
  const question = useRef(0);

  const reload = useCallback(() => {
    const asked = question.current += 1;
    const settle = (state: LoadedTickets): void => { if (question.current === asked) setLoaded(state); };
    api.tickets({ from: spanSince(span, clock.now()), to: null, limit: ticketsPerPage }).then(
      (page) => { settle({ name: 'loaded', pages: firstPage(page), older: 'idle', readOnBelow: null }); }, () => { settle({ name: 'failed' }); },
    );
  }, [api, clock, span]);
  useEffect(reload, [reload]);

  const showOlder = (): void => {
    if (loaded.name !== 'loaded' || loaded.older === 'loading') return;
    const { pages } = loaded;
    const { olderThan } = pages;
    if (olderThan === null) return;
    const asked = question.current += 1;
    const settle = (state: LoadedTickets): void => { if (question.current === asked) setLoaded(state); };
    setLoaded({ ...loaded, older: 'loading' });
    api.tickets({ from: spanSince(span, clock.now()), to: null, before: olderThan, limit: ticketsPerPage }).then(
      (page) => { settle({ name: 'loaded', pages: withOlder(pages, page), older: 'idle', readOnBelow: olderThan }); }, () => { settle({ ...loaded, older: 'failed' }); },
    );
  };
  return { loaded, reload, showOlder };
}
