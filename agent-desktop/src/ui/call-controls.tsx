/** What can be done in a call, each with its key, and with the reason where it cannot be done just now. */
import type { ReactNode } from 'react';
import { ArrowRightLeft, Grip, LifeBuoy, Mic, MicOff, Pause, PhoneOff, Play, Video, VideoOff } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { ActionToggle, Explained } from './action-button.tsx';
import { callAtHand } from './call-at-hand.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';

export interface CallPanels {
  readonly isKeypadOpen: boolean;
  readonly onKeypad: (open: boolean) => void;
  readonly isHandOverOpen: boolean;
  readonly onHandOver: (open: boolean) => void;
}

export function CallControls({ contact, panels }: { contact: AgentContact; panels: CallPanels }): ReactNode {
  const desk = useDesk();
  const state = useDeskState();
  const text = useText();
  const { contactId } = contact;
  const { leg, isShown, obstacle } = callAtHand(contact, state, text);
  const isHeld = contact.call.state === 'held';
  const isHolding = state.underWay.has(`hold:${contactId}`) || state.underWay.has(`resume:${contactId}`);
  const hangUp = text(contact.part === 'consulted' ? 'call.leave' : 'call.hangUp');
  return (
    <div className="call-controls" role="toolbar" aria-label={text('call.controls')}>
      <ActionToggle label={text('call.mute')} selectedLabel={text('call.unmute')} shortcut="mute" tone="warning"
        icon={leg?.muted === true ? <MicOff aria-hidden size={18} /> : <Mic aria-hidden size={18} />}
        isSelected={leg?.muted ?? false} obstacle={obstacle('mute')} onChange={(muted) => { desk.setMuted(contactId, muted); }} />
      {isShown('camera') ? (
        <ActionToggle label={text('call.cameraOn')} selectedLabel={text('call.cameraOff')} shortcut="camera"
          icon={leg?.camera === 'on' ? <Video aria-hidden size={18} /> : <VideoOff aria-hidden size={18} />}
          isSelected={leg?.camera === 'on'} isDisabled={leg?.camera === 'starting'} obstacle={obstacle('camera')} onChange={(on) => { desk.setCamera(contactId, on); }} />
      ) : null}
      {isShown('hold') ? (
        <ActionToggle label={text('call.hold')} selectedLabel={text('call.resume')} shortcut="hold" tone="warning"
          icon={isHeld ? <Play aria-hidden size={18} /> : <Pause aria-hidden size={18} />}
          isSelected={isHeld} isDisabled={isHolding} obstacle={obstacle('hold')} onChange={(held) => { void desk.setHeld(contactId, held); }} />
      ) : null}
      {isShown('keypad') ? (
        <ActionToggle label={text('call.keypad')} selectedLabel={text('call.keypad')} shortcut="keypad" icon={<Grip aria-hidden size={18} />}
          isSelected={panels.isKeypadOpen} obstacle={obstacle('keypad')} onChange={panels.onKeypad} />
      ) : null}
      {isShown('handOver') ? (
        <ActionToggle label={text('call.handOver')} selectedLabel={text('call.handOver')} shortcut="handOver" icon={<ArrowRightLeft aria-hidden size={18} />}
          isSelected={panels.isHandOverOpen} obstacle={obstacle('handOver')} onChange={panels.onHandOver} />
      ) : null}
      {isShown('handOver') && contact.part === 'own' ? (
        <Explained label={obstacle('handOver') ?? text('call.askSupervisor')} shortcut={null}>
          <Button className="button button-plain" aria-label={text('call.askSupervisor')} isDisabled={obstacle('handOver') !== null || state.underWay.has(`askSupervisor:${contactId}`)}
            onPress={() => { void desk.calls.askSupervisor(contactId); }}><LifeBuoy aria-hidden size={18} /></Button>
        </Explained>
      ) : null}
      <Explained label={hangUp} shortcut="hangUp">
        <Button className="button button-hangup" aria-label={hangUp} isDisabled={state.underWay.has(`hangup:${contactId}`)} onPress={() => { void desk.hangUp(contactId); }}>
          <PhoneOff aria-hidden size={18} /><span>{hangUp}</span>
        </Button>
      </Explained>
    </div>
  );
}
