/** The draft of a contact's disposition and notes: one per contact, the same before and after the call ends, kept over a reload. */
import { useState } from 'react';
import type { WrapUp } from '#shared/agent-protocol.ts';
import { recall, remember } from '../desk/call-memory.ts';

export function useDraft(contactId: string): [WrapUp, (patch: Partial<WrapUp>) => void] {
  const [held, setHeld] = useState(() => ({ contactId, draft: recall(contactId).draft }));
  if (held.contactId !== contactId) setHeld({ contactId, draft: recall(contactId).draft });
  return [held.draft, (patch) => {
    const draft = { ...held.draft, ...patch };
    remember(contactId, { draft });
    setHeld({ contactId, draft });
  }];
}
