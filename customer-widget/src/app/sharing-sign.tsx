/** The sign that stays while somebody sees the page: who, what else they may do, and one press to end each; never over the page's own content. */
import type { FurtherGrant } from '#shared/cobrowse-grants.ts';
import * as texts from '../texts.ts';
import { useObservable, useSay, useWorkings } from './context.ts';
import { HiddenParts } from './hidden-parts.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Button } from './parts.tsx';

const held: ReadonlyArray<{ readonly kind: FurtherGrant; readonly icon: IconName; readonly words: texts.Text; readonly end: texts.Text }> = [
  { kind: 'control', icon: 'pointer', words: texts.heldControl, end: texts.endControl },
  { kind: 'annotate', icon: 'pen', words: texts.heldAnnotate, end: texts.endAnnotate },
  { kind: 'record', icon: 'record', words: texts.heldRecord, end: texts.endRecord },
];

export function SharingSign({ agent }: { readonly agent: string }) {
  const say = useSay();
  const { sharing } = useWorkings();
  const state = useObservable(sharing.state);
  const isShown = useObservable(sharing.isShown);
  const further = useObservable(sharing.further.held);
  if (state === 'off') return null;
  const words = { starting: texts.sharingStarting, live: isShown ? texts.sharingLive : texts.sharingOtherTab, paused: texts.sharingPaused, elsewhere: texts.sharingElsewhere, failed: texts.sharingFailed } as const;
  const isSeen = state === 'live' || state === 'starting';
  return (
    <>
      {isSeen ? <div class={`frame ${further.control ? 'controlled' : ''}`} aria-hidden="true" /> : null}
      <div class={`signs ${state}`}>
        <div class="sign">
          <output><Icon name={state === 'failed' ? 'warning' : isSeen ? 'eye' : 'eyeOff'} /><span>{say(words[state], { agent })}</span></output>
          <HiddenParts />
          {state === 'live' ? <Button kind="quiet" onPress={() => sharing.pause()}>{say(texts.pauseSharing)}</Button> : null}
          {state === 'paused' ? <Button kind="plain" onPress={(event) => { if (event.isTrusted) sharing.resume(); }}>{say(texts.resumeSharing)}</Button> : null}
          <Button kind="plain" onPress={() => sharing.stop()}>{say(state === 'failed' ? texts.close : texts.stop)}</Button>
        </div>
        {isSeen ? held.filter(({ kind }) => further[kind]).map(({ kind, icon, words: what, end }) => (
          <div key={kind} class={`sign more ${kind}`}>
            <output><Icon name={icon} /><span>{say(what, { agent })}</span></output>
            <button type="button" class="round" aria-label={say(end)} title={say(end)} onClick={() => sharing.refuse(kind)}><Icon name="close" /></button>
          </div>
        )) : null}
        {isSeen ? <AlsoWatching /> : null}
        {isSeen ? <TabWanted agent={agent} /> : null}
      </div>
    </>
  );
}

/** The other tabs ask for themselves; here the customer reads what to do, and can say no. */
function TabWanted({ agent }: { readonly agent: string }) {
  const say = useSay();
  const { sharing } = useWorkings();
  if (!useObservable(sharing.tabWanted)) return null;
  return (
    <div class="sign more wanted">
      <output><Icon name="share" /><span>{say(texts.tabWantedHere, { agent })}</span></output>
      <button type="button" class="round" aria-label={say(texts.notNow)} title={say(texts.notNow)} onClick={() => sharing.tabWanted.set(false)}><Icon name="close" /></button>
    </div>
  );
}

/** The agent of the call is named above; whoever looks on beside them is named here, from the moment they come. */
function AlsoWatching() {
  const say = useSay();
  const { sharing } = useWorkings();
  const others = useObservable(sharing.watchers).filter(({ as }) => as !== 'agent');
  if (others.length === 0) return null;
  const names = others.map(({ name, as }) => as === 'supervisor' ? say(texts.asSupervisor, { name }) : name).join(', ');
  return <output class="sign more watching"><Icon name="eye" /><span>{say(texts.alsoWatching, { names })}</span></output>;
}
