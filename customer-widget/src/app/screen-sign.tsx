/** The sign that stays while the customer's screen is shown: to whom, and one press to end it. */
import { useEffect } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useSay, useSnapshot, useWorkings } from './context.ts';
import { Icon } from './icon.tsx';
import { Button } from './parts.tsx';

const failureShownMs = 8_000;

export function ScreenSign({ agent }: { readonly agent: string }) {
  const say = useSay();
  const { client } = useWorkings();
  const { screen } = useSnapshot();
  const hasFailed = screen.name === 'failed';
  // The call goes on without it, so this says its piece and goes.
  useEffect(() => {
    if (!hasFailed) return undefined;
    const timer = setTimeout(() => client.screen.forget(), failureShownMs);
    return () => clearTimeout(timer);
  }, [client, hasFailed]);
  if (screen.name === 'off') return null;
  const words = { choosing: texts.screenChoosing, on: texts.screenLive, failed: texts.screenFailed } as const;
  return (
    <div class={`signs screen ${hasFailed ? 'failed' : ''}`}>
      <div class="sign">
        <output><Icon name={hasFailed ? 'warning' : 'screen'} /><span>{say(words[screen.name], { agent })}</span></output>
        {screen.name === 'on' ? <Button kind="plain" onPress={() => client.screen.stop()}>{say(texts.stop)}</Button> : null}
      </div>
    </div>
  );
}
