/** Tells screen readers what the eye sees at once: an offer, a connected call, the wrap-up. */
import type { ReactNode } from 'react';
import { customerName } from './customer-name.ts';
import { useDeskState, useText } from './desk-context.tsx';

export function OfferAnnouncer(): ReactNode {
  const { view } = useDeskState();
  const text = useText();
  const sentences = (view?.contacts ?? []).map((contact) => {
    const name = customerName(contact, text);
    if (contact.slot === 'reserved' && contact.part === 'consulted') return text('announce.asked', { name, by: contact.by?.name ?? '' });
    if (contact.slot === 'reserved') return text('announce.offer', { name, topic: contact.inquiry.topic ?? contact.queue.label });
    if (contact.slot === 'wrapUp') return text('announce.wrapUp', { name });
    if (contact.part === 'consulted') return contact.call.state === 'connecting' ? '' : text('announce.advising', { name: contact.by?.name ?? '' });
    if (contact.channel !== 'voice') return text('announce.channel', { name, channel: text(`channel.${contact.channel}`) });
    return contact.call.state === 'active' ? text('announce.connected', { name }) : '';
  });
  return <div className="visually-hidden" role="alert">{sentences.join(' ')}</div>;
}
