/** What is wrong inside a screen, and the way out of it. */
import type { CaptureFailure } from '../client/capture.ts';
import * as texts from '../texts.ts';
import { useSay, useWorkings } from './context.ts';
import { Button, Notice } from './parts.tsx';
import { microphoneWords } from './words.ts';

export function MicrophoneTrouble({ failure }: { readonly failure: CaptureFailure }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const { title, hint } = microphoneWords(failure, navigator.userAgent, settings.language);
  return (
    <Notice icon="microphoneOff" tone="warning" title={title} hint={hint}>
      <Button kind="plain" icon="again" onPress={() => void client.openMicrophone()}>{say(texts.tryAgain)}</Button>
    </Notice>
  );
}

/** The connection is gone and is being made again. */
export function Offline({ held }: { readonly held: texts.Text }) {
  const say = useSay();
  const { client } = useWorkings();
  return (
    <Notice icon="offline" tone="warning" title={say(texts.reconnecting)} hint={say(held)}>
      <Button kind="plain" icon="again" onPress={() => void client.retry()}>{say(texts.tryAgain)}</Button>
    </Notice>
  );
}
