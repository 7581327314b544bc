/** The call: who it is, how the line is, and the four things to do. Also the moments before it, which look the same but for the words. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import type { CaptureFailure } from '../client/capture.ts';
import { useObservable, useSay, useSnapshot, useWorkings } from './context.ts';
import { DeviceCheck } from './device-check.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Avatar, Button, Notice, Picture, Timer } from './parts.tsx';
import type { Screen } from './screen.ts';
import { MicrophoneTrouble, Offline } from './trouble.tsx';
import { lineWords } from './words.ts';

export function YourTurnScreen({ screen }: { readonly screen: Extract<Screen, { name: 'yourTurn' }> }) {
  const say = useSay();
  const { client } = useWorkings();
  return (
    <>
      <div class="body">
        <div class="place turn"><span class="rings" aria-hidden="true"><i /><i /><i /></span><span class="number"><Icon name="bell" /></span></div>
        <div class="lead"><h2>{say(texts.yourTurn)}</h2><p>{say(texts.yourTurnHint)}</p></div>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
        {screen.microphone === null ? null : <MicrophoneTrouble failure={screen.microphone} />}
      </div>
      <div class="foot"><Button kind="quiet" onPress={() => void client.leave()}>{say(texts.leaveQueue)}</Button></div>
    </>
  );
}

export function ConnectingScreen({ screen }: { readonly screen: Extract<Screen, { name: 'connecting' }> }) {
  const say = useSay();
  const { client } = useWorkings();
  return (
    <>
      <div class="body">
        <Avatar name={screen.agent} mood="ringing" />
        <div class="lead"><h2>{say(texts.connectingTo, { agent: screen.agent })}</h2><p>{say(texts.connectingHint)}</p></div>
        {screen.offline ? <Offline held={texts.callHeld} /> : null}
        {screen.microphone === null ? null : <MicrophoneTrouble failure={screen.microphone} />}
      </div>
      <div class="foot"><Button kind="danger" icon="hangUp" onPress={() => void client.leave()}>{say(texts.hangUp)}</Button></div>
    </>
  );
}

export function CallScreen({ screen, onShare }: { readonly screen: Extract<Screen, { name: 'call' }>; readonly onShare: () => void }) {
  const say = useSay();
  const { client, playback, settings } = useWorkings();
  const { muted, remoteVideo } = useSnapshot();
  const blocked = useObservable(playback.blocked);
  const [showsDevices, setShowsDevices] = useState(false);
  const line = lineWords(screen.line, screen.agent, settings.language);
  return (
    <>
      <div class="body">
        <div class={`stage ${remoteVideo === null ? '' : 'filled'}`}>
          {remoteVideo === null
            ? <Avatar name={screen.agent} mood={screen.line === 'talking' && !screen.offline ? 'talking' : 'paused'} />
            : <Picture stream={remoteVideo} label={say(texts.agentPicture, { agent: screen.agent })} />}
          <SelfPicture />
        </div>
        <div class="lead">
          <p>{say(texts.youTalkTo)}</p>
          <h2>{screen.agent}</h2>
          <p class="facts"><Timer since={screen.since} />{muted ? <span class="chip"><Icon name="microphoneOff" />{say(texts.youAreMuted)}</span> : null}</p>
        </div>
        {blocked ? <Button kind="primary" icon="volume" onPress={() => void playback.play()}>{say(texts.tapToHear, { agent: screen.agent })}</Button> : null}
        {screen.offline ? <Offline held={texts.callHeld} /> : null}
        {line === null || screen.offline ? null : (
          <Notice icon={screen.line === 'hold' ? 'clock' : 'again'} title={line.title} hint={line.hint} tone={screen.line === 'failed' ? 'warning' : 'calm'}>
            {screen.line === 'failed' ? <Button kind="plain" icon="again" onPress={() => void client.retry()}>{say(texts.tryAgain)}</Button> : undefined}
          </Notice>
        )}
        <Microphone failure={screen.microphone} />
        <CameraTrouble />
        {showsDevices && screen.microphone === null ? <DeviceCheck /> : null}
      </div>
      <CallControls onShare={onShare} showsDevices={showsDevices} onDevices={() => setShowsDevices(!showsDevices)} />
    </>
  );
}

function Microphone({ failure }: { readonly failure: CaptureFailure | null }) {
  return failure === null ? null : <MicrophoneTrouble failure={failure} />;
}

function CallControls({ onShare, showsDevices, onDevices }: { readonly onShare: () => void; readonly showsDevices: boolean; readonly onDevices: () => void }) {
  const say = useSay();
  const { client, sharing } = useWorkings();
  const { muted, camera, state } = useSnapshot();
  const shared = useObservable(sharing.state);
  const isSharing = shared !== 'off' && shared !== 'failed';
  const hasVideo = state.name === 'contact' && state.view.channels.includes('video');
  const isCameraOn = camera.name === 'on' || camera.name === 'asking';
  return (
    <div class="foot controls">
      <Control icon={muted ? 'microphoneOff' : 'microphone'} pressed={muted} onPress={() => client.toggleMute()}>{say(muted ? texts.unmute : texts.mute)}</Control>
      {hasVideo || isCameraOn
        ? <Control icon={isCameraOn ? 'camera' : 'cameraOff'} pressed={isCameraOn} onPress={() => void client.setCamera(!isCameraOn)}>{say(isCameraOn ? texts.cameraOff : texts.cameraOn)}</Control>
        : null}
      <Control icon={isSharing ? 'shareOff' : 'share'} pressed={isSharing} onPress={() => (isSharing ? sharing.stop() : onShare())}>{say(isSharing ? texts.stopSharing : texts.sharePage)}</Control>
      <Control icon="settings" pressed={showsDevices} onPress={onDevices}>{say(texts.callSettings)}</Control>
      <Control icon="hangUp" danger onPress={() => void client.leave()}>{say(texts.hangUp)}</Control>
    </div>
  );
}

function Control({ icon, pressed, danger = false, children, onPress }: {
  readonly icon: IconName; readonly pressed?: boolean; readonly danger?: boolean; readonly children: string; readonly onPress: () => void;
}) {
  // The words change with the state, so no aria-pressed on top of them: it would be said twice, and the second time wrong.
  return (
    <button type="button" class={`control ${danger ? 'danger' : ''} ${pressed === true ? 'pressed' : ''}`} onClick={onPress}>
      <span class="disc"><Icon name={icon} /></span>
      <span>{children}</span>
    </button>
  );
}

function SelfPicture() {
  const say = useSay();
  const { camera } = useSnapshot();
  const track = camera.name === 'on' ? camera.track : null;
  const stream = useMemo(() => (track === null ? null : new MediaStream([track])), [track]);
  return stream === null ? null : <div class="self"><Picture stream={stream} label={say(texts.selfPicture)} mirrored /></div>;
}

const cameraWords = { refused: texts.cameraRefused, none: texts.cameraNone, busy: texts.cameraBusy, failed: texts.cameraNone } as const;
const cameraNoticeMs = 8_000;

/** The call goes on without a camera, so this says its piece and goes. */
function CameraTrouble() {
  const say = useSay();
  const { client } = useWorkings();
  const { camera } = useSnapshot();
  useEffect(() => {
    if (camera.name !== 'failed') return undefined;
    const timer = setTimeout(() => void client.setCamera(false), cameraNoticeMs);
    return () => clearTimeout(timer);
  }, [camera, client]);
  return camera.name === 'failed' ? <output><Notice icon="cameraOff" title={say(cameraWords[camera.reason])} /></output> : null;
}
