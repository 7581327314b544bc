/** An agent calls: the page rings, and the customer answers or does not; for as long as the ring around the name lasts. */
import { useEffect, useState } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useSay, useWorkings } from './context.ts';
import { Avatar, Button, Notice } from './parts.tsx';
import type { Screen } from './screen.ts';
import { MicrophoneTrouble, Offline } from './trouble.tsx';

/** No ringing lasts longer: what a clock that is wrong may make of the limit. */
const longestSeconds = 60;

export function RungScreen({ screen }: { readonly screen: Extract<Screen, { name: 'rung' }> }) {
  const say = useSay();
  const { client } = useWorkings();
  const [answering, setAnswering] = useState(false);
  const [failed, setFailed] = useState(false);
  const answer = (accept: boolean): void => {
    setAnswering(true);
    setFailed(false);
    client.answer(accept).catch(() => setFailed(true)).finally(() => setAnswering(false));
  };
  return (
    <>
      <div class="body">
        <Avatar name={screen.agent} mood="ringing" />
        <div class="lead">
          <h2>{say(texts.rungBy, { agent: screen.agent })}</h2>
          <p>{say(texts.rungHint)}</p>
          <SecondsLeft until={screen.expiresAt} />
        </div>
        {screen.offline ? <Offline held={texts.rungHeld} /> : null}
        {failed && !screen.offline ? <Notice icon="warning" tone="warning" title={say(texts.answerFailed)} /> : null}
        {screen.microphone === null ? null : <MicrophoneTrouble failure={screen.microphone} />}
      </div>
      <div class="foot pair">
        <Button kind="plain" icon="hangUp" disabled={answering} onPress={() => answer(false)}>{say(texts.decline)}</Button>
        <Button kind="primary" icon="phone" disabled={answering} onPress={() => answer(true)}>{say(texts.answer)}</Button>
      </div>
    </>
  );
}

function SecondsLeft({ until }: { readonly until: number }) {
  const say = useSay();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.min(longestSeconds, Math.max(0, Math.ceil((until - now) / 1_000)));
  return <p class="facts"><span role="timer" class="timer">{say(texts.rungSeconds, { seconds })}</span></p>;
}
