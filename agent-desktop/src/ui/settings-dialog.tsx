/** What an agent sets for this machine: devices, ring, look, language, keyboard. */
import { useEffect, useState, type ReactNode } from 'react';
import { Label, Slider, SliderThumb, SliderTrack, Switch } from 'react-aria-components';
import type { Preferences } from '../desk/preferences.ts';
import { makeRing } from '../alerts/ring.ts';
import { canChooseOutput } from '../softphone/playback.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { LevelBar } from './level-bar.tsx';

export function SettingsDialog({ onClose }: { onClose: () => void }): ReactNode {
  const desk = useDesk();
  const { preferences, microphone } = useDeskState();
  const text = useText();
  const devices = useDevices(microphone.name === 'on');
  const set = (patch: Partial<Preferences>): void => { desk.setPreferences(patch); };
  const ofKind = (kind: MediaDeviceKind): ReadonlyArray<readonly [string, string]> => devices
    .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default' && device.deviceId !== 'communications')
    .map(({ deviceId, label }) => [deviceId, label] as const);
  return (
    <DialogFrame title={text('settings.title')} onClose={onClose}>
      <section className="settings-group">
        <h3 className="section-title">{text('settings.sound')}</h3>
        <Choice label={text('settings.microphone')} value={preferences.microphoneId ?? ''} options={[['', text('settings.default')], ...ofKind('audioinput')]}
          onChange={(id) => { set({ microphoneId: id === '' ? null : id }); }} />
        <div className="settings-line">
          <span>{text('settings.level')}</span>
          {microphone.name === 'on' ? <LevelBar track={microphone.track} />
            : <ActionButton label={text('settings.tryMicrophone')} onPress={() => { void desk.acquireMicrophone(); }} />}
        </div>
        {microphone.name === 'denied' || microphone.name === 'missing' || microphone.name === 'failed' ? <p className="field-error" role="alert">{text(`microphone.help.${microphone.name}`)}</p> : null}
        {canChooseOutput ? <Choice label={text('settings.speaker')} value={preferences.speakerId} options={[['', text('settings.default')], ...ofKind('audiooutput')]}
          onChange={(speakerId) => { set({ speakerId }); }} /> : null}
        <Choice label={text('settings.camera')} value={preferences.cameraId ?? ''} options={[['', text('settings.default')], ...ofKind('videoinput')]}
          onChange={(id) => { set({ cameraId: id === '' ? null : id }); }} />
        <div className="settings-line">
          <Slider className="slider" minValue={0} maxValue={1} step={0.05} value={preferences.ringVolume} onChange={(ringVolume) => { set({ ringVolume }); }}>
            <Label>{text('settings.ring')}</Label>
            <SliderTrack className="slider-track"><SliderThumb className="slider-thumb" /></SliderTrack>
          </Slider>
          <ActionButton label={text('settings.tryRing')} onPress={() => { const ring = makeRing(); ring.start(preferences.ringVolume); setTimeout(() => { ring.stop(); }, 1500); }} />
        </div>
      </section>
      <section className="settings-group">
        <h3 className="section-title">{text('settings.look')}</h3>
        <Choice label={text('settings.theme')} value={preferences.theme} onChange={(theme) => { set({ theme: theme as Preferences['theme'] }); }}
          options={[['system', text('settings.theme.system')], ['light', text('settings.theme.light')], ['dark', text('settings.theme.dark')]]} />
        <Choice label={text('settings.language')} value={preferences.language ?? ''} onChange={(language) => { set({ language: language === '' ? null : language as 'en' | 'de' }); }}
          options={[['', text('settings.language.browser')], ['en', 'English'], ['de', 'Deutsch']]} />
        <Switch className="switch" isSelected={preferences.shortcuts} onChange={(shortcuts) => { set({ shortcuts }); }}>
          <span className="switch-track" aria-hidden />{text('settings.shortcuts')}
        </Switch>
        <NotificationSetting />
      </section>
    </DialogFrame>
  );
}

/** The browser's own select: it is fast, known, and right on a phone. */
function Choice({ label, value, options, onChange }: { label: string; value: string; options: ReadonlyArray<readonly [string, string]>; onChange: (value: string) => void }): ReactNode {
  return (
    <label className="settings-line">
      <span>{label}</span>
      <select className="input select" value={options.some(([id]) => id === value) ? value : options[0]?.[0]} onChange={(event) => { onChange(event.target.value); }}>
        {options.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      </select>
    </label>
  );
}

function NotificationSetting(): ReactNode {
  const text = useText();
  const [permission, setPermission] = useState(() => 'Notification' in window ? Notification.permission : 'unsupported' as const);
  return (
    <div className="settings-line">
      <span>{text('settings.notifications')}</span>
      {permission === 'default'
        ? <ActionButton label={text('notification.allow')} onPress={() => { void Notification.requestPermission().then(setPermission); }} />
        : <span className="settings-value">{text(`notification.${permission}`)}</span>}
    </div>
  );
}

/** The devices, listed anew when they change or when the permission has brought their names. */
function useDevices(isAllowed: boolean): readonly MediaDeviceInfo[] {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const { mediaDevices } = navigator;
    if (mediaDevices === undefined) return undefined;
    const list = async (): Promise<void> => {
      const found = await mediaDevices.enumerateDevices();
      // Without the permission a browser lists devices that have no name.
      setDevices(isAllowed ? found : found.filter(({ label }) => label !== ''));
    };
    const handleChange = (): void => { void list(); };
    handleChange();
    mediaDevices.addEventListener('devicechange', handleChange);
    return () => { mediaDevices.removeEventListener('devicechange', handleChange); };
  }, [isAllowed]);
  return devices;
}
