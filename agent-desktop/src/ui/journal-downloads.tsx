/** The journal of the span that is shown, as files. */
import { useState, type ReactNode } from 'react';
import { Download } from 'lucide-react';
import { ActionButton } from './action-button.tsx';
import { useDesk, useText } from './desk-context.tsx';

const files = { csv: 'journal.csv', lines: 'journal.txt' } as const;

/** @param props.from ISO 8601; null: since the beginning */
export function JournalDownloads({ from }: { from: () => string | null }): ReactNode {
  const { api } = useDesk();
  const text = useText();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const download = async (format: keyof typeof files): Promise<void> => {
    setState('loading');
    try {
      const url = URL.createObjectURL(await api.journal(format, from()));
      const link = document.createElement('a');
      link.href = url;
      link.download = files[format];
      link.click();
      // The download has its own hold on the data by then.
      setTimeout(() => { URL.revokeObjectURL(url); }, 60_000);
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return (
    <fieldset className="journal-downloads" aria-label={text('journal.title')}>
      {(['csv', 'lines'] as const).map((format) => (
        <ActionButton key={format} kind="quiet" label={text(`journal.${format}`)} icon={<Download aria-hidden size={16} />} isDisabled={state === 'loading'} onPress={() => { void download(format); }} />
      ))}
      {state === 'failed' ? <p className="field-error" role="alert">{text('journal.failed')}</p> : null}
    </fieldset>
  );
}
