/** The stage of a call: what is out of the ordinary, the pictures, and the customer's page beside them. */
import type { ReactNode } from 'react';
import { AudioLines, Grip } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { TextKey } from '../i18n/catalogue.ts';
import type { Translate } from '../i18n/translate.ts';
import { ActionButton } from './action-button.tsx';
import { callAtHand, type CallAtHand } from './call-at-hand.ts';
import { callStateLabel } from './call-state-label.ts';
import { CobrowsePanel } from './cobrowse-panel.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { ScreenPanel } from './screen-panel.tsx';
import { VideoTile } from './video-tile.tsx';

interface CallStageProps {
  readonly contact: AgentContact;
  readonly isWide: boolean;
  readonly onWide: (wide: boolean) => void;
  /** What is open beside the call: the dial pad. */
  readonly children: ReactNode;
}

export function CallStage({ contact, isWide, onWide, children }: CallStageProps): ReactNode {
  const state = useDeskState();
  const text = useText();
  const call = callAtHand(contact, state, text);
  const { leg } = call;
  const name = customerName(contact, text);
  const showsScreen = contact.cobrowse.grants.screen === 'granted';
  // A screen on which nothing moves sends next to nothing, and is shown all the same.
  const hasRemote = leg?.remoteVideo != null && (leg.remoteVideoLive || showsScreen);
  const hasVideo = hasRemote || leg?.localVideo != null;
  const seesPage = contact.cobrowse.grants.view === 'granted';
  return (
    <section className="stage stage-call" data-page={seesPage || undefined} aria-label={text('call.stage')}>
      <CallBanner contact={contact} call={call} />
      {contact.digits === '' ? null : <CustomerDigits digits={contact.digits} />}
      {children}
      {hasVideo ? (
        <div className="videos">
          {hasRemote && leg?.remoteVideo != null ? <VideoTile stream={leg.remoteVideo} label={showsScreen ? text('screen.of', { name }) : name} kind="remote" /> : null}
          {leg?.localVideo == null ? null : <VideoTile stream={leg.localVideo} label={text('call.selfView')} kind="self" />}
        </div>
      ) : null}
      {seesPage || hasRemote ? null : <VoiceOnly text={contact.callback?.rings == null ? voiceText(contact, call, name, text) : callStateLabel(contact, text)} />}
      {(contact.part === 'own' && contact.callback === null) || seesPage ? <CobrowsePanel contact={contact} isWide={isWide} onWide={onWide} /> : null}
      {contact.part === 'own' && contact.callback === null && contact.telephone === null ? <ScreenPanel contact={contact} onPhone={call.onPhone} /> : null}
    </section>
  );
}

function VoiceOnly({ text }: { text: string | null }): ReactNode {
  const say = useText();
  return (
    <div className="voice-only" data-live={text !== null || undefined}>
      <AudioLines aria-hidden size={26} />
      <p>{text ?? say('call.noVoiceYet')}</p>
    </div>
  );
}

/** To whom the agent is talking, in one sentence; null while to nobody. */
function voiceText({ call, part, by, second }: AgentContact, { leg, onPhone }: CallAtHand, name: string, text: Translate): string | null {
  const device = onPhone ? text('call.onPhone', { phone: call.endpoint?.label ?? text('endpoint.phone') }) : '';
  const stands = onPhone ? call.state === 'active' || call.state === 'held' : leg?.state === 'connected';
  const talking = (key: TextKey, parameters: Record<string, string>): string => `${text(key, parameters)}${device}`;
  if (!stands) return null;
  if (second?.state === 'up' && second.talk === 'all') return talking('call.voiceAll', {});
  if (part === 'consulted') return second?.talk === 'customer' ? null : talking('call.voiceOnly', { name: by?.name ?? '' });
  if (second?.state === 'up' && second.talk === 'second') {
    return talking('call.voiceOnly', { name: second.party.kind === 'agent' ? second.party.name : second.party.label ?? second.party.number });
  }
  return call.state === 'active' && second?.state !== 'ringing' ? talking('call.voiceOnly', { name }) : null;
}

function CustomerDigits({ digits }: { digits: string }): ReactNode {
  const text = useText();
  return <output className="customer-digits"><Grip aria-hidden size={15} /><span>{text('digits.label')}</span><strong className="figure">{digits}</strong></output>;
}

/** At most one sentence on what is out of the ordinary, the most serious first. */
function CallBanner({ contact, call: { leg, onPhone } }: { contact: AgentContact; call: CallAtHand }): ReactNode {
  const desk = useDesk();
  const { soundBlocked, microphone } = useDeskState();
  const text = useText();
  if (soundBlocked) {
    return <Banner tone="bad" text={text('banner.soundBlocked')}><ActionButton label={text('banner.hear')} kind="primary" onPress={() => { desk.unblockSound(); }} /></Banner>;
  }
  if (contact.call.state === 'customerAway') return <Banner tone="warn" text={text('banner.customerAway')} />;
  if (contact.call.state === 'agentAway' || (contact.call.state === 'active' && leg === null && !onPhone)) return <Banner tone="warn" text={text(contact.part === 'consulted' ? 'banner.adviserAway' : 'banner.agentAway')} />;
  if (!onPhone && (microphone.name === 'denied' || microphone.name === 'missing' || microphone.name === 'failed')) {
    return (
      <Banner tone="bad" text={text(`microphone.help.${microphone.name}`)}>
        <ActionButton label={text('microphone.retry')} onPress={() => { void desk.acquireMicrophone(); }} />
      </Banner>
    );
  }
  if (leg?.state === 'interrupted') return <Banner tone="warn" text={text('banner.interrupted')} />;
  if (contact.call.state === 'held' && contact.second === null && contact.part === 'own') return <Banner tone="info" text={text('banner.held')} />;
  if (leg?.camera === 'denied' || leg?.camera === 'missing') return <Banner tone="warn" text={text(`banner.camera.${leg.camera}`)} />;
  if (leg?.muted === true) return <Banner tone="info" text={text('banner.muted')} />;
  return null;
}

function Banner({ tone, text, children }: { tone: 'info' | 'warn' | 'bad'; text: string; children?: ReactNode }): ReactNode {
  return <div className={`banner banner-${tone}`}><output>{text}</output>{children}</div>;
}
