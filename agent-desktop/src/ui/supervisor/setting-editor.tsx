/** One setting, changed in place: it is stored when it is chosen, or for a number when it is confirmed. What is refused is told beside it. */
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import { ProblemError } from '../../session/desk-api.ts';
import { useDesk, useText } from '../desk-context.tsx';
import { problemText } from '../problem-text.ts';
import { DurationInput } from './duration-input.tsx';
import { editors, type EditedSetting } from './setting-editors.ts';

interface EditorProps {
  readonly queueId: string;
  readonly name: EditedSetting;
  readonly value: unknown;
  readonly onDone: () => void;
}

export function SettingEditor(props: EditorProps): ReactNode {
  const text = useText();
  const [failure, setFailure] = useState<string | null>(null);
  return (
    <>
      <EditorOf {...props} onDone={() => { setFailure(null); props.onDone(); }} onFailed={(error) => { setFailure(problemText(error instanceof ProblemError ? error.problem : null, text)); }} />
      {failure === null ? null : <p className="field-error" role="alert">{failure}</p>}
    </>
  );
}

function EditorOf({ queueId, name, value, onDone, onFailed }: EditorProps & { readonly onFailed: (error: unknown) => void }): ReactNode {
  const text = useText();
  const { api: { supervision } } = useDesk();
  const editor = editors[name];
  const label = text(`setting.${name}`);
  const set = (wanted: unknown): void => { supervision.setQueue(queueId, name, wanted).then(onDone, onFailed); };
  switch (editor.kind) {
    case 'number': return <NumberEditor label={label} value={Number(value)} least={editor.least} most={editor.most} onSet={set} />;
    case 'duration': return <DurationEditor label={label} value={Number(value)} least={editor.least} most={editor.most} onSet={set} />;
    case 'yesNo': return (
      <select className="input select" aria-label={label} value={value === undefined ? '' : value === true ? 'true' : 'false'} onChange={(event) => { set(event.target.value === 'true'); }}>
        {/* What is usual is come back to by a reset. */}
        {value === undefined ? <option value="" disabled>{text('setting.asUsual')}</option> : null}
        <option value="true">{text('setting.yes')}</option><option value="false">{text('setting.no')}</option>
      </select>
    );
    case 'choice': {
      const known: readonly string[] = editor.options;
      // A hunt needs its list, which stands in the file.
      return known.includes(String(value)) ? (
        <select className="input select" aria-label={label} value={String(value)} onChange={(event) => { set(event.target.value); }}>
          {editor.options.map((one) => <option key={one} value={one}>{text(`setting.strategy.${one}`)}</option>)}
        </select>
      ) : <code className="setting-value">{String(value)}</code>;
    }
    case 'opening': return <OpeningEditor label={label} value={value} onSet={set} onReset={() => { supervision.resetQueue(queueId, name).then(onDone, onFailed); }} />;
  }
}

function DurationEditor({ label, value, least, most, onSet }: { label: string; value: number; least: number; most: number; onSet: (value: number) => void }): ReactNode {
  const text = useText();
  const id = useId();
  const [seconds, setSeconds] = useState(value);
  const isFit = Number.isInteger(seconds) && seconds >= least && seconds <= most;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (isFit && seconds !== value) onSet(seconds);
  };
  return (
    <form className="setting-form" noValidate onSubmit={submit}>
      <DurationInput label={label} value={value} describedBy={isFit ? undefined : `${id}-problem`} isInvalid={!isFit} onChange={setSeconds} />
      {seconds === value || !isFit ? null : <button type="submit" className="button button-primary">{text('settingsNow.save')}</button>}
      {isFit ? null : <span id={`${id}-problem`} className="field-error" role="alert">{text('setting.expectedSeconds', { least, most })}</span>}
    </form>
  );
}

function NumberEditor({ label, value, least, most, onSet }: { label: string; value: number; least: number; most: number; onSet: (value: number) => void }): ReactNode {
  const text = useText();
  const [typed, setTyped] = useState(String(value));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (typed !== String(value)) onSet(Number(typed));
  };
  return (
    <form className="setting-form" onSubmit={submit}>
      <input className="input setting-number" type="number" required min={least} max={most} aria-label={label} value={typed} onChange={(event) => { setTyped(event.target.value); }} />
      {typed === String(value) ? null : <button type="submit" className="button button-primary">{text('settingsNow.save')}</button>}
    </form>
  );
}

type Opening = 'calendar' | 'open' | 'closed';

/** The end of an opening or closing by hand is optional: without it, it lasts until somebody takes it back. */
function OpeningEditor({ label, value, onSet, onReset }: { label: string; value: unknown; onSet: (value: object) => void; onReset: () => void }): ReactNode {
  const text = useText();
  const id = useId();
  const given = typeof value === 'object' && value !== null && 'open' in value ? value as { readonly open: boolean; readonly until?: string } : null;
  const [choice, setChoice] = useState<Opening>(given === null ? 'calendar' : given.open ? 'open' : 'closed');
  const [until, setUntil] = useState(given?.until === undefined ? '' : localMoment(given.until));
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (choice === 'calendar') {
      if (given !== null) onReset();
    } else onSet({ open: choice === 'open', ...(until === '' ? {} : { until: new Date(until).toISOString() }) });
  };
  const isAsIs = (given === null && choice === 'calendar') || (given !== null && choice === (given.open ? 'open' : 'closed') && until === (given.until === undefined ? '' : localMoment(given.until)));
  return (
    <form className="setting-form" onSubmit={submit}>
      <select className="input select" aria-label={label} value={choice} onChange={(event) => { setChoice(event.target.value as Opening); }}>
        {(['calendar', 'open', 'closed'] as const).map((one) => <option key={one} value={one}>{text(`setting.opening.${one}`)}</option>)}
      </select>
      {choice === 'calendar' ? null : (
        <label className="setting-until" htmlFor={`${id}-until`}>{text('setting.opening.until')}
          <input id={`${id}-until`} className="input" type="datetime-local" value={until} onChange={(event) => { setUntil(event.target.value); }} />
        </label>
      )}
      {isAsIs ? null : <button type="submit" className="button button-primary">{text('settingsNow.save')}</button>}
    </form>
  );
}

/** As the browser's field wants it: local, to the minute. */
function localMoment(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
