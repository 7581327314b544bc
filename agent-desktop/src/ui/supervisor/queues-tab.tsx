/** The queues' figures as they stand now. */
import type { ReactNode } from 'react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { useNow, useText } from '../desk-context.tsx';
import { ScrollFrame } from '../scroll-frame.tsx';
import { clockTime, secondsSince, waitText } from '../duration.ts';

export function QueuesTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const now = useNow();
  const waiting = view.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = Math.max(0, ...view.queues.map((queue) => secondsSince(queue.oldestQueuedAt, now)));
  return (
    <>
      <header className="page-head"><h1>{text('supervisor.title')}</h1></header>
      <dl className="figures">
        <Figure name={text('supervisor.waiting')} value={String(waiting)} warn={waiting > 0} />
        <Figure name={text('supervisor.longest')} value={clockTime(longest)} warn={longest > 120} />
        <Figure name={text('supervisor.open')} value={`${view.queues.filter((queue) => queue.open).length} / ${view.queues.length}`} warn={false} />
      </dl>
      <ScrollFrame label={text('supervisor.title')}>
        <table className="table">
          <thead><tr>
            <th scope="col">{text('supervisor.queue')}</th><th scope="col">{text('supervisor.state')}</th><th scope="col" className="numeric">{text('supervisor.waiting')}</th>
            <th scope="col" className="numeric">{text('supervisor.callbacks')}</th>
            <th scope="col" className="numeric">{text('supervisor.longest')}</th><th scope="col" className="numeric">{text('supervisor.idle')}</th><th scope="col" className="numeric">{text('supervisor.ewt')}</th>
          </tr></thead>
          <tbody>{view.queues.map((queue) => (
            <tr key={queue.id}>
              <th scope="row">{queue.label}</th>
              <td>{text(queue.open ? 'queue.open' : 'queue.closed')}</td>
              <td className="numeric figure" data-warn={queue.waiting > 0 || undefined}>{queue.waiting}</td>
              <td className="numeric figure">{queue.callbacks.scheduled === 0 ? queue.callbacks.waiting : text('supervisor.callbacksOf', { waiting: queue.callbacks.waiting, scheduled: queue.callbacks.scheduled })}</td>
              <td className="numeric figure">{queue.waiting === 0 ? '–' : clockTime(secondsSince(queue.oldestQueuedAt, now))}</td>
              <td className="numeric figure">{queue.agentsIdle}</td>
              <td className="numeric">{waitText(queue.ewt, text)}</td>
            </tr>
          ))}</tbody>
        </table>
      </ScrollFrame>
    </>
  );
}

function Figure({ name, value, warn }: { name: string; value: string; warn: boolean }): ReactNode {
  return <div className="figure-card" data-warn={warn || undefined}><dt>{name}</dt><dd className="figure">{value}</dd></div>;
}
