/** The draft of a contact's disposition and notes: one per contact, the same before and after the call ends, kept over a reload and, its notes, at the gateway. */
import { useState } from 'react';
import type { WrapUp } from '#shared/agent-protocol.ts';
import { recall } from '../desk/call-memory.ts';
import { useDesk } from './desk-context.tsx';

export function useDraft(contactId: string): [WrapUp, (patch: Partial<WrapUp>) => void] {
  const desk = useDesk();
  const [held, setHeld] = useState(() => ({ contactId, draft: recall(contactId).draft }));
  if (held.contactId !== contactId) setHeld({ contactId, draft: recall(contactId).draft });
  return [held.draft, (patch) => {
    const draft = { ...held.draft, ...patch };
    desk.keepDraft(contactId, draft);
    setHeld({ contactId, draft });
  }];
}
