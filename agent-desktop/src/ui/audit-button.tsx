/** What happened while a customer shared their page, for supervisors: who did what and when, and whether it stands as it was written. */
import { useEffect, useState, type ReactNode } from 'react';
import { ClipboardCheck } from 'lucide-react';
import type { AuditActor, AuditLine, AuditReport } from '#shared/cobrowse-audit.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useLanguage, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { ScrollFrame } from './scroll-frame.tsx';

export function AuditButton({ contactId, ticket }: { contactId: string; ticket: number }): ReactNode {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton compact kind="quiet" label={text('audit.button', { ticket })} icon={<ClipboardCheck aria-hidden size={16} />} onPress={() => { setOpen(true); }} />
      {isOpen ? <DialogFrame title={text('audit.title')} onClose={() => { setOpen(false); }} isWide><Audit contactId={contactId} /></DialogFrame> : null}
    </>
  );
}

type Loaded = { readonly name: 'loading' } | { readonly name: 'failed' } | { readonly name: 'loaded'; readonly report: AuditReport };

function Audit({ contactId }: { contactId: string }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const [loaded, setLoaded] = useState<Loaded>({ name: 'loading' });
  useEffect(() => {
    let isGone = false;
    api.supervision.audit(contactId).then(
      (report) => { if (!isGone) setLoaded({ name: 'loaded', report }); },
      () => { if (!isGone) setLoaded({ name: 'failed' }); },
    );
    return () => { isGone = true; };
  }, [api, contactId]);
  if (loaded.name === 'loading') return <output className="page-note">{text('history.loading')}</output>;
  if (loaded.name === 'failed') return <p className="page-note" role="alert">{text('audit.failed')}</p>;
  const { entries, verified, brokenAt } = loaded.report;
  return (
    <div className="audit">
      {verified ? <p className="audit-note">{text('audit.verified', { count: entries.length })}</p> : <p className="field-error" role="alert">{text('audit.broken', { seq: brokenAt ?? 0 })}</p>}
      {entries.length === 0 ? null : <AuditTable entries={entries} brokenAt={brokenAt} />}
    </div>
  );
}

function AuditTable({ entries, brokenAt }: { entries: readonly AuditLine[]; brokenAt: number | null }): ReactNode {
  const text = useText();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
  return (
    <ScrollFrame label={text('audit.title')}>
      <table className="table">
        <thead><tr>
          <th scope="col">{text('audit.entry')}</th><th scope="col">{text('history.at')}</th><th scope="col">{text('audit.who')}</th><th scope="col">{text('audit.what')}</th><th scope="col">{text('audit.detail')}</th>
        </tr></thead>
        <tbody>{entries.map((entry) => (
          <tr key={entry.seq} {...(entry.seq === brokenAt ? { className: 'audit-broken' } : {})}>
            <th scope="row" className="figure">{entry.seq}</th>
            <td className="figure">{format.format(new Date(entry.at))}</td>
            <td>{whoDid(entry.actor, text)}</td>
            <td>{text(`audit.action.${entry.action}`)}</td>
            <td className="table-uri">{detailOf(entry)}</td>
          </tr>
        ))}</tbody>
      </table>
    </ScrollFrame>
  );
}

function whoDid(actor: AuditActor & { readonly name?: string }, text: ReturnType<typeof useText>): string {
  return actor.name ?? text(`audit.actor.${actor.kind}`);
}

/** As it was written. An address speaks for itself; ids say nothing to a reader, and stand in the API. */
function detailOf({ detail }: AuditLine): string {
  const { to: _to, recording: _recording, address, ...rest } = detail;
  const words = Object.entries(rest).map(([name, value]) => `${name}: ${String(value)}`);
  return [...(address === undefined ? [] : [String(address)]), ...words].join(', ');
}
