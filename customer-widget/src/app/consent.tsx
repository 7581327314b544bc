/** Asking the customer before anybody sees their page or screen, draws on the page, acts in it or keeps it; one question at a time. */
import { useEffect, useId, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { GrantKind } from '#shared/cobrowse-grants.ts';
import * as texts from '../texts.ts';
import { useObservable, useSay, useWorkings } from './context.ts';
import { Icon, type IconName } from './icon.tsx';
import { Button } from './parts.tsx';

type Promises = ReadonlyArray<readonly [IconName, texts.Text]>;

const questions: Readonly<Record<GrantKind, { readonly icon: IconName; readonly title: texts.Text; readonly offer?: texts.Text; readonly promises: Promises; readonly yes: texts.Text }>> = {
  view: {
    icon: 'share', title: texts.consentAsked, offer: texts.consentOffer, yes: texts.allow,
    promises: [['eye', texts.consentSees], ['eyeOff', texts.consentHidden], ['pointer', texts.consentNever], ['stop', texts.consentStop]],
  },
  annotate: {
    icon: 'pen', title: texts.annotateAsked, yes: texts.allowFurther,
    promises: [['pen', texts.annotateMarks], ['pointer', texts.annotateNever], ['stop', texts.consentStop]],
  },
  control: {
    icon: 'pointer', title: texts.controlAsked, yes: texts.allowFurther,
    promises: [['eyeOff', texts.controlReach], ['pointer', texts.controlFirst], ['stop', texts.controlStop]],
  },
  record: {
    icon: 'record', title: texts.recordAsked, yes: texts.allowFurther,
    promises: [['record', texts.recordKept], ['eyeOff', texts.recordHidden], ['stop', texts.consentStop]],
  },
  screen: {
    icon: 'screen', title: texts.screenAsked, offer: texts.screenOffer, yes: texts.screenChoose,
    promises: [['screen', texts.screenNext], ['eye', texts.screenSees], ['stop', texts.consentStop]],
  },
};

/** `asked`: the agent asked; otherwise the customer offers it. `onClose`: whether the question is settled, as far as this page goes. */
export function ConsentDialog({ agent, kind, asked, onClose }: {
  readonly agent: string; readonly kind: GrantKind; readonly asked: boolean; readonly onClose: (settled: boolean) => void;
}) {
  const say = useSay();
  const { client, sharing } = useWorkings();
  const question = questions[kind];
  const answer = (yes: boolean): void => {
    onClose(true);
    if (kind === 'screen') {
      // Inside the press: the browser opens its picker for nothing else.
      if (yes) void client.screen.start();
      else if (asked) client.screen.stop();
    } else if (kind === 'view') {
      if (yes) void sharing.start();
      else if (asked) sharing.stop();
    } else if (yes) {
      void sharing.further.accept(kind).then((taken) => { if (!taken) onClose(false); });
    } else sharing.refuse(kind);
  };
  return (
    <Question icon={question.icon} title={say(asked ? question.title : question.offer ?? question.title, { agent })} yes={say(question.yes)} no={say(texts.decline)} onAnswer={answer}>
      {(id) => <ul id={id}>{question.promises.map(([icon, text]) => <li key={text.en}><Icon name={icon} />{say(text, { agent })}</li>)}</ul>}
    </Question>
  );
}

/** The agent would lead the customer to another page of the portal. */
export function OfferDialog({ agent, url }: { readonly agent: string; readonly url: string }) {
  const say = useSay();
  const { sharing } = useWorkings();
  return (
    <Question icon="way" title={say(texts.offerTitle, { agent })} yes={say(texts.offerGo)} no={say(texts.offerStay)} onAnswer={(yes) => sharing.way.answer(yes)}>
      {(id) => <div id={id} class="offer"><p class="address">{url}</p><p>{say(texts.offerHint)}</p></div>}
    </Question>
  );
}

/** Scripts of the page cannot answer: only trusted events count. Escape declines. */
function Question({ icon, title, yes, no, onAnswer, children }: {
  readonly icon: IconName; readonly title: string; readonly yes: string; readonly no: string; readonly onAnswer: (yes: boolean) => void;
  readonly children: (id: string) => ComponentChildren;
}) {
  const titleId = useId();
  const bodyId = useId();
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => dialog.current?.focus(), []);
  const answer = (event: Event, answered: boolean): void => {
    if (event.isTrusted) onAnswer(answered);
  };
  return (
    <div class="veil">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape answers a dialog: it declines */}
      <div
        ref={dialog} class="consent" role="alertdialog" aria-labelledby={titleId} aria-describedby={bodyId} tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          answer(event, false);
        }}
      >
        <span class="medal calm"><Icon name={icon} /></span>
        <h2 id={titleId}>{title}</h2>
        {children(bodyId)}
        <div class="pair">
          <Button kind="plain" onPress={(event) => answer(event, false)}>{no}</Button>
          <Button kind="primary" onPress={(event) => answer(event, true)}>{yes}</Button>
        </div>
      </div>
    </div>
  );
}

/** What the panel asks, if anything. A question about the page goes before an offer to leave it. */
export function useOfferedWay(): string | null {
  return useObservable(useWorkings().sharing.way.url);
}
