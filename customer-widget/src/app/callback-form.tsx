/** Asking to be called back: where, at which number, and when. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallbackChoices } from '#shared/customer-protocol.ts';
import type { WaitRange } from '#shared/vocabulary.ts';
import { RequestFailed } from '../client/problems.ts';
import * as texts from '../texts.ts';
import { dayOf, timeOf } from '../wait-words.ts';
import { useSay, useWorkings } from './context.ts';
import { Button, Notice } from './parts.tsx';
import { Offline } from './trouble.tsx';
import { waitWords } from './words.ts';

interface Refusal {
  readonly title: texts.Text;
  readonly hint: texts.Text | null;
}

export function CallbackForm({ choices, ewt, offline, onClose }: {
  readonly choices: CallbackChoices; readonly ewt: WaitRange | null; readonly offline: boolean; readonly onClose: () => void;
}) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const [onPhone, setOnPhone] = useState(!choices.page);
  const [number, setNumber] = useState('');
  const [at, setAt] = useState('');
  const [times, setTimes] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (choices.scheduled) client.callbackTimes().then(setTimes, () => { /* at one's turn is always there */ });
  }, [choices.scheduled, client, refusal]);

  const ask = (): void => {
    if (onPhone && number.trim() === '') {
      setRefusal({ title: texts.callbackNumberMissing, hint: null });
      field.current?.focus();
      return;
    }
    setBusy(true);
    setRefusal(null);
    // The view that follows takes this form away.
    client.askCallback({ ...(onPhone ? { number: number.trim() } : {}), ...(at === '' ? {} : { at }) }).catch((error: unknown) => setRefusal(refusalOf(error))).finally(() => setBusy(false));
  };
  const badNumber = refusal !== null && refusal.title !== texts.callbackTimeTaken && refusal.title !== texts.answerFailed;
  return (
    <>
      <div class="body">
        <div class="lead"><h2 ref={heading} tabIndex={-1}>{say(texts.callbackTitle)}</h2><p>{say(texts.callbackFormHint)}</p></div>
        <form
          class="callback" id="callback" noValidate
          onSubmit={(event) => { event.preventDefault(); ask(); }}
        >
          {choices.page && choices.phone ? (
            <fieldset>
              <legend>{say(texts.callbackWhere)}</legend>
              <Option name="where" checked={!onPhone} hint={say(texts.callbackOnPageHint)} onChoose={() => setOnPhone(false)}>{say(texts.callbackOnPage)}</Option>
              <Option name="where" checked={onPhone} hint={say(texts.callbackOnPhoneHint)} onChoose={() => setOnPhone(true)}>{say(texts.callbackOnPhone)}</Option>
            </fieldset>
          ) : null}
          {onPhone ? (
            <label class="field">
              <span>{say(texts.callbackNumber)}</span>
              <input
                ref={field} type="tel" autoComplete="tel" inputMode="tel" maxLength={40} value={number} aria-invalid={badNumber}
                onInput={(event) => setNumber(event.currentTarget.value)}
              />
            </label>
          ) : null}
          {times.length === 0 ? null : (
            <label class="field">
              <span>{say(texts.callbackWhen)}</span>
              <select value={at} onChange={(event) => setAt(event.currentTarget.value)}>
                <option value="">{say(texts.callbackAtTurn)}{ewt === null ? '' : ` (${waitWords(ewt, settings.language)})`}</option>
                {[...Map.groupBy(times, (time) => dayOf(time, settings.language))].map(([day, those]) => (
                  <optgroup key={day} label={day}>{those.map((time) => <option key={time} value={time}>{timeOf(time, settings.language)}</option>)}</optgroup>
                ))}
              </select>
            </label>
          )}
        </form>
        {offline ? <Offline held={texts.placeHeld} /> : null}
        <div role="alert">{refusal === null || offline ? null : <Notice icon="warning" tone="warning" title={say(refusal.title)} hint={refusal.hint === null ? '' : say(refusal.hint)} />}</div>
      </div>
      <div class="foot pair">
        <Button kind="plain" onPress={onClose}>{say(texts.callbackKeepWaiting)}</Button>
        <Button kind="primary" icon="phone" disabled={busy || offline} onPress={ask}>{say(texts.callbackAsk)}</Button>
      </div>
    </>
  );
}

function Option({ name, checked, hint, children, onChoose }: {
  readonly name: string; readonly checked: boolean; readonly hint: string; readonly children: string; readonly onChoose: () => void;
}) {
  return (
    <label class="option">
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
      <span>{children}<small>{hint}</small></span>
    </label>
  );
}

function refusalOf(error: unknown): Refusal {
  const { type, status } = error instanceof RequestFailed ? error.problem : { type: '', status: 0 };
  switch (type) {
    case '/problems/party-refused':
      return status === 409 ? { title: texts.callbackTwice, hint: null } : { title: texts.callbackNumberRefused, hint: texts.callbackNumberRefusedHint };
    case '/problems/wrong-state': return { title: texts.callbackTimeTaken, hint: texts.callbackTimeTakenHint };
    default: return { title: texts.answerFailed, hint: null };
  }
}
