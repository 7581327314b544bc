/** One thing that the agent is told, until they dismiss it. */
import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { ActionButton } from './action-button.tsx';
import { useText } from './desk-context.tsx';

export function NoticeEntry({ tone, onDismiss, children }: { tone: 'info' | 'warn' | 'bad'; onDismiss: () => void; children: ReactNode }): ReactNode {
  const text = useText();
  return (
    <div className={`notice notice-${tone}`}>
      <p>{children}</p>
      <ActionButton compact kind="quiet" label={text('notice.dismiss')} icon={<X aria-hidden size={15} />} onPress={onDismiss} />
    </div>
  );
}
