/** What was written in an earlier contact, shown when asked for. */
import { useState, type ReactNode } from 'react';
import { MessagesSquare } from 'lucide-react';
import { ActionButton } from './action-button.tsx';
import { PastConversation } from './conversation.tsx';
import { useText } from './desk-context.tsx';
import { DialogFrame } from './dialog-frame.tsx';

export function ThreadButton({ contactId, count }: { contactId: string; count: number }): ReactNode {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton label={text('thread.open', { count })} kind="quiet" icon={<MessagesSquare aria-hidden size={15} />} onPress={() => { setOpen(true); }} />
      {isOpen ? <DialogFrame title={text('thread.label')} onClose={() => { setOpen(false); }}><PastConversation contactId={contactId} customer={text('thread.customer')} /></DialogFrame> : null}
    </>
  );
}
