/** The agent's own recent contacts. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { RefreshCw } from 'lucide-react';
import type { PastContact, Ticket } from '#shared/agent-protocol.ts';
import type { DeskApi } from '../session/desk-api.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useLanguage, useText } from './desk-context.tsx';
import { CallBackButton } from './call-back-button.tsx';
import { ReplayButton } from './replay-button.tsx';
import { queueLabel } from './labels.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { ThreadButton } from './thread-button.tsx';
import { safeHref, shortAddress } from './safe-link.ts';

type Loaded = { readonly name: 'loading' } | { readonly name: 'failed' } | { readonly name: 'loaded'; readonly contacts: readonly PastContact[]; readonly tickets: ReadonlyMap<string, number> };

async function loadRecent(api: DeskApi): Promise<Loaded> {
  try {
    // Without the numbers the list is still worth having.
    const [contacts, tickets] = await Promise.all([api.recentContacts(), api.tickets().catch((): readonly Ticket[] => [])]);
    return { name: 'loaded', contacts, tickets: new Map(tickets.map(({ contactId, ticket }) => [contactId, ticket])) };
  } catch {
    return { name: 'failed' };
  }
}

export function HistoryPage(): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const [loaded, setLoaded] = useState<Loaded>({ name: 'loading' });
  const load = useCallback(() => {
    void loadRecent(api).then(setLoaded);
  }, [api]);
  useEffect(load, [load]);
  return (
    <main className="page">
      <header className="page-head">
        <h1>{text('history.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={load} />
      </header>
      {loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="page-note" role="alert">{text('history.failed')}</p> : null}
      {loaded.name === 'loaded' && loaded.contacts.length === 0 ? <p className="page-note">{text('history.none')}</p> : null}
      {loaded.name === 'loaded' && loaded.contacts.length > 0 ? <HistoryTable contacts={loaded.contacts} tickets={loaded.tickets} /> : null}
    </main>
  );
}

function HistoryTable({ contacts, tickets }: { contacts: readonly PastContact[]; tickets: ReadonlyMap<string, number> }): ReactNode {
  const { view } = useDeskState();
  const text = useText();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <ScrollFrame label={text('history.title')}>
      <table className="table">
        <thead><tr>
          <th scope="col">{text('history.at')}</th><th scope="col">{text('ticket.label')}</th><th scope="col">{text('history.queue')}</th><th scope="col">{text('history.page')}</th>
          <th scope="col">{text('history.disposition')}</th><th scope="col">{text('history.end')}</th><th scope="col">{text('history.notes')}</th><th scope="col"><span className="visually-hidden">{text('callBack.button')}</span></th>
        </tr></thead>
        <tbody>{contacts.map((contact) => {
          const href = safeHref(contact.pageUrl);
          return (
            <tr key={contact.contactId}>
              <td className="figure">{format.format(new Date(contact.at))}</td>
              <td className="figure">{tickets.has(contact.contactId) ? `#${tickets.get(contact.contactId)}` : '–'}</td>
              <td>{queueLabel(view, contact.queue)}</td>
              <td>{href === null ? contact.pageUrl : <a href={href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer">{shortAddress(contact.pageUrl)}</a>}</td>
              <td>{contact.disposition ?? '–'}</td>
              <td>{contact.end === null ? '–' : text(`end.by.${contact.end.party}`, { reason: text(`end.${contact.end.reason}`) })}</td>
              <td className="table-notes">{contact.notes}</td>
              <td className="table-actions">{contact.messages === 0 ? null : <ThreadButton contactId={contact.contactId} count={contact.messages} />}{contact.pageRecorded ? <ReplayButton contactId={contact.contactId} /> : null}{contact.end === null || contact.channel !== 'voice' ? null : <CallBackButton contactId={contact.contactId} name={format.format(new Date(contact.at))} />}</td>
            </tr>
          );
        })}</tbody>
      </table>
    </ScrollFrame>
  );
}
