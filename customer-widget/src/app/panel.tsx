/** The panel: one screen at a time, the header, the pill it folds into, and what is announced and sounded when things change. */
import type { JSX, Ref } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { askedGrant, type GrantKind } from '#shared/cobrowse-grants.ts';
import { canShareScreen } from '../client/screen-share.ts';
import { viewOf } from '../client/state.ts';
import * as texts from '../texts.ts';
import { whenOf } from '../wait-words.ts';
import { CallbackScreen, placeWords } from './callback-screen.tsx';
import { ChatScreen, ChoosingScreen } from './chat-screen.tsx';
import { CallScreen, ConnectingScreen, TransferringScreen, YourTurnScreen } from './call-screen.tsx';
import { ConsentDialog, OfferDialog, useOfferedWay } from './consent.tsx';
import { useSay, useSnapshot, useWorkings } from './context.ts';
import { DissuadedScreen, NoticeScreen, PreparingScreen } from './flow-screens.tsx';
import { Icon } from './icon.tsx';
import { Button, Statement, Timer } from './parts.tsx';
import { RungScreen } from './rung-screen.tsx';
import { announcementKey, isUnfinished, screenOf, type Screen } from './screen.ts';
import { ScreenSign } from './screen-sign.tsx';
import { SharingSign } from './sharing-sign.tsx';
import { WaitingScreen } from './waiting-screen.tsx';
import { announcement, endedWords, failureWords, messageLeftWords } from './words.ts';

export function PanelView() {
  const say = useSay();
  const { client, settings, dismiss, returned, folded } = useWorkings();
  const snapshot = useSnapshot();
  const screen = screenOf(snapshot);
  const agent = useAgentName();
  const taker = useTaker(screen);
  // Only a return reads it, and a return proves that there is storage.
  const [minimised, setMinimised] = useState(() => returned && folded.load());
  const isFirstRef = useRef(true);
  const [offers, setOffers] = useState<'view' | 'screen' | null>(null);
  // An answer counts at once, also where the gateway cannot hear it yet.
  const [answered, setAnswered] = useState<GrantKind | null>(null);
  const panel = useRef<HTMLDialogElement>(null);
  const pill = useRef<HTMLButtonElement>(null);
  const fold = (next: boolean): void => {
    setMinimised(next);
    folded.save(next);
  };
  const view = viewOf(snapshot.state);
  const asked = view?.phase.name === 'engaged' ? answerable(askedGrant(view.cobrowse.grants)) : null;
  const way = useOfferedWay();
  const question = questionOf({ isInCall: screen?.name === 'call', asked: asked === answered ? null : asked, offers, way });
  const wantsAttention = (screen?.name === 'chat' && screen.proposal?.by === 'agent') || screen?.name === 'yourTurn' || screen?.name === 'rung' || screen?.name === 'confirm' || screen?.name === 'dissuaded' || asked !== null || way !== null;

  const handleAnswered = (settled: boolean): void => {
    setOffers(null);
    setAnswered(settled ? asked : null);
  };
  useEffect(() => setAnswered((before) => (before === asked ? before : null)), [asked]);
  // What needs the person unfolds by itself; folding it again is theirs.
  useEffect(() => {
    if (wantsAttention) setMinimised(false);
  }, [wantsAttention]);
  useEffect(() => {
    const wasFirst = isFirstRef.current;
    isFirstRef.current = false;
    // The focus moves with what the person did, never with a page that just loaded.
    if (wasFirst && returned) return;
    if (minimised) pill.current?.focus({ preventScroll: true });
    else panel.current?.focus({ preventScroll: true });
  }, [minimised, returned]);
  // The question had the focus, and may go by itself too: the panel takes it back, or it would fall to the top of the page.
  useEffect(() => (question === null ? undefined : () => panel.current?.focus({ preventScroll: true })), [question]);
  if (screen === null) return null;

  return (
    <div lang={settings.language}>
      <Announcer screen={screen} agent={agent} />
      {minimised ? <div class="folded"><SharingSign agent={agent} /><ScreenSign agent={agent} /><Pill element={pill} screen={screen} onRestore={() => fold(false)} /></div> : (
        // The panel is a place, not a trap: it takes Escape to fold, and lets the focus go on to the page.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- see above
        <dialog
          open ref={panel} class={`panel ${screen.name}`} part="panel" aria-label={say(texts.panelLabel)} tabIndex={-1}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && isUnfinished(screen)) fold(true);
            // As on a telephone: the key that the notice names confirms it.
            if (screen.name === 'confirm' && event.key === screen.notice.key && event.isTrusted && !event.repeat) client.answerNotice(screen.notice.step, true).catch(() => { /* the button is still there */ });
          }}
        >
          <div class="inside" inert={question !== null}>
            <div class="bar">
              <span class="brand"><Icon name="headset" />{view?.queue.label ?? say(texts.getHelp)}</span>
              {isUnfinished(screen)
                ? <button type="button" class="round" aria-label={say(texts.minimise)} onClick={() => fold(true)}><Icon name="minimise" /></button>
                : <button type="button" class="round" aria-label={say(texts.close)} onClick={dismiss}><Icon name="close" /></button>}
            </div>
            <SharingSign agent={agent} />
            <ScreenSign agent={agent} />
            <CurrentScreen screen={screen} agent={agent} taker={taker} onShare={setOffers} />
          </div>
          {question === null ? null : question === 'way' ? <OfferDialog agent={agent} url={way ?? ''} />
            : <ConsentDialog key={question} agent={agent} kind={question} asked={asked === question} onClose={handleAnswered} />}
        </dialog>
      )}
    </div>
  );
}

