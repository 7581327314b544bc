/** The stage of a chat, a message or a task: what was written is the whole of it, with the way to a call where there is one. */
import type { ReactNode, RefObject } from 'react';
import { ExternalLink, Mail } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { Conversation } from './conversation.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { safeHref } from './safe-link.ts';

export function ChatStage({ contact, fieldRef }: { contact: AgentContact; fieldRef: RefObject<HTMLTextAreaElement | null> }): ReactNode {
  const text = useText();
  return (
    <section className="stage stage-chat" aria-label={text(`channel.${contact.channel}`)}>
      {contact.inbound === null ? null : <InboundHead contact={contact} />}
      <ChatBanner contact={contact} />
      <Conversation contact={contact} fieldRef={fieldRef} />
    </section>
  );
}

function InboundHead({ contact: { inbound } }: { contact: AgentContact }): ReactNode {
  const text = useText();
  if (inbound === null) return null;
  const href = inbound.link === null ? null : safeHref(inbound.link);
  return (
    <header className="inbound-head">
      <Mail aria-hidden size={18} />
      <div>
        <h2>{inbound.subject ?? text('inbound.noSubject')}</h2>
        <p>{text(`inbound.source.${inbound.source}`)} · {inbound.sender}{inbound.replyTo === null || inbound.replyTo === inbound.sender ? '' : ` · ${text('inbound.replyTo', { address: inbound.replyTo })}`}</p>
      </div>
      {href === null ? null : <a className="button" href={href} target="_blank" rel="noopener noreferrer" referrerPolicy="no-referrer"><ExternalLink aria-hidden size={15} /><span>{text('inbound.open')}</span></a>}
    </header>
  );
}

/** At most one sentence, the one that wants something done first. */
function ChatBanner({ contact }: { contact: AgentContact }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const { contactId, chat } = contact;
  const name = customerName(contact, text);
  const isBusy = underWay.has(`proposeCall:${contactId}`) || underWay.has(`declineCall:${contactId}`);
  if (chat?.proposal?.by === 'customer') {
    const { video } = chat.proposal;
    return (
      <div className="banner banner-info" role="alert">
        <p>{text(video ? 'chat.customerWantsVideo' : 'chat.customerWantsCall', { name })}</p>
        <span className="banner-actions">
          <ActionButton label={text('chat.notNow')} isDisabled={isBusy} onPress={() => { void desk.conversations.declineCall(contactId); }} />
          <ActionButton label={text(video ? 'chat.voiceOnly' : 'chat.callNow')} kind={video ? 'plain' : 'primary'} isDisabled={isBusy} onPress={() => { void desk.conversations.proposeCall(contactId, { video: false }); }} />
          {video ? <ActionButton label={text('chat.videoNow')} kind="primary" isDisabled={isBusy} onPress={() => { void desk.conversations.proposeCall(contactId, { video: true }); }} /> : null}
        </span>
      </div>
    );
  }
  if (chat?.proposal?.by === 'agent') {
    return (
      <div className="banner banner-info">
        <output>{text(chat.proposal.video ? 'chat.askedForVideo' : 'chat.askedForCall', { name })}</output>
        <ActionButton label={text('chat.takeBack')} isDisabled={isBusy} onPress={() => { void desk.conversations.declineCall(contactId); }} />
      </div>
    );
  }
  return chat?.callFailed === true ? <div className="banner banner-warn"><output>{text('chat.callFailed')}</output></div> : null;
}
