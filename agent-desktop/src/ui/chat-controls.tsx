/** What can be done with a chat, a message or a task besides writing. */
import type { ReactNode } from 'react';
import { ArrowRightLeft, Check, Phone, Video, X } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { ActionButton, Explained } from './action-button.tsx';
import type { CallPanels } from './call-controls.tsx';
import { mayProposeCall } from './chat-rules.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';

export function ChatControls({ contact, panels }: { contact: AgentContact; panels: CallPanels }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const { contactId, channel } = contact;
  const isChat = channel === 'chat';
  const end = text(isChat ? 'chat.end' : 'chat.complete');
  return (
    <div className="call-controls" role="toolbar" aria-label={text(isChat ? 'chat.controls' : 'chat.workControls')}>
      {mayProposeCall(contact) ? (
        <ActionButton label={text('chat.call')} icon={<Phone aria-hidden size={17} />} shortcut="proposeCall" isDisabled={contact.chat?.proposal != null || underWay.has(`proposeCall:${contactId}`)}
          onPress={() => { void desk.conversations.proposeCall(contactId, { video: false }); }} />
      ) : null}
      {contact.chat?.video === true ? (
        <ActionButton label={text('chat.videoCall')} icon={<Video aria-hidden size={17} />} isDisabled={contact.chat.proposal !== null || underWay.has(`proposeCall:${contactId}`)}
          onPress={() => { void desk.conversations.proposeCall(contactId, { video: true }); }} />
      ) : null}
      <ActionButton label={text('call.handOver')} icon={<ArrowRightLeft aria-hidden size={17} />} shortcut="handOver" onPress={() => { panels.onHandOver(true); }} />
      <Explained label={end} shortcut="hangUp">
        <Button className={isChat ? 'button button-hangup' : 'button button-primary'} aria-label={end} isDisabled={underWay.has(`hangup:${contactId}`)} onPress={() => { void desk.hangUp(contactId); }}>
          {isChat ? <X aria-hidden size={17} /> : <Check aria-hidden size={17} />}<span>{end}</span>
        </Button>
      </Explained>
    </div>
  );
}
