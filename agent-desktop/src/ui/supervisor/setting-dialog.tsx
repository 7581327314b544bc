/** The parts of one setting, changed together: each with its name, what it means, and what was refused beside it. */
import { useId, useState, type ReactNode, type SyntheticEvent } from 'react';
import type { TextKey } from '../../i18n/catalogue.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { useDesk, useText } from '../desk-context.tsx';
import { DialogFrame } from '../dialog-frame.tsx';
import { problemText } from '../problem-text.ts';
import { DurationInput } from './duration-input.tsx';
import { asGroupValue, groups, type Field, type GroupName, type GroupValue } from './setting-groups.ts';
import { refusalOf } from './setting-problems.ts';

interface SettingDialogProps {
  readonly queueId: string;
  readonly queueLabel: string;
  readonly name: GroupName;
  readonly value: unknown;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function SettingDialog({ queueId, queueLabel, name, value, onDone, onClose }: SettingDialogProps): ReactNode {
  const text = useText();
  const { api: { supervision } } = useDesk();
  const [draft, setDraft] = useState<GroupValue>(asGroupValue(value));
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const [isBusy, setBusy] = useState(false);
  const fields: ReadonlyArray<readonly [string, Field]> = Object.entries(groups[name]);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const wrong = new Map(fields.flatMap(([part, field]) => {
      const why = rangeProblem(field, draft[part]);
      return why === null ? [] : [[part, text(...why)] as const];
    }));
    setRefused(wrong);
    if (wrong.size > 0) return;
    setBusy(true);
    supervision.setQueue(queueId, name, Object.fromEntries(Object.entries(draft).filter(([, one]) => one !== undefined))).then(() => { onDone(); onClose(); }, (error: unknown) => {
      setBusy(false);
      const problem = error instanceof ProblemError ? error.problem : null;
      setRefused(problem === null || problem.status === 0 || problem.status >= 500 ? new Map([['', problemText(problem, text)]]) : refusalOf(problem, queueId, name).fields);
    });
  };
  return (
    <DialogFrame title={text('setting.of', { setting: text(`setting.${name}`), queue: queueLabel })} onClose={onClose}>
      <form className="setting-dialog" noValidate onSubmit={submit}>
        <p className="panel-note">{text(`setting.${name}.lead`)}</p>
        {fields.map(([part, field]) => (
          <FieldEditor key={part} field={field} value={draft[part]} problem={refused.get(part) ?? null} onChange={(next) => { setDraft((before) => ({ ...before, [part]: next })); }} />
        ))}
        {[...refused].filter(([part]) => !fields.some(([known]) => known === part)).map(([part, why]) => <p key={part} className="field-error" role="alert">{why}</p>)}
        <footer className="dialog-foot">
          <span className="dialog-actions">
            <button type="button" className="button" onClick={onClose}>{text('dialog.cancel')}</button>
            <button type="submit" className="button button-primary" disabled={isBusy}>{text('settingsNow.save')}</button>
          </span>
        </footer>
      </form>
    </DialogFrame>
  );
}

function FieldEditor({ field, value, problem, onChange }: { field: Field; value: unknown; problem: string | null; onChange: (value: unknown) => void }): ReactNode {
  const text = useText();
  const id = useId();
  const label = text(field.label);
  const describedBy = [...(field.help === undefined ? [] : [`${id}-help`]), ...(problem === null ? [] : [`${id}-problem`])].join(' ') || undefined;
  const shared = { id, 'aria-describedby': describedBy, 'aria-invalid': problem === null ? undefined : true } as const;
  const input = ((): ReactNode => {
    switch (field.kind) {
      case 'duration': return <DurationInput id={id} label={label} value={Number(value)} describedBy={describedBy} isInvalid={problem !== null} onChange={onChange} />;
      case 'number': return (
        <input {...shared} className="input setting-number" type="number" step={1} value={typeof value === 'number' && !Number.isNaN(value) ? value : ''}
          onChange={(event) => { onChange(event.target.value === '' ? field.optional === true ? undefined : Number.NaN : Number(event.target.value)); }} />
      );
      case 'choice': return (
        <select {...shared} className="input select" value={value as string} onChange={(event) => { onChange(event.target.value); }}>
          {field.options.map(([one, words]) => <option key={one} value={one}>{text(words)}</option>)}
        </select>
      );
      case 'switch': return <input {...shared} type="checkbox" checked={value === true} onChange={(event) => { onChange(event.target.checked); }} />;
      case 'lines': return (
        <textarea {...shared} className="input" rows={3} defaultValue={Array.isArray(value) ? value.join('\n') : ''} onChange={(event) => {
          const lines = event.target.value.split('\n').map((line) => line.trim()).filter((line) => line !== '');
          onChange(lines.length === 0 && field.optional === true ? undefined : lines);
        }} />
      );
    }
  })();
  return (
    <div className="setting-field" data-kind={field.kind}>
      <label htmlFor={id}>{label}</label>
      {input}
      {field.help === undefined ? null : <p id={`${id}-help`} className="setting-help">{text(field.help)}</p>}
      {problem === null ? null : <p id={`${id}-problem`} className="field-error" role="alert">{problem}</p>}
    </div>
  );
}

/** What can be told before anybody is asked. */
function rangeProblem(field: Field, value: unknown): Parameters<ReturnType<typeof useText>> | null {
  if (field.kind !== 'number' && field.kind !== 'duration') return null;
  if (field.kind === 'number' && field.optional === true && value === undefined) return null;
  const isFit = typeof value === 'number' && Number.isInteger(value) && value >= field.least && value <= field.most;
  const key: TextKey = field.kind === 'duration' ? 'setting.expectedSeconds' : 'setting.expectedNumber';
  return isFit ? null : [key, { least: field.least, most: field.most }];
}
