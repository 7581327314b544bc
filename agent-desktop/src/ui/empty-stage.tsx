/** The stage without a contact: what the agent is waiting for, and what stands in the way of the next call. */
import type { ReactNode } from 'react';
import { Coffee, Headset, MicOff, PhoneOff, Power } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { reasonLabel } from './labels.ts';

export function EmptyStage({ view }: { view: AgentView }): ReactNode {
  const desk = useDesk();
  const { microphone, registration } = useDeskState();
  const text = useText();
  const goAvailable = (): void => { void desk.setStatus({ status: 'available' }); };
  const waiting = view.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const answersHere = view.agent.answerWith === 'desktop';
  if (answersHere && microphone.name === 'asking') {
    return <Message icon={<Headset aria-hidden size={30} />} title={text('empty.asking.title')} body={text('empty.asking.text')} />;
  }
  if (answersHere && (microphone.name === 'denied' || microphone.name === 'missing' || microphone.name === 'failed')) {
    return (
      <Message icon={<MicOff aria-hidden size={30} />} tone="bad" title={text(`microphone.${microphone.name}`)} body={text(`microphone.help.${microphone.name}`)}>
        <ActionButton kind="primary" label={text('microphone.retry')} onPress={() => { void desk.acquireMicrophone(); }} />
      </Message>
    );
  }
  switch (view.agent.status) {
    case 'offline':
      return (
        <Message icon={<Power aria-hidden size={30} />} title={text('empty.offline.title')} body={text(answersHere ? 'empty.offline.text' : 'empty.offline.textPhone')}>
          <ActionButton kind="primary" label={text('empty.goAvailable')} shortcut="available" onPress={goAvailable} />
          <NotificationOffer />
        </Message>
      );
    case 'break':
      return (
        <Message icon={<Coffee aria-hidden size={30} />} title={view.agent.reason === null ? text('empty.break.title') : text('empty.break.reason', { reason: reasonLabel(view.agent.reason, text) })}
          body={waiting === 0 ? text('empty.break.text') : text('empty.break.waiting', { count: waiting })}>
          <ActionButton kind="primary" label={text('empty.goAvailable')} shortcut="available" onPress={goAvailable} />
        </Message>
      );
    case 'available':
      if (!answersHere && !view.agent.endpoints.some(({ kind, reachable }) => kind === view.agent.answerWith && reachable)) {
        return <Message icon={<PhoneOff aria-hidden size={30} />} tone="bad" title={text('empty.deskPhone.title')} body={text('empty.deskPhone.text')} />;
      }
      if (answersHere && registration.name !== 'registered' && !view.agent.endpointRegistered) {
        return <Message icon={<PhoneOff aria-hidden size={30} />} tone="bad" title={text('empty.phone.title')} body={text('empty.phone.text')} />;
      }
      return (
        <Message icon={<Headset aria-hidden size={30} />} tone="good" title={text('empty.ready.title')} body={text(answersHere ? 'empty.ready.text' : 'empty.ready.textPhone')}>
          <NotificationOffer />
        </Message>
      );
  }
}

function NotificationOffer(): ReactNode {
  const text = useText();
  if (!('Notification' in window) || Notification.permission !== 'default') return null;
  return <ActionButton label={text('notification.allow')} onPress={() => { void Notification.requestPermission(); }} />;
}

function Message({ icon, title, body, tone = 'plain', children }: { icon: ReactNode; title: string; body: string; tone?: 'plain' | 'good' | 'bad'; children?: ReactNode }): ReactNode {
  return (
    <section className={`stage stage-empty tone-${tone}`}>
      <span className="empty-icon">{icon}</span>
      <h1>{title}</h1>
      <p>{body}</p>
      <div className="empty-actions">{children}</div>
    </section>
  );
}
