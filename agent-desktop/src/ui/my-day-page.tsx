/** The agent's own figures: how today, yesterday or this week went. */
import { useId, useState, type ReactNode } from 'react';
import { RefreshCw } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { ownSpans, type OwnFigures, type OwnSpan } from '#shared/figures.ts';
import { ActionButton } from './action-button.tsx';
import { useLanguage, useText } from './desk-context.tsx';
import { figureText, seconds, share } from './figure-text.ts';
import { reasonLabel } from './labels.ts';
import { problemText } from './problem-text.ts';
import { ScrollFrame } from './scroll-frame.tsx';
import { useOwnFigures } from './use-own-figures.ts';

export function MyDayPage({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const id = useId();
  const [span, setSpan] = useState<OwnSpan>('today');
  const { loaded, reload } = useOwnFigures(view, span);
  return (
    <main className="page">
      <header className="page-head">
        <h1>{text('myDay.title')}</h1>
        <ActionButton compact kind="quiet" label={text('history.refresh')} icon={<RefreshCw aria-hidden size={16} />} onPress={reload} />
      </header>
      <search className="filters">
        <label className="filter" htmlFor={id}>
          <span>{text('figures.span')}</span>
          <select id={id} className="input select" value={span} onChange={(event) => { setSpan(event.target.value as OwnSpan); }}>
            {ownSpans.map((one) => <option key={one} value={one}>{text(`myDay.span.${one}`)}</option>)}
          </select>
        </label>
      </search>
      {loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="page-note" role="alert">{problemText(loaded.problem, text)}</p> : null}
      {loaded.name === 'loaded' ? (
        <>
          <AsOf {...loaded} />
          {loaded.figures.total.loggedInSeconds === 0 && loaded.figures.total.offers === 0 ? <output className="page-note">{text('myDay.none')}</output> : <Figures figures={loaded.figures} />}
        </>
      ) : null}
    </main>
  );
}

function AsOf({ at, failure, figures: { timeZone } }: { at: number; failure: Parameters<typeof problemText>[0] | 'unknown'; figures: OwnFigures }): ReactNode {
  const text = useText();
  const time = new Intl.DateTimeFormat(useLanguage(), { timeStyle: 'short', timeZone }).format(at);
  return failure === null ? <p className="page-note my-day-as-of">{text('myDay.asOf', { time, zone: timeZone })}</p>
    : <p className="field-error page-error" role="alert">{text('myDay.stale', { time, why: problemText(failure === 'unknown' ? null : failure, text) })}</p>;
}

function Figures({ figures: { total, channels, statuses } }: { figures: OwnFigures }): ReactNode {
  const text = useText();
  const cards = [
    ['handled', figureText(total.handled, 'count')], ['averageHandleTime', seconds(total.averageHandleTime)], ['occupancy', share(total.occupancy)], ['loggedInSeconds', seconds(total.loggedInSeconds)],
  ] as const;
  return (
    <>
      <dl className="figures figures-four">
        {cards.map(([name, value]) => <div key={name} className="figure-card"><dt>{text(`figure.${name}`)}</dt><dd className="figure">{value}</dd></div>)}
      </dl>
      <section className="my-day-part">
        <h2 className="section-title">{text('myDay.channels')}</h2>
        {channels.length === 0 ? <p className="page-note">{text('myDay.nothingHandled')}</p> : (
          <ScrollFrame label={text('myDay.channels')}>
            <table className="table">
              <thead><tr>
                <th scope="col">{text('myDay.channel')}</th><th scope="col" className="numeric">{text('figure.handled')}</th><th scope="col" className="numeric">{text('figure.averageHandleTime')}</th>
                <th scope="col" className="numeric">{text('figure.talkSeconds')}</th><th scope="col" className="numeric">{text('figure.holdSeconds')}</th><th scope="col" className="numeric">{text('figure.wrapUpSeconds')}</th>
              </tr></thead>
              <tbody>{channels.map((one) => (
                <tr key={one.channel}>
                  <th scope="row">{text(`myDay.channel.${one.channel}`)}</th><td className="numeric figure">{one.handled}</td><td className="numeric figure">{seconds(one.averageHandleTime)}</td>
                  <td className="numeric figure">{seconds(one.talkSeconds)}</td><td className="numeric figure">{seconds(one.holdSeconds)}</td><td className="numeric figure">{seconds(one.wrapUpSeconds)}</td>
                </tr>
              ))}</tbody>
            </table>
          </ScrollFrame>
        )}
      </section>
      <div className="my-day-parts">
        <Facts title={text('myDay.offers')} facts={(['offers', 'accepted', 'missed', 'rejected'] as const).map((name) => [text(`figure.${name}`), String(total[name])])} />
        <Facts title={text('myDay.transfers')} note={text('myDay.credited')} facts={[
          [text('figure.transfersIn'), String(total.transfersIn)], [text('figure.transfersOut'), String(total.transfersOut)],
          [text('figure.consulted'), text('myDay.times', { count: total.consulted, time: seconds(total.consultSeconds) })],
        ]} />
        <Facts title={text('myDay.statuses')} facts={statuses.map(({ status, reason, seconds: spent }) => [
          status === 'available' ? text('status.available') : reason === null ? text('status.break') : text('myDay.breakFor', { reason: reasonLabel(reason, text) }), seconds(spent),
        ])} />
      </div>
    </>
  );
}

function Facts({ title, facts, note }: { title: string; facts: ReadonlyArray<readonly [name: string, value: string]>; note?: string }): ReactNode {
  return (
    <section className="my-day-card">
      <h2 className="section-title">{title}</h2>
      <dl className="my-day-facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd className="figure">{value}</dd></div>)}</dl>
      {note === undefined ? null : <p className="my-day-note">{note}</p>}
    </section>
  );
}
