/** The stage after the call: how it ended, what came of it, and done. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Check } from 'lucide-react';
import { Button, Label, Radio, RadioGroup, TextArea, TextField } from 'react-aria-components';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { CallBackButton } from './call-back-button.tsx';
import { customerName } from './customer-name.ts';
import { useDesk, useDeskState, useNow, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { useDraft } from './use-draft.ts';
import { ScheduleCallbackButton } from './schedule-callback-button.tsx';
import { canSendNow, isDispositionRequired } from './wrap-up-rules.ts';

export function WrapUpStage({ contact }: { contact: AgentContact }): ReactNode {
  const desk = useDesk();
  const { underWay } = useDeskState();
  const text = useText();
  const { contactId, wrapUp } = contact;
  const [draft, setDraft] = useDraft(contactId);
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isSending = underWay.has(`wrapUp:${contactId}`);
  const required = isDispositionRequired(wrapUp);

  const finish = (): void => {
    if (required && draft.disposition === null) {
      setMissing(true);
      form.current?.querySelector<HTMLElement>('input[type=radio]')?.focus();
      return;
    }
    void desk.wrapUp(contactId, draft);
  };
  const finishByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // React Aria would take the Enter for choosing the focused outcome.
    event.stopPropagation();
    finish();
  };
  // The call is over and nobody is typing elsewhere: the next key belongs to this form.
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement !== null && activeElement !== document.body) return;
    (form.current?.querySelector<HTMLElement>('input[type=radio]') ?? form.current?.querySelector<HTMLElement>('textarea'))?.focus();
  }, []);

  return (
    <section className="stage stage-wrapup" aria-label={text('wrapUp.label')}>
      <form ref={form} className="wrapup-card" onSubmit={(event) => { event.preventDefault(); finish(); }} onKeyDownCapture={finishByKey}>
        <header className="wrapup-head">
          <div>
            <h2>{text('wrapUp.title')}</h2>
            <p>{contact.end === null ? text('wrapUp.handedOver') : text(`end.by.${contact.end.party}`, { reason: text(`end.${contact.end.reason}`) })}</p>
          </div>
          {wrapUp.endsAt === null ? null : <TimeLeft until={wrapUp.endsAt} onRunningOut={() => {
            if (canSendNow(draft, wrapUp)) void desk.wrapUp(contactId, draft);
            else desk.keepNotesNow();
          }} />}
        </header>
        {wrapUp.dispositions.length === 0 ? null : (
          <RadioGroup className="dispositions" value={draft.disposition} isRequired={required} validationBehavior="aria" isInvalid={missing && draft.disposition === null}
            onChange={(disposition) => { setDraft({ disposition }); setMissing(false); }}>
            <Label>{text(required ? 'wrapUp.dispositionRequired' : 'wrapUp.disposition')}</Label>
            <div className="disposition-list">
              {wrapUp.dispositions.map((disposition) => <Radio key={disposition} value={disposition} className="disposition">{disposition}</Radio>)}
            </div>
            {missing && draft.disposition === null ? <p className="field-error" role="alert">{text('wrapUp.missing')}</p> : null}
          </RadioGroup>
        )}
        <TextField className="field" value={draft.notes} maxLength={10_000} onChange={(notes) => { setDraft({ notes }); }}>
          <Label>{text('notes.label')}</Label>
          <TextArea className="input" rows={7} placeholder={text('notes.placeholder')} />
        </TextField>
        <footer className="wrapup-foot">
          <div className="wrapup-again">
            {contact.end === null ? <p className="panel-note">{text('wrapUp.kept')}</p> : <CallBackButton contactId={contactId} name={customerName(contact, text)} shortcut />}
            <ScheduleCallbackButton contact={contact} />
          </div>
          <Button type="submit" className="button button-primary button-large" isDisabled={isSending}>
            <Check aria-hidden size={18} /><span>{text('wrapUp.finish')}</span><kbd className="key">{text('wrapUp.key')}</kbd>
          </Button>
        </footer>
      </form>
    </section>
  );
}

/** Counts down to the system's own end of the wrap-up, and calls once shortly before it. */
function TimeLeft({ until, onRunningOut }: { until: string; onRunningOut: () => void }): ReactNode {
  const text = useText();
  const now = useNow(500);
  const told = useRef(false);
  const left = Date.parse(until) - now;
  useEffect(() => {
    if (left > 2000 || told.current) return;
    told.current = true;
    onRunningOut();
  });
  return (
    <p className="wrapup-time" data-urgent={left < 15_000 || undefined} role="timer">
      <span>{text('wrapUp.timeLeft')}</span><strong className="figure">{clockTime(Math.ceil(left / 1000))}</strong>
    </p>
  );
}
