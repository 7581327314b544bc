/** The stage while a contact is offered: who, why, how long they waited, and the two answers. */
import type { ReactNode } from 'react';
import { MessageSquare, Phone, X } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { Translate } from '../i18n/translate.ts';
import { Key } from './action-button.tsx';
import { CountdownRing } from './countdown-ring.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { shortAddress } from './safe-link.ts';

export function OfferStage({ contact }: { contact: AgentContact }): ReactNode {
  const desk = useDesk();
  const { accepting, underWay, microphone, view, threads } = useDeskState();
  const text = useText();
  const { contactId } = contact;
  const isAccepting = accepting.has(contactId);
  const isCall = contact.channel === 'voice';
  const said = threads.get(contactId)?.messages.findLast(({ author }) => author === 'customer') ?? null;
  const AcceptIcon = isCall ? Phone : MessageSquare;
  return (
    <section className="stage stage-offer" aria-label={text('offer.label')}>
      <div className="offer-card">
        {contact.offerExpiresAt === null ? null : <CountdownRing from={contact.since} until={contact.offerExpiresAt} label={text('offer.secondsLeft')} />}
        <p className="offer-kind">{isCall ? '' : `${text(`channel.${contact.channel}`)} · `}{offerKind(contact, text)}</p>
        <h1 className="offer-name">{customerName(contact, text)}</h1>
        <p className="offer-topic">{contact.inbound?.subject ?? contact.inquiry.topic ?? contact.page.title}</p>
        {said === null ? null : <blockquote className="offer-said">{said.text}</blockquote>}
        <p className="offer-detail">{text(contact.inbound === null ? 'offer.detail' : 'offer.detailInbound', { page: shortAddress(contact.page.url), sender: contact.inbound?.sender ?? '', waited: clockTime(contact.waitedSeconds) })}</p>
        {contact.callback === null ? null : <p className="offer-note">{callbackNote(contact.callback, text)}</p>}
        {contact.part === 'consulted' ? <p className="offer-note">{text('offer.consultedNote', { name: contact.by?.name ?? '' })}</p> : null}
        {!isCall || view?.agent.answerWith === 'desktop' ? null : <p className="offer-note">{text('offer.onPhone')}</p>}
        {!isCall || view?.agent.answerWith !== 'desktop' ? null : microphone.name === 'denied' || microphone.name === 'missing' ? <p className="offer-warning" role="alert">{text(`microphone.help.${microphone.name}`)}</p> : null}
        <div className="offer-actions">
          <Button className="button button-reject button-large" isDisabled={isAccepting || underWay.has(`reject:${contactId}`)} onPress={() => { void desk.reject(contactId); }}>
            <X aria-hidden size={18} /><span>{text('offer.reject')}</span><Key action="reject" />
          </Button>
          <Button className="button button-accept button-large" isDisabled={isAccepting} onPress={() => { void desk.accept(contactId); }}>
            <AcceptIcon aria-hidden size={18} /><span>{isAccepting ? text('offer.accepting') : text('offer.accept')}</span><Key action="accept" />
          </Button>
        </div>
      </div>
    </section>
  );
}

function callbackNote({ number, at }: NonNullable<AgentContact['callback']>, text: Translate): string {
  const agreed = at === null ? '' : `${text('offer.callbackAt', { time: new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' }) })} `;
  return `${agreed}${number === null ? text('offer.callbackPage') : text('offer.callbackNumber', { number })}`;
}

function offerKind({ part, by, queue, callback }: AgentContact, text: Translate): string {
  if (callback !== null) return text('offer.callback', { queue: queue.label });
  if (by === null) return text('offer.incoming', { queue: queue.label });
  return text(part === 'consulted' ? 'offer.asks' : 'offer.handedOver', { name: by.name });
}
