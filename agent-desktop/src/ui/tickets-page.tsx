/** Tickets: one line for each hop of a contact. An agent sees their own, supervisors everybody's. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { ChevronDown, RefreshCw } from 'lucide-react';
import type { AgentView, Ticket } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { AuditButton } from './audit-button.tsx';
import { useDesk, useLanguage, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { ReplayButton } from './replay-button.tsx';
import { ScrollFrame } from './scroll-frame.tsx';
import { JournalDownloads } from './journal-downloads.tsx';
import { filterTickets, spanSince, ticketSpans, type TicketSpanName } from './ticket-filter.ts';
import { useTickets } from './use-tickets.ts';

export function TicketsPage({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const id = useId();
  const [span, setSpan] = useState<TicketSpanName>('week');
  const [query, setQuery] = useState('');
  const [outcome, setOutcome] = useState<NonNullable<Ticket['outcome']> | 'all'>('all');
  const { clock } = useDesk();
  const { loaded, reload, showOlder } = useTickets(span);
  const tickets = loaded.name === 'loaded' ? loaded.pages.tickets : [];
  const shown = filterTickets(tickets, { query, outcome });
  const all = view.agent.role !== 'agent';
  return (
    <main className="page">
      <header className="page-head">
        <h1>{text(all ? 'tickets.titleAll' : 'tickets.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={reload} />
        <JournalDownloads from={() => spanSince(span, clock.now())} />
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
      {loaded.name === 'loaded' ? <output className="page-note tickets-count">{shown.length === 0 ? text(tickets.length === 0 ? 'tickets.none' : 'tickets.noneFit') : text('tickets.count', { count: shown.length })}</output> : null}
      {shown.length === 0 ? null : <TicketTable tickets={shown} showsAgent={all} readOnBelow={loaded.name === 'loaded' ? loaded.readOnBelow : null} />}
      {loaded.name !== 'loaded' || loaded.pages.olderThan === null ? null : (
        <div className="tickets-older">
          <ActionButton label={text(loaded.older === 'loading' ? 'tickets.loadingOlder' : 'tickets.older')} icon={<ChevronDown aria-hidden size={16} />} onPress={showOlder} />
          {loaded.older === 'failed' ? <p className="field-error" role="alert">{text('tickets.failedOlder')}</p> : null}
        </div>
      )}
    </main>
  );
}

/** @param props.readOnBelow whoever asked for older tickets reads on at the first of them: the button that had the focus is far below then, or gone. */
function TicketTable({ tickets, showsAgent, readOnBelow }: { tickets: readonly Ticket[]; showsAgent: boolean; readOnBelow: number | null }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const firstOlder = useRef<HTMLTableCellElement>(null);
  useEffect(() => { if (readOnBelow !== null) firstOlder.current?.focus(); }, [readOnBelow]);
  const older = readOnBelow === null ? undefined : tickets.find(({ ticket }) => ticket < readOnBelow);
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
            <th scope="row" className="figure" {...(ticket === older ? { ref: firstOlder, tabIndex: -1 } : {})}>#{ticket.ticket}</th>
            <td className="figure">{format.format(new Date(ticket.from))}</td>
            <td className="numeric figure">{ticket.to === null ? text('tickets.running') : clockTime((Date.parse(ticket.to) - Date.parse(ticket.from)) / 1000)}</td>
            <td className="table-uri">{ticket.caller}</td>
            <td className="table-uri">{ticket.called}</td>
            {showsAgent ? <td>{ticket.agent ?? '–'}</td> : null}
            <td>{ticket.outcome === null ? '–' : text(`tickets.outcome.${ticket.outcome}`)}{ticket.end ? <span className="ticket-end">{text('tickets.end')}</span> : null}{ticket.pageRecorded ? <ReplayButton contactId={ticket.contactId} compact /> : null}{showsAgent && ticket.pageShared ? <AuditButton contactId={ticket.contactId} ticket={ticket.ticket} /> : null}</td>
          </tr>
        ))}</tbody>
      </table>
    </ScrollFrame>
  );
}
