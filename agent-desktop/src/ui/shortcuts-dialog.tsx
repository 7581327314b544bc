/** The keys, all of them. */
import type { ReactNode } from 'react';
import { useDeskState, useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';
import { shortcutLabel, shortcuts, type ShortcutAction } from './shortcuts.ts';

export function ShortcutsDialog({ onClose }: { onClose: () => void }): ReactNode {
  const text = useText();
  const { preferences } = useDeskState();
  const keys: ReadonlyArray<readonly [string, string]> = [
    ...(Object.keys(shortcuts) as ShortcutAction[]).map((action) => [text(`key.${action}`), shortcutLabel(action, navigator.platform)] as const),
    [text('key.finish'), text('wrapUp.key')],
    [text('key.help'), '?'],
  ];
  return (
    <DialogFrame title={text('help.title')} onClose={onClose}>
      {preferences.shortcuts ? null : <p className="panel-note">{text('help.off')}</p>}
      <dl className="key-list">{keys.map(([name, key]) => <div key={name}><dt>{name}</dt><dd><kbd className="key">{key}</kbd></dd></div>)}</dl>
    </DialogFrame>
  );
}
