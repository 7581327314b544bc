/** The screen pop: who it is, what page they are on, what is known about them and what was before. */
import type { ReactNode } from 'react';
import { ExternalLink } from 'lucide-react';
import type { AgentContact, PastContact } from '#shared/agent-protocol.ts';
import { useDeskState, useLanguage, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { attributeLabel, queueLabel } from './labels.ts';
import { safeHref, shortAddress } from './safe-link.ts';
import { ThreadButton } from './thread-button.tsx';

export function CustomerPanel({ contact, children }: { contact: AgentContact; children?: ReactNode }): ReactNode {
  const text = useText();
  const attributes = Object.entries(contact.customer?.attributes ?? {});
  return (
    <div className="customer-panel">
      {contact.inbound === null ? <section className="panel-section">
        <h2 className="section-title">{text('customer.page')}</h2>
        <PageCard title={contact.page.title} url={contact.page.url} />
        {contact.page.url === contact.inquiry.pageUrl ? null : <p className="panel-note">{text('customer.startedOn', { page: shortAddress(contact.inquiry.pageUrl) })}</p>}
      </section> : null}
      <section className="panel-section">
        <h2 className="section-title">{text('customer.details')}</h2>
        <dl className="facts">
          <Fact name={text('customer.topic')} value={contact.inquiry.topic ?? text('customer.noTopic')} />
          <Fact name={text('customer.waited')} value={clockTime(contact.waitedSeconds)} />
          {contact.ticket === null ? null : <Fact name={text('ticket.label')} value={`#${contact.ticket}`} />}
          {contact.customer === null ? null : <Fact name={text('customer.id')} value={contact.customer.id} />}
          {attributes.map(([name, value]) => (
            <Fact key={name} name={attributeLabel(name)} value={typeof value === 'boolean' ? text(value ? 'yes' : 'no') : String(value)} />
          ))}
        </dl>
      </section>
      <section className="panel-section">
        <h2 className="section-title">{text('customer.history')}</h2>
        {contact.history.length === 0
          ? <p className="panel-note">{text(contact.customer === null ? 'customer.historyAnonymous' : 'customer.historyNone')}</p>
          : <ol className="history-list">{contact.history.map((past) => <li key={past.contactId}><PastEntry past={past} /></li>)}</ol>}
      </section>
      {children}
    </div>
  );
}

function PageCard({ title, url }: { title: string; url: string }): ReactNode {
  const text = useText();
  const href = safeHref(url);
  return (
    <div className="page-card">
      <span className="page-title">{title === '' ? shortAddress(url) : title}</span>
      {href === null
        ? <span className="page-address">{url}</span>
        : <a className="page-address" href={href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer" title={url}>
          <span>{shortAddress(url)}</span><ExternalLink aria-hidden size={12} /><span className="visually-hidden">{text('link.newTab')}</span>
        </a>}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return <div className="fact"><dt>{name}</dt><dd>{value}</dd></div>;
}

function PastEntry({ past }: { past: PastContact }): ReactNode {
  const { view } = useDeskState();
  const text = useText();
  const language = useLanguage();
  return (
    <article className="past">
      <p className="past-head">
        <time dateTime={past.at}>{new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(past.at))}</time>
        <span className="past-disposition">{past.disposition ?? (past.end === null ? '' : text(`end.${past.end.reason}`))}</span>
      </p>
      <p className="past-detail">{[queueLabel(view, past.queue), past.agent, shortAddress(past.pageUrl)].filter(Boolean).join(' · ')}</p>
      {past.notes === '' ? null : <p className="past-notes">{past.notes}</p>}
      {past.messages === 0 ? null : <ThreadButton contactId={past.contactId} count={past.messages} />}
    </article>
  );
}
