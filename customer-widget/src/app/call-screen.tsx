/** The call: who it is, how the line is, and the four things to do. Also the moments before it, which look the same but for the words. */
import type { Ref } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import type { CaptureFailure } from '../client/capture.ts';
import type { GetHelpClient } from '../client/client.ts';
import { canShareScreen } from '../client/screen-share.ts';
import { viewOf } from '../client/state.ts';
import { Conversation } from './conversation.tsx';
import { useObservable, useSay, useSnapshot, useWorkings } from './context.ts';
import { DeviceCheck } from './device-check.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Keypad } from './keypad.tsx';
import { Avatar, Button, Notice, Picture, Timer } from './parts.tsx';
import type { Screen } from './screen.ts';
import { MicrophoneTrouble, Offline } from './trouble.tsx';
import { lineWords, peopleWords, transferWords } from './words.ts';

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

/** Handed over: the call goes on with somebody else in a moment. */
export function TransferringScreen({ screen }: { readonly screen: Extract<Screen, { name: 'transferring' }> }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  return (
    <>
      <div class="body">
        <Avatar name={screen.to ?? ''} mood="ringing" />
        <div class="lead"><h2>{transferWords(screen.to, settings.language)}</h2><p>{say(texts.transferHint)}</p></div>
        {screen.offline ? <Offline held={texts.callHeld} /> : null}
        {screen.microphone === null ? null : <MicrophoneTrouble failure={screen.microphone} />}
      </div>
      <div class="foot"><Button kind="danger" icon="hangUp" onPress={() => void client.leave()}>{say(texts.hangUp)}</Button></div>
    </>
  );
}

export function CallScreen({ screen, taker, onShare }: {
  readonly screen: Extract<Screen, { name: 'call' }>;
  /** Who has just taken the call over from somebody else. */
  readonly taker: string | null;
  readonly onShare: (what: 'view' | 'screen') => void;
}) {
  const say = useSay();
  const { client, playback, settings } = useWorkings();
  const { muted, remoteVideo } = useSnapshot();
  const blocked = useObservable(playback.blocked);
  // Who wrote until now goes on seeing what was written.
  const [tool, setTool] = useState<Tool | null>(screen.fromChat ? 'chat' : null);
  const agent = screen.agent === '' ? say(texts.otherSide) : screen.agent;
  const people = peopleWords(screen, settings.language);
  const line = lineWords(screen.line, agent, settings.language);
  const mood = screen.line === 'talking' && !screen.offline ? 'talking' : 'paused';
  const keypadButton = useRef<HTMLSpanElement>(null);
  return (
    <>
      <div class="body">
        <div class={`stage ${remoteVideo === null ? '' : 'filled'}`}>
          {remoteVideo === null
            ? <span class="people"><Avatar name={screen.agent} mood={mood} />{screen.third === null ? null : <Avatar name={screen.third.name ?? ''} mood={mood} />}</span>
            : <Picture stream={remoteVideo} label={say(texts.agentPicture, { agent })} />}
          <SelfPicture />
        </div>
        <div class="lead">
          <p>{people.hint}</p>
          <h2>{people.title}</h2>
          {screen.onTelephone ? <p>{say(texts.onYourTelephone)}</p> : null}
          <p class="facts"><Timer since={screen.since} />{muted ? <span class="chip"><Icon name="microphoneOff" />{say(texts.youAreMuted)}</span> : null}</p>
        </div>
        {blocked ? <Button kind="primary" icon="volume" onPress={() => void playback.play()}>{say(texts.tapToHear, { agent })}</Button> : null}
        {screen.offline ? <Offline held={texts.callHeld} /> : null}
        {taker === null || screen.offline ? null : <Notice icon="headset" title={say(texts.agentChanged, { agent: taker })} hint={say(texts.agentChangedHint)} />}
        {line === null || screen.offline ? null : (
          <Notice icon={screen.line === 'hold' ? 'clock' : 'again'} title={line.title} hint={line.hint} tone={screen.line === 'failed' ? 'warning' : 'calm'}>
            {screen.line === 'failed' ? <Button kind="plain" icon="again" onPress={() => void client.retry()}>{say(texts.tryAgain)}</Button> : undefined}
          </Notice>
        )}
        {screen.onTelephone ? <p class="hint">{say(texts.onTelephoneHint)}</p> : <Microphone failure={screen.microphone} />}
        <CameraTrouble />
        {tool === 'devices' && screen.microphone === null ? <DeviceCheck /> : null}
        {tool === 'chat' ? <Conversation agent={agent} hint={say(texts.chatEmpty)} /> : null}
        {tool === 'keypad' ? <Keypad onClose={() => { setTool(null); keypadButton.current?.querySelector('button')?.focus(); }} /> : null}
      </div>
      <CallControls onTelephone={screen.onTelephone} fromChat={screen.fromChat} onShare={onShare} tool={tool} onTool={(next) => setTool(next === tool ? null : next)} keypadButton={keypadButton} />
    </>
  );
}

