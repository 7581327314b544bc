/** The wait: the place, the time, something to watch, and the check of the sound beside it. */
import { useState } from 'preact/hooks';
import type { RequeueReason } from '#shared/customer-protocol.ts';
import * as texts from '../texts.ts';
import { notificationPermission } from './attention.ts';
import { viewOf } from '../client/state.ts';
import { CallbackForm } from './callback-form.tsx';
import { Conversation } from './conversation.tsx';
import { useSay, useSnapshot, useWorkings } from './context.ts';
import { DeviceCheck } from './device-check.tsx';
import { Icon } from './icon.tsx';
import { MessageForm } from './message-form.tsx';
import { Button, Notice } from './parts.tsx';
import type { Screen } from './screen.ts';
import { Offline } from './trouble.tsx';
import { waitWords } from './words.ts';

const requeuedHints: Readonly<Record<RequeueReason, texts.Text>> = {
  agentUnavailable: texts.requeuedUnavailable,
  agentLost: texts.requeuedLost,
  noMedia: texts.requeuedNoMedia,
  transferred: texts.requeuedTransferred,
};

export function WaitingScreen({ screen }: { readonly screen: Extract<Screen, { name: 'waiting' }> }) {
  const say = useSay();
  const { client, settings } = useWorkings();
  const isNext = screen.position <= 1;
  const writes = viewOf(useSnapshot().state)?.thread != null;
  const [asking, setAsking] = useState<'callback' | 'message' | null>(null);
  if (asking === 'callback' && screen.callbacks !== null) return <CallbackForm choices={screen.callbacks} ewt={screen.ewt} offline={screen.offline} onClose={() => setAsking(null)} />;
  if (asking === 'message' && screen.messages !== null) return <MessageForm choice={screen.messages} offline={screen.offline} onClose={() => setAsking(null)} />;
  return (
    <>
      <div class={`body ${writes ? 'chatting' : ''}`}>
        <div class={`place ${screen.offline ? 'still' : ''}`}>
          <span class="rings" aria-hidden="true"><i /><i /><i /></span>
          <span class={`number ${isNext ? 'word' : ''}`} aria-hidden="true">{isNext ? say(texts.placeNext) : screen.position}</span>
        </div>
        <div class="lead">
          <h2>{isNext ? say(texts.youAreNext) : say(texts.inLine)}<span class="visually-hidden">{isNext ? '' : `: ${screen.position}`}</span></h2>
          <p class="wait">{waitWords(screen.ewt, settings.language)}</p>
        </div>
        {screen.offline ? <Offline held={texts.placeHeld} /> : null}
        {screen.requeued === null || screen.offline ? null : <Notice icon="clock" title={say(texts.requeuedTitle)} hint={say(requeuedHints[screen.requeued])} />}
        {settings.waitingMedia === null ? (screen.chat ? null : <p class="hint">{say(texts.waitingHint)}</p>) : <WaitingMedia url={settings.waitingMedia} />}
        {screen.callbacks === null ? null : (
          <section class="check">
            <div class="head">
              <Icon name="phone" />
              <div><h3>{say(texts.callbackOffer)}</h3><p>{say(texts.callbackOfferHint)}</p></div>
              <Button kind="plain" onPress={() => setAsking('callback')}>{say(texts.callbackAsk)}</Button>
            </div>
          </section>
        )}
        {screen.messages === null ? null : (
          <section class="check">
            <div class="head">
              <Icon name="pen" />
              <div><h3>{say(texts.messageOffer)}</h3><p>{say(texts.messageOfferHint)}</p></div>
              <Button kind="plain" onPress={() => setAsking('message')}>{say(texts.messageWrite)}</Button>
            </div>
          </section>
        )}
        {screen.chat ? null : <DeviceCheck />}
        <NotifyMe />
        {writes ? <Conversation agent="" hint={say(texts.chatWaitingHint)} /> : null}
      </div>
      <div class="foot">
        <Button kind="quiet" onPress={() => void client.leave()}>{say(texts.leaveQueue)}</Button>
      </div>
    </>
  );
}

/** What the integrator named. It was asked for by a press on Get Help, so most browsers let it play; else its own controls are there. */
function WaitingMedia({ url }: { readonly url: string }) {
  const say = useSay();
  const label = say(texts.waitingMedia);
  const isMusic = /\.(?:mp3|m4a|aac|ogg|oga|opus|wav|flac)(?:[?#]|$)/i.test(url);
  return isMusic
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- the integrator's own music
    ? <audio class="media" src={url} controls autoPlay loop aria-label={label} />
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- the integrator's own film, with its own captions inside
    : <video class="media" src={url} controls autoPlay loop playsInline aria-label={label} />;
}

/** Offered where the browser can and has not been asked. */
function NotifyMe() {
  const say = useSay();
  const [permission, setPermission] = useState(notificationPermission());
  if (permission !== 'default') return null;
  return (
    <Button kind="quiet" icon="bell" onPress={() => void Notification.requestPermission().then(setPermission)}>{say(texts.notifyMe)}</Button>
  );
}
