/** The stage of a call: what is out of the ordinary, the pictures, and the customer's page beside them. */
import type { ReactNode } from 'react';
import { AudioLines } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import type { LegView } from '../softphone/leg.ts';
import { ActionButton } from './action-button.tsx';
import { CobrowsePanel } from './cobrowse-panel.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { VideoTile } from './video-tile.tsx';

interface CallStageProps {
  readonly contact: AgentContact;
  readonly isWide: boolean;
  readonly onWide: (wide: boolean) => void;
}

export function CallStage({ contact, isWide, onWide }: CallStageProps): ReactNode {
  const { legs } = useDeskState();
  const text = useText();
  const leg = legs.find(({ contactId }) => contactId === contact.contactId) ?? null;
  const name = customerName(contact, text);
  const hasRemote = leg?.remoteVideo != null && leg.remoteVideoLive;
  const hasVideo = hasRemote || leg?.localVideo != null;
  const seesPage = contact.cobrowse.state === 'granted';
  return (
    <section className="stage stage-call" data-page={seesPage || undefined} aria-label={text('call.stage')}>
      <CallBanner contact={contact} leg={leg} />
      {hasVideo ? (
        <div className="videos">
          {hasRemote && leg?.remoteVideo != null ? <VideoTile stream={leg.remoteVideo} label={name} kind="remote" /> : null}
          {leg?.localVideo == null ? null : <VideoTile stream={leg.localVideo} label={text('call.selfView')} kind="self" />}
        </div>
      ) : null}
      {seesPage || hasRemote ? null : <VoiceOnly name={name} connected={leg?.state === 'connected' && contact.call.state === 'active'} />}
      <CobrowsePanel contact={contact} isWide={isWide} onWide={onWide} />
    </section>
  );
}

function VoiceOnly({ name, connected }: { name: string; connected: boolean }): ReactNode {
  const text = useText();
  return (
    <div className="voice-only" data-live={connected || undefined}>
      <AudioLines aria-hidden size={26} />
      <p>{connected ? text('call.voiceOnly', { name }) : text('call.noVoiceYet')}</p>
    </div>
  );
}

/** At most one sentence on what is out of the ordinary, the most serious first. */
function CallBanner({ contact, leg }: { contact: AgentContact; leg: LegView | null }): ReactNode {
  const desk = useDesk();
  const { soundBlocked, microphone } = useDeskState();
  const text = useText();
  if (soundBlocked) {
    return <Banner tone="bad" text={text('banner.soundBlocked')}><ActionButton label={text('banner.hear')} kind="primary" onPress={() => { desk.unblockSound(); }} /></Banner>;
  }
  if (contact.call.state === 'customerAway') return <Banner tone="warn" text={text('banner.customerAway')} />;
  if (contact.call.state === 'agentAway' || (contact.call.state === 'active' && leg === null)) return <Banner tone="warn" text={text('banner.agentAway')} />;
  if (microphone.name === 'denied' || microphone.name === 'missing' || microphone.name === 'failed') {
    return (
      <Banner tone="bad" text={text(`microphone.help.${microphone.name}`)}>
        <ActionButton label={text('microphone.retry')} onPress={() => { void desk.acquireMicrophone(); }} />
      </Banner>
    );
  }
  if (leg?.state === 'interrupted') return <Banner tone="warn" text={text('banner.interrupted')} />;
  if (contact.call.state === 'held') return <Banner tone="info" text={text('banner.held')} />;
  if (leg?.camera === 'denied' || leg?.camera === 'missing') return <Banner tone="warn" text={text(`banner.camera.${leg.camera}`)} />;
  if (leg?.muted === true) return <Banner tone="info" text={text('banner.muted')} />;
  return null;
}

function Banner({ tone, text, children }: { tone: 'info' | 'warn' | 'bad'; text: string; children?: ReactNode }): ReactNode {
  return <div className={`banner banner-${tone}`}><output>{text}</output>{children}</div>;
}