function Microphone({ failure }: { readonly failure: CaptureFailure | null }) {
  return failure === null ? null : <MicrophoneTrouble failure={failure} />;
}

/** What is open below the names: one thing at a time. */
type Tool = 'devices' | 'keypad' | 'chat';

function CallControls({ onTelephone, fromChat, onShare, tool, onTool, keypadButton }: {
  readonly onTelephone: boolean; readonly fromChat: boolean; readonly onShare: (what: 'view' | 'screen') => void; readonly tool: Tool | null; readonly onTool: (tool: Tool) => void; readonly keypadButton: Ref<HTMLSpanElement>;
}) {
  const say = useSay();
  const { client, sharing } = useWorkings();
  const { muted, camera, screen, pictures, state, thread } = useSnapshot();
  const writes = viewOf(state)?.thread != null;
  const shared = useObservable(sharing.state);
  const isSharing = shared !== 'off' && shared !== 'failed';
  const hasVideo = state.name === 'contact' && state.view.channels.includes('video');
  const isCameraOn = camera.name === 'on' || camera.name === 'asking';
  const showsScreen = screen.name === 'on';
  return (
    <div class="foot controls">
      {onTelephone ? null : <Control icon={muted ? 'microphoneOff' : 'microphone'} pressed={muted} onPress={() => client.toggleMute()}>{say(muted ? texts.unmute : texts.mute)}</Control>}
      {!onTelephone && !showsScreen && (hasVideo || isCameraOn)
        ? <Control icon={isCameraOn ? 'camera' : 'cameraOff'} pressed={isCameraOn} onPress={() => void client.setCamera(!isCameraOn)}>{say(isCameraOn ? texts.cameraOff : texts.cameraOn)}</Control>
        : null}
      <Control icon={isSharing ? 'shareOff' : 'share'} pressed={isSharing} onPress={() => (isSharing ? sharing.stop() : onShare('view'))}>{say(isSharing ? texts.stopSharing : texts.sharePage)}</Control>
      {!onTelephone && pictures && !isSharing && !showsScreen && canShareScreen() ? <Control icon="screen" onPress={() => onShare('screen')}>{say(texts.shareScreen)}</Control> : null}
      {onTelephone ? null : <span ref={keypadButton} class="slot"><Control icon="keypad" pressed={tool === 'keypad'} onPress={() => onTool('keypad')}>{say(texts.keypad)}</Control></span>}
      {writes ? (
        <Control icon="chat" pressed={tool === 'chat'} badge={thread.unread} onPress={() => onTool('chat')}>{thread.unread === 0 ? say(texts.chat) : say(texts.chatNew, { count: thread.unread })}</Control>
      ) : null}
      {onTelephone ? null : <Control icon="settings" pressed={tool === 'devices'} onPress={() => onTool('devices')}>{say(texts.callSettings)}</Control>}
      <Control icon="hangUp" danger onPress={() => void hangUp(client, fromChat)}>{say(texts.hangUp)}</Control>
    </div>
  );
}

/** Where the gateway cannot be told of a call's end alone, the contact ends. */
async function hangUp(client: GetHelpClient, fromChat: boolean): Promise<void> {
  if (fromChat) await client.endCall().catch(() => client.leave());
  else await client.leave();
}

function Control({ icon, pressed, danger = false, badge = 0, children, onPress }: {
  readonly icon: IconName; readonly pressed?: boolean; readonly danger?: boolean; readonly badge?: number; readonly children: string; readonly onPress: () => void;
}) {
  // The words change with the state, so no aria-pressed on top of them: it would be said twice, and the second time wrong.
  return (
    <button type="button" class={`control ${danger ? 'danger' : ''} ${pressed === true ? 'pressed' : ''}`} onClick={onPress}>
      <span class="disc"><Icon name={icon} />{badge > 0 ? <b class="badge" aria-hidden="true">{badge}</b> : null}</span>
      <span>{children}</span>
    </button>
  );
}

function SelfPicture() {
  const say = useSay();
  const { camera, screen } = useSnapshot();
  // The agent sees the screen meanwhile, and nothing of the camera.
  const track = camera.name === 'on' && screen.name !== 'on' ? camera.track : null;
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
