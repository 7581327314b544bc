/** Settings of a queue that can be changed while everybody works, each with its origin, and the log of who changed what. */
import { useCallback, useEffect, useId, useState, type ReactNode } from 'react';
import { Pencil, RotateCcw } from 'lucide-react';
import type { AgentView } from '#shared/agent-protocol.ts';
import type { ConfigChangeView, QueueSettingsView, SettingView } from '#shared/settings-api.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useLanguage, useText } from '../desk-context.tsx';
import { problemText } from '../problem-text.ts';
import { ScrollFrame } from '../scroll-frame.tsx';
import { FileReload } from './file-reload.tsx';
import { OriginNote } from './origin-note.tsx';
import { SettingDialog } from './setting-dialog.tsx';
import { SettingEditor } from './setting-editor.tsx';
import { editors, shownSettings, type EditedSetting } from './setting-editors.ts';
import { groups, isGroup, type GroupName } from './setting-groups.ts';
import { otherSettingWords } from './setting-other.ts';
import { SettingSummary } from './setting-summary.tsx';

export function SettingsTab({ view }: { view: AgentView }): ReactNode {
  const text = useText();
  const id = useId();
  const { api: { supervision } } = useDesk();
  const [queueId, setQueueId] = useState(view.queues[0]?.id ?? '');
  const [settings, setSettings] = useState<QueueSettingsView | null>(null);
  const [changes, setChanges] = useState<readonly ConfigChangeView[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [changing, setChanging] = useState<GroupName | null>(null);
  const failed = useCallback((error: unknown): void => { setFailure(problemText(error instanceof ProblemError ? error.problem : null, text)); }, [text]);
  const load = useCallback(() => {
    supervision.queueSettings(queueId).then((shown) => { setSettings(shown); }, failed);
    supervision.changes().then(setChanges, failed);
  }, [supervision, queueId, failed]);
  useEffect(load, [load]);
  const done = (): void => { setFailure(null); load(); };
  const shown = shownSettings(settings?.queue === queueId ? settings.settings : []);
  return (
    <>
      <header className="page-head"><h1>{text('settingsNow.title')}</h1></header>
      <p className="page-note settings-lead">{text('settingsNow.lead')}</p>
      {view.agent.role === 'admin' ? <FileReload onDone={done} /> : null}
      <div className="filters">
        <label className="filter" htmlFor={`${id}-queue`}><span>{text('supervisor.queue')}</span>
          <select id={`${id}-queue`} className="input select" value={queueId} onChange={(event) => { setQueueId(event.target.value); }}>
            {view.queues.map((queue) => <option key={queue.id} value={queue.id}>{queue.label}</option>)}
          </select>
        </label>
      </div>
      {failure === null ? null : <p className="field-error page-error" role="alert">{failure}</p>}
      {shown.length === 0 ? <output className="page-note">{text('history.loading')}</output> : (
        <ScrollFrame label={text('settingsNow.title')}>
          <table className="table table-settings">
            <thead><tr><th scope="col">{text('settingsNow.setting')}</th><th scope="col">{text('settingsNow.value')}</th><th scope="col">{text('settingsNow.origin')}</th></tr></thead>
            <tbody>{shown.map((setting) => (
              <tr key={`${queueId} ${setting.name}`}>
                <th scope="row">{name(setting.name, text)}</th>
                <td><Value setting={setting} queueId={queueId} onDone={done} onChange={setChanging} /></td>
                <td>
                  <span className="setting-origin">
                    <OriginNote origin={setting.origin} />
                    {setting.origin.from === 'config' ? null : (
                      <ActionButton kind="quiet" label={setting.configured === undefined || typeof setting.configured === 'object' ? text('settingsNow.reset') : text('settingsNow.resetTo', { value: asWritten(setting.configured) })} icon={<RotateCcw aria-hidden size={14} />}
                        onPress={() => { supervision.resetQueue(queueId, setting.name).then(done, failed); }} />
                    )}
                  </span>
                </td>
              </tr>
            ))}</tbody>
          </table>
        </ScrollFrame>
      )}
      <Changes changes={changes} />
      {changing === null ? null : (
        <SettingDialog queueId={queueId} queueLabel={settings?.label ?? queueId} name={changing} value={shown.find((setting) => setting.name === changing)?.value} onDone={done} onClose={() => { setChanging(null); }} />
      )}
    </>
  );
}

function Value({ setting: { name: setting, value }, queueId, onDone, onChange }: { setting: SettingView; queueId: string; onDone: () => void; onChange: (name: GroupName) => void }): ReactNode {
  const text = useText();
  if (isEdited(setting)) return <SettingEditor key={JSON.stringify(value ?? null)} queueId={queueId} name={setting} value={value} onDone={onDone} />;
  if (isGroup(setting)) {
    return (
      <div className="setting-group">
        <SettingSummary fields={groups[setting]} value={value} />
        <ActionButton label={text('setting.change')} icon={<Pencil aria-hidden size={14} />} name={text('setting.changeOf', { setting: text(`setting.${setting}`) })} onPress={() => { onChange(setting); }} />
      </div>
    );
  }
  return <span className="setting-words">{otherSettingWords(setting, value, text)?.value ?? asWritten(value)}</span>;
}

function Changes({ changes }: { changes: readonly ConfigChangeView[] }): ReactNode {
  const text = useText();
  const format = new Intl.DateTimeFormat(useLanguage(), { dateStyle: 'short', timeStyle: 'short' });
  if (changes.length === 0) return null;
  return (
    <section className="changes">
      <h2 className="section-title">{text('settingsNow.changes')}</h2>
      <ScrollFrame label={text('settingsNow.changes')}>
        <table className="table">
          <thead><tr><th scope="col">{text('history.at')}</th><th scope="col">{text('settingsNow.who')}</th><th scope="col">{text('settingsNow.what')}</th><th scope="col">{text('settingsNow.before')}</th><th scope="col">{text('settingsNow.after')}</th></tr></thead>
          <tbody>{changes.map(({ number, at, by, action, subject, detail }) => (
            <tr key={number}>
              <td className="figure">{format.format(new Date(at))}</td><td>{by}</td><td>{action === 'reload' ? text('settingsNow.reloaded') : <code className="setting-value">{subject}</code>}</td>
              <td><code className="setting-value">{action === 'reload' ? '–' : asWritten(detail['before'])}</code></td>
              <td><code className="setting-value">{action === 'reload' ? '–' : action === 'reset' ? text('settingsNow.asFile') : asWritten(detail['after'])}</code></td>
            </tr>
          ))}</tbody>
        </table>
      </ScrollFrame>
    </section>
  );
}

function isEdited(setting: string): setting is EditedSetting {
  return Object.hasOwn(editors, setting);
}

/** What is not known here is called what it is called in the file. */
function name(setting: SettingView['name'], text: ReturnType<typeof useText>): ReactNode {
  const words = isEdited(setting) || isGroup(setting) ? text(`setting.${setting}`) : otherSettingWords(setting, undefined, text)?.name;
  if (words === undefined) return <code className="setting-value">{setting}</code>;
  return <>{words}{setting === 'setAside' || setting === 'priority' || setting === 'holdPlace' ? <span className="cell-note setting-note">{text(`setting.${setting}.help`)}</span> : null}</>;
}

function asWritten(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'string') return value;
  return JSON.stringify(value).replaceAll('"', '').replaceAll(/([:,])/g, '$1 ');
}
