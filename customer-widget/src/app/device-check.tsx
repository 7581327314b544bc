/** Checking and choosing microphone and speaker, beside the wait or in the call: nobody waits longer because of it. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useSay, useSnapshot, useWorkings } from './context.ts';
import { Icon } from './icon.tsx';
import { watchLevel } from './level.ts';
import { Button } from './parts.tsx';
import { canChooseSpeaker } from './playback.ts';
import { MicrophoneTrouble } from './trouble.tsx';

export function DeviceCheck() {
  const say = useSay();
  const { client, sounds } = useWorkings();
  const { microphone } = useSnapshot();
  const title = useId();
  return (
    <section class="check" aria-labelledby={title}>
      <div class="head">
        <Icon name="microphone" />
        <div>
          <h3 id={title}>{say(texts.checkTitle)}</h3>
          <p>{say(microphone.name === 'asking' ? texts.checkAsking : texts.checkHint)}</p>
        </div>
        {microphone.name === 'off' ? <Button kind="plain" onPress={() => void client.openMicrophone()}>{say(texts.checkStart)}</Button> : null}
      </div>
      {microphone.name === 'failed' ? <MicrophoneTrouble failure={microphone.reason} /> : null}
      {microphone.name === 'on' ? <Level track={microphone.track} /> : null}
      {microphone.name === 'on' ? <Devices chosen={microphone.deviceId} /> : null}
      {microphone.name === 'on' ? <Button kind="quiet" icon="volume" onPress={() => sounds.play('test')}>{say(texts.testSound)}</Button> : null}
    </section>
  );
}

/** From here on a voice is heard well, and not just a room. */
const heardAbove = 0.45;

function Level({ track }: { readonly track: MediaStreamTrack }) {
  const say = useSay();
  const bar = useRef<HTMLSpanElement>(null);
  const [heard, setHeard] = useState(false);
  useEffect(() => watchLevel(track, (level) => {
    bar.current?.style.setProperty('transform', `scaleX(${level.toFixed(3)})`);
    if (level > heardAbove) setHeard(true);
  }), [track]);
  return (
    <div class="level">
      <span class="bar" aria-hidden="true"><span ref={bar} /></span>
      <output class={heard ? 'good' : ''}>{heard ? <Icon name="check" /> : null}{say(heard ? texts.checkHeard : texts.checkSpeak)}</output>
    </div>
  );
}

function Devices({ chosen }: { readonly chosen: string | null }) {
  const say = useSay();
  const { client, playback } = useWorkings();
  const devices = useDevices();
  const microphones = devices.filter((device) => device.kind === 'audioinput');
  const speakers = devices.filter((device) => device.kind === 'audiooutput');
  return (
    <div class="devices">
      <Choice label={say(texts.microphone)} devices={microphones} chosen={chosen ?? ''} onChoose={(id) => void client.chooseMicrophone(id)} />
      {canChooseSpeaker() ? <Choice label={say(texts.speaker)} devices={speakers} chosen={playback.speaker} onChoose={(id) => void playback.chooseSpeaker(id)} /> : null}
    </div>
  );
}

function Choice({ label, devices, chosen, onChoose }: {
  readonly label: string; readonly devices: readonly MediaDeviceInfo[]; readonly chosen: string; readonly onChoose: (deviceId: string) => void;
}) {
  const say = useSay();
  if (devices.length < 2) return null;
  const hasDefault = devices.some((device) => device.deviceId === 'default');
  return (
    <label>
      <span>{label}</span>
      <select value={chosen === '' && hasDefault ? 'default' : chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {devices.map((device) => <option key={device.deviceId} value={device.deviceId}>{device.label === '' ? say(texts.defaultDevice) : device.label}</option>)}
      </select>
    </label>
  );
}

/** Names come only once the microphone is allowed; plugging something in or out changes the list. */
function useDevices(): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const look = (): void => {
      navigator.mediaDevices.enumerateDevices().then(setDevices, () => setDevices([]));
    };
    look();
    navigator.mediaDevices.addEventListener('devicechange', look);
    return () => navigator.mediaDevices.removeEventListener('devicechange', look);
  }, []);
  return devices;
}
