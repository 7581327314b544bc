/** Plays a recorded page again: in the viewer's sandbox, as the live page is shown, with play, pause, a place to seek and a speed. */
import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react';
import { Pause, Play } from 'lucide-react';
import type { PageRecording } from '#shared/cobrowse-recording.ts';
import { mountReplay, type MountedReplay, type ReplayState } from '#cobrowse/viewer/replay-host.ts';
import { ActionButton } from './action-button.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { useDesk, useLanguage, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';

type Loaded = { readonly name: 'loading' } | { readonly name: 'failed' } | { readonly name: 'loaded'; readonly recordings: readonly PageRecording[] };

const speeds = [1, 2, 4, 8] as const;

export function ReplayDialog({ contactId, onClose }: { contactId: string; onClose: () => void }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const language = useLanguage();
  const id = useId();
  const [loaded, setLoaded] = useState<Loaded>({ name: 'loading' });
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    api.pageRecordings(contactId).then(
      (recordings) => { if (!isGone) setLoaded({ name: 'loaded', recordings }); },
      () => { if (!isGone) setLoaded({ name: 'failed' }); },
    );
    return () => { isGone = true; };
  }, [api, contactId]);
  const recordings = loaded.name === 'loaded' ? loaded.recordings : [];
  const recording = recordings.find((one) => one.id === chosen) ?? recordings[0];
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <DialogFrame title={text('replay.title')} onClose={onClose} isWide>
      {loaded.name === 'loading' ? <output className="page-note">{text('history.loading')}</output> : null}
      {loaded.name === 'failed' ? <p className="page-note" role="alert">{text('replay.failed')}</p> : null}
      {loaded.name === 'loaded' && recording === undefined ? <p className="page-note">{text('replay.none')}</p> : null}
      {recordings.length < 2 || recording === undefined ? null : (
        <label className="filter replay-choice" htmlFor={id}>
          <span>{text('replay.which')}</span>
          <select id={id} className="input select" value={recording.id} onChange={(event) => { setChosen(event.target.value); }}>
            {recordings.map((one) => <option key={one.id} value={one.id}>{format.format(new Date(one.startedAt))}</option>)}
          </select>
        </label>
      )}
      {recording === undefined ? null : <Player key={recording.id} contactId={contactId} recording={recording} />}
    </DialogFrame>
  );
}

function Player({ contactId, recording }: { contactId: string; recording: PageRecording }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const language = useLanguage();
  const frame = useRef<HTMLIFrameElement>(null);
  const replay = useRef<MountedReplay | null>(null);
  const [state, setState] = useState<ReplayState | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const handleFailed = useEffectEvent(() => { setFailed(true); });

  useEffect(() => {
    const iframe = frame.current;
    if (iframe === null) return undefined;
    let isGone = false;
    const mount = async (): Promise<void> => {
      try {
        const begun = await api.beginReplay(contactId, recording.id);
        if (isGone) return;
        replay.current = mountReplay(iframe, {
          viewerUrl: begun.viewerUrl, parts: begun.parts, part: (number) => api.replayPart({ contactId, recordingId: recording.id, number, replay: begun.replay }),
          onState: (next) => { setState(next); }, onFailed: () => { if (!isGone) handleFailed(); },
        });
      } catch {
        if (!isGone) handleFailed();
      }
    };
    void mount();
    return () => {
      isGone = true;
      replay.current?.dispose();
      replay.current = null;
    };
  }, [api, contactId, recording.id]);

  const position = Math.round((state?.position ?? 0) / 1000);
  const duration = Math.round((state?.duration ?? 0) / 1000);
  const isPlaying = state?.isPlaying ?? false;
  return (
    <div className="replay">
      {/* oxlint-disable-next-line react/iframe-missing-sandbox -- mountReplay sets the sandbox before it sets the address. */}
      <div className="viewer"><iframe ref={frame} className="viewer-frame" title={text('replay.frame')} /></div>
      {hasFailed ? <p className="field-error" role="alert">{text('replay.failed')}</p> : null}
      <div className="replay-bar">
        <ActionButton compact label={text(isPlaying ? 'replay.pause' : 'replay.play')} icon={isPlaying ? <Pause aria-hidden size={17} /> : <Play aria-hidden size={17} />}
          isDisabled={state === null} onPress={() => { if (isPlaying) replay.current?.pause(); else replay.current?.play(); }} />
        <input className="replay-place" type="range" min={0} max={duration} value={position} aria-label={text('replay.place')} aria-valuetext={`${clockTime(position)} / ${clockTime(duration)}`}
          onChange={(event) => { replay.current?.seek(Number(event.target.value) * 1000); }} />
        <span className="figure replay-time">{clockTime(position)} / {clockTime(duration)}</span>
        <select className="input select replay-speed" aria-label={text('replay.speed')} value={state?.speed ?? 1} onChange={(event) => { replay.current?.setSpeed(Number(event.target.value)); }}>
          {speeds.map((speed) => <option key={speed} value={speed}>{speed}×</option>)}
        </select>
      </div>
      <p className="replay-note">{text('replay.note', { date: new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(recording.expiresAt)) })}</p>
    </div>
  );
}
