/** What can be done in a call, each with its key. */
import type { ReactNode } from 'react';
import { Mic, MicOff, Pause, PhoneOff, Play, Video, VideoOff } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { LegView } from '../softphone/leg.ts';
import { ActionToggle, Explained } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';

export function CallControls({ contact, leg }: { contact: AgentContact; leg: LegView | null }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const { contactId } = contact;
  const isHeld = contact.call.state === 'held';
  const canHold = (contact.call.state === 'active' || isHeld) && !underWay.has(`hold:${contactId}`) && !underWay.has(`resume:${contactId}`);
  return (
    <div className="call-controls" role="toolbar" aria-label={text('call.controls')}>
      <ActionToggle label={text('call.mute')} selectedLabel={text('call.unmute')} shortcut="mute" tone="warning"
        icon={leg?.muted === true ? <MicOff aria-hidden size={18} /> : <Mic aria-hidden size={18} />}
        isSelected={leg?.muted ?? false} isDisabled={leg === null} onChange={(muted) => { desk.setMuted(contactId, muted); }} />
      <ActionToggle label={text('call.cameraOn')} selectedLabel={text('call.cameraOff')} shortcut="camera"
        icon={leg?.camera === 'on' ? <Video aria-hidden size={18} /> : <VideoOff aria-hidden size={18} />}
        isSelected={leg?.camera === 'on'} isDisabled={leg === null || leg.camera === 'starting'} onChange={(on) => { desk.setCamera(contactId, on); }} />
      <ActionToggle label={text('call.hold')} selectedLabel={text('call.resume')} shortcut="hold" tone="warning"
        icon={isHeld ? <Play aria-hidden size={18} /> : <Pause aria-hidden size={18} />}
        isSelected={isHeld} isDisabled={!canHold} onChange={(held) => { void desk.setHeld(contactId, held); }} />
      <Explained label={text('call.hangUp')} shortcut="hangUp">
        <Button className="button button-hangup" aria-label={text('call.hangUp')} isDisabled={underWay.has(`hangup:${contactId}`)} onPress={() => { void desk.hangUp(contactId); }}>
          <PhoneOff aria-hidden size={18} /><span>{text('call.hangUp')}</span>
        </Button>
      </Explained>
    </div>
  );
}
