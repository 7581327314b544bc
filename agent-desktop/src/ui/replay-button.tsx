/** Opens what was kept of a customer's page, with their grant. */
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { History } from 'lucide-react';
import { ActionButton } from './action-button.tsx';
import { useText } from './desk-context.tsx';

// With the viewer's side of it, which most who look at a list never need.
const ReplayDialog = lazy(async () => ({ default: (await import('./replay-dialog.tsx')).ReplayDialog }));

export function ReplayButton({ contactId, compact = false }: { contactId: string; compact?: boolean }): ReactNode {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton compact={compact} kind={compact ? 'quiet' : 'plain'} label={text('replay.button')} icon={<History aria-hidden size={16} />} onPress={() => { setOpen(true); }} />
      {isOpen ? <Suspense fallback={null}><ReplayDialog contactId={contactId} onClose={() => { setOpen(false); }} /></Suspense> : null}
    </>
  );
}
