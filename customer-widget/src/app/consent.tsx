/** Asking the customer before anybody sees their page, and the sign that stays while somebody does. */
import { useEffect, useId, useRef } from 'preact/hooks';
import * as texts from '../texts.ts';
import { useObservable, useSay, useWorkings } from './context.ts';
import { Icon, type IconName } from './icon.tsx';
import { Button } from './parts.tsx';

const promises: ReadonlyArray<readonly [IconName, texts.Text]> = [
  ['eye', texts.consentSees], ['eyeOff', texts.consentHidden], ['pointer', texts.consentNever], ['stop', texts.consentStop],
];

/** `asked`: the agent asked; otherwise the customer offered. Scripts of the page cannot answer: only trusted events count. */
export function ConsentDialog({ agent, asked, onClose }: { readonly agent: string; readonly asked: boolean; readonly onClose: () => void }) {
  const say = useSay();
  const { sharing } = useWorkings();
  const title = useId();
  const body = useId();
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => dialog.current?.focus(), []);
  const answer = (event: Event, yes: boolean): void => {
    if (!event.isTrusted) return;
    if (yes) void sharing.start();
    else if (asked) sharing.stop();
    onClose();
  };
  return (
    <div class="veil">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape answers a dialog: it declines */}
      <div
        ref={dialog} class="consent" role="alertdialog" aria-labelledby={title} aria-describedby={body} tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          answer(event, false);
        }}
      >
        <span class="medal calm"><Icon name="share" /></span>
        <h2 id={title}>{say(asked ? texts.consentAsked : texts.consentOffer, { agent })}</h2>
        <ul id={body}>{promises.map(([icon, text]) => <li key={icon}><Icon name={icon} />{say(text)}</li>)}</ul>
        <div class="pair">
          <Button kind="plain" onPress={(event) => answer(event, false)}>{say(texts.decline)}</Button>
          <Button kind="primary" onPress={(event) => answer(event, true)}>{say(texts.allow)}</Button>
        </div>
      </div>
    </div>
  );
}

/** Who sees the page, and one click to stop: on the panel or above the pill, never over the page's own content; and a frame around it all. */
export function SharingSign({ agent }: { readonly agent: string }) {
  const say = useSay();
  const { sharing } = useWorkings();
  const state = useObservable(sharing.state);
  if (state === 'off') return null;
  const words = { starting: texts.sharingStarting, live: texts.sharingLive, paused: texts.sharingPaused, elsewhere: texts.sharingElsewhere, failed: texts.sharingFailed } as const;
  return (
    <>
      {state === 'failed' || state === 'elsewhere' ? null : <div class="frame" aria-hidden="true" />}
      <output class={`sign ${state}`}>
        <Icon name={state === 'failed' ? 'warning' : 'eye'} />
        <span>{say(words[state], { agent })}</span>
        <Button kind="plain" onPress={() => sharing.stop()}>{say(state === 'failed' ? texts.close : texts.stop)}</Button>
      </output>
    </>
  );
}