/** A browser that has no screen to show declines by itself. */
function answerable(asked: GrantKind | null): GrantKind | null {
  return asked === 'screen' && !canShareScreen() ? null : asked;
}

/** One thing at a time: what the agent asked for, what the customer is about to offer, an offer to go elsewhere. */
function questionOf({ isInCall, asked, offers, way }: {
  readonly isInCall: boolean; readonly asked: GrantKind | null; readonly offers: 'view' | 'screen' | null; readonly way: string | null;
}): GrantKind | 'way' | null {
  if (!isInCall) return null;
  if (asked !== null) return asked;
  return offers ?? (way === null ? null : 'way');
}

function CurrentScreen({ screen, agent, taker, onShare }: {
  readonly screen: Screen; readonly agent: string; readonly taker: string | null; readonly onShare: (what: 'view' | 'screen') => void;
}): JSX.Element {
  const say = useSay();
  const { client, settings, dismiss } = useWorkings();
  switch (screen.name) {
    case 'opening':
      return (
        <>
          <div class="body">
            <div class="place"><span class="rings" aria-hidden="true"><i /><i /><i /></span><span class="number"><Icon name="headset" /></span></div>
            <div class="lead"><h2>{say(screen.resuming ? texts.resuming : texts.opening)}</h2><p>{say(texts.openingHint)}</p></div>
          </div>
          <div class="foot"><Button kind="quiet" onPress={dismiss}>{say(texts.close)}</Button></div>
        </>
      );
    case 'closed':
      return (
        <div class="body">
          <Statement
            icon="moon" title={say(texts.closedTitle)}
            hint={screen.wait.opensAt === null ? '' : say(texts.closedOpens, { when: whenOf(screen.wait.opensAt, settings.language) })}
          >
            <dl class="hours"><dt>{say(texts.closedHours)}</dt><dd>{screen.wait.hours}</dd></dl>
            <Button kind="plain" onPress={dismiss}>{say(texts.close)}</Button>
          </Statement>
        </div>
      );
    case 'preparing':
      return <PreparingScreen screen={screen} />;
    case 'confirm':
      return <NoticeScreen screen={screen} />;
    case 'dissuaded':
      return <DissuadedScreen screen={screen} />;
    case 'choosing':
      return <ChoosingScreen screen={screen} />;
    case 'chat':
      return <ChatScreen screen={screen} />;
    case 'waiting':
      return <WaitingScreen screen={screen} />;
    case 'callback':
      return <CallbackScreen screen={screen} />;
    case 'messageLeft': {
      const { title, hint } = messageLeftWords(screen, settings.language);
      return <div class="body"><Statement icon="check" title={title} hint={hint}><Button kind="plain" onPress={dismiss}>{say(texts.close)}</Button></Statement></div>;
    }
    case 'yourTurn':
      return <YourTurnScreen screen={screen} />;
    case 'connecting':
      return <ConnectingScreen screen={screen} />;
    case 'call':
      return <CallScreen screen={screen} taker={taker} onShare={onShare} />;
    case 'transferring':
      return <TransferringScreen screen={screen} />;
    case 'rung':
      return <RungScreen screen={screen} />;
    case 'ended': {
      const { title, hint } = endedWords(screen, agent, settings.language);
      const { reason } = screen.end;
      const isGood = reason === 'hangup' || reason === 'canceled' || reason === 'declined';
      // The same would be said again.
      const isFinal = reason === 'notEntitled';
      return (
        <div class="body">
          <Statement icon={isGood ? 'check' : 'warning'} tone={isGood ? 'calm' : 'warning'} title={title} hint={hint}>
            <div class="stack">
              {isFinal ? null : <Button kind={isGood ? 'plain' : 'primary'} icon="again" onPress={() => void client.start()}>{say(texts.startAgain)}</Button>}
              <Button kind={isFinal ? 'plain' : 'quiet'} onPress={dismiss}>{say(texts.close)}</Button>
            </div>
          </Statement>
        </div>
      );
    }
    case 'superseded':
      return (
        <div class="body">
          <Statement icon="tabs" title={say(texts.supersededTitle)} hint={say(texts.supersededHint)}>
            <Button kind="primary" onPress={() => void client.retry()}>{say(texts.takeBack)}</Button>
          </Statement>
        </div>
      );
    case 'failed': {
      const { title, hint } = failureWords(screen.problem.reason, settings.language);
      return (
        <div class="body">
          <Statement icon={screen.problem.reason === 'unreachable' ? 'offline' : 'warning'} tone="warning" title={title} hint={hint}>
            <div class="stack">
              {screen.problem.retry ? <Button kind="primary" icon="again" onPress={() => void client.retry()}>{say(texts.tryAgain)}</Button> : null}
              <Button kind="quiet" onPress={dismiss}>{say(texts.close)}</Button>
            </div>
            {screen.problem.problem === null ? null : <p class="fine">{screen.problem.problem.title}</p>}
          </Statement>
        </div>
      );
    }
  }
}

