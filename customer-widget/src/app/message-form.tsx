/** Leaving a message instead of waiting: what it is about, and where it can be answered. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageChoice } from '#shared/customer-protocol.ts';
import { isReplyAddress, longestReplyAddress } from '#shared/reply-address.ts';
import { longestText } from '#shared/thread-limits.ts';
import * as texts from '../texts.ts';
import { useSay, useWorkings } from './context.ts';
import { Button, Notice } from './parts.tsx';
import { Offline } from './trouble.tsx';

type Field = 'text' | 'replyTo';

export function MessageForm({ choice, offline, onClose }: { readonly choice: MessageChoice; readonly offline: boolean; readonly onClose: () => void }) {
  const say = useSay();
  const { client } = useWorkings();
  const [draft, setDraft] = useState(client.messageDraft);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const [wrong, setWrong] = useState<Field | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const replyTo = useRef<HTMLInputElement>(null);

  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const change = (part: Partial<typeof draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    // It outlives this form: the wait that was advised against may begin meanwhile.
    client.keepMessageDraft(next);
  };
  const refuse = (field: Field): void => {
    setWrong(field);
    (field === 'text' ? text : replyTo).current?.focus();
  };
  const send = (): void => {
    const address = draft.replyTo.trim();
    setFailed(false);
    if (draft.text.trim() === '') refuse('text');
    else if (address === '' ? choice.needsReplyTo : !isReplyAddress(address)) refuse('replyTo');
    else {
      setWrong(null);
      setBusy(true);
      // The view that follows takes this form away.
      client.leaveMessage(draft).catch(() => setFailed(true)).finally(() => setBusy(false));
    }
  };
  return (
    <>
      <div class="body">
        <div class="lead"><h2 ref={heading} tabIndex={-1}>{say(texts.messageTitle)}</h2><p>{say(texts.messageFormHint)}</p></div>
        <form class="callback" id="message" noValidate onSubmit={(event) => { event.preventDefault(); send(); }}>
          <label class="field">
            <span>{say(texts.messageSubject)}</span>
            <input type="text" maxLength={200} value={draft.subject} onInput={(event) => change({ subject: event.currentTarget.value })} />
          </label>
          <label class="field">
            <span>{say(texts.messageText)}</span>
            <textarea
              ref={text} rows={4} maxLength={longestText} value={draft.text} required aria-invalid={wrong === 'text'} aria-describedby="wrong"
              onInput={(event) => change({ text: event.currentTarget.value })}
            />
          </label>
          <label class="field">
            <span>{say(choice.needsReplyTo ? texts.messageReplyTo : texts.messageReplyToIfYouLike)}</span>
            <input
              ref={replyTo} type="text" inputMode="email" autoComplete="email" autoCapitalize="off" spellcheck={false} maxLength={longestReplyAddress} value={draft.replyTo} required={choice.needsReplyTo}
              aria-invalid={wrong === 'replyTo'} aria-describedby="wrong" onInput={(event) => change({ replyTo: event.currentTarget.value })}
            />
          </label>
        </form>
        {offline ? <Offline held={texts.messageHeld} /> : null}
        <div role="alert" id="wrong">
          {wrong === null || offline ? null : <Notice icon="warning" tone="warning" title={say(wrong === 'text' ? texts.messageTextMissing : texts.messageReplyToWrong)} />}
          {failed && !offline ? <Notice icon="warning" tone="warning" title={say(texts.answerFailed)} hint={say(texts.messageHeld)} /> : null}
        </div>
      </div>
      <div class="foot pair">
        <Button kind="plain" onPress={onClose}>{say(texts.callbackKeepWaiting)}</Button>
        <Button kind="primary" icon="send" disabled={busy || offline} form="message">{say(texts.messageSend)}</Button>
      </div>
    </>
  );
}
