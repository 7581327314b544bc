/** Reads the contact-center file again, for administrators, and says what came of it: what changed, what waits for the next start, or what is wrong where. */
import { useState, type ReactNode } from 'react';
import { FileCheck } from 'lucide-react';
import type { Problem } from '#shared/problem.ts';
import type { ReloadedFile } from '#shared/settings-api.ts';
import { ProblemError } from '../../session/desk-api.ts';
import { ActionButton } from '../action-button.tsx';
import { useDesk, useText } from '../desk-context.tsx';
import { problemText } from '../problem-text.ts';

type Outcome = { readonly name: 'none' | 'reading' } | { readonly name: 'read'; readonly file: ReloadedFile } | { readonly name: 'refused'; readonly problem: Problem | null };

export function FileReload({ onDone }: { onDone: () => void }): ReactNode {
  const text = useText();
  const { api: { supervision } } = useDesk();
  const [outcome, setOutcome] = useState<Outcome>({ name: 'none' });
  const read = (): void => {
    setOutcome({ name: 'reading' });
    supervision.reload().then((file) => { setOutcome({ name: 'read', file }); onDone(); }, (error: unknown) => { setOutcome({ name: 'refused', problem: error instanceof ProblemError ? error.problem : null }); });
  };
  return (
    <section className="file-reload">
      <ActionButton label={text('reload.button')} icon={<FileCheck aria-hidden size={16} />} isDisabled={outcome.name === 'reading'} onPress={read} />
      {outcome.name === 'refused' ? (
        <div className="field-error" role="alert">
          <p>{problemText(outcome.problem, text)}</p>
          <ul>{(outcome.problem?.errors ?? []).map(({ path, message }) => <li key={`${path} ${message}`}><code className="setting-value">{path}</code>: {message}</li>)}</ul>
        </div>
      ) : null}
      {outcome.name === 'read' ? <output className="file-reload-news">{news(outcome.file, text)}</output> : null}
    </section>
  );
}

function news({ added, changed, removed, afterRestart, unfit }: ReloadedFile, text: ReturnType<typeof useText>): ReactNode {
  const lines = ([['reload.added', added], ['reload.changed', changed], ['reload.removed', removed], ['reload.afterRestart', afterRestart], ['reload.unfit', unfit]] as const).filter(([, names]) => names.length > 0);
  return lines.length === 0 ? text('reload.nothing') : <ul>{lines.map(([label, names]) => <li key={label}>{text(label)} <code className="setting-value">{names.join(', ')}</code></li>)}</ul>;
}
