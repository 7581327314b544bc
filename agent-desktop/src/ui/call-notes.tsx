/** Notes while the call is on: typed beside the customer's details, finished in the wrap-up. */
import type { ReactNode, RefObject } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import { Key } from './action-button.tsx';
import { useText } from './desk-context.tsx';
import { useDraft } from './use-draft.ts';

export function CallNotes({ contactId, fieldRef }: { contactId: string; fieldRef: RefObject<HTMLTextAreaElement | null> }): ReactNode {
  const text = useText();
  const [draft, setDraft] = useDraft(contactId);
  return (
    <TextField className="field call-notes" value={draft.notes} maxLength={10_000} onChange={(notes) => { setDraft({ notes }); }}>
      <Label className="section-title">{text('notes.label')}<Key action="notes" /></Label>
      <TextArea ref={fieldRef} className="input" rows={5} placeholder={text('notes.placeholder')} />
    </TextField>
  );
}
