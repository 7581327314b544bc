/** The queues as they stand now, and how they fared today. */
import type { ReactNode } from 'react';
import type { AgentView } from '#shared/agent-protocol.ts';
import type { FloorQueue } from '#shared/floor.ts';
import { useDeskState, useNow, useText } from '../desk-context.tsx';
import { ScrollFrame } from '../scroll-frame.tsx';
import { clockTime, secondsSince, waitText } from '../duration.ts';
import { seconds, share } from '../figure-text.ts';

export function QueuesTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const now = useNow();
  const { floor } = useDeskState();
  const waiting = view.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = Math.max(0, ...view.queues.map((queue) => secondsSince(queue.oldestQueuedAt, now)));
  const free = floor?.agents.filter(({ status, state, reachable }) => status === 'available' && state === 'idle' && reachable).length ?? 0;
  return (
    <>
      <header className="page-head"><h1>{text('supervisor.title')}</h1></header>
      <dl className="figures figures-four">
        <Figure name={text('supervisor.waiting')} value={String(waiting)} warn={waiting > 0} />
        <Figure name={text('supervisor.longest')} value={clockTime(longest)} warn={longest > 120} />
        <Figure name={text('floor.freeOf')} value={floor === null ? '–' : `${free} / ${floor.agents.length}`} warn={free === 0 && waiting > 0} />
        <Figure name={text('supervisor.open')} value={`${view.queues.filter((queue) => queue.open).length} / ${view.queues.length}`} warn={false} />
      </dl>
      <ScrollFrame label={text('supervisor.title')}>
        <table className="table table-board">
          <thead>
            <tr className="table-groups">
              <th scope="col" rowSpan={2}>{text('supervisor.queue')}</th><th scope="col" rowSpan={2}>{text('supervisor.state')}</th>
              <th scope="colgroup" colSpan={4}>{text('floor.now')}</th><th scope="colgroup" colSpan={3}>{text('floor.agents')}</th><th scope="colgroup" colSpan={5}>{text('floor.today')}</th>
            </tr>
            <tr>
              <th scope="col" className="numeric">{text('supervisor.waiting')}</th><th scope="col" className="numeric">{text('supervisor.callbacks')}</th><th scope="col" className="numeric">{text('supervisor.longest')}</th><th scope="col" className="numeric">{text('supervisor.ewt')}</th>
              <th scope="col" className="numeric">{text('floor.free')}</th><th scope="col" className="numeric">{text('floor.busy')}</th><th scope="col" className="numeric">{text('floor.onBreak')}</th>
              <th scope="col" className="numeric">{text('figure.serviceLevel')}</th><th scope="col" className="numeric">{text('figure.offered')}</th><th scope="col" className="numeric">{text('figure.answered')}</th>
              <th scope="col" className="numeric">{text('figure.abandoned')}</th><th scope="col" className="numeric">{text('figure.averageSpeedOfAnswer')}</th>
            </tr>
          </thead>
          <tbody>{view.queues.map((queue) => (
            <tr key={queue.id}>
              <th scope="row">{queue.label}</th>
              <td><span className="open-sign" data-open={queue.open || undefined}>{text(queue.open ? 'queue.open' : 'queue.closed')}</span></td>
              <td className="numeric figure" data-warn={queue.waiting > 0 || undefined}>{queue.waiting}</td>
              <td className="numeric figure">{queue.callbacks.scheduled === 0 ? queue.callbacks.waiting : text('supervisor.callbacksOf', { waiting: queue.callbacks.waiting, scheduled: queue.callbacks.scheduled })}</td>
              <td className="numeric figure">{queue.oldestQueuedAt === null ? '–' : clockTime(secondsSince(queue.oldestQueuedAt, now))}</td>
              <td className="numeric">{waitText(queue.ewt, text)}</td>
              <Today queue={floor?.queues.find(({ id }) => id === queue.id)} waiting={queue.waiting} />
            </tr>
          ))}</tbody>
        </table>
      </ScrollFrame>
    </>
  );
}

function Today({ queue, waiting }: { queue: FloorQueue | undefined; waiting: number }): ReactNode {
  const text = useText();
  if (queue === undefined) return <td colSpan={8} className="numeric">–</td>;
  const { today, agents, target, withinSeconds } = queue;
  const isBelow = today.serviceLevel !== null && today.serviceLevel < target;
  return (
    <>
      <td className="numeric figure" data-warn={(waiting > 0 && agents.free === 0) || undefined}>{agents.free}</td>
      <td className="numeric figure">{agents.busy}</td>
      <td className="numeric figure">{agents.onBreak}</td>
      <td className="numeric figure" data-warn={isBelow || undefined}>
        {share(today.serviceLevel)}<span className="cell-note">{text('floor.target', { target: Math.round(target * 100), seconds: withinSeconds })}</span>
      </td>
      <td className="numeric figure">{today.offered}</td>
      <td className="numeric figure">{today.answered}</td>
      <td className="numeric figure">{today.abandoned}</td>
      <td className="numeric figure">{seconds(today.averageSpeedOfAnswer)}</td>
    </>
  );
}

function Figure({ name, value, warn }: { name: string; value: string; warn: boolean }): ReactNode {
  return <div className="figure-card" data-warn={warn || undefined}><dt>{name}</dt><dd className="figure">{value}</dd></div>;
}
