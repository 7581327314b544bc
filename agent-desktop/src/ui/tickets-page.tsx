/** Tickets: one line for each hop of a contact. An agent sees their own, supervisors everybody's. */
import { useCallback, useEffect, useId, useState, type ReactNode } from 'react';
import { RefreshCw } from 'lucide-react';
import type { AgentView, Ticket } from '#shared/agent-protocol.ts';
import type { DeskApi } from '../session/desk-api.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useLanguage, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { filterTickets, spanSince, ticketSpans, type TicketSpanName } from './ticket-filter.ts';

type Loaded = { readonly name: 'loading' } | { readonly name: 'failed' } | { readonly name: 'loaded'; readonly tickets: readonly Ticket[] };

async function loadTickets(api: DeskApi, from: string | null): Promise<Loaded> {
  try {
    return { name: 'loaded', tickets: await api.tickets({ from, to: null }) };
  } catch {
    return { name: 'failed' };
  }
}

export function TicketsPage({ view }: { view: AgentView }): ReactNode {
  const { api, clock } = useDesk();
  const text = useText();
  const id = useId();
  const [span, setSpan] = useState<TicketSpanName>('week');
  const [query, setQuery] = useState('');
  const [outcome, setOutcome] = useState<NonNullable<Ticket['outcome']> | 'all'>('all');
  const [loaded, setLoaded] = useState<Loaded>({ name: 'loading' });
  const load = useCallback(() => { void loadTickets(api, spanSince(span, clock.now())).then(setLoaded); }, [api, clock, span]);
  useEffect(load, [load]);
  const shown = loaded.name === 'loaded' ? filterTickets(loaded.tickets, { query, outcome }) : [];
  const all = view.agent.role !== 'agent';
  return (
    <main className="page">
      <header className="page-head">
        <h1>{text(all ? 'tickets.titleAll' : 'tickets.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={load} />
      </header>
      <search className="filters">
        <label className="filter filter-text" htmlFor={`${id}-query`}>
          <span>{text('tickets.search')}</span>
          <input id={`${id}-query`} className="input" type="search" value={query} placeholder={text('tickets.searchHint')} onChange={(event) => { setQuery(event.target.value); }} />
        </label>
        <label className="filter" htmlFor={`${id}-outcome`}>
          <span>{text('tickets.outcome')}</span>
          <select id={`${id}-outcome`} className="input select" value={outcome} onChange={(event) => { setOutcome(event.target.value as typeof outcome); }}>
            {(['all', 'answered', 'consulted', 'missed', 'rejected'] as const).map((one) => <option key={one} value={one}>{text(`tickets.outcome.${one}`)}</option>)}
          </select>
        </label>
        <label className="filter" htmlFor={`${id}-span`}>
          <span>{text('tickets.span')}</span>
          <select id={`${id}-span`} className="input select" value={span} onChange={(event) => { setSpan(event.target.value as TicketSpanName); }}>
            {ticketSpans.map((one) => <option key={one} value={one}>{text(`tickets.span.${one}`)}</option>)}
          </select>
        </label>
      </search>
      {loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="page-note" role="alert">{text('tickets.failed')}</p> : null}
      {loaded.name === 'loaded' ? <output className="page-note tickets-count">{shown.length === 0 ? text(loaded.tickets.length === 0 ? 'tickets.none' : 'tickets.noneFit') : text('tickets.count', { count: shown.length })}</output> : null}
      {shown.length === 0 ? null : <TicketTable tickets={shown} showsAgent={all} />}
    </main>
  );
}

function TicketTable({ tickets, showsAgent }: { tickets: readonly Ticket[]; showsAgent: boolean }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <ScrollFrame label={text('tickets.title')}>
      <table className="table">
        <thead><tr>
          <th scope="col">{text('tickets.number')}</th><th scope="col">{text('history.at')}</th><th scope="col" className="numeric">{text('tickets.duration')}</th>
          <th scope="col">{text('tickets.caller')}</th><th scope="col">{text('tickets.called')}</th>
          {showsAgent ? <th scope="col">{text('tickets.agent')}</th> : null}
          <th scope="col">{text('tickets.outcome')}</th>
        </tr></thead>
        <tbody>{tickets.map((ticket) => (
          <tr key={ticket.ticket}>
            <th scope="row" className="figure">#{ticket.ticket}</th>
            <td className="figure">{format.format(new Date(ticket.from))}</td>
            <td className="numeric figure">{ticket.to === null ? text('tickets.running') : clockTime((Date.parse(ticket.to) - Date.parse(ticket.from)) / 1000)}</td>
            <td className="table-uri">{ticket.caller}</td>
            <td className="table-uri">{ticket.called}</td>
            {showsAgent ? <td>{ticket.agent ?? '–'}</td> : null}
            <td>{ticket.outcome === null ? '–' : text(`tickets.outcome.${ticket.outcome}`)}{ticket.end ? <span className="ticket-end">{text('tickets.end')}</span> : null}</td>
          </tr>
        ))}</tbody>
      </table>
    </ScrollFrame>
  );
}