function Pill({ element, screen, onRestore }: { readonly element: Ref<HTMLButtonElement>; readonly screen: Screen; readonly onRestore: () => void }) {
  const say = useSay();
  const { muted, thread } = useSnapshot();
  return (
    <button ref={element} type="button" class="launcher" part="button" onClick={onRestore}>
      <i><Icon name={screen.name === 'call' && muted ? 'microphoneOff' : screen.name === 'chat' ? 'chat' : 'headset'} />{thread.unread > 0 ? <b class="badge" aria-hidden="true">{thread.unread}</b> : null}</i>
      <span>
        <b><span class="visually-hidden">{say(texts.restore)}: </span>{pillTitle(screen, say)}</b>
        <small>{thread.unread > 0 ? say(texts.chatNew, { count: thread.unread }) : screen.name === 'chat' ? say(texts.chat) : screen.name === 'call' ? <Timer since={screen.since} /> : screen.name === 'waiting' && screen.position > 1 ? `${say(texts.inLine)}: ${screen.position}` : pillHint(screen, say)}</small>
      </span>
    </button>
  );
}

function pillHint(screen: Screen, say: (text: texts.Text, values?: Readonly<Record<string, string | number>>) => string): string {
  if (screen.name === 'preparing') return say(texts.preparingHint);
  if (screen.name === 'messageLeft') return say(texts.messageLeftHint);
  if (screen.name === 'callback') return screen.calling ? say(texts.callbackCallingHint) : placeWords(screen, say);
  return say(texts.yourTurnHint);
}

function pillTitle(screen: Screen, say: (text: texts.Text) => string): string {
  if (screen.name === 'choosing') return say(texts.getHelp);
  if ('offline' in screen && screen.offline) return say(texts.offlineTitle);
  if (screen.name === 'call') return screen.agent === '' ? say(texts.putThrough) : screen.agent;
  if (screen.name === 'connecting' || screen.name === 'rung' || screen.name === 'chat') return screen.agent;
  if (screen.name === 'transferring' && screen.to !== null) return screen.to;
  if (screen.name === 'callback') return say(screen.calling ? texts.callbackCalling : texts.callbackTitle);
  if (screen.name === 'preparing') return say(texts.preparing);
  if (screen.name === 'messageLeft') return say(texts.messageLeftTitle);
  if (screen.name === 'confirm' || screen.name === 'dissuaded') return say(texts.yourAnswer);
  return say(screen.name === 'waiting' ? (screen.position <= 1 ? texts.youAreNext : texts.getHelp) : texts.yourTurn);
}

/** Says what changed, once; figures that tick are not worth an interruption. */
function Announcer({ screen, agent }: { readonly screen: Screen; readonly agent: string }) {
  const { settings } = useWorkings();
  const key = announcementKey(screen);
  const [said, setSaid] = useState('');
  // oxlint-disable-next-line react/exhaustive-deps -- the key says when the words are worth saying again
  useEffect(() => setSaid(announcement(screen, agent, settings.language)), [key]);
  return <div class="visually-hidden" aria-live={screen.name === 'yourTurn' || screen.name === 'rung' ? 'assertive' : 'polite'}>{said}</div>;
}

/** The last agent known, because the words of the end name them too. */
function useAgentName(): string {
  const view = viewOf(useSnapshot().state);
  const [last, setLast] = useState('');
  const now = view !== null && 'agent' in view.phase ? view.phase.agent.name : last;
  if (now !== last) setLast(now);
  return now;
}

/** Long enough to be read once. */
const takerShownMs = 12_000;

/** Whoever took the call over in its course, for a moment after they did. */
function useTaker(screen: Screen | null): string | null {
  const [seen, setSeen] = useState<{ readonly agent: string | null; readonly taker: string | null }>({ agent: null, taker: null });
  const agent = screen?.name === 'call' ? screen.agent : null;
  if (screen?.name === 'ended' && seen.agent !== null) setSeen({ agent: null, taker: null });
  if (agent !== null && agent !== seen.agent) setSeen({ agent, taker: seen.agent === null || agent === '' ? null : agent });
  useEffect(() => {
    if (seen.taker === null) return undefined;
    const timer = setTimeout(() => setSeen((before) => ({ ...before, taker: null })), takerShownMs);
    return () => clearTimeout(timer);
  }, [seen.taker]);
  return seen.taker;
}
