/** Calls the customer of an ended contact back, in their page, and says in place what became of it. */
import { useState, type ReactNode } from 'react';
import { PhoneOutgoing } from 'lucide-react';
import type { Problem } from '#shared/problem.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useDeskState, useText } from './desk-context.tsx';
import { problemText } from './problem-text.ts';
import { useShortcuts } from './use-shortcuts.ts';

export function CallBackButton({ contactId, name, shortcut = false }: { contactId: string; name: string; shortcut?: boolean }): ReactNode {
  const desk = useDesk();
  const { underWay, view, preferences } = useDeskState();
  const text = useText();
  const [problem, setProblem] = useState<Problem | null>(null);
  const call = async (): Promise<void> => {
    setProblem(null);
    setProblem(await desk.calls.callBack(contactId));
  };
  // One call at a time; the desk that is wrapping this very contact up is free for it.
  const isBusy = view?.contacts.some((contact) => contact.slot !== 'wrapUp') ?? false;
  const isCalling = underWay.has(`callBack:${contactId}`);
  useShortcuts({ callBack: () => { if (!isBusy && !isCalling) void call(); } }, { enabled: shortcut && preferences.shortcuts, help: () => undefined });
  return (
    <div className="call-back">
      <ActionButton label={text(isCalling ? 'callBack.calling' : 'callBack.button')} icon={<PhoneOutgoing aria-hidden size={16} />} isDisabled={isCalling}
        obstacle={isBusy ? text('callBack.busy') : null} {...(shortcut ? { shortcut: 'callBack' as const } : {})} onPress={() => { void call(); }} />
      {problem === null ? null : <p className="field-error" role="alert">{text('callBack.failed', { name })} {problemText(problem, text)}</p>}
    </div>
  );
}
