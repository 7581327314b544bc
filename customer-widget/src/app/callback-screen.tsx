/** Somebody who will be called back: what they can expect, and how they take it back. */
import { useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useSay, useWorkings } from './context.ts';
import { Icon } from './icon.tsx';
import { Button, Notice } from './parts.tsx';
import type { Screen } from './screen.ts';
import { Offline } from './trouble.tsx';
import { callbackWords, waitWords } from './words.ts';

type CallbackView = Extract<Screen, { name: 'callback' }>;

export function CallbackScreen({ screen }: { readonly screen: CallbackView }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const [failed, setFailed] = useState(false);
  const { title, hint } = callbackWords(screen, settings.language);
  const waits = screen.place !== null && !screen.calling;
  const withdraw = (): void => {
    setFailed(false);
    client.withdrawCallback().catch(() => setFailed(true));
  };
  return (
    <>
      <div class="body">
        <div class={`place ${screen.calling ? 'turn' : 'still'}`}>
          <span class="rings" aria-hidden="true"><i /><i /><i /></span><span class="number"><Icon name={screen.place === null ? 'clock' : 'phone'} /></span>
        </div>
        <div class="lead">
          <h2>{title}</h2>
          <p>{hint}</p>
          {waits && screen.place !== null ? <p class="wait">{placeWords(screen, say)}</p> : null}
          {waits && screen.place !== null && screen.notBefore === null ? <p>{waitWords(screen.place.ewt, settings.language)}</p> : null}
        </div>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
        {failed && !screen.offline ? <Notice icon="warning" tone="warning" title={say(texts.answerFailed)} /> : null}
      </div>
      <div class={`foot ${waits ? 'pair' : ''}`}>
        <Button kind="quiet" onPress={() => void client.leave()}>{say(texts.callbackCancel)}</Button>
        {waits ? <Button kind="plain" disabled={screen.offline} onPress={withdraw}>{say(texts.callbackWithdraw)}</Button> : null}
      </div>
    </>
  );
}

/** Their place, in one line; nothing where they stand in no queue yet. */
export function placeWords({ place }: CallbackView, say: (text: texts.Text, values?: Readonly<Record<string, string | number>>) => string): string {
  if (place === null) return '';
  return place.position <= 1 ? say(texts.callbackNext) : say(texts.callbackAtPlace, { position: place.position });
}
