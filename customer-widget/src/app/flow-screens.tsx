/** Before the queue: something is looked up, a notice wants to be confirmed, or the wait is advised against and the customer chooses what to do. */
import { useState } from 'preact/hooks';
import type { Choice } from '#shared/flow-words.ts';
import * as texts from '../texts.ts';
import { whenOf } from '../wait-words.ts';
import { CallbackForm } from './callback-form.tsx';
import { useSay, useWorkings } from './context.ts';
import { Icon, type IconName } from './icon.tsx';
import { MessageForm } from './message-form.tsx';
import { Button, Notice } from './parts.tsx';
import type { Screen } from './screen.ts';
import { Offline } from './trouble.tsx';
import { dissuadedWords, textIn, waitWords } from './words.ts';

export function PreparingScreen({ screen }: { readonly screen: Extract<Screen, { name: 'preparing' }> }) {
  const say = useSay();
  const { client } = useWorkings();
  return (
    <>
      <div class="body">
        <div class={`place ${screen.offline ? 'still' : ''}`}><span class="rings" aria-hidden="true"><i /><i /><i /></span><span class="number"><Icon name="headset" /></span></div>
        <div class="lead"><h2>{say(texts.preparing)}</h2><p>{say(texts.preparingHint)}</p></div>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
      </div>
      <div class="foot"><Button kind="quiet" onPress={() => void client.leave()}>{say(texts.leaveQueue)}</Button></div>
    </>
  );
}

/** Only a person confirms: events that a script of the page made do not count. */
export function NoticeScreen({ screen }: { readonly screen: Extract<Screen, { name: 'confirm' }> }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const { busy, failed, run } = useRequest();
  const answer = (event: Event, accept: boolean): void => {
    if (event.isTrusted) run(() => client.answerNotice(screen.notice.step, accept));
  };
  return (
    <>
      <div class="body">
        <div class="lead"><span class="medal calm"><Icon name="check" /></span><h2>{say(texts.noticeTitle)}</h2></div>
        <p class="told">{textIn(screen.notice.text, settings.language)}</p>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
        {failed && !screen.offline ? <Notice icon="warning" tone="warning" title={say(texts.answerFailed)} /> : null}
        <p class="hint by-key">{say(texts.noticeKey, { key: screen.notice.key })}</p>
      </div>
      <div class="foot pair">
        <Button kind="plain" disabled={busy} onPress={(event) => answer(event, false)}>{say(texts.noticeDecline)}</Button>
        <Button kind="primary" icon="check" disabled={busy} onPress={(event) => answer(event, true)}>{say(texts.noticeConfirm)}</Button>
      </div>
    </>
  );
}

export function DissuadedScreen({ screen }: { readonly screen: Extract<Screen, { name: 'dissuaded' }> }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const { busy, failed, run } = useRequest();
  const { title, hint } = dissuadedWords(screen, settings.language);
  const [asking, setAsking] = useState<'callback' | 'message' | null>(null);
  if (asking === 'callback' && screen.callbacks !== null) return <CallbackForm choices={screen.callbacks} ewt={screen.ewt} offline={screen.offline} onClose={() => setAsking(null)} />;
  if (asking === 'message' && screen.messages !== null) return <MessageForm choice={screen.messages} offline={screen.offline} onClose={() => setAsking(null)} />;
  const opens = (form: 'callback' | 'message') => (): Promise<void> => {
    setAsking(form);
    return Promise.resolve();
  };
  const offered: Partial<Record<Choice, { readonly icon: IconName; readonly text: texts.Text; readonly choose: () => Promise<void> }>> = {
    wait: { icon: 'clock', text: texts.chooseWait, choose: () => client.waitAnyway() },
    ...(screen.callbacks === null ? {} : { callback: { icon: 'phone', text: texts.chooseCallback, choose: opens('callback') } }),
    ...(screen.messages === null ? {} : { message: { icon: 'pen', text: texts.chooseMessage, choose: opens('message') } }),
  };
  const shown = screen.choices.flatMap((choice) => offered[choice] === undefined ? [] : [{ choice, ...offered[choice] }]);
  return (
    <>
      <div class="body">
        <div class="lead">
          <span class="medal calm"><Icon name={screen.why === 'closed' ? 'moon' : 'clock'} /></span>
          <h2>{title}</h2>
          <p>{screen.message === null ? hint : textIn(screen.message, settings.language)}</p>
          {screen.ewt === null ? null : <p class="wait">{waitWords(screen.ewt, settings.language)}</p>}
          {screen.opensAt === null ? null : <p>{say(texts.closedOpens, { when: whenOf(screen.opensAt, settings.language) })}</p>}
        </div>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
        {failed && !screen.offline ? <Notice icon="warning" tone="warning" title={say(texts.answerFailed)} /> : null}
        <div class="stack">
          {shown.map(({ choice, icon, text, choose }, at) => (
            <Button key={choice} kind={at === 0 ? 'primary' : 'plain'} icon={icon} disabled={busy} onPress={() => run(choose)}>{say(text)}</Button>
          ))}
        </div>
      </div>
      <div class="foot"><Button kind="quiet" onPress={() => void client.leave()}>{say(texts.chooseLeave)}</Button></div>
    </>
  );
}

/** A request that is pressed once: its buttons rest while it runs, and it says when it failed. */
function useRequest() {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const run = (request: () => Promise<void>): void => {
    setBusy(true);
    setFailed(false);
    request().catch(() => setFailed(true)).finally(() => setBusy(false));
  };
  return { busy, failed, run };
}
