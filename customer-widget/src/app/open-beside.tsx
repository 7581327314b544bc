/** What a tab shows beside the one that holds the contact: the question whether it is shared too, and the sign while it is. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OpenBeside } from '../element/contract.ts';
import * as texts from '../texts.ts';
import { Beside } from './beside.ts';
import { useObservable } from './context.ts';
import { Icon } from './icon.tsx';
import { takeSheet } from './panel-sheet.ts';
import { Button } from './parts.tsx';

type Say = (text: texts.Text, values?: Readonly<Record<string, string>>) => string;

export const openBeside: OpenBeside = (host) => {
  takeSheet(host.root);
  const { language } = host.settings();
  // Before everything else of the widget: what is drawn on the page never lies over the question and the stop.
  const sheetOver = document.createElement('div');
  sheetOver.className = 'sheet-over';
  const mount = document.createElement('div');
  mount.className = 'beside';
  host.root.prepend(sheetOver, mount);
  const beside = new Beside(host.gateway, sheetOver);
  render(<div lang={language}><BesideView beside={beside} say={(text, values) => texts.say(text, language, values)} /></div>, mount);
  return {
    close: () => {
      beside.close();
      render(null, mount);
      mount.remove();
      sheetOver.remove();
    },
  };
};

function BesideView({ beside, say }: { readonly beside: Beside; readonly say: Say }) {
  const word = useObservable(beside.word);
  const state = useObservable(beside.state);
  const isDeclined = useObservable(beside.isDeclined);
  if (state !== 'off') return <Sign beside={beside} say={say} />;
  if (word === null || isDeclined) return null;
  return <Question beside={beside} say={say} agent={word.agent} isWanted={word.isWanted} />;
}

/** Takes no focus: the customer is doing something else. Scripts of the page cannot answer. */
function Question({ beside, say, agent, isWanted }: { readonly beside: Beside; readonly say: Say; readonly agent: string; readonly isWanted: boolean }) {
  return (
    <section class={`tab-question ${isWanted ? 'wanted' : ''}`} aria-label={say(texts.tabQuestion)}>
      <output><strong>{say(isWanted ? texts.tabWanted : texts.tabShared, { agent })}</strong> <span>{say(texts.tabOffer, { agent })}</span></output>
      <div class="pair">
        <Button kind="plain" onPress={() => beside.decline()}>{say(texts.notNow)}</Button>
        <Button kind="primary" icon="share" onPress={(event) => { if (event.isTrusted) beside.start(); }}>{say(texts.shareTab)}</Button>
      </div>
    </section>
  );
}

function Sign({ beside, say }: { readonly beside: Beside; readonly say: Say }) {
  const state = useObservable(beside.state);
  const isShown = useObservable(beside.isShown);
  const url = useObservable(beside.way.url);
  const agent = useLastAgent(beside);
  if (state === 'off') return null;
  const words = { starting: texts.sharingStarting, live: isShown ? texts.sharingLive : texts.sharingOtherTab, paused: texts.sharingPaused, elsewhere: texts.sharingElsewhere, failed: texts.sharingFailed } as const;
  const isSeen = state === 'live' || state === 'starting';
  return (
    <div class="folded">
      {isSeen ? <div class="frame" aria-hidden="true" /> : null}
      {url === null ? null : (
        <section class="tab-question wanted" aria-label={say(texts.offerTitle, { agent })}>
          <output><strong>{say(texts.offerTitle, { agent })}</strong> <span>{url}</span></output>
          <div class="pair">
            <Button kind="plain" onPress={(event) => { if (event.isTrusted) beside.way.answer(false); }}>{say(texts.offerStay)}</Button>
            <Button kind="primary" onPress={(event) => { if (event.isTrusted) beside.way.answer(true); }}>{say(texts.offerGo)}</Button>
          </div>
        </section>
      )}
      <div class={`signs ${state}`}>
        <div class="sign">
          <output><Icon name={state === 'failed' ? 'warning' : isSeen ? 'eye' : 'eyeOff'} /><span>{say(words[state], { agent })}</span></output>
          {state === 'live' ? <Button kind="quiet" onPress={() => beside.pause()}>{say(texts.pauseSharing)}</Button> : null}
          {state === 'paused' ? <Button kind="plain" onPress={(event) => { if (event.isTrusted) beside.resume(); }}>{say(texts.resumeSharing)}</Button> : null}
          {state === 'failed' ? <Button kind="plain" onPress={() => beside.giveUp()}>{say(texts.close)}</Button> : <Button kind="plain" onPress={() => beside.stop()}>{say(texts.stop)}</Button>}
        </div>
      </div>
    </div>
  );
}

/** The name stays until the sign goes, also where the sharing has ended meanwhile. */
function useLastAgent(beside: Beside): string {
  const [agent, setAgent] = useState(beside.word.value?.agent ?? '');
  useEffect(() => beside.word.subscribe((word) => { if (word !== null) setAgent(word.agent); }), [beside]);
  return agent;
}
